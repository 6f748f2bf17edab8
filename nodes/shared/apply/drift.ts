import type { IDataObject } from 'n8n-workflow';

import { fieldValueIn } from '../fields/record';
import { holds, isSameIn } from '../plan/changes';
import type { PlannedUpdate } from '../plan/plannedUpdate';
import type { Failure, FieldValue } from '../service';

const show = (value: FieldValue | null | undefined) => (value === undefined || value === null ? 'nothing' : JSON.stringify(value));

/**
 * Why a plan no longer fits its account: a field that it touches holds neither what it held when the plan was made, nor what it is to hold.
 *
 * @returns undefined where it fits, and for an update that is no plan
 */
export function driftOf({ given, touched }: PlannedUpdate, record: IDataObject, zeroIsLeftOut = false): Failure | undefined {
	if (!given) return undefined;
	const drifted = touched.filter((each) => {
		const was = given.was[each.field.path] ?? undefined;
		return !isSameIn(each.field, fieldValueIn(record, each.field), was, zeroIsLeftOut) && !holds(each, record, zeroIsLeftOut);
	});
	if (drifted.length === 0) return undefined;
	const details = drifted.map(
		({ field, wanted }) =>
			`${field.label} was ${show(given.was[field.path])}, is ${show(fieldValueIn(record, field))}, planned is ${show(wanted)}`,
	);
	return {
		summary: 'The account has changed since the plan was made',
		detail: `${details.join('; ')}.`,
		remedy: 'Plan the change again, with Dry Run, and have it reviewed again.',
		code: 'DRIFTED',
	};
}
