import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { applyUpdate, toLanes, type Lane } from '../apply/applyUpdate';
import { connect, credentialTypeOf } from '../http/connection';
import { runInLanes } from '../apply/lanes';
import { earlierTries } from '../apply/earlierTries';
import { countOutcomes, NOT_STARTED, type ItemResult } from '../report/outcome';
import { toError, toItems } from '../report/output';
import { failureOfInvalid, planUpdates } from '../plan/planUpdates';
import type { Service } from '../service';

/** From this many items for one account, the person may have picked the account by mistake. */
const MANY_FOR_ONE_ACCOUNT = 10;

function addHints(context: IExecuteFunctions, lanes: Lane[], results: ItemResult[]): void {
	const ignored = results.filter((result) => !result.failure && result.notApplied?.length);
	if (ignored.length > 0) {
		const fields = [...new Set(ignored.flatMap((result) => result.notApplied!))];
		context.addExecutionHints({
			message: `The service accepted ${ignored.length === 1 ? 'an update' : `${ignored.length} updates`} but its answer does not show: ${fields.join(', ')}. Accepted is not applied. Turn on Include Changes to see it for each item.`,
			location: 'outputPane',
			type: 'warning',
		});
	}
	const longest = Math.max(0, ...lanes.map(({ updates }) => updates.length));
	if (longest >= MANY_FOR_ONE_ACCOUNT) {
		context.addExecutionHints({
			message: `${longest} items update the same account. They were applied one after another, in item order. If they were meant for different accounts, take the account from each item with an expression.`,
			location: 'outputPane',
		});
	}
}

/**
 * Update: plan all items, apply them, account for each.
 *
 * @returns one item per input item, linked to it, in input order
 * @throws NodeApiError or NodeOperationError when an item fails and the node stops on errors; its `context.data` accounts for every item
 */
export async function updateOperation(context: IExecuteFunctions, service: Service): Promise<INodeExecutionData[]> {
	const items = context.getInputData();
	const keepsGoing = context.continueOnFail();
	const results: ItemResult[] = items.map((_, itemIndex) => ({ itemIndex, outcome: 'not sent', failure: NOT_STARTED }));

	const earlier = earlierTries(context, items);
	const { planned, invalid } = planUpdates(context, service, items);
	for (const { itemIndex, target } of planned) results[itemIndex].target = target;
	for (const item of invalid) {
		results[item.itemIndex] = { itemIndex: item.itemIndex, target: item.target, outcome: 'not sent', failure: failureOfInvalid(item) };
	}
	if (invalid.length > 0 && !keepsGoing) throw toError(context, results);

	const lanes = toLanes(planned, earlier);
	if (planned.length > 0) {
		// These hold for the whole run, so they are taken from its first item.
		const { maxConcurrentRequests, maxRetries, timeout } = planned[0].options;
		const connection = await connect(context, service, credentialTypeOf(context, service), timeout);
		const signal = context.getExecutionCancelSignal?.();
		const mode = { mayRunAgain: context.getNode().retryOnFail === true };
		await runInLanes(
			lanes.map((lane) => lane.updates.map((update) => ({ lane, update }))),
			async ({ lane, update }, pace) => {
				const exchange = { service, connection, pace, maxRetries, signal };
				const { result, end } = await applyUpdate(exchange, mode, lane, update);
				results[update.itemIndex] = result;
				return result.failure && !keepsGoing ? 'stop' : end;
			},
			maxConcurrentRequests,
			signal,
		);
		if (signal?.aborted) context.logger.warn(`${service.name} update stopped: ${countOutcomes(results)}`);
	}

	earlier.remember(results);
	addHints(context, lanes, results);
	if (!keepsGoing && results.some((result) => result.failure)) throw toError(context, results);
	const optionsByItem = new Map(planned.map(({ itemIndex, options }) => [itemIndex, options]));
	return toItems(service, results, (itemIndex) => optionsByItem.get(itemIndex)!);
}
