import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { readSwitch } from '../fields/switches';
import { readList, type Listing } from '../http/paging';
import { parameterReader } from '../parameters/parameterReader';
import { readCheckedOptions } from '../parameters/updateOptions';
import { failureOfInvalid, problemOf } from '../plan/planUpdates';
import { toError } from '../report/error';
import { toItems } from '../report/items';
import type { Failure, ParameterReader, Result } from '../service';
import type { Operation } from './operation';
import { tellingProgress } from './progress';
import { reportOf } from './report';
import { isConnection, openRun, whyReadEnded } from './run';

/** How many records an item asks for, or why that is no number. */
function readLimit(parameters: ParameterReader, itemIndex: number): number | { failure: Failure } {
	try {
		if (readSwitch(parameters.read('returnAll', itemIndex, false))) return Infinity;
		const given = parameters.read('limit', itemIndex, 50);
		const limit = typeof given === 'string' && /^\s*\d+\s*$/.test(given) ? Number(given) : given;
		if (typeof limit === 'number' && Number.isSafeInteger(limit) && limit >= 1) return limit;
		const problem = {
			field: 'Limit',
			fault: 'is not a whole number from 1',
			remedy: 'Give a whole number, e.g. 50, or turn on Return All.',
		};
		return { failure: failureOfInvalid({ itemIndex, problems: [problem] }) };
	} catch (error) {
		return { failure: failureOfInvalid({ itemIndex, problems: [problemOf(error)] }) };
	}
}

/**
 * Get Many: a list of records, once for each input item.
 *
 * @param listing how the service pages through the list
 */
export function getMany(listing: Listing): Operation {
	return async (context, service) => {
		const parameters = parameterReader(context);
		const itemIndexes = context.getInputData().map((_, itemIndex) => itemIndex);
		const { options, problems } = readCheckedOptions(parameters, 0);
		// The records of a list are not always billing accounts, so they are simplified here.
		const report = reportOf(context, service, 'record');
		const { run, connectionOf } = await openRun(context, service, options, itemIndexes);

		async function readOne(itemIndex: number): Promise<Result[]> {
			const failed = (failure: Failure): Result[] => [{ itemIndex, outcome: 'not read', failure }];
			const limit = readLimit(parameters, itemIndex);
			const connection = connectionOf(itemIndex);
			if (problems.length > 0) return failed(failureOfInvalid({ itemIndex, problems }));
			if (typeof limit !== 'number') return failed(limit.failure);
			if (!isConnection(connection)) return failed(connection.failure);
			try {
				const list = await readList(connection, listing, limit);
				if ('failure' in list) return failed(list.failure);
				const shown = options.output === 'simplified' ? (listing.simplify ?? service.account.simplify) : (record: IDataObject) => record;
				return list.records.map((record) => ({ itemIndex, outcome: 'read', record: shown(record) }));
			} catch (error) {
				return failed(whyReadEnded(run, error));
			}
		}

		const output: INodeExecutionData[] = [];
		const counts = { total: itemIndexes.length, done: 0, failed: 0 };
		await tellingProgress(
			context,
			run,
			`${service.name} list`,
			() => counts,
			async () => {
				for (const itemIndex of itemIndexes) {
					const results = await readOne(itemIndex);
					const hasFailed = results.some(({ failure }) => failure);
					if (hasFailed && !context.continueOnFail()) throw toError(context, results);
					counts.done += 1;
					if (hasFailed) counts.failed += 1;
					for (const item of toItems(report, results)) output.push(item);
				}
			},
		);
		return output;
	};
}
