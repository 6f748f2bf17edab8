import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Result, Service } from '../service';
import { detailsOf } from './details';

/** What the person wants to see of a result. */
export interface Shown {
	includeChanges: boolean;
	simplify: boolean;
	dryRun: boolean;
}

/**
 * The item that tells of a failure. It keeps its link to the input and reaches the error output in every version of n8n: for that its JSON may hold
 * `message` and `error` only, and `error` must be an object.
 */
function toErrorItem(result: Result): INodeExecutionData {
	const { summary, detail } = result.failure!;
	const message = detail ? `${summary}: ${detail}` : summary;
	return { json: { message, error: detailsOf(result) }, pairedItem: { item: result.itemIndex } };
}

function recordOf(service: Service, result: Result, { simplify, dryRun }: Shown): IDataObject {
	const record = result.record ?? {};
	return simplify && !dryRun ? service.account.simplify(record) : record;
}

function toItem(service: Service, result: Result, shown: Shown): INodeExecutionData {
	const record = recordOf(service, result, shown);
	const pairedItem = { item: result.itemIndex };
	if (!shown.includeChanges || shown.dryRun) return { json: record, pairedItem };
	const json: IDataObject = {
		record,
		outcome: result.outcome,
		changes: (result.changes ?? []) as unknown as IDataObject[],
		notApplied: result.notApplied ?? [],
		...(result.storedAs && { storedAs: result.storedAs }),
		undo: result.undo ?? {},
	};
	return { json, pairedItem };
}

/** One output item per result, in their order. */
export function toItems(service: Service, results: Result[], shownOf: (itemIndex: number) => Shown): INodeExecutionData[] {
	return results.map((result) => (result.failure ? toErrorItem(result) : toItem(service, result, shownOf(result.itemIndex))));
}
