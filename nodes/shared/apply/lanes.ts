/** What a job says when it is done. */
export type JobEnd = 'next' | 'closeLane' | 'stop';

/**
 * Runs jobs in lanes: those of one lane in their order and never at once, those of different lanes at once. How many requests that makes, and how
 * fast, is the limiter's business.
 *
 * @param lanes jobs by lane, each lane in its order
 * @param perform does one job and never throws; `closeLane` leaves the rest of its lane undone, `stop` the rest of everything
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
	let isStopped = false;

	async function runLanes(): Promise<void> {
		for (let next = waiting.next(); !next.done; next = waiting.next()) {
			for (const job of next.value) {
				if (isStopped || isOver()) return;
				const end = await perform(job);
				if (end === 'stop') isStopped = true;
				if (end === 'closeLane') break;
			}
		}
	}
	await Promise.all(Array.from({ length: limit }, runLanes));
}
