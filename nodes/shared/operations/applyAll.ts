import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { applyUpdate } from '../apply/applyUpdate';
import { checkAll } from '../apply/checkAll';
import { ACCOUNT_CLOSED, NOT_STARTED } from '../apply/claim';
import { earlierTries } from '../apply/earlierTries';
import { toLanes, type Lane } from '../apply/lane';
import { runInLanes } from '../apply/lanes';
import type { Connection } from '../http/connection';
import type { UpdateOptions } from '../parameters/readUpdate';
import type { PlannedUpdate } from '../plan/plannedUpdate';
import { countOutcomes, countsInWords } from '../report/counts';
import { toError } from '../report/error';
import { hintsOf } from '../report/hints';
import { toItems } from '../report/items';
import type { Failure, Result, Service } from '../service';
import { tellingProgress } from './progress';
import { reportOf } from './report';
import { isOpen, type Opened } from './run';

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

function notStarted({ itemIndex, position, target, given }: PlannedUpdate, failure: Failure): Result {
	return { itemIndex, position, target, outcome: 'not sent', failure, ...(given && { plan: given.text }) };
}

/** Why a whole run is refused before anything is read. */
function whyRunRefused(lanes: Lane[], options: UpdateOptions): Failure | undefined {
	const { refuseRunsAbove, dryRun, output } = options;
	if (refuseRunsAbove !== undefined && lanes.length > refuseRunsAbove) {
		return {
			summary: `The run is about ${lanes.length} ${lanes.length === 1 ? 'account' : 'accounts'}, more than Refuse Runs Above allows`,
			detail: 'Nothing was read or sent.',
			remedy: 'If the run is right, raise Refuse Runs Above.',
		};
	}
	if (dryRun && output === 'oneItem' && new Set(lanes.map(({ connection }) => connection)).size > 1) {
		return {
			summary: 'One Item for All cannot hold plans of several credentials',
			remedy: 'The credential is another one for each item. Choose another Output, so that each plan stays with its item.',
		};
	}
	return undefined;
}

/** The updates of a run, and what becomes of them. */
export interface Batch {
	planned: PlannedUpdate[];
	/** What could not be planned, told already. */
	refused: Result[];
	/** Those that hold for the whole run. */
	options: UpdateOptions;
	/** Plans are applied. */
	isPlan: boolean;
	/** What was left out without being wrong, in sentences. */
	notes: string[];
}

/**
 * Checks all updates, applies them, and reports each.
 *
 * @param open opens the way to the service
 * @returns what the option Output makes of the results, linked to the input items
 * @throws NodeApiError or NodeOperationError when an update fails and the node stops on errors; its `context.data` has a report of each
 */
export async function applyAll(
	context: IExecuteFunctions,
	service: Service,
	{ planned, refused, options, isPlan, notes }: Batch,
	open: () => Promise<Opened>,
): Promise<INodeExecutionData[]> {
	const keepsGoing = context.continueOnFail();
	const earlier = earlierTries(context, context.getInputData());
	const results = new Map<PlannedUpdate, Result>(planned.map((each) => [each, notStarted(each, NOT_STARTED)]));
	const report = () => [...refused, ...results.values()].sort((a, b) => a.itemIndex - b.itemIndex || (a.position ?? 0) - (b.position ?? 0));
	const stopIfFailed = () => {
		if (!keepsGoing && report().some(({ failure }) => failure && !failure.isConsequence)) throw toError(context, report());
	};
	stopIfFailed();

	let lanes: Lane[] = [];
	if (planned.length > 0) {
		const { run, connectionOf } = await open();
		const connected: PlannedUpdate[] = [];
		for (const each of planned) {
			const connection = connectionOf(each.itemIndex);
			if (isOpen(connection)) connected.push(each);
			else results.set(each, notStarted(each, connection.failure));
		}
		stopIfFailed();

		lanes = toLanes(connected, ({ itemIndex }) => connectionOf(itemIndex) as Connection, earlier);
		const refusal = whyRunRefused(lanes, options);
		if (refusal) for (const each of connected) results.set(each, notStarted(each, refusal));
		stopIfFailed();

		const progressOf = () => {
			const ended = [...results.values()].filter(({ failure }) => failure !== NOT_STARTED);
			return { total: planned.length, done: ended.length, failed: ended.filter(({ failure }) => failure).length };
		};
		await tellingProgress(context, run, `${service.name} update`, progressOf, async () => {
			if (!keepsGoing && !options.dryRun && !refusal) {
				await checkAll(lanes, options.maxConcurrentRequests, run.isOver, (each, result) => results.set(each, result));
				stopIfFailed();
			}
			const mode = { mayRunAgain: context.getNode().retryOnFail === true, wasChecked: !keepsGoing };
			const jobs = refusal ? [] : lanes.map((lane) => lane.updates.map((each) => ({ lane, each })));
			await runInLanes(
				jobs,
				async ({ lane, each }) => {
					const { result, end } = await applyUpdate(lane, each, mode);
					results.set(each, { ...result, time: new Date().toISOString() });
					if (result.failure && !keepsGoing) run.end();
					if (end === 'closeLane') closeLane(lane, each);
					return end;
				},
				options.maxConcurrentRequests,
				run.isOver,
			);
		});
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
	context.addExecutionHints(
		...hintsOf(all, longestLane, isPlan),
		...notes.map((message) => ({ message, location: 'outputPane' as const })),
	);
	if (!keepsGoing && all.some(({ failure }) => failure)) throw toError(context, all);
	return toItems(reportOf(context, service, options.output), all);
}
