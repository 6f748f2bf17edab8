import type { IExecuteFunctions } from 'n8n-workflow';

import { applyUpdate } from '../apply/applyUpdate';
import { ACCOUNT_CLOSED, NOT_STARTED } from '../apply/claim';
import { earlierTries } from '../apply/earlierTries';
import { toLanes, type Lane } from '../apply/lane';
import { runInLanes } from '../apply/lanes';
import type { Connection } from '../http/connection';
import type { PlannedUpdate } from '../plan/plannedUpdate';
import { failureOfInvalid, planUpdates } from '../plan/planUpdates';
import { countOutcomes, countsInWords } from '../report/counts';
import { toError } from '../report/error';
import { hintsOf } from '../report/hints';
import { toItems } from '../report/items';
import type { Result, Service } from '../service';
import type { Operation } from './operation';
import { isOpen, openRun } from './run';

/** The log tells of a run that was stopped what it came to, because n8n keeps nothing of the node then. */
function logStopped(context: IExecuteFunctions, service: Service, results: Result[]): void {
	const accounts = (outcome: Result['outcome']) => [
		...new Set(results.filter((result) => result.outcome === outcome).map(({ target }) => target?.label)),
	];
	const named = (['updated', 'unknown'] as const).map((outcome) => `${outcome}: ${accounts(outcome).join(', ') || 'none'}`).join('; ');
	context.logger.warn(`${service.name} update stopped (${countsInWords(countOutcomes(results))}). ${named}`, {
		executionId: context.getExecutionId(),
		workflowId: context.getWorkflow().id,
		nodeName: context.getNode().name,
	});
}

/**
 * Update: plan all items, apply them, report each.
 *
 * @returns one item per input item, linked to it, in input order
 * @throws NodeApiError or NodeOperationError when an item fails and the node stops on errors; its `context.data` has a report of every item
 */
export const update: Operation = async (context, service) => {
	const items = context.getInputData();
	const keepsGoing = context.continueOnFail();
	const earlier = earlierTries(context, items);
	const { planned, invalid } = planUpdates(context, service, items);

	/** What became of each update and each invalid item; by item, each with its results in order. */
	const results = new Map<object, Result>();
	for (const item of invalid) {
		results.set(item, { itemIndex: item.itemIndex, target: item.target, outcome: 'not sent', failure: failureOfInvalid(item) });
	}
	for (const each of planned) results.set(each, notStarted(each, NOT_STARTED));
	const report = () => [...results.values()].sort((a, b) => a.itemIndex - b.itemIndex);
	if (invalid.length > 0 && !keepsGoing) throw toError(context, report());

	let lanes: Lane[] = [];
	if (planned.length > 0) {
		// These hold for the whole run, so they are taken from its first item.
		const { options } = planned[0];
		const itemIndexes = [...new Set(planned.map(({ itemIndex }) => itemIndex))];
		const { run, connectionOf } = await openRun(context, service, options, itemIndexes);
		const connected: PlannedUpdate[] = [];
		for (const each of planned) {
			const connection = connectionOf(each.itemIndex);
			if (isOpen(connection)) connected.push(each);
			else results.set(each, notStarted(each, connection.failure));
		}
		if (connected.length < planned.length && !keepsGoing) throw toError(context, report());

		lanes = toLanes(connected, ({ itemIndex }) => connectionOf(itemIndex) as Connection, earlier);
		const mode = { mayRunAgain: context.getNode().retryOnFail === true };
		await runInLanes(
			lanes.map((lane) => lane.updates.map((each) => ({ lane, each }))),
			async ({ lane, each }) => {
				const { result, end } = await applyUpdate(lane, each, mode);
				results.set(each, result);
				if (result.failure && !keepsGoing) run.end();
				if (end === 'closeLane') closeLane(lane, each);
				return end;
			},
			options.maxConcurrentRequests,
			run.isOver,
		);
		if (run.signal?.aborted) logStopped(context, service, report());
	}

	function closeLane(lane: Lane, last: PlannedUpdate): void {
		for (const each of lane.updates.slice(lane.updates.indexOf(last) + 1)) {
			if (!lane.done.has(each)) results.set(each, notStarted(each, ACCOUNT_CLOSED));
		}
	}

	const all = report();
	earlier.remember(all);
	const longestLane = lanes.reduce((longest, { updates }) => Math.max(longest, updates.length), 0);
	context.addExecutionHints(...hintsOf(all, longestLane));
	if (!keepsGoing && all.some(({ failure }) => failure)) throw toError(context, all);
	const optionsByItem = new Map(planned.map(({ itemIndex, options }) => [itemIndex, options]));
	return toItems(service, all, (itemIndex) => optionsByItem.get(itemIndex)!);
};

function notStarted({ itemIndex, target }: PlannedUpdate, failure: Result['failure']): Result {
	return { itemIndex, target, outcome: 'not sent', failure };
}
