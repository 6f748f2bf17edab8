import type { IDataObject } from 'n8n-workflow';

import type { Field, FieldValue } from '../service';

/** Whether a value is a plain JSON object. */
export function isRecord(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value that keys lead to, one after another, from a record; undefined where they lead nowhere. */
export function valueAlong(record: unknown, keys: string[]): unknown {
	let value = record;
	for (const key of keys) {
		if (!isRecord(value) || !Object.hasOwn(value, key)) return undefined;
		value = value[key];
	}
	return value;
}

/** Whether a path is another one or lies inside it: `billingAddress` holds `billingAddress.city`. */
export function isWithin(path: string, outer: string): boolean {
	return path === outer || path.startsWith(`${outer}.`);
}

/** The paths of the objects around a path, the innermost first: `a.b` and `a` for `a.b.c`. */
export function pathsAround(path: string): string[] {
	const around: string[] = [];
	for (let end = path.lastIndexOf('.'); end > 0; end = path.lastIndexOf('.', end - 1)) around.push(path.slice(0, end));
	return around;
}

/** A foreign value as text: a text or a number; undefined for anything else, which may not even have a text. */
export function textOf(value: unknown): string | undefined {
	if (typeof value === 'string') return value;
	return typeof value === 'number' ? String(value) : undefined;
}

/** A foreign value written out: a text or a number as it is, anything else as JSON. `String` may throw, or say `[object Object]`. */
export function writtenOut(value: unknown): string {
	return textOf(value) ?? JSON.stringify(value) ?? '';
}

/** The value at a dotted path of a record; undefined where the path ends early. */
export function valueAt(record: unknown, path: string): unknown {
	return valueAlong(record, path.split('.'));
}

/** Puts a value at a dotted path, making the objects on the way. */
export function setAt(record: IDataObject, path: string, value: unknown): void {
	const keys = path.split('.');
	let parent = record;
	for (const key of keys.slice(0, -1)) {
		if (!isRecord(parent[key])) parent[key] = {};
		parent = parent[key] as IDataObject;
	}
	parent[keys[keys.length - 1]] = value as IDataObject;
}

/** Takes the value at a dotted path out of a record. */
export function removeAt(record: IDataObject, path: string): void {
	const end = path.lastIndexOf('.');
	const parent = end < 0 ? record : valueAt(record, path.slice(0, end));
	if (isRecord(parent)) delete parent[path.slice(end + 1)];
}

/** A value as the API writes it: a decimal is wrapped, all else travels as it is. */
export function toApi(field: Field, value: FieldValue): IDataObject | FieldValue {
	return field.type === 'decimal' ? { value } : value;
}

/** What a record holds at a field, decimals unwrapped; undefined where it holds nothing. */
export function fieldValueIn(record: unknown, field: Field): FieldValue | undefined {
	const value = valueAt(record, field.path);
	const held = field.type === 'decimal' && isRecord(value) ? value.value : value;
	return isUnset(held) ? undefined : (held as FieldValue);
}

/** Whether a value is how a record shows that a field holds nothing. */
export function isUnset(value: unknown): value is '' | null | undefined {
	return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
