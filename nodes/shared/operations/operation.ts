import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { remedyAfterFault } from '../apply/claim';
import { wordsOf } from '../fields/exception';
import { toErrorItem } from '../report/items';
import type { Failure, Outcome, Result, Service } from '../service';

/** What a person chooses in the node: one output item or more per input item. */
export type Operation = (context: IExecuteFunctions, service: Service) => Promise<INodeExecutionData[]>;

/** The operations that change nothing. */
const READS: ReadonlySet<string> = new Set(['get', 'getAll']);

const UNFORESEEN = 'The operation failed in an unforeseen way';

/** One error item per input item where this package has a fault. It needs nothing that may be what is broken. */
function unforeseen(context: IExecuteFunctions, outcome: Outcome, error: unknown): INodeExecutionData[] {
	const description = remedyAfterFault(outcome, error);
	return context.getInputData().map((_, item) => ({
		json: { message: UNFORESEEN, error: { item, outcome, message: UNFORESEEN, description } },
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
		const outcome = READS.has(name) ? 'not read' : 'unknown';
		return [
			await operations[name](context, service).catch((error: unknown) => {
				if (context.continueOnFail()) return unforeseen(context, outcome, error);
				// What n8n says is for a person, and its errors of a node have all that is known in them.
				if (wordsOf(error) !== undefined) throw error;
				throw new NodeOperationError(context.getNode(), UNFORESEEN, { description: remedyAfterFault(outcome, error) });
			}),
		];
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
