import { NodeApiError, NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { parameterReader } from '../parameters/parameterReader';
import { readChanges, readOptions } from '../parameters/readUpdate';
import type { Failure, Problem, Service, Target } from '../service';
import { planUpdate, type PlannedUpdate } from './plannedUpdate';

/** An item that cannot be sent as it is. */
export interface InvalidItem {
	itemIndex: number;
	target?: Target;
	problems: Problem[];
}

/** An exception of n8n while it reads a parameter, as a problem of the item. */
export function problemOf(error: unknown): Problem {
	const isNodeError = error instanceof NodeOperationError || error instanceof NodeApiError;
	const message = error instanceof Error ? error.message : String(error);
	return {
		field: message,
		fault: '',
		remedy: (isNodeError && error.description) || 'Check the expression, or the value it takes from the item.',
	};
}

/**
 * Reads and checks the parameters of every item. Nothing is sent here.
 */
export function planUpdates(
	context: IExecuteFunctions,
	service: Service,
	items: INodeExecutionData[],
): { planned: PlannedUpdate[]; invalid: InvalidItem[] } {
	const parameters = parameterReader(context);
	const planned: PlannedUpdate[] = [];
	const invalid: InvalidItem[] = [];
	for (let itemIndex = 0; itemIndex < items.length; itemIndex++) {
		let target: Target | undefined;
		const problems: Problem[] = [];
		try {
			target = service.account.target(parameters, itemIndex);
		} catch (error) {
			problems.push(problemOf(error));
		}
		try {
			const { changes, problems: wrongValues } = readChanges(
				parameters,
				service.fields.all,
				service.fields.clearable,
				items[itemIndex].json,
				itemIndex,
			);
			problems.push(...wrongValues);
			const options = readOptions(parameters, itemIndex);
			if (Number.isNaN(options.refuseChangesAbove)) {
				problems.push({ field: 'Refuse Changes Above (%)', fault: 'is not a number', remedy: 'Give a percentage, e.g. 50.' });
			}
			const adjusted = service.account.adjust?.(changes, options.serviceOptions) ?? { changes, problems: [] };
			problems.push(...adjusted.problems);
			if (target && problems.length === 0)
				planned.push(planUpdate(service.fields.all, { itemIndex, position: 0, target, changes: adjusted.changes, options }));
		} catch (error) {
			problems.push(problemOf(error));
		}
		if (problems.length > 0) invalid.push({ itemIndex, target, problems });
	}
	return { planned, invalid };
}

/** A problem as one sentence without its period. */
function sentence({ field, fault }: Problem): string {
	return fault === '' ? field : `${field} ${fault}`;
}

/** The failure of an item whose parameters are wrong: every problem named, each with how to mend it. */
export function failureOfInvalid({ problems }: InvalidItem): Failure {
	const [first, ...others] = problems;
	const summary =
		others.length === 0 ? sentence(first) : `${sentence(first)}, and ${others.length} more ${others.length === 1 ? 'problem' : 'problems'}`;
	const explain = (problem: Problem) => (problem.value === undefined ? '' : `It is ${problem.value}. `) + problem.remedy;
	return {
		summary,
		remedy: others.length === 0 ? explain(first) : problems.map((problem) => `${sentence(problem)}. ${explain(problem)}`).join(' '),
		violations: problems.map((problem) => ({ field: problem.field, description: `${sentence(problem)}. ${explain(problem)}` })),
	};
}
