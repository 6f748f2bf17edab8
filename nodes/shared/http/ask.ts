import { sleep, type IDataObject } from 'n8n-workflow';

import { isRecord } from '../fields/record';
import type { ApiRequest, Failure, Service, Target } from '../service';
import type { Connection } from './connection';
import { leftUndone, NO_PROGRESS, RUN_OVER, STOPPED } from './ending';
import { exchange, type Asked } from './exchange';
import { explain, quote } from './explain';
import type { Urgency } from './line';
import type { Place } from './place';

export type { Asked };

/**
 * Sends one request that has its place, and gives the place back.
 *
 * @param attempt how many times it has been sent, this one included, those not counted that a busy service refused
 */
export async function ask(connection: Connection, place: Place, request: ApiRequest, probe: ApiRequest, attempt: number): Promise<Asked> {
	const asked = await exchange(
		connection.run,
		connection.line,
		place,
		request.method,
		attempt,
		async () => await connection.send(request, probe),
	);
	const { verdict } = asked;
	if (verdict.next === 'giveUp' && verdict.why === 'noProgress') connection.end(NO_PROGRESS);
	return asked;
}

export type ReadResult = { record: IDataObject } | { failure: Failure };

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
		const place = await connection.enter(urgency, isNeeded);
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
