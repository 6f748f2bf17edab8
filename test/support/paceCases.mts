import { bucket, concurrencyCap, fixedWindows, seeded, unlimited, workers } from './modelServices.mts';
import type { Random, Service } from './modelServices.mts';
import { CPU_MS, simulate } from './simulation.mts';
import type { Result, Scenario } from './simulation.mts';
import type { Limiter } from '../../nodes/shared/http/limiter.ts';

/** One line of the table: a service, and what the limiter has to reach with it. */
export interface PaceCase {
	name: string;
	items: number;
	service(random: Random): Service;
	/** The best time possible, in milliseconds: worked out, or measured with a limiter that knows. */
	best: ((phaseMs: number, cpuMs: number) => number) | WindowOnly;
	/** The best number of requests open at once, where it is that which limits: over sockets as many bare loops show what is possible. */
	bestAtOnce?: number;
	/** At most this many times the best. */
	time: number;
	/** At most this share of the items is refused, beside those open at the first refusal. */
	refused: number;
	accounts?: number;
	/** At most this many requests open at once. */
	mostOpen?: number;
	starts?: number[];
	oneLimiter?: boolean;
	/** At least this share of what both runs sent while both ran: in the median, and ever. */
	share?: [number, number];
	/** Windows that began a while before the run. */
	lengthMs?: number;
	/** Not measured over sockets. */
	inVirtualTimeOnly?: boolean;
}

/** A limiter that knows how many may be open, and may grow to that. */
interface WindowOnly {
	from: number;
	to: number;
}

function windowOnly({ from, to }: WindowOnly): Pick<Limiter, 'next' | 'reply'> {
	let [window, open, sent] = [from, 0, 0];
	return {
		next: () => (open++ < window ? { mayGo: true, sendNumber: ++sent } : (open--, { mayGo: false })),
		reply() {
			open--;
			window = Math.min(window + 1, to);
		},
	};
}

const MAX_CONCURRENT = 200;

/** Rounds of 10, 20, 40 … up to the ceiling, each taking a round trip or the CPU time of its requests. */
function gentleStart(items: number, latencyMs: number, cpuMs: number): number {
	let time = 0;
	for (let round = 10, left = items; left > 0; left -= round, round = Math.min(2 * round, MAX_CONCURRENT)) {
		time += Math.max(latencyMs, Math.min(round, left) * cpuMs);
	}
	return time;
}

const jittered =
	(ms: number, share = 0.1) =>
	(random: Random): number =>
		ms * (1 - share + 2 * share * random());
/** One in a hundred takes ten times as long. */
const slowTail =
	(ms: number) =>
	(random: Random): number =>
		jittered(random() < 0.01 ? 10 * ms : ms)(random);

const noLimit = [1, 20, 100, 300].flatMap((ms) =>
	[100, 500, 1000].map(
		(items): PaceCase => ({
			name: `no limit, ${ms} ms, ${items} items`,
			items,
			service: () => unlimited(jittered(ms)),
			best: (_phaseMs, cpuMs) => gentleStart(items, ms, cpuMs),
			time: 1.15,
			refused: 0,
		}),
	),
);

const tails = [20, 100].map(
	(ms): PaceCase => ({
		name: `no limit, ${ms} ms, slow tail`,
		items: 1000,
		service: () => unlimited(slowTail(ms)),
		best: { from: 10, to: MAX_CONCURRENT },
		time: 1.7,
		refused: 0,
	}),
);

function bucketCase(perSecond: number, burst: number, time: number, waitMs?: number): PaceCase {
	return {
		name: `${perSecond}/s ${burst === 1 ? 'without burst' : `burst ${burst}`}${waitMs ? `, Retry-After ${waitMs / 1000}` : ''}`,
		items: 500,
		service: () => bucket(perSecond, burst, waitMs),
		best: () => ((500 - burst) / perSecond) * 1000 + 50,
		time,
		refused: perSecond === 10 ? 0.08 : 0.03,
	};
}

function windowsCase(limit: number, lengthMs: number, tells: 'nothing' | 'wait' | 'quota', time: number, refused: number): PaceCase {
	const told = { nothing: '', wait: ', Retry-After', quota: ', told by headers' }[tells];
	return {
		name: `${limit} in ${lengthMs / 1000} s${told}`,
		items: 500,
		lengthMs,
		service: (random) => fixedWindows(limit, lengthMs, Math.floor(random() * lengthMs), tells),
		// The windows before the last one have to end.
		best: (phaseMs) => (Math.ceil(500 / limit) - 1) * lengthMs - phaseMs + 50,
		time,
		refused,
	};
}

/** A bucket that others have emptied before the run, but for what is left. */
function emptiedBucketCase(left: number, perSecond: number, burst: number, time: number, waitMs?: number): PaceCase {
	return {
		name: `${left} left at the start, ${perSecond}/s burst ${burst}${waitMs ? `, Retry-After ${waitMs / 1000}` : ''}`,
		items: 500,
		service: () => bucket(perSecond, burst, waitMs, left),
		best: () => ((500 - left) / perSecond) * 1000 + 50,
		time,
		// What a full bucket refuses at its first refusal, and the first ten.
		refused: burst / 500 + 0.08,
		inVirtualTimeOnly: true,
	};
}

/** A window that others have used up before the run, but for what is left. One more is enough for all items. */
function usedUpWindowCase(left: number, limit: number, lengthMs: number, tells: 'nothing' | 'wait' | 'quota'): PaceCase {
	const told = { nothing: '', wait: ', Retry-After', quota: ', told by headers' }[tells];
	return {
		name: `${left} left at the start, ${limit} in ${lengthMs / 1000} s${told}`,
		items: 50,
		lengthMs,
		service: (random) => fixedWindows(limit, lengthMs, Math.floor(random() * lengthMs), tells, left),
		best: (phaseMs, cpuMs) => lengthMs - phaseMs + 50 + gentleStart(50 - left, 50, cpuMs),
		time: 1.15,
		refused: 0.06,
		inVirtualTimeOnly: true,
	};
}

const changing = (now: number): number => (now >= 2000 && now < 7000 ? 20 : 100);

function shared(burst: number, oneLimiter: boolean): PaceCase {
	return {
		name: `two runs, 50/s ${burst === 1 ? 'without burst' : `burst ${burst}`}, ${oneLimiter ? 'one limiter' : 'two limiters'}`,
		items: 500,
		service: () => bucket(50, burst),
		best: () => ((1000 - burst) / 50) * 1000 + 50,
		time: burst === 1 ? 3 : 1.25,
		refused: 0.35,
		starts: [0, 100],
		oneLimiter,
		share: burst === 1 ? undefined : [1 / 3, 0.2],
	};
}

export const paceCases: PaceCase[] = [
	...noLimit,
	...tails,
	{
		name: 'slows down beyond 30 open',
		items: 500,
		service: () => unlimited((random, open) => jittered(50)(random) * Math.max(1, open / 30)),
		best: () => 50 + 50 + (470 / 30) * 50,
		time: 1.1,
		refused: 0,
	},
	bucketCase(100, 20, 1.1),
	bucketCase(25, 25, 1.1, 1000),
	bucketCase(10, 10, 1.1),
	bucketCase(100, 100, 1.15, 1000),
	bucketCase(50, 3, 1.15),
	{
		name: '100/s, then 20/s, then 100/s',
		items: 500,
		service: () => bucket(changing, 20),
		best: () => 8800 + 50,
		time: 1.15,
		refused: 0.03,
	},
	{ name: 'at most 5 open', items: 500, service: () => concurrencyCap(5), best: () => 5000, bestAtOnce: 5, time: 1.15, refused: 0.03 },
	bucketCase(50, 1, 1.3),
	{
		...bucketCase(50, 1, 1.3),
		name: '50/s without burst, over a line on which some are late',
		inVirtualTimeOnly: true,
		service: () => ({ ...bucket(50, 1), way: (random) => 2 * random() + (random() < 0.015 ? 10 * random() : 0) }),
	},
	// So slow that what grows with the seconds grows in leaps from one request to the next.
	...[1, 2, 5, 10].map((perSecond): PaceCase => ({ ...bucketCase(perSecond, 1, 1.3), refused: 0.2, inVirtualTimeOnly: true })),
	bucketCase(100, 20, 2, 1000),
	windowsCase(60, 60_000, 'wait', 1.05, 0.03),
	windowsCase(150, 60_000, 'wait', 1.05, 0.03),
	windowsCase(60, 60_000, 'nothing', 1.15, 0.35),
	windowsCase(150, 60_000, 'nothing', 1.15, 0.35),
	windowsCase(50, 1000, 'quota', 1.2, 0),
	windowsCase(60, 10_000, 'quota', 1.2, 0),
	...[0, 3].flatMap((left) => [
		emptiedBucketCase(left, 100, 20, 1.1),
		emptiedBucketCase(left, 100, 100, 1.15, 1000),
		emptiedBucketCase(left, 25, 25, 1.1, 1000),
		usedUpWindowCase(left, 60, 60_000, 'wait'),
		usedUpWindowCase(left, 60, 60_000, 'quota'),
	]),
	...[
		{ count: 10, ms: 20, items: 500 },
		{ count: 4, ms: 50, items: 500 },
		{ count: 50, ms: 100, items: 2000 },
	].map(
		({ count, ms, items }): PaceCase => ({
			name: `${count} workers of ${ms} ms`,
			items,
			service: () => workers(count, ms),
			best: { from: 1.5 * count, to: 1.5 * count },
			bestAtOnce: 1.5 * count,
			time: 1 / 0.95,
			refused: 0,
			mostOpen: 5 * count,
		}),
	),
	...[true, false].flatMap((oneLimiter) => [5, 50, 1].map((burst) => shared(burst, oneLimiter))),
	{
		name: '40 accounts with 20 items each',
		items: 800,
		accounts: 40,
		service: () => unlimited(jittered(50)),
		// Two round trips of a gentle start until all 40 are open, then 20 of an account one after the other.
		best: () => 2 * 50 + 20 * 50,
		time: 1.25,
		refused: 0,
	},
];

const shutFrom =
	(from: number, to: number) =>
	(now: number): number =>
		now >= from && now < to ? 0 : 50;

/** Services that bear next to nothing, or nothing for a while: no time is asked of them, only that nothing fails and that little is asked in vain. */
export const harshCases: Array<{ name: string; items: number; service(): Service }> = [
	{ name: 'shut for 100 s from the start', items: 500, service: () => bucket(shutFrom(0, 100_000), 1) },
	{ name: 'shut for 100 s in the middle', items: 500, service: () => bucket(shutFrom(2000, 102_000), 5) },
	{
		name: '50/s, for ten minutes 1 a minute, 50/s',
		items: 500,
		service: () => bucket((now) => (now > 2000 && now < 602_000 ? 1 / 60 : 50), 5),
	},
	{ name: '1 a minute', items: 8, service: () => bucket(1 / 60, 1) },
	{ name: '5 in a window of a minute', items: 40, service: () => fixedWindows(5, 60_000, 20_000, 'nothing') },
];

/** The longest time in which nothing was done, in milliseconds. */
export function longestPause({ service, items }: (typeof harshCases)[number], seed: number): { failed: number; longest: number } {
	const { failed, runs } = simulate({ service: service(), random: seeded(seed), items });
	const times = [0, ...runs[0].doneAt];
	return { failed, longest: Math.max(...times.slice(1).map((at, index) => at - times[index])) };
}

/** What came of one case with one seed. */
export interface Measured {
	/** Of the best possible. */
	time: number;
	refused: number;
	/** What may be refused. */
	mayBeRefused: number;
	failed: number;
	mostOpen: number;
	share: number;
	result: Result;
}

function scenario({ service, items, accounts, starts, oneLimiter }: PaceCase, seed: number): Scenario {
	const random = seeded(seed);
	return { service: service(random), random, items, accounts, starts, oneLimiter, maxConcurrent: MAX_CONCURRENT };
}

/**
 * The best time possible, in milliseconds.
 *
 * @param cpuMs CPU time of one request, milliseconds
 */
export function best(given: PaceCase, seed: number, cpuMs = CPU_MS): number {
	// The service draws its phase first, from the same seed.
	const phaseMs = given.lengthMs ? Math.floor(seeded(seed)() * given.lengthMs) : 0;
	if (typeof given.best === 'function') return given.best(phaseMs, cpuMs);
	const { from, to } = given.best;
	return simulate({ ...scenario(given, seed), cpuMs, limiter: () => windowOnly({ from, to }) }).time;
}

/** Runs one case with one seed. */
export function measure(given: PaceCase, seed: number): Measured {
	const result = simulate(scenario(given, seed));
	const items = given.items * (given.starts?.length ?? 1);
	return {
		time: result.time / best(given, seed),
		refused: result.refused,
		mayBeRefused: result.openAtFirstRefusal + given.refused * items,
		failed: result.failed,
		mostOpen: result.mostOpen,
		share: smallerShare(result),
		result,
	};
}

function smallerShare({ runs }: Result): number {
	if (runs.length < 2) return 1;
	const until = Math.min(...runs.map(({ endedAt }) => endedAt));
	const done = runs.map(({ doneAt }) => doneAt.filter((at) => at <= until).length);
	return Math.min(...done) / done.reduce((sum, count) => sum + count, 0);
}

/** The median of some numbers. */
export function median(numbers: number[]): number {
	return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
