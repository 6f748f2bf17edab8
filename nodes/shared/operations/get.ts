import { runInLanes } from '../apply/lanes';
import { readAccount } from '../http/ask';
import type { Connection } from '../http/connection';
import { leftUndone, RUN_OVER } from '../http/ending';
import { parameterReader } from '../parameters/parameterReader';
import { readCheckedOptions } from '../parameters/updateOptions';
import { failureOfInvalid, problemOf } from '../plan/planUpdates';
import { toError } from '../report/error';
import { toItems } from '../report/items';
import type { Result, Target } from '../service';
import type { Operation } from './operation';
import { tellingProgress } from './progress';
import { reportOf } from './report';
import { isConnection, openRun, whyReadEnded } from './run';

/** The failure of an item that was never tried, because the run had ended before. */
const NOT_READ = leftUndone('Not read', RUN_OVER);

/**
 * Get: reads the record of each item.
 *
 * @returns one item per input item, linked to it, in input order
 * @throws NodeApiError or NodeOperationError when an item fails and the node stops on errors
 */
export const get: Operation = async (context, service) => {
	const items = context.getInputData();
	const parameters = parameterReader(context);
	const keepsGoing = context.continueOnFail();
	const results: Result[] = items.map((_, itemIndex) => ({ itemIndex, outcome: 'not read', failure: NOT_READ }));
	const reads: Array<{ itemIndex: number; target: Target }> = [];
	for (let itemIndex = 0; itemIndex < items.length; itemIndex++) {
		try {
			const target = service.account.target(parameters, itemIndex);
			reads.push({ itemIndex, target });
			results[itemIndex].target = target;
		} catch (error) {
			results[itemIndex].failure = failureOfInvalid({ itemIndex, problems: [problemOf(error)] });
			if (!keepsGoing) throw toError(context, results);
		}
	}

	const { options, problems } = readCheckedOptions(parameters, 0);
	if (problems.length > 0) {
		for (const { itemIndex } of reads.splice(0)) results[itemIndex].failure = failureOfInvalid({ itemIndex, problems });
	}
	const { run, connectionOf } = await openRun(
		context,
		service,
		options,
		reads.map(({ itemIndex }) => itemIndex),
	);
	async function readOne(connection: Connection, target: Target): Promise<Pick<Result, 'outcome' | 'record' | 'failure'>> {
		try {
			const read = await readAccount(connection, target, false);
			return 'failure' in read ? { outcome: 'not read', failure: read.failure } : { outcome: 'read', record: read.record };
		} catch (error) {
			return { outcome: 'not read', failure: whyReadEnded(run, error) };
		}
	}
	const progressOf = () => {
		const ended = results.filter(({ failure }) => failure !== NOT_READ);
		return { total: items.length, done: ended.length, failed: ended.filter(({ failure }) => failure).length };
	};
	const jobs = reads.map((read) => [read]);
	await tellingProgress(context, run, `${service.name} read`, progressOf, async () => {
		await runInLanes(
			jobs,
			async ({ itemIndex, target }) => {
				const connection = connectionOf(itemIndex);
				const read = isConnection(connection)
					? await readOne(connection, target)
					: { outcome: 'not read' as const, failure: connection.failure };
				results[itemIndex] = { itemIndex, target, ...read };
				if (read.failure && !keepsGoing) run.end();
				return 'next';
			},
			options.maxConcurrentRequests,
			run.isOver,
		);
	});
	if (!keepsGoing && results.some(({ failure }) => failure)) throw toError(context, results);
	return toItems(reportOf(context, service, options.output), results);
};
