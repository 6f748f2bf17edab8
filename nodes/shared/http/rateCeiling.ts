/** A turn this late, as timers are, does not delay the following ones. */
const TIMER_LATE_MS = 2;

/**
 * Max Requests per Second: when the next request of a run may leave, whichever credential it goes with. They leave evenly, and no second has more than
 * the ceiling. It has no clock: time is handed in, in milliseconds.
 */
export class RateCeiling {
	private next = -Infinity;

	/** When requests left in the last second. */
	private readonly turns: number[] = [];

	constructor(private readonly perSecond: number) {}

	/** From when the next request may leave. */
	nextAt(): number {
		return this.next;
	}

	/** A request leaves. */
	takeTurn(now: number): void {
		const spacedAt = Math.max(this.next, now - TIMER_LATE_MS) + 1000 / this.perSecond;
		// Turns that make up for late ones stay within the ceiling of every second.
		if (this.turns.push(now) > Math.ceil(this.perSecond)) this.turns.shift();
		const isFull = this.turns.length === Math.ceil(this.perSecond);
		this.next = isFull ? Math.max(spacedAt, this.turns[0] + 1000) : spacedAt;
	}
}
