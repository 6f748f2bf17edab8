/** What a service says of its own limit, in a header. */
export interface Quota {
	/** Requests left in the window. */
	remaining: number;
	/** Until the window ends, in milliseconds. */
	resetMs: number;
	/** Requests per window, where told. */
	limit?: number;
}

/** How a request went, as far as the pace is concerned. */
export type Reply =
	/** An answer that does not ask to slow down. */
	| { kind: 'accepted'; quota?: Quota }
	/** The service asks to slow down: 429. `waitMs` is what it asks to wait. */
	| { kind: 'refused'; waitMs?: number; quota?: Quota }
	/** A timeout, a broken connection, a failure of the service: it says nothing of the pace. */
	| { kind: 'lost' };

export interface Ceilings {
	maxConcurrent: number;
	/** None unless given. */
	maxPerSecond?: number;
}

/**
 * How many requests are open at the start, as many as TCP sends segments before the first answer (RFC 6928). With one more for each good answer
 * the number doubles with each round of answers.
 */
const FIRST_WINDOW = 10;

/** How many requests may be open at once: few at first, one more with each good answer, and half as many when the service pushes back. It has no clock: it is told the time. */
export class Limiter {
	private window: number;

	private open = 0;

	private sent = 0;

	private heldUntil = -Infinity;

	constructor(private readonly ceilings: Ceilings) {
		this.window = Math.min(ceilings.maxConcurrent, FIRST_WINDOW);
	}

	/**
	 * Asks whether a request may leave now. If so, it counts as sent.
	 *
	 * @param now milliseconds, from any origin
	 * @returns the number of the request, or when to ask again: `askAgainAt`, or else at the next reply
	 */
	next(now: number): { mayGo: true; sendNumber: number } | { mayGo: false; askAgainAt?: number } {
		if (this.heldUntil > now) return { mayGo: false, askAgainAt: this.heldUntil };
		if (this.open >= this.window) return { mayGo: false };
		this.open += 1;
		this.sent += 1;
		return { mayGo: true, sendNumber: this.sent };
	}

	/** Tells how a request went. */
	reply(_sendNumber: number, now: number, reply: Reply): void {
		this.open -= 1;
		if (reply.kind === 'accepted') this.window = Math.min(this.ceilings.maxConcurrent, this.window + 1);
		if (reply.kind !== 'refused') return;
		this.window = Math.max(1, Math.floor(this.window / 2));
		if (reply.waitMs) this.heldUntil = Math.max(this.heldUntil, now + reply.waitMs);
	}
}
