import type { IDataObject } from 'n8n-workflow';

import { isCleared, isSameValue } from '../fields/comparison';
import { fieldValueIn, isWithin, setAt, toApi } from '../fields/record';
import type { Change, Changes, FieldValue, NamedField, ServiceFields, TouchedField } from '../service';

/** The fields that changes touch, in the service's order. It is worked out once for each update, and carried. */
export function touchedFields({ set, clear }: Changes, fields: NamedField[]): TouchedField[] {
	const touched: TouchedField[] = [];
	for (const field of fields) {
		const wanted = set.get(field.path);
		if (wanted !== undefined || clear.some((path) => isWithin(field.path, path))) touched.push({ field, wanted });
	}
	return touched;
}

/** The values that are set, as the nested object that the API takes. */
export function toBody(touched: TouchedField[]): IDataObject {
	const body: IDataObject = {};
	for (const { field, wanted } of touched) {
		if (wanted !== undefined) setAt(body, field.path, toApi(field, wanted));
	}
	return body;
}

/** Whether a value is one that proto3 leaves out of an answer. */
function isZero(value: FieldValue | undefined): boolean {
	return value === undefined || value === false || Number(value) === 0;
}

/**
 * Whether a record holds what an update wants of a field.
 *
 * @param zeroIsLeftOut whether a value that is missing from the record may be a zero value
 */
export function holds({ field, wanted }: TouchedField, record: IDataObject, zeroIsLeftOut = false): boolean {
	const value = fieldValueIn(record, field);
	if (wanted === undefined) return isCleared(field, value);
	return (value === undefined && zeroIsLeftOut && isZero(wanted)) || isSameValue(field, value, wanted);
}

/** The fields that do not hold in a record what an update wants. */
export function missingFrom(record: IDataObject, touched: TouchedField[], zeroIsLeftOut = false): TouchedField[] {
	return touched.filter((each) => !holds(each, record, zeroIsLeftOut));
}

/** What an update is to change in a record: only the fields whose value becomes another. */
export function differences(record: IDataObject, touched: TouchedField[], zeroIsLeftOut = false): Change[] {
	return missingFrom(record, touched, zeroIsLeftOut).map(({ field, wanted }) => ({
		field: field.path,
		from: fieldValueIn(record, field) ?? null,
		to: wanted ?? null,
	}));
}

/** What has changed between two records, of the fields that an update touches. */
export function changesBetween(before: IDataObject, after: IDataObject, touched: TouchedField[], zeroIsLeftOut = false): Change[] {
	const changes: Change[] = [];
	for (const { field } of touched) {
		const [from, to] = [fieldValueIn(before, field), fieldValueIn(after, field)];
		const isSame = isSameValue(field, from, to) || (zeroIsLeftOut && isZero(from) && isZero(to));
		if (!isSame) changes.push({ field: field.path, from: from ?? null, to: to ?? null });
	}
	return changes;
}

/**
 * An item that takes the changes back: the former values under the API's own names, for Auto-Map Input Data; what was empty before is named in
 * `fieldsToClear`, for Fields to Clear; and the parameters that select the account. What cannot be made empty again is named in `cannotUndo`.
 *
 * @param before the record before the update
 */
export function undoOf(
	made: Change[],
	fields: Pick<ServiceFields, 'all' | 'clearable'>,
	selector: IDataObject,
	before: IDataObject,
): IDataObject {
	const undo: IDataObject = { ...selector };
	const fieldsToClear = new Set<string>();
	const cannotUndo: string[] = [];
	for (const { field: path, from } of made) {
		const field = fields.all.find((candidate) => candidate.path === path);
		if (!field) continue;
		if (from !== null) {
			setAt(undo, path, toApi(field, from));
			continue;
		}
		// Where the field alone cannot be erased, the object around it can, if all of it was empty.
		const erasable = fields.clearable.find(
			(outer) =>
				outer === path ||
				(isWithin(path, outer) &&
					!fields.clearable.includes(path) &&
					fields.all.every((other) => !isWithin(other.path, outer) || fieldValueIn(before, other) === undefined)),
		);
		if (erasable) fieldsToClear.add(erasable);
		else cannotUndo.push(path);
	}
	if (fieldsToClear.size > 0) undo.fieldsToClear = [...fieldsToClear];
	if (cannotUndo.length > 0) undo.cannotUndo = cannotUndo;
	return undo;
}
