import type { IExecuteFunctions } from 'n8n-workflow';

import type { Run } from '../http/connection';

/** How far a run is. */
export interface Progress {
	total: number;
	done: number;
	failed: number;
}

/** How often a long run tells how far it is, in milliseconds. A shorter one tells nothing. */
const TOLD_EVERY_MS = 30_000;

/** What holds the requests of a run back, in words. */
function whatHoldsBack(run: Run): string {
	const states = run.lines.map((line) => line.state()).filter((state) => state !== undefined);
	// With several credentials, what holds one of them back is told; which one is nobody's business in a log.
	const [state] = states.sort((a, b) => (a.perSecond ?? Infinity) - (b.perSecond ?? Infinity));
	const pace = state?.perSecond === undefined ? '' : `, about ${Number(state.perSecond.toPrecision(2))} a second`;
	switch (state?.heldBackBy) {
		case undefined:
		case 'nothing':
			return 'nothing';
		case 'concurrency':
			return `the time that answers take, with ${state.window} requests at once`;
		case 'rate':
			return `what the service accepts${pace}`;
		case 'wait':
			return 'a wait that the service asks for';
		case 'ownWait':
			return 'refusals: one request at a time asks whether the service accepts again';
		case 'longWait':
			return 'a wait of more than a minute that the service asked for: one request at a time asks whether it means all';
		case 'ceiling':
			return 'Max Concurrent Requests';
		case 'ceilingRate':
			return 'Max Requests per Second';
		case 'renewal':
			return 'the renewal of the access token';
	}
}

/**
 * Does some work and, while it lasts, tells in n8n's log every 30 s how far the run is: no accounts, no secrets.
 *
 * @param what what is done, e.g. `Cudo Compute update`
 * @param progressOf asked only when a line is due
 */
export async function tellingProgress(
	context: IExecuteFunctions,
	run: Run,
	what: string,
	progressOf: () => Progress,
	work: () => Promise<void>,
): Promise<void> {
	const answeredOf = () => run.lines.reduce((sum, line) => sum + line.answered, 0);
	let answered = 0;
	let callOff = () => {};
	const wait = () => {
		callOff = run.deadlines.set(TOLD_EVERY_MS, () => {
			const { total, done, failed } = progressOf();
			const perSecond = Number(((answeredOf() - answered) / (TOLD_EVERY_MS / 1000)).toPrecision(2));
			answered = answeredOf();
			context.logger.info(
				`${what}: ${done} of ${total} items done, ${failed} failed, ${perSecond} requests a second, held back by ${whatHoldsBack(run)}`,
				{ executionId: context.getExecutionId(), workflowId: context.getWorkflow().id, nodeName: context.getNode().name },
			);
			wait();
		});
	};
	wait();
	try {
		await work();
	} finally {
		callOff();
	}
}
