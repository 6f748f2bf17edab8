import type { IDataObject } from 'n8n-workflow';

import { fieldValueIn } from '../fields/record';
import type { Connection } from '../http/connection';
import type { Change } from '../service';
import { touchedFields, undoOf } from './changes';
import type { PlannedUpdate } from './plannedUpdate';
import { planOf, toPlanText } from './planText';
import { planKeyOfConnection } from './signature';

/** The plan that takes back nothing: the undo of an update that changed nothing. Apply Plan hands it on as unchanged. */
export const NO_PLAN = '[]';

/** An update as a plan that can be applied later, exactly as it is. */
export function planTextOf(connection: Connection, { target, changes, touched, options }: PlannedUpdate, before: IDataObject): string {
	const { updateMask } = options.serviceOptions;
	const mask = typeof updateMask === 'string' && updateMask.trim() !== '' ? updateMask.trim() : undefined;
	const plan = planOf(connection.run.service.node, target, changes, touched, ({ field }) => fieldValueIn(before, field), mask);
	return toPlanText(plan, planKeyOfConnection(connection), Date.now());
}

/**
 * The plan that takes changes back, made from what the account holds after them.
 *
 * @param made what has changed, or is to change
 * @param after the record that the changes lead to
 */
export function undoPlanOf(
	connection: Connection,
	{ target }: PlannedUpdate,
	made: Change[],
	before: IDataObject,
	after: IDataObject,
): { undo: string; cannotUndo: string[] } {
	const { service } = connection.run;
	const { changes, cannotUndo } = undoOf(made, service.fields, before);
	if (changes.set.size === 0 && changes.clear.length === 0) return { undo: NO_PLAN, cannotUndo };
	const touched = touchedFields(changes, service.fields.all);
	const plan = planOf(service.node, target, changes, touched, ({ field }) => fieldValueIn(after, field));
	return { undo: toPlanText({ ...plan, isUndo: true }, planKeyOfConnection(connection), Date.now()), cannotUndo };
}
