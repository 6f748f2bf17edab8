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
		['the oldest form of date, which names no zone', 'Sat Jan 31 09:00:05 2026', 5000],
		['a date of ISO 8601', '2026-01-31T10:00:05+01:00', 5000],
		['a time since 1970', String(NOW / 1000 + 5), 5000],
		['a time since 1970 that is past', String(NOW / 1000 - 5), undefined],
		['the header twice', '2, 3', 3000],
		['a date that is past', 'Sat, 31 Jan 2026 08:00:00 GMT', undefined],
		['words', 'soon', undefined],
		['words that a program takes for a date', 'Later 2099', undefined],
		['less than nothing', '-5', undefined],
		['a sign', '+2', undefined],
		['an exponent', '1e3', undefined],
		['more digits than make sense', '9'.repeat(400), undefined],
		['a number that is also a date to JavaScript', '2026-01-31', undefined],
		['nothing', '', undefined],
	])('%s', (_, header, ms) => {
		expect(asked(429, { 'retry-after': header })).toBe(ms);
	});

	test('a Date that is none is left out', () => {
		expect(asked(429, { date: '5', 'retry-after': 'Sat, 31 Jan 2026 09:00:07 GMT' })).toBe(7000);
	});

	test("a date counts from the answer's own Date, because clocks differ", () => {
		const headers = { date: 'Sat, 31 Jan 2026 10:00:00 GMT', 'retry-after': 'Sat, 31 Jan 2026 10:00:07 GMT' };
		expect(asked(429, headers)).toBe(7000);
	});
});

describe('of several that are told, the longest counts', () => {
	const past = 'Sat, 31 Jan 2026 08:00:00 GMT';
	const noneLeft = (seconds: number) => ({ ratelimit: `"default";r=0;t=${seconds}` });

	test.each<[string, Record<string, string>, number | undefined, number | undefined]>([
		['the body alone', {}, 1500, 1500],
		['Retry-After that makes no sense, and the body', { 'retry-after': 'soon' }, 1500, 1500],
		['Retry-After that is past, and the body', { 'retry-after': past }, 1500, 1500],
		['Retry-After, and less in the body', { 'retry-after': '3' }, 1500, 3000],
		['Retry-After, and more in the body', { 'retry-after': '1' }, 3000, 3000],
		['no wait by Retry-After, and the body', { 'retry-after': '0' }, 3000, 3000],
		['Retry-After, and a window that ends before', { 'retry-after': '30', ...noneLeft(3) }, undefined, 30_000],
		['Retry-After, and a window that ends later', { 'retry-after': '3', ...noneLeft(30) }, undefined, 30_000],
		['the body, and a window that ends later', noneLeft(30), 1500, 30_000],
		['Retry-After that is past, and a window', { 'retry-after': past, ...noneLeft(30) }, undefined, 30_000],
		['Retry-After, and a window that ends later than anybody waits', { 'retry-after': '3', ...noneLeft(600) }, undefined, 3000],
		['a window alone that ends later than anybody waits', noneLeft(600), undefined, 600_000],
		['all that is told is past', { 'retry-after': past }, undefined, undefined],
	])('%s', (_, headers, retryAfterMs, ms) => {
		expect(asked(429, headers, { retryAfterMs })).toBe(ms);
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
});

test('nothing is asked where nothing is said', () => {
	expect(asked(429, {})).toBeUndefined();
});
