import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { readList, type Listing } from '../http/paging';
import type { ItemResult } from '../report/outcome';
import { toError, toErrorItem } from '../report/output';
import { parameterReader } from '../parameters/parameterReader';
import { readOptions } from '../parameters/readUpdate';
import type { Service } from '../service';

/**
 * Get Many: a list of records, once for each input item.
 *
 * @throws NodeApiError when the list cannot be read and the node stops on errors
 */
export async function getManyOperation(context: IExecuteFunctions, service: Service, listing: Listing): Promise<INodeExecutionData[]> {
	const parameters = parameterReader(context);
	const output: INodeExecutionData[] = [];
	for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
		const returnAll = parameters.read('returnAll', itemIndex, false) === true;
		const limit = returnAll ? Infinity : Number(parameters.read('limit', itemIndex, 50));
		const { simplify } = readOptions(parameters, itemIndex);
		const list = await readList(context, service, listing, limit);
		if ('failure' in list) {
			const result: ItemResult = { itemIndex, outcome: 'not read', failure: list.failure };
			if (!context.continueOnFail()) throw toError(context, [result]);
			output.push(toErrorItem(result, list.failure));
			continue;
		}
		for (const record of list.records) {
			output.push({ json: simplify ? service.simplify(record) : record, pairedItem: { item: itemIndex } });
		}
	}
	return output;
}
