import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Result } from '../service';

/**
 * What became of the items in earlier tries of the same run. With Retry On Fail n8n runs the whole node again, with the same input items; what has
 * been done for an item by then is done.
 */
export interface EarlierTries {
	/** What became of an item's update, where it is done. `position` is which of its updates it is. */
	resultOf(itemIndex: number, position: number): Result | undefined;
	/** Keeps what is done for the next try: what did not fail, and what was applied in part. Forgets all when there will be none. */
	remember(results: Result[]): void;
}

/** Whether an update need not be sent again, though it may be an error: one that was applied in part will not be applied in whole. */
function isDone({ failure, outcome }: Result): boolean {
	return outcome === 'updated' || (!failure && outcome !== 'planned');
}

const NONE: EarlierTries = { resultOf: () => undefined, remember: () => {} };

/** By input item, then by the run of a node: the same item may go to several nodes. n8n drops the items when the execution is over. */
const done = new WeakMap<INodeExecutionData, Map<string, Result>>();

/** The memory of this run of the node; empty unless Retry On Fail is on. */
export function earlierTries(context: IExecuteFunctions, items: INodeExecutionData[]): EarlierTries {
	const node = context.getNode();
	if (node.retryOnFail !== true || items.length === 0) return NONE;
	const run = `${context.getExecutionId()} ${node.id} ${String(context.getWorkflowDataProxy(0).$runIndex)}`;
	return {
		resultOf: (itemIndex, position) => done.get(items[itemIndex])?.get(`${run} ${position}`),
		remember(results) {
			const mayRunAgain = results.some(({ failure }) => failure);
			for (const result of results) {
				const item = items[result.itemIndex];
				const key = `${run} ${result.position ?? 0}`;
				if (!mayRunAgain) done.get(item)?.delete(key);
				else if (isDone(result)) {
					const runs = done.get(item) ?? new Map<string, Result>();
					done.set(item, runs.set(key, result));
				}
			}
		},
	};
}
