import type { IDataObject } from 'n8n-workflow';

import { isOtherSpelling } from '../fields/comparison';
import { readAccount } from '../http/ask';
import { STOPPED } from '../http/ending';
import { differences, holds, isSpelledOtherwise, missingFrom, simulate } from '../plan/changes';
import { NO_PLAN, planTextOf, undoPlanOf } from '../plan/makePlan';
import type { PlannedUpdate } from '../plan/plannedUpdate';
import type { ApiRequest, Failure, Outcome, Result } from '../service';
import { accountNameOf } from './accountName';
import { buildRequest } from './buildRequest';
import { failed, remedyAfterFault, succeeded, type Applied, type Claim } from './claim';
import { whyRefused } from './guard';
import type { Lane } from './lane';
import { notRead } from './notRead';
import { sendUntilSettled } from './sendUntilSettled';
import { settled } from './settled';

/** A record that was read to check all updates serves the update too while it is younger than this, in milliseconds. */
const FRESH_MS = 10_000;

/** What has been learned on the way, for the report. */
interface Learned {
	before?: IDataObject;
	/** The request as it was sent last, or would be. */
	sent?: { request: ApiRequest };
}

/**
 * Applies one update, and finds out what became of it, in steps of which each may be the last. Never throws.
 *
 * @param mayRunAgain n8n runs the whole node again after a failure, so what is applied already must not be sent again
 * @returns what became of it in this try, and how its lane goes on
 */
export async function applyUpdate(lane: Lane, update: PlannedUpdate, mayRunAgain: boolean): Promise<Applied> {
	const earlier = lane.begun.get(update);
	const claim: Claim = { outcome: 'not sent' };
	const learned: Learned = {};
	try {
		const kept = keptFromEarlierTry(lane, update);
		if (kept) return kept;

		const { dryRun, skipIfUnchanged: skips } = update.options;
		const skipIfUnchanged = skips || (mayRunAgain && !dryRun) || update.given !== undefined;
		const read = await readWhatIsNeeded(lane, update, skipIfUnchanged);
		if ('result' in read) return withLearned(lane, update, learned, read);
		const before = read.record;
		// What an earlier try has left open may have changed it since.
		const isOpenSince = earlier?.outcome === 'unknown' && !lane.hasSent;
		learned.before = (isOpenSince ? earlier.before : undefined) ?? before;

		const unchanged = skipIfUnchanged ? alreadyAsAsked(lane, update, before!) : undefined;
		if (unchanged) return withLearned(lane, update, learned, unchanged);

		const refused = refusedByGuards(lane, update, before);
		if (refused) return withLearned(lane, update, learned, refused);

		const request = buildRequest(lane.connection, update, before);
		if ('failure' in request) return withLearned(lane, update, learned, failed(update, 'not sent', request.failure));
		learned.sent = { request };

		const planned = update.options.dryRun ? plannedOnly(lane, update, before!) : undefined;
		if (planned) return withLearned(lane, update, learned, planned);

		return withLearned(lane, update, learned, await sendUntilSettled(lane, update, learned.sent, { before, began: learned.before }, claim));
	} catch (error) {
		return broken(lane, update, claim, error);
	}
}

/** What an earlier try has done is handed on as it was, unless an update that was sent since may have overwritten it. */
function keptFromEarlierTry(lane: Lane, update: PlannedUpdate): Applied | undefined {
	const result = lane.done.get(update);
	return result && !lane.hasSent ? { result, end: 'next' } : undefined;
}

/** Reads the record where a step after this looks at it. */
async function readWhatIsNeeded(
	lane: Lane,
	update: PlannedUpdate,
	skipIfUnchanged: boolean,
): Promise<Applied | { record: IDataObject | undefined }> {
	const { run } = lane.connection;
	const { dryRun, output, refuseChangesAbove } = update.options;
	const isNeeded =
		dryRun ||
		skipIfUnchanged ||
		(output !== 'record' && output !== 'simplified') ||
		refuseChangesAbove !== undefined ||
		run.service.account.needsRecord?.(update.changes, update.options.serviceOptions) === true;
	if (!isNeeded) return { record: undefined };
	if (dryRun && lane.simulated) return { record: lane.simulated };
	if (lane.lastRead && Date.now() - lane.lastRead.at < FRESH_MS) return { record: lane.lastRead.record };
	const read = await readAccount(lane.connection, update.target, false);
	return 'record' in read ? read : notRead(lane, update, read.failure);
}

/** Refuse Changes Above, and drift of a plan, on the record as it is. */
function refusedByGuards(lane: Lane, update: PlannedUpdate, before: IDataObject | undefined): Applied | undefined {
	const failure = before && whyRefused(update, before, lane.connection.run.service.fields.zeroIsLeftOut);
	return failure && failed(update, 'not sent', failure);
}

/** Dry Run: the update is shown, and not sent. */
function plannedOnly(lane: Lane, update: PlannedUpdate, before: IDataObject): Applied {
	const changes = differences(before, update.touched, lane.connection.run.service.fields.zeroIsLeftOut);
	const after = simulate(before, update.touched);
	lane.simulated = after;
	const { cannotUndo } = undoPlanOf(lane.connection, update, changes, before, after);
	return succeeded(update, 'planned', before, { changes, ...(cannotUndo.length > 0 && { cannotUndo }) });
}

/**
 * Whether later updates of the account, which an earlier try has applied, have overwritten everything that an update asks for. To send it now
 * would put it after them.
 */
function isOverwritten(update: PlannedUpdate, later: PlannedUpdate[], record: IDataObject): boolean {
	return missingFrom(record, update.touched).every(({ field }) =>
		later.some((other) => other.touched.some((touched) => touched.field === field && holds(touched, record))),
	);
}

/** A plan is to change the spelling of a value, e.g. the case of an e-mail address, and the account does not have it so yet. */
function isToBeSpelled({ given, touched }: PlannedUpdate, record: IDataObject): boolean {
	return touched.some((each) => isOtherSpelling(each.field, given?.was[each.field.path], each.wanted) && isSpelledOtherwise(each, record));
}

/** Skip If Unchanged: the account has all the values, or a later update that was sent before has put others in their place. */
function alreadyAsAsked(lane: Lane, update: PlannedUpdate, before: IDataObject): Applied | undefined {
	const { zeroIsLeftOut } = lane.connection.run.service.fields;
	const earlier = lane.begun.get(update);
	const unchanged = () => succeeded(update, 'unchanged', before, { changes: [], undo: NO_PLAN });
	if (missingFrom(before, update.touched, zeroIsLeftOut).length === 0) {
		// What an earlier try has left open was applied.
		if (earlier?.outcome === 'unknown') return settled(lane, update, lane.hasSent ? before : earlier.before, before);
		return isToBeSpelled(update, before) ? undefined : unchanged();
	}
	// A dry run was never to be sent, and shows what it would change now.
	const later = lane.updates.slice(lane.updates.indexOf(update) + 1).filter((other) => lane.done.has(other));
	if (update.options.dryRun || !isOverwritten(update, later, before)) return undefined;
	// It is not sent after them. What an earlier try has found out of it holds.
	return earlier ? { result: earlier, end: earlier.outcome === 'unknown' ? 'closeLane' : 'next' } : unchanged();
}

/** Adds what was learned on the way: the account's name, the request, and the update as a plan, so that it can be applied again. */
function withLearned(lane: Lane, update: PlannedUpdate, { before, sent }: Learned, { result, end }: Applied): Applied {
	const record = result.record ?? before;
	const { dryRun } = update.options;
	const known: Partial<Result> = { accountName: accountNameOf(lane.connection, record), before, ...(dryRun && { isDryRun: true }) };
	if (sent) {
		const { method, path, query = {}, body = {} } = sent.request;
		known.request = { method, url: `${lane.connection.credential.baseUrl}${path}`, query, body };
	}
	const isToApply = dryRun || result.failure !== undefined;
	if (update.given) known.plan = update.given.text;
	else if (before && isToApply) known.plan = planTextOf(lane.connection, update, before);
	if (before && result.failure && !result.undo) Object.assign(known, undoOfFailed(lane, update, before, result.outcome));
	const isStillOpen = result.outcome === 'not sent' && lane.begun.get(update)?.outcome === 'unknown';
	// Spreading both into a new object costs ten times as much.
	return { result: Object.assign(known, result), end: isStillOpen ? 'closeLane' : end };
}

/**
 * What takes a failed update back, where its end does not say so itself. If it is unknown whether it was applied, the plan finds out: an account
 * that still holds the former values has nothing to take back.
 */
function undoOfFailed(lane: Lane, update: PlannedUpdate, before: IDataObject, outcome: Outcome): Partial<Result> {
	if (outcome !== 'unknown') return {};
	const changes = differences(before, update.touched, lane.connection.run.service.fields.zeroIsLeftOut);
	return undoPlanOf(lane.connection, update, changes, before, simulate(before, update.touched));
}

/** A step threw: the execution was stopped, or this package has a fault. */
function broken(lane: Lane, update: PlannedUpdate, claim: Claim, error: unknown): Applied {
	// The run is over then: what is left is not sent for that reason, and not because of this update.
	if (lane.connection.run.signal?.aborted) return { ...failed(update, claim.outcome, STOPPED), end: 'next' };
	const failure: Failure = { summary: 'The update failed in an unforeseen way', remedy: remedyAfterFault(claim.outcome, error) };
	return { ...failed(update, claim.outcome, failure), end: 'closeLane' };
}
