import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { messageOf } from '../fields/thrown';
import { toErrorItem } from '../report/items';
import type { Failure, Outcome, Result, Service } from '../service';

/** What a person chooses in the node: one output item or more per input item. */
export type Operation = (context: IExecuteFunctions, service: Service) => Promise<INodeExecutionData[]>;

/** The operations that change nothing. */
const READS: ReadonlySet<string> = new Set(['get', 'getAll']);

/** One error item per input item where this package has a fault. It needs nothing that may be what is broken. */
function unforeseen(context: IExecuteFunctions, outcome: Outcome, error: unknown): INodeExecutionData[] {
	const words = messageOf(error);
	const description = outcome === 'unknown' ? 'Look the account up before you run the item again.' : undefined;
	return context.getInputData().map((_, item) => ({
		json: {
			message: `The operation failed in an unforeseen way: ${words}`,
			error: { item, outcome, message: words, description },
		},
		pairedItem: { item },
	}));
}

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
	const name = String(context.getNodeParameter('operation', 0, ''));
	if (Object.hasOwn(operations, name)) {
		const running = operations[name](context, service);
		if (!context.continueOnFail()) return [await running];
		return [await running.catch((error: unknown) => unforeseen(context, READS.has(name) ? 'not read' : 'unknown', error))];
	}
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
