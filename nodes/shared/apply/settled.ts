import type { IDataObject } from 'n8n-workflow';

import { isAnotherForm, isSameValue } from '../fields/comparison';
import { fieldValueIn } from '../fields/record';
import { asSentence } from '../fields/sentence';
import { changesBetween, isSpelledOtherwise, missingFrom } from '../plan/changes';
import { undoPlanOf } from '../plan/makePlan';
import type { PlannedUpdate } from '../plan/plannedUpdate';
import type { Failure, Result, TouchedField } from '../service';
import { failed, join, succeeded, type Applied } from './claim';
import type { Lane } from './lane';

/**
 * What may be claimed of an update that is settled, from the record that it has led to.
 *
 * @param before the record before, where it was read
 * @param after a record that the service has shown since
 * @param words the service's own, where it said something beside the record
 */
export function settled(lane: Lane, update: PlannedUpdate, before: IDataObject | undefined, after: IDataObject, words?: string): Applied {
	const { fields, name } = lane.connection.run.service;
	const other = missingFrom(after, update.touched, true);
	const inAnotherForm = other.filter(({ field, wanted }) => {
		const stored = fieldValueIn(after, field);
		return wanted !== undefined && stored !== undefined && isAnotherForm(field, wanted, stored, before && fieldValueIn(before, field));
	});
	const missing = other.filter((each) => !inAnotherForm.includes(each));
	const known: Partial<Result> = { notApplied: missing.map(({ field }) => field.path) };
	const spelledOtherwise = update.touched.filter((each) => inAnotherForm.includes(each) || isSpelledOtherwise(each, after));
	if (spelledOtherwise.length > 0) known.storedAs = valuesOf(spelledOtherwise, after);
	if (before) {
		known.changes = changesBetween(before, after, update.touched, fields.zeroIsLeftOut);
		Object.assign(known, undoPlanOf(lane.connection, update, known.changes, before, after));
	}

	if (missing.length < update.touched.length || missing.length === 0) {
		const isPart = missing.length > 0 && update.options.failIfPartlyApplied;
		return isPart
			? failed(update, 'updated', partlyApplied(name, missing, after), { record: after, ...known })
			: succeeded(update, 'updated', after, known);
	}
	const hasChanged = (known.changes?.length ?? 0) > 0;
	return failed(update, hasChanged ? 'updated' : 'not applied', noneHolds(name, missing, after, before !== undefined, hasChanged, words), {
		record: after,
		...known,
	});
}

/**
 * The fields that an update has not touched, though the service accepted it: they do not hold the value in any form, and hold what they held before.
 */
export function leftAsTheyWere({ touched }: PlannedUpdate, before: IDataObject, after: IDataObject): TouchedField[] {
	return missingFrom(after, touched, true).filter(({ field, wanted }) => {
		const [was, is] = [fieldValueIn(before, field), fieldValueIn(after, field)];
		return isSameValue(field, was, is) && !(wanted !== undefined && is !== undefined && isAnotherForm(field, wanted, is, was));
	});
}

function valuesOf(touched: TouchedField[], record: IDataObject): IDataObject {
	return Object.fromEntries(touched.map(({ field }) => [field.path, fieldValueIn(record, field) ?? null]));
}

/** What the fields hold now, in words: `maxSeats is 500`. */
function holdNow(touched: TouchedField[], record: IDataObject): string {
	return touched
		.map(({ field }) => {
			const value = fieldValueIn(record, field);
			return value === undefined ? `${field.label} is empty` : `${field.label} is ${JSON.stringify(value)}`;
		})
		.join(', ');
}

function partlyApplied(name: string, missing: TouchedField[], after: IDataObject): Failure {
	return {
		summary: `${name} accepted the update, but applied only a part of it`,
		detail: `Now ${holdNow(missing, after)}.`,
		remedy: 'What it applied stays. Trying again will not help.',
	};
}

/** The service accepted the update, and no field holds its value. */
function noneHolds(
	name: string,
	missing: TouchedField[],
	after: IDataObject,
	isFormerKnown: boolean,
	hasChanged: boolean,
	words: string | undefined,
): Failure {
	const did = hasChanged ? 'but made something else of it' : 'but did not apply it';
	const unknown = 'Whether the service changed them to what they hold now is not known.';
	return {
		summary: `${name} accepted the update, ${did}`,
		detail: join(words && asSentence(words), `Now ${holdNow(missing, after)}.`),
		remedy: join(isFormerKnown ? undefined : unknown, 'Trying again will not help.'),
	};
}
