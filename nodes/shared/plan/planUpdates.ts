import { NodeApiError, NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { remedyOfFault, wordsOf } from '../fields/exception';
import { asSentence } from '../fields/sentence';
import { parameterReader } from '../parameters/parameterReader';
import { changesReader } from '../parameters/readChanges';
import { runOptionsReader } from '../parameters/updateOptions';
import type { Failure, Problem, Service, Target } from '../service';
import { notesOf, type LeftOut, type PlanNote } from './notes';
import { planUpdate, type PlannedUpdate } from './plannedUpdate';

/** An item that cannot be sent as it is. */
export interface InvalidItem {
	itemIndex: number;
	target?: Target;
	problems: Problem[];
}

/** An exception of n8n while it reads a parameter, as a problem of the item. */
export function problemOf(error: unknown): Problem {
	const message = wordsOf(error);
	if (message === undefined) return { field: 'The parameters could not be read', fault: '', remedy: remedyOfFault(error) };
	const isNodeError = error instanceof NodeOperationError || error instanceof NodeApiError;
	return { field: message, fault: '', remedy: (isNodeError && error.description) || 'Check the parameters of the node.' };
}

/**
 * Reads and checks the parameters of every item. Nothing is sent here.
 */
export function planUpdates(
	context: IExecuteFunctions,
	service: Service,
	items: INodeExecutionData[],
): { planned: PlannedUpdate[]; invalid: InvalidItem[]; notes: PlanNote[] } {
	const parameters = parameterReader(context);
	const { all: fields, clearable, responseOnly } = service.fields;
	const readChanges = changesReader(parameters, { fields, clearable, responseOnly });
	const readOptions = runOptionsReader(parameters);
	const leftOut: LeftOut[] = [];
	const planned: PlannedUpdate[] = [];
	const invalid: InvalidItem[] = [];
	for (let itemIndex = 0; itemIndex < items.length; itemIndex++) {
		let target: Target | undefined;
		let problems: Problem[] = [];
		try {
			target = service.account.target(parameters, itemIndex);
		} catch (error) {
			problems.push(problemOf(error));
		}
		try {
			const read = readChanges(items[itemIndex].json, itemIndex);
			const { options, problems: wrongOptions } = readOptions(itemIndex);
			const adjusted = service.account.adjust?.(read, options.serviceOptions, fields) ?? { changes: read.changes, problems: [] };
			problems = problems.concat(read.problems, wrongOptions, adjusted.problems);
			leftOut.push(read);
			if (target && problems.length === 0)
				planned.push(planUpdate(fields, { itemIndex, position: 0, target, changes: adjusted.changes, options }));
		} catch (error) {
			problems.push(problemOf(error));
		}
		if (problems.length > 0) invalid.push({ itemIndex, target, problems });
	}
	return { planned, invalid, notes: notesOf(leftOut, items.length) };
}

/** A problem as one sentence without its period. */
function inWords({ field, fault }: Problem): string {
	return fault === '' ? field : `${field} ${fault}`;
}

/** What the value is, and how to mend it. */
function remedyFor({ value, remedy }: Problem): string {
	return (value === undefined ? '' : `It is ${value}. `) + remedy;
}

/** The failure of an item whose parameters are wrong: every problem named, one a line, each with how to mend it. */
export function failureOfInvalid({ problems }: InvalidItem): Failure {
	const [first, ...others] = problems;
	const summary =
		others.length === 0 ? inWords(first) : `${inWords(first)}, and ${others.length} more ${others.length === 1 ? 'problem' : 'problems'}`;
	const lines = problems.map((problem) => `${asSentence(inWords(problem))} ${remedyFor(problem)}`);
	return {
		summary,
		remedy: others.length === 0 ? remedyFor(first) : lines.map((line) => `- ${line}`).join('\n'),
		violations: problems.map((problem, index) => ({ field: problem.field, description: lines[index] })),
	};
}
