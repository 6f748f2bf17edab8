/** What a job says when it is done. */
export type JobEnd = 'next' | 'closeLane';

/**
 * Runs jobs in lanes: those of one lane in their order and never at once, those of different lanes at once. How many requests that makes, and how
 * fast, is the limiter's business.
 *
 * @param lanes jobs by lane, each lane in its order
 * @param perform does one job and never throws; `closeLane` leaves the rest of its lane undone
 * @param limit how many lanes run at once at most
 * @param isOver whether no further job may start
 * @returns when the jobs that were started are done
 */
export async function runInLanes<Job>(
	lanes: Iterable<Job[]>,
	perform: (job: Job) => Promise<JobEnd>,
	limit: number,
	isOver: () => boolean,
): Promise<void> {
	const waiting = lanes[Symbol.iterator]();

	async function runLanes(): Promise<void> {
		for (let next = waiting.next(); !next.done; next = waiting.next()) {
			for (const job of next.value) {
				if (isOver()) return;
				if ((await perform(job)) === 'closeLane') break;
			}
		}
	}
	await Promise.all(Array.from({ length: limit }, runLanes));
}
