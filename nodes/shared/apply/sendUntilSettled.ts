import { sleep, type IDataObject } from 'n8n-workflow';

import { isRecord } from '../fields/record';
import { ask, readAccount, whyNoRecord, type Asked } from '../http/ask';
import { explain } from '../http/explain';
import type { Urgency } from '../http/line';
import { missingFrom } from '../plan/changes';
import type { PlannedUpdate } from '../plan/plannedUpdate';
import type { Answer, ApiRequest, Failure } from '../service';
import { failed, join, NOT_STARTED, type Applied, type Claim } from './claim';
import type { Lane } from './lane';
import { settled } from './settled';

/** What is known while an update is sent. */
interface Sending {
	lane: Lane;
	update: PlannedUpdate;
	/** The record before, where it was read. */
	before: IDataObject | undefined;
	claim: Claim;
	/** The service has received an attempt. */
	isReceived: boolean;
	/** An attempt may still be carried out: it was not answered with certainty, and the account has not shown all asked values since. */
	isOpen: boolean;
}

/**
 * Sends an update until it is settled what became of it: a small machine over the verdicts of the retry policy.
 *
 * @param before the record before, where it was read
 * @param claim what may be claimed if this throws
 */
export async function sendUntilSettled(
	lane: Lane,
	update: PlannedUpdate,
	request: ApiRequest,
	before: IDataObject | undefined,
	claim: Claim,
): Promise<Applied> {
	const { connection } = lane;
	const { run } = connection;
	const sending: Sending = { lane, update, before, claim, isReceived: false, isOpen: false };
	const probe = run.service.account.read(update.target);
	let urgency: Urgency = before === undefined ? 'fresh' : 'begun';
	let hasBegun = false;
	for (let attempt = 1; ; ) {
		const place = await connection.line.enter(urgency);
		// Another item may have failed while this one waited.
		const mayStart = !connection.ended && !run.signal?.aborted && (hasBegun || !run.isOver());
		if (!mayStart) {
			place.free();
			if (!hasBegun) return failed(update, 'not sent', connection.ended ?? NOT_STARTED);
			return await gaveUp(sending, connection.ended ?? NOT_STARTED);
		}
		lane.simulated = undefined;
		lane.lastRead = undefined;
		lane.hasSent = true;
		claim.outcome = 'unknown';
		hasBegun = true;
		const asked = await ask(connection, place, request, probe, attempt);
		const { answer, fault, verdict } = asked;
		sending.isReceived ||= wasReceived(answer);
		sending.isOpen ||= verdict.next === 'readBack';
		claim.outcome = outcomeSoFar(sending, verdict.next === 'accept');
		switch (verdict.next) {
			case 'accept':
				return await accepted(sending, asked);
			case 'giveUp':
				return await gaveUp(sending, explain(run.service.name, answer, fault, verdict));
			case 'goAgain':
				urgency = 'again';
				continue;
			case 'resend':
				await sleep(verdict.waitMs, run.signal);
				break;
			case 'readBack': {
				await sleep(verdict.waitMs, run.signal);
				const failure = explain(run.service.name, answer, fault, verdict);
				const applied = await readBack(sending, failure, verdict.maySendAgain);
				if (applied) return applied;
			}
		}
		urgency = 'begun';
		attempt++;
	}
}

function wasReceived(answer: Answer): boolean {
	return answer.kind === 'response' || answer.mayHaveArrived || answer.wasAnswered === true;
}

function outcomeSoFar({ isOpen, isReceived }: Sending, isAccepted: boolean): Claim['outcome'] {
	if (isOpen || isAccepted) return 'unknown';
	return isReceived ? 'not applied' : 'not sent';
}

/** The service says that it carried the update out. Its answer is believed where it shows every asked value; else the account is read. */
async function accepted(sending: Sending, { answer, fault, verdict }: Asked): Promise<Applied> {
	const { lane, update, before } = sending;
	const { service } = lane.connection.run;
	const { status, json } = answer as Extract<Answer, { kind: 'response' }>;
	const isPromise = status === 202 || status === 207;
	const isShown =
		isRecord(json) && whyNoRecord(service, update.target, json) === undefined && missingFrom(json, update.touched).length === 0;
	if (isShown && !isPromise) return settled(lane, update, before, json);

	const read = await readAccount(lane.connection, update.target, true);
	const failure = explain(service.name, answer, fault, verdict);
	if ('failure' in read) return failed(update, 'unknown', unread(failure, read.failure));
	const missing = missingFrom(read.record, update.touched, true);
	if (missing.length > 0 && (isPromise || sending.isOpen)) {
		failure.summary = `${service.name} accepted the update, but the account does not show it yet (HTTP ${status})`;
		delete failure.detail;
		return failed(update, 'unknown', notAppliedWhenLastRead(failure, missing), { record: read.record });
	}
	return settled(lane, update, before, read.record, fault.message);
}

/** The update may have been applied. Reading can prove that it was, never that it will not be. */
async function readBack(sending: Sending, failure: Failure, maySendAgain: boolean): Promise<Applied | undefined> {
	const { lane, update, before } = sending;
	const read = await readAccount(lane.connection, update.target, true);
	if ('failure' in read) return failed(update, 'unknown', unread(failure, read.failure));
	const missing = missingFrom(read.record, update.touched, true);
	if (missing.length === 0) return settled(lane, update, before, read.record);
	return maySendAgain ? undefined : failed(update, 'unknown', notAppliedWhenLastRead(failure, missing), { record: read.record });
}

/** The last attempt certainly had no effect. One before it may still have. */
async function gaveUp(sending: Sending, failure: Failure): Promise<Applied> {
	const { update, claim, isOpen, isReceived } = sending;
	if (!isOpen) return failed(update, isReceived ? 'not applied' : 'not sent', failure);
	claim.outcome = 'unknown';
	return (await readBack(sending, failure, false))!;
}

/** The failure of an update whose effect could not be read either. */
function unread(failure: Failure, reading: Failure): Failure {
	const remedy = join(
		`Whether it was applied could not be found out, because reading the account failed too (${reading.summary}).`,
		'Look the account up before you run the item again.',
	);
	return { ...failure, remedy };
}

/** The failure of an update that may still be carried out. */
function notAppliedWhenLastRead(failure: Failure, missing: Array<{ field: { path: string } }>): Failure {
	const fields = missing.map(({ field }) => field.path).join(', ');
	const remedy = join(`Not applied when last read: ${fields}. It may still be.`, 'Look the account up before you run the item again.');
	return { ...failure, remedy };
}
