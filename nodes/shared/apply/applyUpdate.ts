import type { IDataObject } from 'n8n-workflow';

import { removeAt, setAt, toApi } from '../fields/record';
import { readAccount } from '../http/ask';
import { differences, holds, missingFrom } from '../plan/changes';
import type { PlannedUpdate } from '../plan/plannedUpdate';
import type { ApiRequest, Failure, TouchedField } from '../service';
import { buildRequest } from './buildRequest';
import { failed, join, succeeded, type Applied, type Claim } from './claim';
import { changeAbove, tooLarge } from './guard';
import type { Lane } from './lane';
import { sendUntilSettled } from './sendUntilSettled';

/** How a run is to go, the same for all its items. */
export interface ApplyMode {
	/** n8n runs the whole node again after a failure, so what is applied already must not be sent again. */
	mayRunAgain: boolean;
}

/**
 * Applies one update, and finds out what became of it, in steps of which each may be the last. Never throws.
 *
 * @returns what became of it, and how its lane goes on
 */
export async function applyUpdate(lane: Lane, update: PlannedUpdate, mode: ApplyMode): Promise<Applied> {
	const claim: Claim = { outcome: 'not sent' };
	try {
		const kept = keptFromEarlierTry(lane, update);
		if (kept) return kept;

		const skipIfUnchanged = update.options.skipIfUnchanged || mode.mayRunAgain;
		const read = await readWhatIsNeeded(lane, update, skipIfUnchanged);
		if ('result' in read) return read;
		const before = read.record;

		const refused = refusedByGuard(update, before);
		if (refused) return refused;

		const unchanged = skipIfUnchanged && !update.options.dryRun ? alreadyAsAsked(lane, update, before!) : undefined;
		if (unchanged) return unchanged;

		const request = buildRequest(lane.connection, update, before);
		if ('failure' in request) return failed(update, 'not sent', request.failure);

		if (update.options.dryRun) return plannedOnly(lane, update, request, before!, skipIfUnchanged);

		return await sendUntilSettled(lane, update, request, before, claim);
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
	const { dryRun, includeChanges, refuseChangesAbove } = update.options;
	const isNeeded =
		dryRun ||
		skipIfUnchanged ||
		includeChanges ||
		refuseChangesAbove !== undefined ||
		run.service.account.needsRecord?.(update.changes, update.options.serviceOptions) === true;
	if (!isNeeded) return { record: undefined };
	if (dryRun && lane.simulated) return { record: lane.simulated };
	const read = await readAccount(lane.connection, update.target, false);
	if ('record' in read) return read;
	const { failure } = read;
	if (failure.isConsequence) return failed(update, 'not sent', failure);
	return failed(update, 'not sent', {
		...failure,
		remedy: join('The current record is needed first, so no update was sent.', failure.remedy),
	});
}

/** Refuse Changes Above, on the record as it is. */
function refusedByGuard(update: PlannedUpdate, before: IDataObject | undefined): Applied | undefined {
	const limit = update.options.refuseChangesAbove;
	if (limit === undefined || !before) return undefined;
	const change = changeAbove(limit, update.touched, before);
	return change && failed(update, 'not sent', tooLarge(change, limit));
}

/** The record as an update would leave it. */
function simulate(record: IDataObject, touched: TouchedField[]): IDataObject {
	const copy = structuredClone(record);
	for (const { field, wanted } of touched) {
		if (wanted === undefined) removeAt(copy, field.path);
		else setAt(copy, field.path, toApi(field, wanted));
	}
	return copy;
}

/** Dry Run: the update is shown, and not sent. */
function plannedOnly(lane: Lane, update: PlannedUpdate, request: ApiRequest, before: IDataObject, skipIfUnchanged: boolean): Applied {
	const { run, baseUrl } = lane.connection;
	const changes = differences(before, update.touched, run.service.fields.zeroIsLeftOut);
	lane.simulated = simulate(before, update.touched);
	const plan: IDataObject = {
		dryRun: true,
		wouldSend: !(skipIfUnchanged && changes.length === 0),
		method: request.method,
		url: `${baseUrl}${request.path}`,
		query: request.query ?? {},
		body: request.body ?? {},
		changes: changes as unknown as IDataObject[],
	};
	return succeeded(update, 'planned', plan, { changes });
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

/** Skip If Unchanged: the account has all the values, or a later update that was sent before has put others in their place. */
function alreadyAsAsked(lane: Lane, update: PlannedUpdate, before: IDataObject): Applied | undefined {
	const { zeroIsLeftOut } = lane.connection.run.service.fields;
	const later = lane.updates.slice(lane.updates.indexOf(update) + 1).filter((other) => lane.done.has(other));
	const isAsAsked = missingFrom(before, update.touched, zeroIsLeftOut).length === 0 || isOverwritten(update, later, before);
	return isAsAsked ? succeeded(update, 'unchanged', before, { changes: [], undo: { ...update.target.selector } }) : undefined;
}

/** A step threw: the execution was stopped, or this package has a fault. */
function broken(lane: Lane, update: PlannedUpdate, claim: Claim, error: unknown): Applied {
	if (lane.connection.run.signal?.aborted)
		return { ...failed(update, claim.outcome, { summary: 'The execution was stopped' }), end: 'stop' };
	const failure: Failure = {
		summary: 'The update failed in an unforeseen way',
		detail: error instanceof Error ? error.message : 'Something was thrown that is no error',
		remedy: claim.outcome === 'unknown' ? 'Look the account up before you run the item again.' : undefined,
	};
	return { ...failed(update, claim.outcome, failure), end: 'closeLane' };
}
