import type { IDataObject } from 'n8n-workflow';

import { parameterReader } from '../parameters/parameterReader';
import { readOptions, runOptionsReader, type CheckedOptions } from '../parameters/updateOptions';
import { planUpdate, type PlannedUpdate } from '../plan/plannedUpdate';
import { NO_PLAN } from '../plan/makePlan';
import { changesOf, noPlan, readPlans, whyNotApplied, type Plan } from '../plan/planText';
import { failureOfInvalid, problemOf } from '../plan/planUpdates';
import { planKeyOfConnection, type PlanKey } from '../plan/signature';
import type { Failure, ParameterReader, Result, Service } from '../service';
import { applyAll } from './applyAll';
import type { Operation } from './operation';
import { isConnection, openRun } from './run';

/** The plans of one item: each to be applied, or refused already. */
type ItemPlans = Array<PlannedUpdate | Result>;

/** A plan as an update, or why it may not be applied. */
function toUpdate(
	service: Service,
	plan: Plan,
	key: PlanKey,
	itemIndex: number,
	position: number,
	{ options, problems }: CheckedOptions,
): PlannedUpdate | Result {
	const target = service.account.select(plan.account);
	const text = JSON.stringify(plan);
	const refused = (failure: Failure): Result => ({ itemIndex, position, target, outcome: 'not sent', failure, plan: text });
	if (problems.length > 0) return refused(failureOfInvalid({ itemIndex, problems }));
	const why = whyNotApplied(plan, service.node, key, options.refusePlansOlderThan, Date.now());
	if (why) return refused(why);
	const changes = changesOf(plan);
	// Paths to erase may be those of a mask that was given by hand, which names what it likes.
	const isKnown = [...changes.set.keys()].every((path) => service.fields.all.some((field) => field.path === path));
	if (!target || !isKnown)
		return refused({ summary: 'The plan was made by another version', remedy: 'Plan the change again, with Dry Run.' });
	const serviceOptions: IDataObject = plan.updateMask === undefined ? {} : { updateMask: plan.updateMask };
	return planUpdate(service.fields.all, {
		itemIndex,
		position,
		target,
		changes,
		options: { ...options, serviceOptions },
		given: { text, was: plan.was, ...(plan.isUndo && { undoMadeAt: plan.time }) },
	});
}

/** The plans that an item holds. An empty list asks for nothing: the undo of what changed nothing. */
function plansOfItem(
	service: Service,
	parameters: ParameterReader,
	readOptionsOf: (itemIndex: number) => CheckedOptions,
	key: PlanKey,
	itemIndex: number,
): ItemPlans {
	const refused = (failure: Failure, position = 0): Result => ({ itemIndex, position, outcome: 'not sent', failure });
	try {
		const value = parameters.read('plan', itemIndex, '');
		if (value === undefined || value === null || value === '') return [refused(noPlan('The parameter Plan is blank.'))];
		const checked = readOptionsOf(itemIndex);
		const plans = readPlans(value);
		if (plans.length === 0) return [{ itemIndex, outcome: 'unchanged', changes: [], undo: NO_PLAN, cannotUndo: [] }];
		return plans.map((plan, position) =>
			'failure' in plan ? refused(plan.failure, position) : toUpdate(service, plan, key, itemIndex, position, checked),
		);
	} catch (error) {
		return [refused(failureOfInvalid({ itemIndex, problems: [problemOf(error)] }))];
	}
}

/** Plans in the order in which they are applied: as they come; of undo plans the newest first, because each expects what the one before it left. */
function inOrder(planned: PlannedUpdate[]): PlannedUpdate[] {
	if (!planned.every(({ given }) => given?.undoMadeAt)) return planned;
	return planned
		.map((update, index) => ({ update, index, madeAt: update.given!.undoMadeAt! }))
		.sort((a, b) => (a.madeAt === b.madeAt ? b.index - a.index : a.madeAt < b.madeAt ? 1 : -1))
		.map(({ update }) => update);
}

/**
 * Apply Plan: applies plans exactly as they were made, or not at all.
 *
 * @returns one item per plan or what Output makes of them, linked to the input, in its order
 * @throws NodeApiError or NodeOperationError when a plan is not applied and the node stops on errors; its `context.data` has a report of every plan
 */
export const applyPlan: Operation = async (context, service) => {
	const parameters = parameterReader(context);
	const itemIndexes = context.getInputData().map((_, itemIndex) => itemIndex);
	const options = readOptions(parameters, 0);
	const readOptionsOf = runOptionsReader(parameters);
	const opened = await openRun(context, service, options, itemIndexes);
	const entries = itemIndexes.flatMap((itemIndex): ItemPlans => {
		const connection = opened.connectionOf(itemIndex);
		if (!isConnection(connection)) return [{ itemIndex, outcome: 'not sent', failure: connection.failure }];
		return plansOfItem(service, parameters, readOptionsOf, planKeyOfConnection(connection), itemIndex);
	});
	const planned = inOrder(entries.filter((entry): entry is PlannedUpdate => 'touched' in entry));
	const refused = entries.filter((entry): entry is Result => !('touched' in entry));
	return await applyAll(
		context,
		service,
		{ planned, refused, options, isPlan: true, notes: [] },
		async () => await Promise.resolve(opened),
	);
};
