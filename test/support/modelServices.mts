import type { Reply } from '../../nodes/shared/http/limiter.ts';

/** Numbers from 0 up to 1, the same ones for the same seed. */
export type Random = () => number;

/** A service in virtual time. */
export interface Service {
	/** How long a message is under way, one way. */
	way(random: Random): number;
	/** Takes a request that arrives now, and says when which reply leaves. */
	receive(now: number, random: Random, answer: (at: number, reply: Reply) => void): void;
	/** An answer leaves. */
	sent?(now: number): void;
}

/** mulberry32: small, quick, good enough to spread jitter. */
export function seeded(seed: number): Random {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
	};
}

const accepted: Reply = { kind: 'accepted' };
/** Of the 50 ms that an answer takes, what is spent under way, one way. */
const WAY_MS = 1;
const JITTER_MS = 1;
const WORK_MS = 48;

const way = (random: Random): number => WAY_MS + (2 * random() - 1) * JITTER_MS;

/** Answers everything, after a time that may depend on how many requests are open. */
export function unlimited(latencyMs: (random: Random, open: number) => number): Service {
	let open = 0;
	return {
		way: () => 0,
		receive(now, random, answer) {
			open++;
			answer(now + latencyMs(random, open), accepted);
		},
		sent() {
			open--;
		},
	};
}

/** Some workers, each one request at a time; the others wait in order. */
export function workers(count: number, workMs: number): Service {
	const freeAt = new Array<number>(count).fill(0);
	return {
		way: () => 0.5,
		receive(now, _random, answer) {
			const worker = freeAt.indexOf(Math.min(...freeAt));
			freeAt[worker] = Math.max(now, freeAt[worker]) + workMs;
			answer(freeAt[worker], accepted);
		},
	};
}

/** A token bucket; without burst it holds one request. The rate may change with time. At the start it is full, unless it is said what is left. */
export function bucket(perSecond: number | ((now: number) => number), burst: number, waitMs?: number, left = burst): Service {
	const rateAt = typeof perSecond === 'number' ? () => perSecond : perSecond;
	let tokens = left;
	let at = 0;
	return {
		way,
		receive(now, _random, answer) {
			tokens = Math.min(burst, tokens + ((now - at) * rateAt(now)) / 1000);
			at = now;
			if (tokens >= 1) tokens--;
			else return answer(now + WORK_MS, { kind: 'refused', waitMs });
			answer(now + WORK_MS, accepted);
		},
	};
}

/**
 * Fixed windows, the first of which began a while ago. Refusals may tell when the next begins (in whole seconds), and every answer may tell the quota.
 *
 * @param left what is left of the first window
 */
export function fixedWindows(limit: number, lengthMs: number, phaseMs: number, tells: 'nothing' | 'wait' | 'quota', left = limit): Service {
	let window = 0;
	let used = limit - left;
	return {
		way,
		receive(now, _random, answer) {
			const current = Math.floor((now + phaseMs) / lengthMs);
			if (current !== window) [window, used] = [current, 0];
			const resetMs = (window + 1) * lengthMs - phaseMs - now;
			const waitMs = tells === 'wait' ? Math.ceil(resetMs / 1000) * 1000 : undefined;
			const refused = used >= limit;
			if (!refused) used++;
			const quota = tells === 'quota' ? { remaining: limit - used, resetMs: Math.max(0, resetMs - WORK_MS), limit } : undefined;
			answer(now + WORK_MS, refused ? { kind: 'refused', waitMs, quota } : { kind: 'accepted', quota });
		},
	};
}

/** Refuses what arrives while this many are open. */
export function concurrencyCap(most: number): Service {
	let open = 0;
	return {
		way,
		receive(now, _random, answer) {
			const refused = open >= most;
			open++;
			answer(refused ? now : now + WORK_MS, refused ? { kind: 'refused' } : accepted);
		},
		sent() {
			open--;
		},
	};
}
