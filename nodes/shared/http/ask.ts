import { sleep, type IDataObject } from 'n8n-workflow';

import { isRecord } from '../fields/record';
import type { Answer, ApiRequest, Failure, Service, ServiceFault, Target } from '../service';
import type { Connection } from './connection';
import { leftUndone, NO_PROGRESS, RUN_OVER } from './ending';
import { explain, quote } from './explain';
import type { Quota, Reply } from './limiter';
import type { Urgency } from './line';
import type { Place } from './place';
import { quotaOf } from './quota';
import { decide, type Verdict } from './retryPolicy';
import { LONGEST_WAIT_MS } from './waits';

/** An answer, what the service's body says, and what the policy makes of it. */
export interface Asked {
	answer: Answer;
	fault: ServiceFault;
	verdict: Verdict;
}

/** What the service's body says. Where it cannot be understood, it may say that the request is open: that is found out by reading. */
function faultOf(service: Service, answer: Answer): ServiceFault {
	if (answer.kind === 'noResponse') return {};
	try {
		return service.faultOf(answer);
	} catch {
		return { retryable: 'open' };
	}
}

/** What an answer says of the pace. */
function replyOf({ answer, verdict }: Asked, quota: Quota | undefined): Reply {
	if (answer.kind === 'noResponse') return { kind: 'lost' };
	if (answer.status === 429) return { kind: 'refused', waitMs: 'waitMs' in verdict ? verdict.waitMs : undefined, quota };
	const isAnswered = verdict.next === 'accept' || (verdict.next === 'giveUp' && verdict.why === 'refused');
	return isAnswered ? { kind: 'accepted', quota } : { kind: 'lost' };
}

/** Gives the place back, with what the answer says of the pace. */
function giveBack(place: Place, asked: Asked, method: ApiRequest['method'], now: number): void {
	const { answer, verdict } = asked;
	const quota = answer.kind === 'response' ? quotaOf(answer.headers, now) : undefined;
	if ((verdict.next === 'giveUp' || verdict.next === 'readBack') && verdict.why === 'waitTooLong') {
		place.toldToWaitLong({ kind: 'lost' }, method);
	} else if (quota?.remaining === 0 && quota.resetMs > LONGEST_WAIT_MS) {
		// Nothing is left, and more comes only after a wait that is not sat out.
		place.toldToWaitLong(replyOf(asked, undefined), method);
	} else place.reply(replyOf(asked, quota), method);
}

/**
 * Sends one request that has its place, and gives the place back.
 *
 * @param attempt how many times it has been sent, this one included, those not counted that a busy service refused
 */
export async function ask(connection: Connection, place: Place, request: ApiRequest, probe: ApiRequest, attempt: number): Promise<Asked> {
	const { service, maxRetries } = connection.run;
	try {
		const answer = await connection.send(request, probe);
		const fault = faultOf(service, answer);
		const now = Date.now();
		const makesProgress = connection.line.makesProgress(now, request.method);
		const verdict = decide(attempt, answer, fault, { maxRetries, makesProgress, now, random: Math.random() });
		const asked = { answer, fault, verdict };
		giveBack(place, asked, request.method, now);
		if (verdict.next === 'giveUp' && verdict.why === 'noProgress') connection.end(NO_PROGRESS);
		return asked;
	} finally {
		// Whatever was thrown, nobody else may wait for this place.
		place.free();
	}
}

export type ReadResult = { record: IDataObject } | { failure: Failure };

const STOPPED: Failure = { summary: 'The execution was stopped' };

/**
 * Reads until there is an answer that counts. Reading changes nothing, so every retryable failure is tried again.
 *
 * @param isNeeded whether it is to find out what became of an update, which is done even when the run is over
 * @returns the answer's JSON object, or why there is none
 */
export async function readObject(connection: Connection, request: ApiRequest, isNeeded: boolean): Promise<ReadResult> {
	const { run } = connection;
	let urgency: Urgency = isNeeded ? 'begun' : 'fresh';
	for (let attempt = 1; ; ) {
		const place = await connection.line.enter(urgency, isNeeded);
		const ending = connection.ended ?? (!isNeeded && run.isOver() ? RUN_OVER : undefined);
		if (ending || run.signal?.aborted) {
			place.free();
			return { failure: ending && !run.signal?.aborted ? leftUndone('Not read', ending) : STOPPED };
		}
		const { answer, fault, verdict } = await ask(connection, place, request, request, attempt);
		if (verdict.next === 'accept' && answer.kind === 'response' && isRecord(answer.json)) return { record: answer.json };
		if (verdict.next === 'goAgain') {
			urgency = 'again';
			continue;
		}
		const mayReadAgain = verdict.next === 'resend' || (verdict.next === 'readBack' && verdict.maySendAgain);
		if (!mayReadAgain) return { failure: explain(run.service, answer, fault, verdict) };
		await sleep(verdict.waitMs, run.signal);
		urgency = 'begun';
		attempt++;
	}
}

/**
 * Why an object is no record of the account: it shows nothing of one, it is an error in spite of its status, or it is of another account.
 *
 * @returns undefined where it is one
 */
export function whyNoRecord(service: Service, target: Target, object: IDataObject): string | undefined {
	const { fields, account } = service;
	if (isRecord(object.error) || typeof object.error === 'string') return 'The answer is an error';
	if ('title' in object && 'status' in object && !fields.recordKeys.includes('title')) return 'The answer is a problem report';
	if (!fields.recordKeys.some((key) => key in object)) return 'The answer shows nothing of the account';
	const id = account.idOf?.(object);
	if (id !== undefined && id !== target.key) return 'The answer is about another account';
	return undefined;
}

/**
 * Reads the record of an account. An answer that is no record of it is a failure: it would look as if all its fields were empty.
 *
 * @param isNeeded whether it is to find out what became of an update, which is done even when the run is over
 */
export async function readAccount(connection: Connection, target: Target, isNeeded: boolean): Promise<ReadResult> {
	const { service } = connection.run;
	const read = await readObject(connection, service.account.read(target), isNeeded);
	if ('failure' in read) return read;
	const why = whyNoRecord(service, target, read.record);
	if (why === undefined) return read;
	const json = JSON.stringify(read.record);
	return {
		failure: {
			summary: `${service.name} answered, but not with a record of the account`,
			detail: `${why}. It begins: ${quote(json)}`,
		},
	};
}
