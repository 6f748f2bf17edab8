import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { ItemResult } from '../report/outcome';

/**
 * What became of the items in earlier tries of the same run. With Retry On Fail n8n runs the whole node again, with the same input items; what has
 * been done for an item by then is done.
 */
export interface EarlierTries {
	/** What became of an item, when it did not fail. */
	resultOf(itemIndex: number): ItemResult | undefined;
	/** Keeps what did not fail for the next try; forgets all when there will be none. */
	remember(results: ItemResult[]): void;
}

const NONE: EarlierTries = { resultOf: () => undefined, remember: () => {} };

/** By input item, then by the run of a node: the same item may go to several nodes. n8n drops the items when the execution is over. */
const done = new WeakMap<INodeExecutionData, Map<string, ItemResult>>();

/** The memory of this run of the node; empty unless Retry On Fail is on. */
export function earlierTries(context: IExecuteFunctions, items: INodeExecutionData[]): EarlierTries {
	const node = context.getNode();
	if (node.retryOnFail !== true || items.length === 0) return NONE;
	const run = `${context.getExecutionId()} ${node.id} ${String(context.getWorkflowDataProxy(0).$runIndex)}`;
	return {
		resultOf: (itemIndex) => done.get(items[itemIndex])?.get(run),
		remember(results) {
			const mayRunAgain = results.some(({ failure }) => failure);
			for (const result of results) {
				const item = items[result.itemIndex];
				if (!mayRunAgain) done.get(item)?.delete(run);
				else if (!result.failure && result.outcome !== 'planned') {
					const runs = done.get(item) ?? new Map<string, ItemResult>();
					done.set(item, runs.set(run, result));
				}
			}
		},
	};
}
