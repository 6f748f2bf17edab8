import type { IDataObject } from 'n8n-workflow';

import { isCleared, isOtherSpelling, isSameValue } from '../fields/comparison';
import { fieldValueIn, isRecord, isWithin, removeAt, setAt, toApi, valueAt, writtenOut } from '../fields/record';
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

/** Whether a value is one that proto3 leaves out of an answer: false, or a number that is 0. A text such as "0" is not. */
function isZero({ type }: NamedField, value: FieldValue | undefined): boolean {
	if (value === undefined) return true;
	const isNumber = type === 'int32' || type === 'decimal';
	return isNumber ? Number(writtenOut(value)) === 0 : type === 'boolean' && value === false;
}

/** Whether two values that records showed of a field are the same value; a zero may have been left out of either. */
export function isSameIn(field: NamedField, a: FieldValue | undefined, b: FieldValue | undefined, zeroIsLeftOut = false): boolean {
	return isSameValue(field, a, b) || (zeroIsLeftOut && isZero(field, a) && isZero(field, b));
}

/**
 * Whether a record holds what an update wants of a field.
 *
 * @param zeroIsLeftOut whether a value that is missing from the record may be a zero value
 */
export function holds({ field, wanted }: TouchedField, record: IDataObject, zeroIsLeftOut = false): boolean {
	const value = fieldValueIn(record, field);
	if (wanted === undefined) return isCleared(field, value);
	return (value === undefined && zeroIsLeftOut && isZero(field, wanted)) || isSameValue(field, value, wanted);
}

/** The fields that do not hold in a record what an update wants. */
export function missingFrom(record: IDataObject, touched: TouchedField[], zeroIsLeftOut = false): TouchedField[] {
	return touched.filter((each) => !holds(each, record, zeroIsLeftOut));
}

/** Whether a record holds a wanted value in another spelling. */
export function isSpelledOtherwise({ field, wanted }: TouchedField, record: IDataObject): boolean {
	return isOtherSpelling(field, fieldValueIn(record, field), wanted);
}

/** What an update is to change in a record: only the fields whose value becomes another, or another spelling of the same. */
export function differences(record: IDataObject, touched: TouchedField[], zeroIsLeftOut = false): Change[] {
	const changing = touched.filter((each) => !holds(each, record, zeroIsLeftOut) || isSpelledOtherwise(each, record));
	return changing.map(({ field, wanted }) => ({
		field: field.path,
		label: field.label,
		from: fieldValueIn(record, field) ?? null,
		to: wanted ?? null,
	}));
}

/**
 * What has changed between two records, of the fields that an update touches, the spelling of a value included. Where the later one leaves out a zero
 * value that was asked, that is what it holds.
 */
export function changesBetween(before: IDataObject, after: IDataObject, touched: TouchedField[], zeroIsLeftOut = false): Change[] {
	const changes: Change[] = [];
	for (const { field, wanted } of touched) {
		const from = fieldValueIn(before, field);
		const to = fieldValueIn(after, field) ?? (isZero(field, wanted) ? wanted : undefined);
		if (!isSameIn(field, from, to, zeroIsLeftOut) || isOtherSpelling(field, from, to))
			changes.push({ field: field.path, label: field.label, from: from ?? null, to: to ?? null });
	}
	return changes;
}

/** The record as an update would leave it. */
export function simulate(record: IDataObject, touched: TouchedField[]): IDataObject {
	const copy = structuredClone(record);
	for (const { field, wanted } of touched) {
		if (wanted === undefined) removeAt(copy, field.path);
		else setAt(copy, field.path, toApi(field, wanted));
	}
	return copy;
}

/** What takes changes back, and the fields that cannot be restored. */
export interface Undo {
	changes: Changes;
	cannotUndo: string[];
}

/**
 * The zero values that a record left out of objects that were erased since. An object is set up again with them, because its parts go together.
 */
function zerosInErased(made: Change[], fields: NamedField[], before: IDataObject): NamedField[] {
	const erased = new Set(made.filter(({ from, to }) => from !== null && to === null).map(({ field }) => field));
	if (erased.size === 0) return [];
	const isErased = (object: string) =>
		fields.every((field) => !isWithin(field.path, object) || fieldValueIn(before, field) === undefined || erased.has(field.path));
	return fields.filter((field) => {
		const around = field.path.slice(0, Math.max(0, field.path.lastIndexOf('.')));
		const mayBeZero = field.type === 'boolean' || field.type === 'decimal';
		const wasLeftOut = mayBeZero && around !== '' && isRecord(valueAt(before, around)) && fieldValueIn(before, field) === undefined;
		return wasLeftOut && isErased(around) && [...erased].some((path) => isWithin(path, around));
	});
}

/**
 * The changes turned round: the former values are set again, and what was empty is cleared, alone or, where it cannot be alone, with the object
 * around it if all of that was empty. A switch that the service left out was off.
 *
 * @param before the record before the update
 */
export function undoOf(made: Change[], fields: Pick<ServiceFields, 'all' | 'clearable' | 'zeroIsLeftOut'>, before: IDataObject): Undo {
	const set = new Map<string, FieldValue>();
	const clear = new Set<string>();
	const cannotUndo: string[] = [];
	for (const { field: path, from } of made) {
		if (from !== null) {
			set.set(path, from);
			continue;
		}
		const erasable = fields.clearable.find(
			(outer) =>
				outer === path ||
				(isWithin(path, outer) &&
					!fields.clearable.includes(path) &&
					fields.all.every((other) => !isWithin(other.path, outer) || fieldValueIn(before, other) === undefined)),
		);
		if (erasable) clear.add(erasable);
		else if (fields.zeroIsLeftOut && fields.all.some((field) => field.path === path && field.type === 'boolean')) set.set(path, false);
		else cannotUndo.push(path);
	}
	if (fields.zeroIsLeftOut)
		for (const field of zerosInErased(made, fields.all, before)) set.set(field.path, field.type === 'boolean' ? false : '0');
	// What lies in an object that is erased is erased with it.
	const outermost = [...clear].filter((path) => ![...clear].some((outer) => outer !== path && isWithin(path, outer)));
	return { changes: { set, clear: outermost }, cannotUndo };
}
