import { QuotaWindow, type Quota } from './quotaWindow';

/** How a request went, as far as the pace is concerned. */
export type Reply =
	| { kind: 'accepted'; quota?: Quota } // an answer that does not ask to slow down: any 2xx, also other 4xx
	| { kind: 'refused'; waitMs?: number; quota?: Quota } // 429: waitMs is what Retry-After or the body asks
	| { kind: 'lost' }; // timeout, reset, 5xx: says nothing of the pace; frees its place

/** Whether a request may leave; if not, when to ask again (undefined: at the next reply). */
export type Permission = { mayGo: true; sendNumber: number } | { mayGo: false; askAgainAt?: number };

export interface LimiterState {
	/** `wait`: the service told it. `ownWait`: it has refused everything of late, and one request at a time asks whether it still does. */
	heldBackBy: 'nothing' | 'concurrency' | 'rate' | 'wait' | 'ownWait';
	window: number;
	perSecond?: number;
}

type HeldBackBy = LimiterState['heldBackBy'];

/** Requests that may be in flight before anything is known of the service. */
const FIRST_WINDOW = 16;
/** Fewer than this, accepted or left of a told window, are next to nothing. */
const FEW = 10;
/** A quick answer takes at most this many times the base, or the base and some milliseconds: below that, noise looks like load. */
const QUICK_FACTOR = 1.5;
const QUICK_EXTRA_MS = 10;
/** The last answers whose quickest quarter is looked at. */
const LATENCIES = 16;
/** The first cut knows little, so it stays well below; then the rate doubles in this time until a later cut proves one. */
const FIRST_CUT = 0.65;
/** Where the first refusal told a long wait, the doubling takes this part of it: a window that long has no rate worth hurrying for. */
const DOUBLING_OF_WAIT = 0.05;
/** More than a few that were accepted in less time than this are a burst, which says little of the rate. */
const BURST_MS = 200;
/** So many accepted requests between two refusals prove a rate. */
const PROOF = 4;
/** A steady rate is measured over the last seconds, a rising one over the last few requests: what went before was slower. */
const STEADY_MS = 2000;
const RISING_MS = 100;
/** The rate is rising when it is this many times the one that was accepted. */
const RISING = 1.25;
/**
 * Fewer say that the service bears less. Of a proven rate that holds where they took at most this long: a longer time with few is chance, as with
 * others at the same limit.
 */
const CHANCE_MS = 150;
/** Where a refusal may be chance, the rate stays at this part of the one that was refused, though not this much above what was accepted. */
const CHANCE_KEEP = 0.93;
const CHANCE_MOST = 1.1;
/** A cut that proves nothing leaves at least this part of the rate. */
const LEAST_CUT = 0.6;
/** A proven rate starts a little below what was accepted and follows a cubic through it: slow near it, quicker further away. */
const KEEP = 0.93;
const CUBIC = 0.17;
/** The unit of time of the cubic is a second; of a slow service the time of so many requests, up to a limit. */
const CUBIC_MS = 1000;
const CUBIC_REQUESTS = 8;
const LONGEST_CUBIC_MS = 10_000;
/**
 * From one request to the next the rate grows to at most so many times what it was: a time in which next to nothing was sent shows nothing. The estimate
 * after the first refusal may be far too low, where a wait was told.
 */
const STEP = 1.2;
const STEP_OF_ESTIMATE = 2;
/** How much of what could be caught up before a refusal is caught up the next time. */
const CATCH_UP = 0.8;
/** A turn this late, as timers are, does not delay the following ones. */
const TIMER_LATE_MS = 2;
/** Waits before a lone probe, doubled from that after the second refusal to the last. */
const FIRST_PROBE_MS = 100;
/** Waits from this on are made shorter by chance, by up to a half. */
const SPREAD_FROM_MS = 1000;
/** Times of accepted requests that are remembered, so that a long run without a refusal does not fill the memory. */
const REMEMBERED = 10_000;

/** What depends on how many requests a service takes at once before it refuses. */
interface Handling {
	/** The time in which a rate doubles until one is proven. A burst hides for a while that it is too high. */
	doublingMs: number;
	/** So many requests measure a rising rate. */
	risingRequests: number;
	/** After so many accepted ones a refusal may be chance: two requests that came closer than they left. */
	chanceAccepted: number;
	/** The longest wait before a lone probe. Where few pass at once, others may take each of them, and a place is found by asking more often. */
	lastProbeMs: number;
	/** There is a burst that fills up again: during a pause after a refusal, and during a wait that is told. Where there is none, both are lost. */
	hasBurst: boolean;
}

const MANY_AT_ONCE: Handling = { doublingMs: 650, risingRequests: 12, chanceAccepted: 20, lastProbeMs: 10_000, hasBurst: true };
const FEW_AT_ONCE: Handling = { doublingMs: 300, risingRequests: 6, chanceAccepted: 5, lastProbeMs: 3000, hasBurst: false };

/**
 * Finds out how many requests a service bears at once and how many per second. It has no clock and no queue: time is handed in, and whoever holds
 * the queue asks before each request and tells how it went.
 */
export class Limiter {
	private window: number;
	private sent = 0;
	private readonly inFlight = new Map<number, number>();
	private mostInFlight = 0;
	private firstSentAt?: number;
	private firstCutNumber = 0;
	private firstWait = 0;
	private acceptedCount = 0;
	private hasBegunAnew = false;

	private readonly latencies: number[] = [];
	private base = Infinity;

	/** The rate that was accepted, in requests per millisecond; none until the first refusal. */
	private accepted?: number;
	/** That rate is the estimate after the first refusal: no later refusal has measured it. */
	private isEstimate = false;
	private proven = false;
	private cutAt = 0;
	/** The last request that had been sent at the last cut: a refusal of it or of an earlier one is part of that cut. */
	private cutNumber = 0;
	private cutsWithoutAcceptance = 0;
	/** When the last refused request was sent: the service had nothing left then. */
	private refusedSentAt = -Infinity;
	private acceptedSentAt: number[] = [];

	/** Chosen by how many were accepted before the first refusal. */
	private handling = MANY_AT_ONCE;

	private lastLeftAt = -Infinity;
	private nextAt = -Infinity;
	/** The rate at which the last request left, or that of the last cut. */
	private lastRate = Infinity;
	private waitUntil = -Infinity;
	/** Until when the service asked to wait; waitUntil may also be the limiter's own. */
	private toldUntil = -Infinity;
	/** Requests that a wait kept back and that may be caught up, and how many the service has shown to bear. */
	private owed = 0;
	private caughtUp = 0;
	private bearable = Infinity;

	private readonly quota = new QuotaWindow(FEW);

	/**
	 * @param maxConcurrent most requests that may ever be in flight at once
	 * @param random numbers from 0 up to 1
	 */
	constructor(
		private readonly maxConcurrent: number,
		private readonly random: () => number = Math.random,
	) {
		this.window = Math.min(FIRST_WINDOW, maxConcurrent);
	}

	/**
	 * Asks whether a request may leave at this time (milliseconds, any origin, monotonic). If it may, it counts as sent, under the send number;
	 * otherwise it says when to ask again, and undefined means at the next reply.
	 */
	next(now: number): Permission {
		const { heldBackBy, until } = this.obstacle(now);
		if (heldBackBy !== 'nothing') return { mayGo: false, askAgainAt: until };
		if (this.isNothingKnown()) this.beginAnew(now);
		this.firstSentAt ??= now;
		this.takeTurn(now);
		this.sent++;
		this.inFlight.set(this.sent, now);
		this.mostInFlight = Math.max(this.mostInFlight, this.inFlight.size);
		return { mayGo: true, sendNumber: this.sent };
	}

	/** Tells how a request went. */
	reply(sendNumber: number, now: number, reply: Reply): void {
		const sentAt = this.inFlight.get(sendNumber);
		if (sentAt === undefined) return;
		this.inFlight.delete(sendNumber);
		if (reply.kind === 'lost') return;
		if (reply.quota) this.quota.read(reply.quota, sentAt, now);
		if (reply.kind === 'accepted') this.wasAccepted(sendNumber, sentAt, now);
		else this.wasRefused(sendNumber, sentAt, now, reply);
	}

	/** For logs: what holds requests back now, how many may be in flight, and how many may leave per second. */
	state(now: number): LimiterState {
		const rate = this.rate(now);
		return {
			heldBackBy: this.obstacle(now).heldBackBy,
			window: Math.floor(this.window),
			perSecond: rate === Infinity ? undefined : rate * 1000,
		};
	}

	private obstacle(now: number): { heldBackBy: HeldBackBy; until?: number } {
		if (now < this.waitUntil) return { heldBackBy: now < this.toldUntil ? 'wait' : 'ownWait', until: this.waitUntil };
		if (this.inFlight.size >= Math.floor(this.window)) return { heldBackBy: 'concurrency' };
		if (this.isShut() && this.inFlight.size > 0) return { heldBackBy: 'ownWait' };
		const quota = this.quota.at(now);
		// Of a window that is only assumed, the next answer tells more.
		if (quota && quota.remaining <= this.inFlight.size)
			return quota.told ? { heldBackBy: 'wait', until: quota.resetAt } : { heldBackBy: 'rate' };
		if (now < this.nextAt) return { heldBackBy: 'rate', until: this.nextAt };
		return { heldBackBy: 'nothing' };
	}

	/** Twice refused and nothing accepted between, or nothing accepted ever: one request at a time asks whether the service is still shut. */
	private isShut(): boolean {
		return this.cutsWithoutAcceptance >= (this.acceptedCount === 0 ? 1 : 2);
	}

	/**
	 * Whether what was refused says nothing of the rate: the service had nothing left when the run began, or next to nothing until a time that it told,
	 * because others had used it up. What it accepted, over the time of the wait, would be a rate far too low.
	 */
	private isNothingKnown(): boolean {
		if (this.firstCutNumber === 0 || this.proven) return false;
		return this.acceptedCount === 0 || (this.firstWait > 0 && this.acceptedCount < FEW && !this.hasBegunAnew);
	}

	/** Forgets the first refusal: this request is the first again. */
	private beginAnew(now: number): void {
		this.hasBegunAnew = true;
		this.accepted = undefined;
		this.acceptedCount = 0;
		this.firstCutNumber = 0;
		this.firstSentAt = now;
		this.lastRate = Infinity;
		// Where no wait was told, there is perhaps no more than what the one that asks finds.
		if (this.firstWait === 0) this.window = 1;
	}

	/** Sets when the next request may leave. */
	private takeTurn(now: number): void {
		const rate = this.rate(now);
		this.lastLeftAt = now;
		this.lastRate = rate;
		if (rate === Infinity) return;
		let gap = 1 / rate;
		if (this.owed > 0) {
			gap /= 2;
			this.owed -= 0.5;
			this.caughtUp += 0.5;
		}
		this.nextAt = Math.max(this.nextAt, now - TIMER_LATE_MS) + gap;
	}

	/** Requests per millisecond that may leave now. */
	private rate(now: number): number {
		let rate = this.accepted === undefined ? Infinity : this.recovered(this.accepted, now);
		const quota = this.quota.at(now);
		if (quota && !quota.atOnce)
			rate = Math.min(rate, Math.max(1, quota.remaining - this.inFlight.size) / (quota.told ? quota.resetAt - now : quota.lengthMs));
		return rate;
	}

	/** What has grown from the rate that was accepted, since the last refusal or wait. */
	private recovered(accepted: number, now: number): number {
		const elapsed = Math.max(0, now - Math.max(this.cutAt, this.waitUntil));
		const growth = this.proven ? this.cubic(elapsed, accepted) : this.doubled(elapsed);
		return Math.min(accepted * growth, (this.isEstimate ? STEP_OF_ESTIMATE : STEP) * this.lastRate);
	}

	private doubled(elapsed: number): number {
		return 2 ** (elapsed / Math.max(this.handling.doublingMs, this.firstWait * DOUBLING_OF_WAIT));
	}

	private cubic(elapsed: number, accepted: number): number {
		const unitMs = Math.min(LONGEST_CUBIC_MS, Math.max(CUBIC_MS, CUBIC_REQUESTS / accepted));
		const flatAfter = Math.cbrt((1 - KEEP) / CUBIC);
		return 1 + CUBIC * (elapsed / unitMs - flatAfter) ** 3;
	}

	private wasAccepted(sendNumber: number, sentAt: number, now: number): void {
		this.acceptedCount++;
		if (this.accepted !== undefined) {
			this.acceptedSentAt.push(sentAt);
			if (this.acceptedSentAt.length > 2 * REMEMBERED) this.acceptedSentAt.splice(0, REMEMBERED);
		}
		// Refusals are often quicker than acceptances: those of the first cut that come later belong to its estimate.
		if (sendNumber <= this.firstCutNumber && !this.proven) this.estimate(now);
		if (sendNumber > this.cutNumber) this.cutsWithoutAcceptance = 0;
		// What was never in use is not proven either.
		const most = Math.min(this.maxConcurrent, Math.max(FIRST_WINDOW, 2 * this.mostInFlight));
		if (this.isQuick(now - sentAt)) this.window = Math.min(this.window + 1, most);
	}

	private isQuick(latency: number): boolean {
		if (this.latencies.push(latency) > LATENCIES) this.latencies.shift();
		// Only an answer quicker than the base can lower it.
		if (latency < this.base) {
			const quickQuarter = [...this.latencies].sort((a, b) => a - b)[Math.floor(this.latencies.length / 4)];
			this.base = Math.min(this.base, quickQuarter);
		}
		return latency <= Math.max(QUICK_FACTOR * this.base, this.base + QUICK_EXTRA_MS);
	}

	private wasRefused(sendNumber: number, sentAt: number, now: number, { waitMs, quota }: { waitMs?: number; quota?: Quota }): void {
		const wait = waitMs ?? (quota?.remaining === 0 ? quota.resetMs : 0);
		if (sendNumber > this.cutNumber) this.cut(sentAt, now, wait);
		if (wait > 0) {
			this.toldUntil = Math.max(this.toldUntil, now + wait);
			this.waitUntil = Math.max(this.waitUntil, this.toldUntil);
		}
		this.refusedSentAt = Math.max(this.refusedSentAt, sentAt);
	}

	private cut(sentAt: number, now: number, wait: number): void {
		this.cutNumber = this.sent;
		this.cutsWithoutAcceptance++;
		if (this.accepted === undefined) {
			this.firstWait = wait;
			this.firstCutNumber = this.sent;
			this.estimate(now);
		} else this.measure(sentAt, now);
		// What a bucket gains during the wait may be caught up, but no more than it could be seen to hold.
		if (this.owed > 0) this.bearable = Math.max(1, this.caughtUp * CATCH_UP);
		this.owed = this.proven && this.handling.hasBurst ? Math.min(this.bearable, (this.accepted ?? 0) * wait) : 0;
		this.caughtUp = 0;
		this.cutAt = now;
		this.lastRate = this.accepted ?? Infinity;
		const from = this.proven && !this.handling.hasBurst ? this.lastLeftAt : now;
		this.nextAt = Math.max(this.nextAt, wait === 0 ? from + 1 / this.rate(now) : now);
		this.acceptedSentAt = [];
		if (this.isShut() && wait === 0) {
			const longest = Math.min(FIRST_PROBE_MS * 2 ** (this.cutsWithoutAcceptance - 2), this.handling.lastProbeMs);
			// Many sign-ins at one limit would else ask in the same moment, and all but few of them in vain.
			const spread = longest < SPREAD_FROM_MS ? 0 : this.random() / 2;
			this.waitUntil = Math.max(this.waitUntil, now + longest * (1 - spread));
		}
	}

	/** The rate after the first refusal: what was accepted so far, over the time until more may be sent. None where nothing was accepted. */
	private estimate(now: number): void {
		if (this.acceptedCount === 0) return;
		this.isEstimate = true;
		const areFew = this.acceptedCount < FEW;
		this.handling = areFew ? FEW_AT_ONCE : MANY_AT_ONCE;
		const elapsed = now + this.firstWait - (this.firstSentAt ?? now);
		this.accepted = (FIRST_CUT * this.acceptedCount) / Math.max(areFew ? 1 : BURST_MS, elapsed);
		this.lastRate = this.accepted;
	}

	/**
	 * Takes the rate at which the service has been accepting: it had nothing left at the last refusal and at this one, so what it accepted between
	 * is what it gained. What is still in flight was sent before this refusal and most likely accepted.
	 */
	private measure(sentAt: number, now: number): void {
		if (this.accepted === undefined) return;
		const since = [...this.acceptedSentAt, ...this.inFlight.values()]
			.filter((at) => at > this.refusedSentAt && at < sentAt)
			.sort((a, b) => a - b);
		// Nothing accepted, or refused while catching up: that says how much may be caught up, and nothing of the rate.
		if (since.length === 0 || (this.proven && this.owed > 0)) return;
		const rate = this.recovered(this.accepted, now);
		this.isEstimate = false;
		const resumedAt = Math.max(this.refusedSentAt, this.toldUntil);
		if (since.length < PROOF) {
			const slower = Math.min(this.accepted, rate);
			const elapsed = Math.max(1, sentAt - resumedAt);
			const least = this.proven && elapsed > CHANCE_MS ? slower : slower * LEAST_CUT;
			this.accepted = Math.min(slower, Math.max(least, since.length / elapsed));
			return;
		}
		const rising = !this.proven || rate > RISING * this.accepted;
		const earliest = Math.min(sentAt - (rising ? RISING_MS : STEADY_MS), since[Math.max(0, since.length - this.handling.risingRequests)]);
		const from = Math.max(resumedAt, earliest);
		const recent = since.filter((at) => at >= from).length - (from === resumedAt ? this.caughtUp : 0);
		const most = Math.max(1, recent) / Math.max(1, sentAt - from);
		// With a wait between, the bucket may have been full before the wait ended: the rate lies between what was accepted with it and without it.
		const least = resumedAt > this.refusedSentAt ? since.length / (sentAt - this.refusedSentAt) : most;
		const measured = Math.sqrt(least * most);
		const mayBeChance = !rising && since.length >= this.handling.chanceAccepted;
		this.accepted = mayBeChance ? Math.max(measured, Math.min(CHANCE_KEEP * rate, CHANCE_MOST * measured)) : measured;
		this.proven = true;
	}
}
