import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { toErrorItem } from '../report/items';
import type { Failure, Result, Service } from '../service';

/** What a person chooses in the node: one output item or more per input item. */
export type Operation = (context: IExecuteFunctions, service: Service) => Promise<INodeExecutionData[]>;

/**
 * Runs the operation that the node's parameter names.
 *
 * While the node continues on errors nothing is thrown, whatever happens: n8n would hand the input on as if all had gone well.
 *
 * @param operations the node's operations, by the value of its Operation parameter
 * @throws NodeApiError or NodeOperationError when something fails and the node stops on errors
 */
export async function runOperation(
	context: IExecuteFunctions,
	service: Service,
	operations: Record<string, Operation>,
): Promise<INodeExecutionData[][]> {
	const name = String(context.getNodeParameter('operation', 0));
	if (Object.hasOwn(operations, name)) return [await operations[name](context, service)];
	const failure: Failure = {
		summary: `The operation ${JSON.stringify(name)} is not one of this node`,
		remedy: `Choose one of: ${Object.keys(operations).join(', ')}.`,
	};
	if (!context.continueOnFail()) {
		throw new NodeOperationError(context.getNode(), failure.summary, { description: failure.remedy });
	}
	const results = context.getInputData().map((_, itemIndex): Result => ({ itemIndex, outcome: 'not sent', failure }));
	return [results.map(toErrorItem)];
}
