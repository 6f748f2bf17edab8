import { sleep, type IDataObject } from 'n8n-workflow';

import { isRecord } from '../fields/record';
import { asSentence } from '../fields/sentence';
import { ask, readAccount, whyNoRecord, type Asked } from '../http/ask';
import { leftUndone, RUN_OVER } from '../http/ending';
import { explain } from '../http/explain';
import type { Urgency } from '../http/line';
import { missingFrom } from '../plan/changes';
import { NO_PLAN } from '../plan/makePlan';
import type { PlannedUpdate } from '../plan/plannedUpdate';
import type { Answer, ApiRequest, Ending, Failure, NoEffect } from '../service';
import { partsOf } from './buildRequest';
import { failed, join, LOOK_IT_UP, type Applied, type Claim } from './claim';
import type { Lane } from './lane';
import { leftAsTheyWere, settled } from './settled';

/** What is known while an update is sent. */
interface Sending {
	lane: Lane;
	update: PlannedUpdate;
	/** The record before this try sent anything, where it was read. */
	before: IDataObject | undefined;
	/** The record before the first attempt: before an earlier try's that is still open, else the same. */
	began: IDataObject | undefined;
	claim: Claim;
	/** What is sent, kept for the report. */
	sent: { request: ApiRequest };
	/** The service's ways that the request keeps to. */
	ways: Set<string>;
	/** An attempt of this try has left. */
	isBegun: boolean;
	/** The service has received an attempt of this try. */
	isReceived: boolean;
	/** What came of the last attempt. */
	last?: Asked;
	/** An attempt may still be carried out: it was not answered with certainty, and the account has not shown all asked values since. */
	isOpen: boolean;
	/** The account was read since the last attempt that is open, and did not show it. */
	isLookedUp: boolean;
	/** What the account showed after the service had accepted an attempt that it did not carry out, or not all of it. */
	accepted?: { record: IDataObject; words?: string };
}

/**
 * Sends an update until it is settled what became of it: a small machine over the verdicts of the retry policy.
 *
 * @param sent the request; another one where the update has to be sent in another way
 * @param records the record before this try, and before the first attempt, where they were read
 * @param claim what may be claimed if this throws
 */
export async function sendUntilSettled(
	lane: Lane,
	update: PlannedUpdate,
	sent: { request: ApiRequest },
	{ before, began }: Pick<Sending, 'before' | 'began'>,
	claim: Claim,
): Promise<Applied> {
	const { connection } = lane;
	const { run } = connection;
	const isOpen = lane.begun.get(update)?.outcome === 'unknown';
	const soFar = { isBegun: false, isReceived: false, isOpen, isLookedUp: before !== undefined };
	const sending: Sending = { lane, update, before, began, claim, sent, ways: new Set(connection.ways), ...soFar };
	const probe = run.service.account.read(update.target);
	let urgency: Urgency = before === undefined ? 'fresh' : 'begun';
	for (let attempt = 1; ; ) {
		const asked = await sendOnce(sending, urgency, probe, attempt);
		if ('ending' in asked) return await gaveUp(sending, leftOff(sending, asked.ending));
		urgency = 'begun';
		const { answer, fault, verdict } = asked;
		switch (verdict.next) {
			case 'accept': {
				for (const way of sending.ways) connection.ways.add(way);
				const applied = await accepted(sending, asked);
				if (applied) return applied;
				continue;
			}
			case 'giveUp': {
				const isRefused = verdict.why === 'refused' && answer.kind === 'response';
				if (isRefused && turnToOtherWay(sending, { how: 'refused', status: answer.status, fault }, before)) continue;
				return await gaveUp(sending, refusedToErase(update, explain(run.service, answer, fault, verdict)));
			}
			case 'goAgain':
				urgency = 'again';
				break;
			case 'resend':
			case 'readBack':
				attempt += 1;
				await sleep(verdict.waitMs, run.signal);
		}
		const applied = await lookWhileOpen(sending, asked);
		if (applied) return applied;
	}
}

/** Sends an update once when its turn comes, and notes what is known then; or says why it is not sent any more. */
async function sendOnce(
	sending: Sending,
	urgency: Urgency,
	probe: ApiRequest,
	attempt: number,
): Promise<Asked | { ending: Ending | Failure }> {
	const { connection } = sending.lane;
	const { run } = connection;
	// Another item may have failed while this one waits. What this try has sent and is open is settled all the same.
	const isNeeded = sending.isOpen && sending.isBegun;
	const place = await connection.enter(urgency, isNeeded);
	try {
		const ending = connection.ended ?? (run.signal?.aborted || (run.isOver() && !isNeeded) ? RUN_OVER : undefined);
		if (ending) return { ending };
		attemptLeaves(sending);
		keepToWays(sending, connection.ways, sending.before);
		const asked = await ask(connection, place, sending.sent.request, probe, attempt);
		sending.last = asked;
		sending.isReceived ||= wasReceived(asked.answer);
		if (asked.verdict.next === 'readBack') Object.assign(sending, { isOpen: true, isLookedUp: false });
		sending.claim.outcome = outcomeSoFar(sending, asked.verdict.next === 'accept');
		return asked;
	} finally {
		place.free();
	}
}

/**
 * While an attempt is open, the account is read before anything else is sent to it. Once is enough where a busy service refuses the next ones: each read
 * would take the place of an update.
 */
async function lookWhileOpen(sending: Sending, { answer, fault, verdict }: Asked): Promise<Applied | undefined> {
	if (!sending.isOpen || (verdict.next === 'goAgain' && sending.isLookedUp)) return undefined;
	const { service } = sending.lane.connection.run;
	const maySendAgain = verdict.next !== 'readBack' || verdict.maySendAgain;
	return await readBack(sending, explain(service, answer, fault, verdict), maySendAgain);
}

/** An attempt leaves: from now on the account may be another than it was read, and what comes of the update is unknown until it is answered. */
function attemptLeaves(sending: Sending): void {
	const { lane, claim } = sending;
	lane.simulated = undefined;
	lane.lastRead = undefined;
	lane.hasSent = true;
	sending.isBegun = true;
	claim.outcome = 'unknown';
}

/** Builds the request anew where it does not keep to all these ways. */
function keepToWays(sending: Sending, ways: Iterable<string>, record: IDataObject | undefined): boolean {
	const others = [...ways].filter((way) => !sending.ways.has(way));
	if (others.length === 0) return true;
	const all = new Set([...sending.ways, ...others]);
	const request = sending.lane.connection.run.service.account.update(partsOf(sending.update, record, all));
	if ('failure' in request) return false;
	sending.sent.request = request;
	sending.ways = all;
	return true;
}

/**
 * Whether there is another way to send an update that had no effect; if so, it goes next. That costs no retry: what was sent before was answered
 * with certainty.
 *
 * @param record the account as it was last read
 */
function turnToOtherWay(sending: Sending, why: NoEffect, record: IDataObject | undefined): boolean {
	const { lane, update, ways } = sending;
	const others = lane.connection.run.service.account.otherWays?.(partsOf(update, record, ways), why) ?? [];
	return others.some((way) => !ways.has(way)) && keepToWays(sending, others, record);
}

function wasReceived(answer: Answer): boolean {
	return answer.kind === 'response' || answer.mayHaveArrived;
}

function outcomeSoFar({ isOpen, isReceived, accepted: earlier }: Sending, isAccepted: boolean): Claim['outcome'] {
	if (isOpen || isAccepted || earlier) return 'unknown';
	return isReceived ? 'not applied' : 'not sent';
}

/**
 * The service says that it carried the update out. Its answer is believed where it shows every asked value; else the account is read.
 *
 * @returns undefined where the update had no effect on some fields, and goes again in another way
 */
async function accepted(sending: Sending, { answer, fault, verdict }: Asked): Promise<Applied | undefined> {
	const { lane, update, before, began } = sending;
	const { service } = lane.connection.run;
	const { status, json } = answer as Extract<Answer, { kind: 'response' }>;
	const isPromise = status === 202 || status === 207;
	const isOfAccount = isRecord(json) && whyNoRecord(service, update.target, json) === undefined;
	const isShown = isOfAccount && missingFrom(json, update.touched).length === 0;
	if (isShown && !isPromise) return settled(lane, update, began, json);

	const read = await readAccount(lane.connection, update.target, true);
	const failure = explain(service, answer, fault, verdict);
	if ('failure' in read) return failed(update, 'unknown', unread(failure, read.failure));
	const missing = missingFrom(read.record, update.touched, true);
	if (missing.length > 0 && !isPromise && before) {
		const fields = leftAsTheyWere(update, before, read.record).map(({ field }) => field.path);
		if (fields.length > 0 && turnToOtherWay(sending, { how: 'ignored', fields }, read.record)) {
			sending.accepted = { record: read.record, words: fault.message };
			return undefined;
		}
	}
	if (missing.length > 0 && (isPromise || sending.isOpen)) {
		failure.summary = `${service.name} accepted the update, but the account does not show it yet (HTTP ${status})`;
		delete failure.detail;
		return failed(update, 'unknown', notAppliedWhenLastRead(failure, missing), { record: read.record });
	}
	// What the service said in place of a record may be why it did not apply the update.
	const words = fault.message ?? (isOfAccount ? undefined : failure.detail);
	return settled(lane, update, began, read.record, words);
}

/** The update may have been applied. Reading can prove that it was, never that it will not be. */
async function readBack(sending: Sending, failure: Failure, maySendAgain: boolean): Promise<Applied | undefined> {
	const { lane, update, began } = sending;
	const read = await readAccount(lane.connection, update.target, true);
	if ('failure' in read) return failed(update, 'unknown', unread(failure, read.failure));
	sending.isLookedUp = true;
	const missing = missingFrom(read.record, update.touched, true);
	if (missing.length === 0) return settled(lane, update, began, read.record);
	return maySendAgain ? undefined : failed(update, 'unknown', notAppliedWhenLastRead(failure, missing), { record: read.record });
}

/** The last attempt certainly had no effect. One before it may still have, or has had: an earlier try's is told with what became of this one. */
async function gaveUp(sending: Sending, failure: Failure): Promise<Applied> {
	const { lane, update, began, isBegun, isOpen, isReceived } = sending;
	if (!isOpen && sending.accepted) return settled(lane, update, began, sending.accepted.record, sending.accepted.words);
	if (!isOpen || !isBegun) return failed(update, isReceived ? 'not applied' : 'not sent', failure, { undo: NO_PLAN });
	return (await readBack(sending, failure, false))!;
}

/** The failure of an update that is not sent, or not again, because of something else. What the service said of it stands beside that. */
function leftOff({ lane, last, isReceived, isOpen }: Sending, ending: Ending | Failure): Failure {
	const failure = leftUndone(isReceived || isOpen ? 'Not sent again' : 'Not sent', ending);
	if (!last || !failure.ending) return failure;
	const { summary, detail, ...said } = explain(lane.connection.run.service, last.answer, last.fault, last.verdict);
	// What may still be carried out is no mere consequence.
	return { ...said, ...failure, detail: join(asSentence(summary), detail && asSentence(detail)), ...(isOpen && { ending: undefined }) };
}

/** The failure of an update that was refused, where erasing fields may be why: whether a service takes that is often not documented. */
function refusedToErase({ touched }: PlannedUpdate, failure: Failure): Failure {
	const erased = touched.filter(({ wanted }) => wanted === undefined).map(({ field }) => field.label);
	if (erased.length === 0 || (failure.httpCode !== 400 && failure.httpCode !== 422)) return failure;
	const remedy = `The update erases ${erased.join(', ')}, which the service may not allow. To send the rest, leave that out of Fields to Clear.`;
	return { ...failure, remedy: join(failure.remedy, remedy) };
}

/** The failure of an update whose effect could not be read either. */
function unread(failure: Failure, reading: Failure): Failure {
	const remedy = join(
		`Whether it was applied could not be found out, because reading the account failed too (${reading.summary}).`,
		LOOK_IT_UP,
	);
	return { ...failure, remedy };
}

/** The failure of an update that may still be carried out. */
function notAppliedWhenLastRead(failure: Failure, missing: Array<{ field: { path: string } }>): Failure {
	const fields = missing.map(({ field }) => field.path).join(', ');
	const remedy = join(`Not applied when last read: ${fields}. It may still be.`, LOOK_IT_UP);
	return { ...failure, remedy };
}
