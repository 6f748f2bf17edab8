import { askedWaitMs, backoffMs } from '../../nodes/shared/http/waits.ts';
import type { ServiceFault } from '../../nodes/shared/service.ts';

const NOW = Date.parse('2026-01-31T09:00:00Z');

/** How long a refusal asks to wait. */
function asked(status: number, headers: Record<string, string>, fault: ServiceFault = {}): number | undefined {
	return askedWaitMs({ kind: 'response', status, headers, text: '', json: undefined }, fault, NOW);
}

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
])('a wait of our own: attempt %i, random %d: %i ms', (attempt, random, ms) => {
	expect(backoffMs(attempt, random)).toBe(ms);
});

describe('Retry-After', () => {
	test.each<[string, string, number | undefined]>([
		['seconds', '3', 3000],
		['no seconds', '0', 0],
		['parts of a second', '0.2505', 251],
		['white space', ' 3 ', 3000],
		['a date', 'Sat, 31 Jan 2026 09:00:05 GMT', 5000],
		['an older form of date', 'Saturday, 31-Jan-26 09:00:05 GMT', 5000],
		['a date that is past', 'Sat, 31 Jan 2026 08:00:00 GMT', undefined],
		['words', 'soon', undefined],
		['less than nothing', '-5', undefined],
		['a number that is also a date to JavaScript', '2026-01-31', undefined],
		['nothing', '', undefined],
	])('%s', (_, header, ms) => {
		expect(asked(429, { 'retry-after': header })).toBe(ms);
	});

	test("a date counts from the answer's own Date, because clocks differ", () => {
		const headers = { date: 'Sat, 31 Jan 2026 10:00:00 GMT', 'retry-after': 'Sat, 31 Jan 2026 10:00:07 GMT' };
		expect(asked(429, headers)).toBe(7000);
	});
});

describe('the body', () => {
	const inBody = { retryAfterMs: 1500 };

	test('where there is no header, or one that makes no sense', () => {
		expect(asked(429, {}, inBody)).toBe(1500);
		expect(asked(503, { 'retry-after': 'soon' }, inBody)).toBe(1500);
	});

	test('the header goes before it', () => {
		expect(asked(429, { 'retry-after': '3' }, inBody)).toBe(3000);
	});
});

describe('the headers of a rate limit', () => {
	test.each<[string, Record<string, string>, number | undefined]>([
		['RateLimit', { ratelimit: '"default";r=0;t=30' }, 30_000],
		['RateLimit of an older draft', { ratelimit: 'limit=100, remaining=0, reset=30' }, 30_000],
		['RateLimit with something left', { ratelimit: '"default";r=5;t=30' }, undefined],
		['RateLimit-Reset', { 'ratelimit-remaining': '0', 'ratelimit-reset': '20' }, 20_000],
		['X-RateLimit-Reset', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '20' }, 20_000],
		['X-RateLimit-Reset as a time', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 9) }, 9000],
		['X-RateLimit-Reset with something left', { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '20' }, undefined],
		['no reset', { 'x-ratelimit-remaining': '0' }, undefined],
	])('%s', (_, headers, ms) => {
		expect(asked(429, headers)).toBe(ms);
	});

	test('are read after a refusal only', () => {
		expect(asked(503, { ratelimit: '"default";r=0;t=30' })).toBeUndefined();
	});

	test('Retry-After goes before them', () => {
		expect(asked(429, { 'retry-after': '3', ratelimit: '"default";r=0;t=30' })).toBe(3000);
	});
});

test('nothing is asked where nothing is said', () => {
	expect(asked(429, {})).toBeUndefined();
});
