import { decide, type RetryPolicy, type Verdict } from '../../nodes/shared/http/retryPolicy.ts';
import type { Answer, Response, ServiceFault } from '../../nodes/shared/service.ts';

const NOW = Date.parse('2026-01-31T09:00:00Z');

const response = (status: number, headers: Record<string, string> = {}): Response => ({
	kind: 'response',
	status,
	headers,
	text: '{"message":"No"}',
	json: { message: 'No' },
});

const noResponse = (mayHaveArrived: boolean, retryable = true): Answer => ({
	kind: 'noResponse',
	code: 'CODE',
	mayHaveArrived,
	retryable,
	message: 'it failed',
});

const accept: Verdict = { next: 'accept' };
const giveUp = (why: string, waitMs?: number) => ({ next: 'giveUp', why, waitMs });
const resend = (waitMs: number) => ({ next: 'resend', waitMs });
const goAgain = (waitMs?: number) => ({ next: 'goAgain', waitMs });
const readBack = (waitMs: number, maySendAgain = true) => ({ next: 'readBack', waitMs, maySendAgain });

const notApplied: ServiceFault = { retryable: 'notApplied' };
const open: ServiceFault = { retryable: 'open' };

/** What is done after an answer, with two retries and the longest jitter unless told. */
function verdict(attempt: number, answer: Answer, fault: ServiceFault = {}, policy: Partial<RetryPolicy> = {}): Verdict {
	return decide(attempt, answer, fault, { maxRetries: 2, makesProgress: true, now: NOW, random: 1, ...policy });
}

test.each([200, 201, 202, 204, 207, 299])('%i: what it shows decides', (status) => {
	expect(verdict(1, response(status))).toEqual(accept);
});

describe('certainly not applied', () => {
	test.each<[string, Answer, object, ServiceFault?]>([
		['400', response(400), giveUp('refused')],
		['401', response(401), giveUp('unauthorized')],
		['401 that the service marks', response(401), giveUp('unauthorized'), notApplied],
		['403', response(403), giveUp('refused')],
		['404', response(404), giveUp('refused')],
		['409', response(409), giveUp('refused')],
		['409 that the service marks as not applied', response(409), resend(500), notApplied],
		['429', response(429), goAgain()],
		['429 that asks for 7 s', response(429, { 'retry-after': '7' }), goAgain(7000)],
		['429 that asks for the most', response(429, { 'retry-after': '60' }), goAgain(60_000)],
		['429 that asks for too much', response(429, { 'retry-after': '61' }), giveUp('waitTooLong', 61_000)],
		['no connection', noResponse(false), resend(500)],
		['no connection, and never one', noResponse(false, false), giveUp('unreachable')],
	])('%s', (_, answer, expected, fault = {}) => {
		expect(verdict(1, answer, fault)).toEqual(expected);
	});

	test('is sent again after longer and longer waits, as often as Max Retries says', () => {
		const refusals = [1, 2, 3].map((attempt) => verdict(attempt, response(409), notApplied));
		expect(refusals).toEqual([resend(500), resend(1000), giveUp('attemptsSpent')]);
		expect(verdict(3, noResponse(false))).toEqual(giveUp('attemptsSpent'));
		expect(verdict(1, response(409), notApplied, { maxRetries: 0 })).toEqual(giveUp('attemptsSpent'));
	});

	test('a busy service costs no retry while the run makes progress, and ends the item when it does not', () => {
		expect(verdict(9, response(429), {}, { maxRetries: 0 })).toEqual(goAgain());
		expect(verdict(1, response(429), {}, { makesProgress: false })).toEqual(giveUp('noProgress'));
		expect(verdict(1, response(429, { 'retry-after': '9' }), {}, { makesProgress: false })).toEqual(giveUp('noProgress', 9000));
	});

	test('jitter is added to a wait that was told, and takes from one of our own', () => {
		const told = response(409, { 'retry-after': '7' });
		expect(verdict(1, told, notApplied)).toEqual(resend(7250));
		expect(verdict(1, told, notApplied, { random: 0 })).toEqual(resend(7000));
		expect(verdict(1, response(409), notApplied, { random: 0 })).toEqual(resend(0));
	});
});

describe('may have been applied: the account is read', () => {
	test.each<[string, Answer, ServiceFault?]>([
		['408', response(408)],
		['499', response(499)],
		['500', response(500)],
		['502', response(502)],
		['503', response(503)],
		['504', response(504)],
		['a conflict that the service leaves open', response(409), open],
		['a 500 that the service marks as open', response(500), open],
		['a timeout', noResponse(true)],
		['a broken connection that will break again', noResponse(true, false)],
	])('%s', (_, answer, fault = {}) => {
		expect(verdict(1, answer, fault)).toEqual(readBack(500));
	});

	test('after the wait that was told, for the read as well', () => {
		expect(verdict(1, response(503, { 'retry-after': '2' }))).toEqual(readBack(2250));
	});

	test('at once where the wait is over 60 s, and then it is not sent again', () => {
		expect(verdict(1, response(503, { 'retry-after': '61' }))).toEqual({ ...readBack(0, false), why: 'waitTooLong' });
	});

	test('beyond the last retry too, but then it is not sent again', () => {
		expect(verdict(3, response(500))).toEqual(readBack(2000, false));
		expect(verdict(3, noResponse(true))).toEqual(readBack(2000, false));
		expect(verdict(1, response(503), {}, { maxRetries: 0 })).toEqual(readBack(500, false));
	});

	test.each([301, 302, 304, 307, 308])('%i: a redirect is not followed and not sent again', (status) => {
		expect(verdict(1, response(status))).toEqual({ ...readBack(0, false), why: 'redirected' });
	});
});
