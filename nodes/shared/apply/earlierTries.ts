import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { asSentence } from '../fields/sentence';
import { leftUndone } from '../http/ending';
import type { Failure, Result } from '../service';
import { join } from './claim';

/**
 * What became of the items in earlier tries of the same run. With Retry On Fail n8n runs the whole node again, with the same input items; what has
 * been done for an item by then is done, and what was sent was sent.
 */
export interface EarlierTries {
	/** What became of an item's update, where the service received it. `position` is which of its updates it is. */
	resultOf(itemIndex: number, position: number): Result | undefined;
	/**
	 * Keeps what the service received for the next try. Forgets all when there will be none.
	 *
	 * @param results what became of the items in this try alone
	 */
	remember(results: Result[]): void;
}

/** Whether an update need not be sent again, though it may be an error: one that was applied in part will not be applied in whole. */
export function isDone({ failure, outcome }: Result): boolean {
	return outcome === 'updated' || (!failure && outcome !== 'planned');
}

/** Whether an update has reached the service, or may have, and is not done. */
function hasBegun({ failure, outcome }: Result): boolean {
	return failure !== undefined && (outcome === 'unknown' || outcome === 'not applied');
}

/** The failure of an update that an earlier try has sent, and this one has not. */
function failureAfter(earlier: Result, failure: Failure): Failure {
	const { summary, detail, ...said } = earlier.failure!;
	const now = failure.ending ? { ...failure, ...leftUndone('Not sent again', failure.ending) } : failure;
	const before = `In an earlier try: ${asSentence(summary)}`;
	return {
		...said,
		...now,
		detail: join(now.detail && asSentence(now.detail), before, detail && asSentence(detail)),
		remedy: earlier.outcome === 'unknown' ? join(said.remedy, now.ending ? undefined : now.remedy) : now.remedy,
		// What may still be carried out is no mere consequence.
		ending: earlier.outcome === 'unknown' ? undefined : now.ending,
	};
}

/** What is known of an update for which this try has sent nothing: what an earlier one has done holds, and what it left open is open. */
export function withEarlier(result: Result, earlier: Result | undefined): Result {
	if (!earlier || result.outcome !== 'not sent' || !result.failure) return result;
	if (isDone(earlier)) return earlier;
	const { record, plan, accountName } = result;
	const learned = { record: record ?? earlier.record, plan: plan ?? earlier.plan, accountName: accountName ?? earlier.accountName };
	return { ...earlier, ...learned, time: result.time, failure: failureAfter(earlier, result.failure) };
}

const NONE: EarlierTries = { resultOf: () => undefined, remember: () => {} };

/** By input item, then by the run of a node: the same item may go to several nodes. n8n drops the items when the execution is over. */
const received = new WeakMap<INodeExecutionData, Map<string, Result>>();

/** The memory of this run of the node; empty unless Retry On Fail is on. */
export function earlierTries(context: IExecuteFunctions, items: INodeExecutionData[]): EarlierTries {
	const node = context.getNode();
	if (node.retryOnFail !== true || items.length === 0) return NONE;
	const run = `${context.getExecutionId()} ${node.id} ${String(context.getWorkflowDataProxy(0).$runIndex)}`;
	return {
		resultOf: (itemIndex, position) => received.get(items[itemIndex])?.get(`${run} ${position}`),
		remember(results) {
			const mayRunAgain = results.some(({ failure }) => failure);
			for (const result of results) {
				const item = items[result.itemIndex];
				const key = `${run} ${result.position ?? 0}`;
				if (!mayRunAgain) received.get(item)?.delete(key);
				else if (isDone(result) || hasBegun(result)) {
					const runs = received.get(item) ?? new Map<string, Result>();
					received.set(item, runs.set(key, result));
				}
			}
		},
	};
}
