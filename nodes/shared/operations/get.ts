import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { connect, credentialTypeOf } from '../http/connection';
import { readRecord } from '../http/exchange';
import { runInLanes } from '../apply/lanes';
import { NOT_READ, type ItemResult } from '../report/outcome';
import { toError, toItems } from '../report/output';
import { parameterReader } from '../parameters/parameterReader';
import { readOptions } from '../parameters/readUpdate';
import { failureOfInvalid, problemOf } from '../plan/planUpdates';
import type { Service, Target } from '../service';

/**
 * Get: reads the record of each item.
 *
 * @returns one item per input item, linked to it, in input order
 * @throws NodeApiError or NodeOperationError when an item fails and the node stops on errors
 */
export async function getOperation(context: IExecuteFunctions, service: Service): Promise<INodeExecutionData[]> {
	const items = context.getInputData();
	const parameters = parameterReader(context);
	const keepsGoing = context.continueOnFail();
	const results: ItemResult[] = items.map((_, itemIndex) => ({ itemIndex, outcome: 'not read', failure: NOT_READ }));
	const reads: Array<{ itemIndex: number; target: Target }> = [];
	for (let itemIndex = 0; itemIndex < items.length; itemIndex++) {
		try {
			const target = service.target(parameters, itemIndex);
			reads.push({ itemIndex, target });
			results[itemIndex].target = target;
		} catch (error) {
			results[itemIndex].failure = failureOfInvalid({ itemIndex, problems: [problemOf(error)] });
			if (!keepsGoing) throw toError(context, results);
		}
	}

	const options = readOptions(parameters, 0);
	if (reads.length > 0) {
		const connection = await connect(context, service, credentialTypeOf(context, service), options.timeout);
		const signal = context.getExecutionCancelSignal?.();
		await runInLanes(
			reads.map((read) => [read]),
			async ({ itemIndex, target }, pace) => {
				const exchange = { service, connection, pace, maxRetries: options.maxRetries, signal };
				const read = await readRecord(exchange, service.read(target));
				results[itemIndex] =
					'failure' in read
						? { itemIndex, target, outcome: 'not read', failure: read.failure }
						: { itemIndex, target, outcome: 'read', record: read.record };
				const mustStop = 'failure' in read && (read.unauthorized || !keepsGoing);
				return mustStop ? 'stop' : 'next';
			},
			options.maxConcurrentRequests,
			signal,
		);
	}
	if (!keepsGoing && results.some((result) => result.failure)) throw toError(context, results);
	return toItems(service, results, () => ({ includeChanges: false, simplify: options.simplify, dryRun: false }));
}
