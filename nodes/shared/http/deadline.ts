import { sleep } from 'n8n-workflow';

/** The longest that the clock sleeps, in milliseconds, so that it does not outlive a run by much. */
const LONGEST_SLEEP_MS = 250;

/**
 * Deadlines of many requests with one clock between them: a timer for each could not be taken back in every version of n8n, and would keep what it
 * holds for the whole Timeout.
 */
export class Deadlines {
	private readonly pending = new Map<() => void, number>();

	private isRunning = false;

	/**
	 * Calls `onExpiry` when the time is up, unless it is called off before.
	 *
	 * @returns calls it off
	 */
	set(ms: number, onExpiry: () => void): () => void {
		this.pending.set(onExpiry, Date.now() + ms);
		void this.run();
		return () => this.pending.delete(onExpiry);
	}

	private async run(): Promise<void> {
		if (this.isRunning) return;
		this.isRunning = true;
		while (this.pending.size > 0) {
			const nearest = Math.min(...this.pending.values());
			await sleep(Math.min(LONGEST_SLEEP_MS, Math.max(1, nearest - Date.now())));
			const now = Date.now();
			for (const [onExpiry, at] of [...this.pending]) {
				if (at > now || !this.pending.delete(onExpiry)) continue;
				onExpiry();
			}
		}
		this.isRunning = false;
	}
}
