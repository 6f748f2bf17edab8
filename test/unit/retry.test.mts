import { askedWaitMs, backoffMs, decide } from '../../nodes/shared/http/retryPolicy.ts';
import type { RetryPolicy, Verdict } from '../../nodes/shared/http/retryPolicy.ts';
import type { Answer, Response, ServiceFault } from '../../nodes/shared/service.ts';

const NOW = Date.parse('2026-01-31T09:00:00Z');

const response = (status: number, headers: Record<string, string> = {}, json: unknown = { message: 'No' }): Response => ({
	kind: 'response',
	status,
	headers,
	text: JSON.stringify(json),
	json,
});

/** What a proxy in front of the service may say. */
const html: Response = { ...response(200), text: '<html></html>', json: undefined };

const failure = (mayHaveArrived: boolean, passing: boolean): Answer => ({
	kind: 'failure',
	code: 'CODE',
	mayHaveArrived,
	passing,
	message: 'It failed',
});

const policy = (more: Partial<RetryPolicy> = {}): RetryPolicy => ({
	maxRetries: 2,
	isPassing: () => false,
	faultOf: () => ({}),
	now: NOW,
	random: 1,
	...more,
});

const inBody = (retryAfterMs: number): Partial<RetryPolicy> => ({ faultOf: (): ServiceFault => ({ retryAfterMs }) });

describe('decide', () => {
	const giveUp = (why: string): Verdict => ({ next: 'giveUp', why }) as Verdict;
	const readBack = (waitMs: number): Verdict => ({ next: 'readBack', waitMs });
	const resend = (waitMs: number, holdAll = false): Verdict => ({ next: 'resend', waitMs, holdAll });
	const passing = { isPassing: () => true };

	test.each<[string, number, Answer, Verdict, Partial<RetryPolicy>?]>([
		['200 with a record', 1, response(200), { next: 'accept' }],
		['201 with a record', 3, response(201), { next: 'accept' }],
		['200 with HTML', 1, html, readBack(0)],
		['200 with a list', 1, response(200, {}, []), readBack(0)],
		['200 with null', 1, response(200, {}, null), readBack(0)],
		['200 with a text', 1, response(200, {}, 'ok'), readBack(0)],
		['301', 1, response(301), giveUp('redirected')],
		['304', 1, response(304), giveUp('redirected')],
		['400', 1, response(400), giveUp('refused')],
		['401', 1, response(401), giveUp('unauthorized')],
		['401 that the service marks as passing', 1, response(401), giveUp('unauthorized'), passing],
		['403', 1, response(403), giveUp('refused')],
		['404', 1, response(404), giveUp('refused')],
		['408', 1, response(408), readBack(500)],
		['409', 1, response(409), giveUp('refused')],
		['409 that the service marks as passing', 1, response(409), resend(500), passing],
		['429', 1, response(429), resend(500, true)],
		['429, the second time', 2, response(429), resend(1000, true)],
		['429, the third time', 3, response(429), giveUp('attemptsSpent')],
		['429, no retries', 1, response(429), giveUp('attemptsSpent'), { maxRetries: 0 }],
		['429 with Retry-After', 1, response(429, { 'retry-after': '7' }), resend(7250, true)],
		['429 with Retry-After, no jitter', 1, response(429, { 'retry-after': '7' }), resend(7000, true), { random: 0 }],
		['429 that asks for the most', 1, response(429, { 'retry-after': '60' }), resend(60_250, true)],
		['429 that asks for too much', 1, response(429, { 'retry-after': '61' }), { next: 'giveUp', why: 'waitTooLong', waitMs: 61_000 }],
		['503', 1, response(503), resend(500)],
		['503 with Retry-After', 1, response(503, { 'retry-after': '2' }), resend(2250)],
		['500', 1, response(500), readBack(500)],
		['500 that the service marks as passing', 1, response(500), resend(500), passing],
		['502, the second time', 2, response(502), readBack(1000)],
		['504, beyond the last retry', 9, response(504), readBack(30_000)],
		['a failure before it arrived', 1, failure(false, true), resend(500)],
		['a failure before it arrived, the third time', 3, failure(false, true), giveUp('attemptsSpent')],
		['a failure before it arrived that does not pass', 1, failure(false, false), giveUp('unreachable')],
		['a failure after it may have arrived', 1, failure(true, true), readBack(500)],
		['a failure after it may have arrived, beyond the last retry', 3, failure(true, false), readBack(2000)],
	])('%s, attempt %i', (_, attempt, answer, verdict, more = {}) => {
		expect(decide(attempt, answer, policy(more))).toEqual(verdict);
	});
});

describe('backoffMs', () => {
	test.each([
		[1, 1, 500],
		[1, 0, 0],
		[1, 0.5, 250],
		[2, 1, 1000],
		[3, 1, 2000],
		[6, 1, 16_000],
		[7, 1, 30_000],
		[100, 1, 30_000],
		[100, 0.5, 15_000],
	])('attempt %i, random %d: %i ms', (attempt, random, ms) => {
		expect(backoffMs(attempt, random)).toBe(ms);
	});
});

describe('askedWaitMs', () => {
	test.each<[string, Record<string, string>, number | undefined, Partial<RetryPolicy>?]>([
		['nothing', {}, undefined],
		['seconds', { 'retry-after': '3' }, 3000],
		['no seconds', { 'retry-after': '0' }, 0],
		['parts of a second', { 'retry-after': '0.2505' }, 251],
		['white space', { 'retry-after': ' 3 ' }, 3000],
		['a date', { 'retry-after': 'Sat, 31 Jan 2026 09:00:05 GMT' }, 5000],
		['a date that has passed', { 'retry-after': 'Sat, 31 Jan 2026 08:00:00 GMT' }, 0],
		['the body', {}, 1500, inBody(1500)],
		['the header rather than the body', { 'retry-after': '3' }, 3000, inBody(1500)],
		['the body where the header makes no sense', { 'retry-after': 'soon' }, 1500, inBody(1500)],
	])('%s', (_, headers, ms, more = {}) => {
		expect(askedWaitMs(response(429, headers), policy(more))).toBe(ms);
	});
});
