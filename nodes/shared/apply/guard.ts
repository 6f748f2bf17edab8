import type { IDataObject } from 'n8n-workflow';

import { fieldValueIn, writtenOut } from '../fields/record';
import type { PlannedUpdate } from '../plan/plannedUpdate';
import type { Failure, FieldValue, NamedField, TouchedField } from '../service';
import { driftOf } from './drift';

/** By how many percent a number changes. From nothing, to nothing, and to or from unlimited, there is no percentage: it is endless. */
function percent(from: FieldValue | undefined, to: FieldValue | undefined, zeroIsUnlimited: boolean): number {
	const [before, after] = [Number(writtenOut(from ?? 0)), Number(writtenOut(to ?? 0))];
	// Where seats are absent, nobody knows that they are unlimited.
	if (before === after && (from !== undefined || !zeroIsUnlimited || to === undefined)) return 0;
	// What is no number, or beyond all numbers, has no measure either.
	if (!Number.isFinite(before) || !Number.isFinite(after) || before === 0 || to === undefined || (zeroIsUnlimited && after === 0))
		return Infinity;
	return (Math.abs(after - before) / Math.abs(before)) * 100;
}

/** A change of a guarded number that is larger than the person allows. */
export interface LargeChange {
	field: NamedField;
	from: FieldValue | undefined;
	to: FieldValue | undefined;
	percent: number;
}

/**
 * The first change of a guarded number that is larger than the person allows.
 *
 * @param limit percent
 */
export function changeAbove(limit: number, touched: TouchedField[], record: IDataObject): LargeChange | undefined {
	for (const { field, wanted } of touched) {
		if (!field.guard) continue;
		const from = fieldValueIn(record, field);
		const change = percent(from, wanted, field.guard.zeroIsUnlimited ?? false);
		// A limit that is no number lets nothing pass.
		if (!(change <= limit)) return { field, from, to: wanted, percent: change };
	}
	return undefined;
}

/** A change that is too large, in words for a person. */
function tooLarge({ field, from, to, percent: change }: LargeChange, limit: number): Failure {
	const by = Number.isFinite(change) ? `by ${Math.round(change)}%` : 'without measure';
	const unlimited = field.guard?.zeroIsUnlimited && Number(to) === 0 ? ' 0 means unlimited.' : '';
	return {
		summary: `${field.label} would change ${by}, more than Refuse Changes Above allows`,
		detail: `It would change from ${writtenOut(from ?? 'nothing')} to ${writtenOut(to ?? 'nothing')}; ${limit}% is allowed.${unlimited}`,
		remedy: 'If the change is right, raise Refuse Changes Above for this item.',
	};
}

/**
 * Why an update may not be sent, looking at the record as it is: it would change a number by too much, or it is a plan that the account has drifted
 * away from.
 */
export function whyRefused(update: PlannedUpdate, record: IDataObject, zeroIsLeftOut = false): Failure | undefined {
	const limit = update.options.refuseChangesAbove;
	const change = limit === undefined ? undefined : changeAbove(limit, update.touched, record);
	return change ? tooLarge(change, limit!) : driftOf(update, record, zeroIsLeftOut);
}
