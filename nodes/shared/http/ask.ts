import { sleep, type IDataObject } from 'n8n-workflow';

import { isRecord } from '../fields/record';
import type { Answer, ApiRequest, Failure, Service, ServiceFault, Target } from '../service';
import type { Connection } from './connection';
import { explain, quote } from './explain';
import type { Place } from './gate';
import type { Reply } from './limiter';
import { decide, type Verdict } from './retryPolicy';

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

/** How an answer tells the pace. */
function replyOf({ answer, verdict }: Asked): Reply {
	if (answer.kind === 'noResponse') return { kind: 'lost' };
	if (verdict.next === 'resend') return { kind: 'refused', waitMs: verdict.holdAll ? verdict.waitMs : undefined };
	return verdict.next === 'readBack' || (verdict.next === 'giveUp' && verdict.why !== 'refused') ? { kind: 'lost' } : { kind: 'accepted' };
}

/**
 * Sends one request that has its place, and gives the place back.
 *
 * @param attempt how many times it has been sent, this one included
 */
export async function ask(connection: Connection, place: Place, request: ApiRequest, probe: ApiRequest, attempt: number): Promise<Asked> {
	const { service, maxRetries } = connection.run;
	const answer = await connection.send(request, probe);
	try {
		const fault = faultOf(service, answer);
		const verdict = decide(attempt, answer, fault, { maxRetries, now: Date.now(), random: Math.random() });
		const asked = { answer, fault, verdict };
		const isLongWait = (verdict.next === 'giveUp' || verdict.next === 'readBack') && verdict.why === 'waitTooLong';
		if (isLongWait) place.toldToWaitLong(request.method);
		else place.reply(replyOf(asked), request.method);
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
 * @param isBegun whether it belongs to an update of which a request has left already
 * @returns the answer's JSON object, or why there is none
 */
export async function readObject(connection: Connection, request: ApiRequest, isBegun: boolean): Promise<ReadResult> {
	const { run } = connection;
	for (let attempt = 1; ; attempt++) {
		const place = await connection.gate.enter(isBegun || attempt > 1);
		if (connection.ended || run.signal?.aborted) {
			place.free();
			return { failure: connection.ended ?? STOPPED };
		}
		const { answer, fault, verdict } = await ask(connection, place, request, request, attempt);
		if (verdict.next === 'accept' && answer.kind === 'response' && isRecord(answer.json)) return { record: answer.json };
		const mayReadAgain = verdict.next === 'resend' || (verdict.next === 'readBack' && verdict.maySendAgain);
		if (!mayReadAgain) return { failure: explain(run.service.name, answer, fault, verdict) };
		await sleep(verdict.waitMs, run.signal);
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
 * @param isBegun whether it belongs to an update of which a request has left already
 */
export async function readAccount(connection: Connection, target: Target, isBegun: boolean): Promise<ReadResult> {
	const { service } = connection.run;
	const read = await readObject(connection, service.account.read(target), isBegun);
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
