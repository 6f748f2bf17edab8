import { sleep, type IDataObject } from 'n8n-workflow';

import type { Connection } from './connection';
import { UNAUTHORIZED } from './connection';
import type { Pace } from '../apply/lanes';
import type { Failure } from '../report/outcome';
import { decide, LONGEST_WAIT_MS, type Verdict } from './retryPolicy';
import type { Answer, ApiRequest, Service } from '../service';

/** What is shared by all requests of a run. */
export interface Exchange {
	service: Service;
	connection: Connection;
	pace: Pace;
	maxRetries: number;
	signal?: AbortSignal;
}

/** One request, its answer, and what the policy makes of it; the pace is told how it went. */
export async function sendOnce(
	exchange: Exchange,
	request: ApiRequest,
	probe: ApiRequest,
	attempt: number,
): Promise<{ answer: Answer; verdict: Verdict }> {
	const { service, connection, pace, maxRetries } = exchange;
	const answer = await connection.send(request, probe);
	const verdict = decide(attempt, answer, {
		maxRetries,
		isPassing: (response) => service.isPassing(response),
		faultOf: (response) => service.faultOf(response),
		now: Date.now(),
		random: Math.random(),
	});
	if (verdict.next === 'accept') pace.good();
	else if (verdict.next === 'resend' && answer.kind === 'response') pace.pushback(verdict.holdAll ? verdict.waitMs : 0);
	return { answer, verdict };
}

/** Whether a verdict ends the whole run: the credential is refused. */
export function isUnauthorized(verdict: Verdict): boolean {
	return verdict.next === 'giveUp' && verdict.why === 'unauthorized';
}

export type ReadResult = { record: IDataObject } | { failure: Failure; unauthorized: boolean };

/** Whether an answer shows anything of an account. */
export function looksLikeRecord(service: Pick<Service, 'recordKeys'>, answer: IDataObject): boolean {
	return service.recordKeys.some((key) => key in answer);
}

/**
 * Reads the record of an account, to compare with it. An answer that shows nothing of the account is a failure: it would look as if all
 * its fields were empty.
 */
export async function readAccount(exchange: Exchange, request: ApiRequest): Promise<ReadResult> {
	const read = await readRecord(exchange, request);
	if ('failure' in read || looksLikeRecord(exchange.service, read.record)) return read;
	const failure: Failure = {
		summary: `${exchange.service.name} answered, but not with a record of the account`,
		detail: `The answer begins: ${quote(JSON.stringify(read.record))}`,
	};
	return { failure, unauthorized: false };
}

/** Reads a record. Reading changes nothing, so every failure that may pass is tried again. */
export async function readRecord(exchange: Exchange, request: ApiRequest): Promise<ReadResult> {
	for (let attempt = 1; ; attempt++) {
		await exchange.pace.ready();
		const { answer, verdict } = await sendOnce(exchange, request, request, attempt);
		if (verdict.next === 'accept') return { record: (answer as { json: IDataObject }).json };
		if (verdict.next === 'giveUp' || attempt > exchange.maxRetries) {
			return { failure: explain(exchange.service, answer, verdict), unauthorized: isUnauthorized(verdict) };
		}
		await sleep(verdict.waitMs, exchange.signal);
	}
}

/** The header in which a service, or the gateway before it, names a request. */
const REQUEST_ID_HEADERS = ['x-request-id', 'request-id', 'x-correlation-id', 'x-cloud-trace-context', 'traceparent'];
/** Most characters of a foreign text that a message quotes. */
const QUOTED_CHARACTERS = 300;

/** The beginning of a text, on one line, without markup and control characters. */
export function quote(text: string): string {
	const plain = text
		.slice(0, 20 * QUOTED_CHARACTERS)
		.replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, ' ')
		.replace(/<[^>]*>/g, ' ')
		.replace(/[\p{Cc}\s]+/gu, ' ')
		.trim();
	return plain.length > QUOTED_CHARACTERS ? `${plain.slice(0, QUOTED_CHARACTERS)}…` : plain;
}

const REMEDIES: Record<number, string> = {
	401: 'Check the credential: its secret may be wrong or expired.',
	403: 'Check the credential, and that it may manage billing.',
	404: 'Check that the account exists and that the credential may see it.',
	409: 'The account was changed at the same time. Run the item again.',
	412: 'The account is not in the state that the service requires for this change.',
	429: 'Run the items again later, or lower Max Concurrent Requests.',
};

/** An answer that is not a success, in words for a person. */
export function explain(service: Service, answer: Answer, verdict: Verdict): Failure {
	if (answer.kind === 'failure') {
		return {
			summary: `${service.name}: ${answer.message}`,
			code: answer.code,
			httpCode: answer.status,
			detail: answer.detail === undefined ? undefined : quote(answer.detail),
			remedy:
				answer.code === UNAUTHORIZED
					? 'Check the credential: its secret may be wrong or expired.'
					: 'Check the base URL of the credential, and whether the service is up.',
		};
	}
	const { status, text } = answer;
	const fault = service.faultOf(answer);
	const requestId = REQUEST_ID_HEADERS.map((name) => answer.headers[name]).find((value) => value);
	const failure: Failure = { summary: `${service.name} refused the request (HTTP ${status})`, httpCode: status };
	if (status >= 500) failure.summary = `${service.name} failed to process the request (HTTP ${status})`;
	if (status >= 200 && status < 300) {
		failure.summary = `${service.name} accepted the request, but its answer is not a record (HTTP ${status})`;
		failure.detail = text === '' ? 'The answer is empty.' : `The answer begins: ${quote(text)}`;
	} else if (verdict.next === 'giveUp' && verdict.why === 'redirected') {
		failure.summary = `${service.name} answered with a redirect, which is not followed (HTTP ${status})`;
		failure.remedy = 'Redirects are refused, because credentials must not travel to another address. Check the base URL of the credential.';
	} else if (verdict.next === 'giveUp' && verdict.why === 'waitTooLong') {
		const seconds = Math.ceil((verdict.waitMs ?? 0) / 1000);
		failure.summary = `${service.name} asks to wait ${seconds} s (HTTP ${status})`;
		failure.remedy = `Waits over ${LONGEST_WAIT_MS / 1000} s are not sat out. Run the items again later.`;
	}
	failure.detail ??= fault.message ? quote(fault.message) : quote(text) || undefined;
	failure.remedy ??= REMEDIES[status] ?? (status >= 500 ? 'Run the item again later.' : undefined);
	if (fault.code) failure.code = fault.code;
	if (fault.violations?.length) {
		failure.violations = fault.violations
			.slice(0, 50)
			.map(({ field, description }) => ({ field: quote(field), description: quote(description) }));
	}
	if (requestId) failure.requestId = quote(requestId);
	return failure;
}
