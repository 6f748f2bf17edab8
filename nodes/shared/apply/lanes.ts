import { sleep } from 'n8n-workflow';

/**
 * Runs jobs in lanes: those of one lane in their order and never at once, those of different lanes at once up to a limit. The limit is
 * reached by a gentle start, few at first and one more with each good answer, and is halved when the service pushes back. Requests leave
 * one after another, not in bursts.
 */
export interface Pace {
	/** Waits until the service may be asked. Call it before each request. */
	ready(): Promise<void>;
	/** Whether the run is over, so that no further update may start. */
	isOver(): boolean;
	/** A good answer came: one more lane may run at once. */
	good(): void;
	/** The service pushes back: half as many lanes at once and, where `holdAllMs` is given, no request of any lane for so long. */
	pushback(holdAllMs?: number): void;
}

/** What a job says when it is done. */
export type JobEnd = 'next' | 'closeLane' | 'stop';

/**
 * How many lanes run at once at the start, as many as TCP sends segments before the first answer (RFC 6928). With one more for each good answer
 * the number doubles with each round of answers, so the default is reached in one round and 100 in four: 0.3 s of a run where the
 * service takes 100 ms.
 */
const FIRST_WINDOW = 10;

/**
 * How many requests start before n8n's event loop turns and those that started are sent. Without it all that are answered together start together
 * again, nobody is sent until the last is prepared, and then all wait: with 50 at once and a service that takes 20 ms, nearly a third of the
 * time is lost. Measured with 1, 2, 4 and 8; fewer wait for the clock, more come in bursts (docs/performance.md).
 */
const STARTS_PER_TURN = 4;

/**
 * @param lanes jobs by lane, each lane in its order
 * @param perform does one job and never throws; `closeLane` leaves the rest of its lane undone, `stop` the rest of everything
 * @param limit how many lanes run at once at most
 * @param signal ends the run: no further job starts
 * @returns when the jobs that were started are done
 */
export async function runInLanes<Job>(
	lanes: Iterable<Job[]>,
	perform: (job: Job, pace: Pace) => Promise<JobEnd>,
	limit: number,
	signal?: AbortSignal,
): Promise<void> {
	const waiting = [...lanes];
	let next = 0;
	let running = 0;
	let window = Math.min(limit, FIRST_WINDOW);
	let stopped = false;
	let heldUntil = 0;
	let startsInTurn = 0;
	let nextTurn: Promise<void> | undefined;

	const pace: Pace = {
		async ready() {
			for (;;) {
				const wait = heldUntil - Date.now();
				// Others may be told to wait longer in the meantime.
				if (wait > 0) await sleep(wait, signal);
				else if (startsInTurn < STARTS_PER_TURN) break;
				else await nextTurn;
			}
			startsInTurn += 1;
			nextTurn ??= sleep(1).then(() => {
				startsInTurn = 0;
				nextTurn = undefined;
			});
		},
		isOver: () => stopped || signal?.aborted === true,
		good() {
			window = Math.min(limit, window + 1);
		},
		pushback(holdAllMs = 0) {
			window = Math.max(1, Math.floor(window / 2));
			heldUntil = Math.max(heldUntil, Date.now() + holdAllMs);
		},
	};

	await new Promise<void>((resolve) => {
		const runLane = async (jobs: Job[]) => {
			for (const job of jobs) {
				if (pace.isOver()) return;
				const end = await perform(job, pace);
				if (end === 'stop') stopped = true;
				if (end === 'closeLane') return;
			}
		};
		const startMore = () => {
			while (running < window && next < waiting.length && !pace.isOver()) {
				running += 1;
				void runLane(waiting[next++]).finally(() => {
					running -= 1;
					startMore();
				});
			}
			if (running === 0) resolve();
		};
		startMore();
	});
}
