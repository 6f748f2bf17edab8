import type { IDataObject } from 'n8n-workflow';

import { equalDecimals } from './decimal';
import type { Field, LeafValue } from '../service';

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

/** A leaf as the API writes it: a decimal is wrapped, all else travels as it is. */
export function toApi(field: Field, value: LeafValue): IDataObject | LeafValue {
	return field.type === 'decimal' ? { value } : value;
}

/** What a record holds at a field, decimals unwrapped; undefined where it holds nothing. */
export function leafOf(record: unknown, field: Field): LeafValue | undefined {
	const value = valueAt(record, field.path);
	const leaf = field.type === 'decimal' && isRecord(value) ? value.value : value;
	return isUnset(leaf) ? undefined : (leaf as LeafValue);
}

function isUnset(value: unknown): boolean {
	return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function asLines(value: LeafValue): string[] {
	return (Array.isArray(value) ? value : String(value).split(/\r?\n/)).map((line) => line.trim()).filter((line) => line !== '');
}

/** Whether two values of a field mean the same: decimals by value, dates by instant, addresses and texts by content. */
export function equalLeaves(field: Field, a: LeafValue | undefined, b: LeafValue | undefined): boolean {
	if (a === undefined || b === undefined) return a === b;
	switch (field.type) {
		case 'decimal':
			return equalDecimals(String(a), String(b));
		case 'dateTime':
			return a === b || new Date(String(a)).getTime() === new Date(String(b)).getTime();
		case 'lines':
			return asLines(a).join('\n') === asLines(b).join('\n');
		case 'email':
		case 'country':
			return String(a).toLowerCase() === String(b).toLowerCase();
		case 'text':
			return String(a).trim() === String(b).trim();
		default:
			return a === b;
	}
}

/** Whether a value at a path that was cleared counts as cleared: proto3 answers show zero values for what is not set. */
export function isCleared(field: Field, value: LeafValue | undefined): boolean {
	if (value === undefined) return true;
	return field.type === 'decimal' && equalDecimals(String(value), '0');
}
