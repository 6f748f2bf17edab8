import { quotaOf } from '../../nodes/shared/http/quota.ts';

const NOW = Date.parse('2026-01-31T09:00:00Z');

test.each<[string, Record<string, string>, object | undefined]>([
	['RateLimit', { ratelimit: '"default";r=50;t=30' }, { remaining: 50, resetMs: 30_000 }],
	[
		'RateLimit with its policy',
		{ ratelimit: '"minute";r=50;t=30', 'ratelimit-policy': '"minute";q=100;w=60' },
		{ remaining: 50, resetMs: 30_000, limit: 100 },
	],
	[
		'RateLimit with several limits: the one with the least left',
		{ ratelimit: '"second";r=9;t=1, "day";r=4;t=3600', 'ratelimit-policy': '"second";q=10;w=1, "day";q=1000;w=86400' },
		{ remaining: 4, resetMs: 3_600_000, limit: 1000 },
	],
	['RateLimit of an older draft', { ratelimit: 'limit=100, remaining=50, reset=30' }, { remaining: 50, resetMs: 30_000, limit: 100 }],
	[
		'RateLimit-Remaining',
		{ 'ratelimit-limit': '100, 100;w=60', 'ratelimit-remaining': '7', 'ratelimit-reset': '20' },
		{ remaining: 7, resetMs: 20_000, limit: 100 },
	],
	[
		'X-RateLimit-Remaining',
		{ 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': '20' },
		{ remaining: 7, resetMs: 20_000, limit: 100 },
	],
	['X-Rate-Limit-Remaining', { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': '0.5' }, { remaining: 0, resetMs: 500 }],
	['a reset as a time', { 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': String(NOW / 1000 + 9) }, { remaining: 7, resetMs: 9000 }],
	[
		'a reset as a time in milliseconds',
		{ 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': String(NOW + 9000) },
		{ remaining: 7, resetMs: 9000 },
	],
	[
		"a time by the service's own clock",
		{ date: 'Sat, 31 Jan 2026 10:00:00 GMT', 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': String(NOW / 1000 + 3609) },
		{ remaining: 7, resetMs: 9000 },
	],
	['less than nothing left', { 'x-ratelimit-remaining': '-5', 'x-ratelimit-reset': '20' }, { remaining: 0, resetMs: 20_000 }],
	['less than nothing left, RateLimit', { ratelimit: '"default";r=-5;t=30' }, { remaining: 0, resetMs: 30_000 }],
	[
		'less than nothing left, RateLimit of an older draft',
		{ ratelimit: 'limit=100, remaining=-5, reset=30' },
		{ remaining: 0, resetMs: 30_000, limit: 100 },
	],
	[
		'parts of a number',
		{ 'x-ratelimit-limit': '100.0', 'x-ratelimit-remaining': '5.9', 'x-ratelimit-reset': '20.5' },
		{ remaining: 5, resetMs: 20_500, limit: 100 },
	],
	['parts of a number, RateLimit', { ratelimit: '"default";r=5.0;t=30.5' }, { remaining: 5, resetMs: 30_500 }],
	[
		'each header twice: the least that is left, and the later end',
		{ 'x-ratelimit-limit': '100, 100', 'x-ratelimit-remaining': '3, 2', 'x-ratelimit-reset': '20, 21' },
		{ remaining: 2, resetMs: 21_000, limit: 100 },
	],
	[
		'a reset as a date of ISO 8601',
		{ 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': '2026-01-31T09:00:09Z' },
		{ remaining: 7, resetMs: 9000 },
	],
	[
		'a reset as a date of HTTP',
		{ 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': 'Sat, 31 Jan 2026 09:00:09 GMT' },
		{ remaining: 7, resetMs: 9000 },
	],
	[
		'a limit of none',
		{ 'x-ratelimit-limit': '0', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '20' },
		{ remaining: 0, resetMs: 20_000 },
	],
	['a reset without a zone', { 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': '2026-01-31T09:00:09' }, undefined],
	['a reset without a time', { 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': '2026-02-28' }, undefined],
	['a sign', { 'x-ratelimit-remaining': '+2', 'x-ratelimit-reset': '20' }, undefined],
	['a number and words', { 'x-ratelimit-remaining': '2, many', 'x-ratelimit-reset': '20' }, undefined],
	['more digits left than make sense', { 'x-ratelimit-remaining': '9'.repeat(400), 'x-ratelimit-reset': '20' }, undefined],
	['a reset of more digits than make sense', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '9'.repeat(400) }, undefined],
	['RateLimit of more digits than make sense', { ratelimit: `"default";r=0;t=${'9'.repeat(400)}` }, undefined],
	['a reset that is past', { 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': String(NOW / 1000 - 9) }, undefined],
	['no reset', { 'x-ratelimit-remaining': '7' }, undefined],
	['no number left', { 'x-ratelimit-remaining': 'many', 'x-ratelimit-reset': '20' }, undefined],
	['a reset in words', { 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': 'soon' }, undefined],
	['nothing', {}, undefined],
])('%s', (_, headers, quota) => {
	expect(quotaOf(headers, NOW)).toEqual(quota);
});
