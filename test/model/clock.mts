/** So many turns of the event loop without an open request: nobody is on the way any more, and all wait for the clock. */
const QUIET_TURNS = 10;
/** How much of its time a turn takes while a request is open, in milliseconds. */
const BUSY_TURN_MS = 1;

const now = Date.now;

/**
 * A clock that is moved on instead of waited for. While a request is open it goes slowly: a request does not run into its deadline, and a service is
 * not silent for minutes, because others wait.
 */
export class Clock {
	private skipped = 0;

	private readonly sleepers = new Map<() => void, number>();

	private isRunning = false;

	/** @param isBusy whether a request is open */
	constructor(private readonly isBusy: () => boolean) {}

	/** Puts this clock in the place of the real one. */
	install(): void {
		Date.now = () => this.now();
	}

	/** Puts the real one back. */
	remove(): void {
		Date.now = now;
	}

	private now(): number {
		return now() + this.skipped;
	}

	/** Stands in for n8n's `sleep`. */
	async sleep(ms: number, signal?: AbortSignal): Promise<void> {
		await new Promise<void>((resolve) => {
			this.sleepers.set(resolve, this.now() + ms);
			void this.run();
		});
		if (signal?.aborted) throw new Error('The execution was cancelled');
	}

	private async run(): Promise<void> {
		if (this.isRunning) return;
		this.isRunning = true;
		for (let quiet = 0; this.sleepers.size > 0; ) {
			await new Promise((resolve) => setImmediate(resolve));
			quiet = this.isBusy() ? 0 : quiet + 1;
			const left = Math.min(...this.sleepers.values()) - this.now();
			if (quiet >= QUIET_TURNS) this.skipped += Math.max(0, left);
			else if (quiet === 0) this.skipped += Math.min(BUSY_TURN_MS, Math.max(0, left));
			for (const [wake, until] of [...this.sleepers]) {
				if (until > this.now()) continue;
				this.sleepers.delete(wake);
				wake();
				quiet = 0;
			}
		}
		this.isRunning = false;
	}
}
