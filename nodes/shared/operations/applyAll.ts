import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { applyUpdate } from '../apply/applyUpdate';
import { checkAll } from '../apply/checkAll';
import { ACCOUNT_CLOSED, NOT_STARTED } from '../apply/claim';
import { earlierTries, withEarlier } from '../apply/earlierTries';
import { toLanes, type Lane } from '../apply/lane';
import { runInLanes } from '../apply/lanes';
import type { Connection, Run } from '../http/connection';
import type { ConnectionOf } from '../http/connections';
import type { UpdateOptions } from '../parameters/updateOptions';
import type { PlannedUpdate } from '../plan/plannedUpdate';
import { countOutcomes, countsInWords } from '../report/counts';
import { toError } from '../report/error';
import { hintsOf } from '../report/hints';
import { toItems } from '../report/items';
import type { Failure, Result, Service } from '../service';
import { tellingProgress } from './progress';
import { reportOf } from './report';
import { isConnection, type Opened } from './run';

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

/** What became of each update so far. */
type Results = Map<PlannedUpdate, Result>;

/** The updates whose item has a connection. The others are not sent, and their results say why. */
function withConnection(planned: PlannedUpdate[], connectionOf: ConnectionOf, results: Results): PlannedUpdate[] {
	return planned.filter((each) => {
		const connection = connectionOf(each.itemIndex);
		if (isConnection(connection)) return true;
		results.set(each, notStarted(each, connection.failure));
		return false;
	});
}

/** Nothing more is sent to an account: what is left of its lane is told so, but for what an earlier try has done. */
function closeLane(lane: Lane, last: PlannedUpdate, results: Results): void {
	for (const each of lane.updates.slice(lane.updates.indexOf(last) + 1)) {
		if (!lane.done.has(each)) results.set(each, notStarted(each, ACCOUNT_CLOSED));
	}
}

/** Applies all updates, each when its lane comes to it. */
async function applyLanes(context: IExecuteFunctions, run: Run, lanes: Lane[], results: Results): Promise<void> {
	const keepsGoing = context.continueOnFail();
	const mayRunAgain = context.getNode().retryOnFail === true;
	await runInLanes(
		lanes.map((lane) => lane.updates.map((each) => ({ lane, each }))),
		async ({ lane, each }) => {
			const { result, end } = await applyUpdate(lane, each, mayRunAgain);
			result.time = new Date().toISOString();
			results.set(each, result);
			if (result.failure && !keepsGoing) run.end();
			if (end === 'closeLane') closeLane(lane, each, results);
			return end;
		},
		run.maxConcurrentRequests,
		run.isOver,
	);
}

/** What is said under the output. */
function addHints(context: IExecuteFunctions, service: Service, all: Result[], lanes: Lane[], { isPlan, notes }: Batch): void {
	const longestLane = lanes.reduce((longest, { updates }) => Math.max(longest, updates.length), 0);
	context.addExecutionHints(
		...hintsOf(service, all, longestLane, isPlan),
		...notes.map((message) => ({ message, location: 'outputPane' as const })),
	);
}

/**
 * Checks all updates, applies them, and reports each. While the node stops on errors, each step ends the run if something has failed by then.
 *
 * @param open opens the way to the service
 * @returns what the option Output makes of the results, linked to the input items
 * @throws NodeApiError or NodeOperationError when an update fails and the node stops on errors; its `context.data` has a report of each
 */
export async function applyAll(
	context: IExecuteFunctions,
	service: Service,
	batch: Batch,
	open: () => Promise<Opened>,
): Promise<INodeExecutionData[]> {
	const { planned, refused, options } = batch;
	const keepsGoing = context.continueOnFail();
	const earlier = earlierTries(context, context.getInputData());
	const results: Results = new Map(planned.map((each) => [each, notStarted(each, NOT_STARTED)]));
	const ofThisTry = () => [...refused, ...results.values()];
	const report = () => {
		const time = new Date().toISOString();
		return ofThisTry()
			.sort((a, b) => a.itemIndex - b.itemIndex || (a.position ?? 0) - (b.position ?? 0))
			.map((result) => withEarlier(result.time ? result : { ...result, time }, earlier.resultOf(result.itemIndex, result.position ?? 0)));
	};
	const stopIfFailed = () => {
		const hasFailed = ({ failure }: Result) => failure !== undefined && !failure.ending;
		if (!keepsGoing && (refused.some(hasFailed) || [...results.values()].some(hasFailed))) throw toError(context, report());
	};
	stopIfFailed();

	let lanes: Lane[] = [];
	if (planned.length > 0) {
		const { run, connectionOf } = await open();
		const connected = withConnection(planned, connectionOf, results);
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
			if (!keepsGoing && !refusal && connected.some((each) => !each.options.dryRun)) {
				await checkAll(lanes, options.maxConcurrentRequests, run.isOver, (each, result) => results.set(each, result));
				stopIfFailed();
			}
			if (!refusal) await applyLanes(context, run, lanes, results);
		});
		if (run.signal?.aborted) logStopped(context, service, report());
	}

	const all = report();
	earlier.remember(ofThisTry());
	addHints(context, service, all, lanes, batch);
	if (!keepsGoing && all.some(({ failure }) => failure)) throw toError(context, all);
	return toItems(reportOf(context, service, options.output, options.dryRun), all);
}
