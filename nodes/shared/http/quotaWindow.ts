/** What a service says of its own limit, in a header. */
export interface Quota {
	/** Requests left in the window. */
	remaining: number;
	/** Until the window ends, in milliseconds. */
	resetMs: number;
	/** Requests per window, where told. */
	limit?: number;
}

/** The quota of the window that runs now. */
export interface QuotaState {
	remaining: number;
	/** When that was told. */
	toldAt: number;
	resetAt: number;
	limit: number;
	lengthMs: number;
	/** When the first request of this window was sent, as far as is known. */
	since: number;
	/** Whether an answer told it; otherwise the last window ended and this one is assumed to be whole. */
	told: boolean;
	/** It may be used up at once, like a burst; later ones are spread, so that others find some of it. */
	atOnce: boolean;
	/** Others had left next to nothing of it, so the next window is the first that is of use. */
	foundUsedUp: boolean;
}

/** The windows of a limit that a service tells in headers. It has no clock: time is handed in, in milliseconds. */
export class QuotaWindow {
	private current?: QuotaState;

	/** @param few fewer than this, or than half of a window, are next to nothing */
	constructor(private readonly few: number) {}

	/**
	 * Takes what an answer says.
	 *
	 * @param sentAt when its request was sent
	 */
	read({ remaining, resetMs, limit }: Quota, sentAt: number, now: number): void {
		if (this.current && sentAt < this.current.since) {
			// Sent before this window as far as is known, so its numbers may be those of the last one; but it may have counted in this one.
			this.current.remaining--;
			return;
		}
		const resetAt = now + resetMs;
		const old = this.current;
		const lengthMs = Math.max(resetMs, old?.lengthMs ?? 0);
		const isOld = old !== undefined && (!old.told || resetAt < old.resetAt + lengthMs / 2);
		const wasOvertaken = isOld && sentAt < old.toldAt;
		if (old?.told && now < old.resetAt && (remaining <= old.remaining || wasOvertaken)) {
			// The same window. Answers may overtake each other, and a reset told in whole seconds is rounded up: the lowest is true.
			const toldAt = remaining <= old.remaining ? now : old.toldAt;
			this.current = { ...old, lengthMs, remaining: Math.min(remaining, old.remaining), toldAt, resetAt: Math.min(resetAt, old.resetAt) };
		} else {
			// A window of which nobody could ever use anything would never be asked again.
			const whole = Math.max(1, limit ?? Math.max(remaining + 1, old?.limit ?? 0));
			this.current = {
				remaining,
				toldAt: now,
				resetAt,
				lengthMs,
				limit: whole,
				since: sentAt,
				told: true,
				// A window that was assumed to be whole is this one; one that ends when the last one does has gained something.
				atOnce: !old || (old.atOnce && (isOld || old.foundUsedUp)),
				foundUsedUp: isOld && old.told ? old.foundUsedUp : remaining < Math.min(this.few, whole / 2),
			};
		}
	}

	/** The quota as told last, or a whole new one when that has ended. */
	at(now: number): QuotaState | undefined {
		const quota = this.current;
		if (!quota || now < quota.resetAt) return quota;
		this.current = {
			...quota,
			remaining: quota.limit,
			resetAt: Infinity,
			since: now,
			told: false,
			atOnce: quota.atOnce && quota.foundUsedUp,
			foundUsedUp: false,
		};
		return this.current;
	}
}
