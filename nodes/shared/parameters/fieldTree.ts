import type { IDataObject } from 'n8n-workflow';

import { isBlank, showValue } from '../fields/checkValue';
import { parseJsonText } from '../fields/jsonText';
import { isRecord, pathsAround } from '../fields/record';
import type { NamedField, Problem } from '../service';

/** What a path leads to: a field, an object all of whose parts are asked for, or an object on the way to one. */
export type Place = { field: NamedField } | { object: 'whole' | 'passage' };

/** Where the fields stand, by path. A decimal stands under its own path and, in the API's form, under `.value` below it. */
export type FieldTree = ReadonlyMap<string, Place>;

/** A value that belongs to a field, with the path under which it was given. */
export interface GivenValue {
	field: NamedField;
	path: string;
	value: unknown;
}

/** A value under a path that is no field's. */
export interface Stranger {
	path: string;
	value: unknown;
}

/** What an object holds of the fields. */
export interface Found {
	values: GivenValue[];
	/** The objects with anything in them, by path. */
	objects: string[];
	strangers: Stranger[];
	problems: Problem[];
}

/**
 * @param placed each field with the paths under which it may stand
 * @param isWhole whether all parts of an object are asked for
 */
export function fieldTree(placed: Array<{ field: NamedField; paths: string[] }>, isWhole: (path: string) => boolean): FieldTree {
	const tree = new Map<string, Place>();
	for (const { field, paths } of placed) {
		for (const path of paths) {
			tree.set(path, { field });
			if (field.type === 'decimal') tree.set(`${path}.value`, { field });
			for (const outer of pathsAround(path)) tree.set(outer, { object: isWhole(outer) ? 'whole' : 'passage' });
		}
	}
	return tree;
}

/** The object that a value is, also as JSON text; undefined for a blank one; a problem for any other. */
export function openObject(value: unknown, path: string, example: string): { object?: IDataObject } | { problem: Problem } {
	if (isBlank(value)) return {};
	const object = parseJsonText(value) ?? value;
	if (isRecord(object)) return { object };
	const remedy = `Give an object with its parts, or its JSON text, or give its parts one by one, e.g. as ${example}.`;
	return { problem: { field: path, fault: 'is not an object', remedy, value: showValue(value) } };
}

export const nothingFound = (): Found => ({ values: [], objects: [], strangers: [], problems: [] });

/** Finds the fields in an object, and in the objects inside it that lead to fields. Keys may be nested or joined with dots. */
export function findFields(given: IDataObject, tree: FieldTree, found: Found, prefix = ''): Found {
	for (const key of Object.keys(given)) {
		const path = prefix + key;
		const place = tree.get(path);
		if (!place) found.strangers.push({ path, value: given[key] });
		else if ('field' in place) found.values.push({ field: place.field, path, value: given[key] });
		else findInside(given[key], path, tree, found);
	}
	return found;
}

/** The same for the value of an object. */
export function findInside(value: unknown, path: string, tree: FieldTree, found: Found): void {
	const example = [...tree.keys()].find((inner) => inner.startsWith(`${path}.`)) ?? path;
	const opened = openObject(value, path, example);
	if ('problem' in opened) found.problems.push(opened.problem);
	else if (opened.object) {
		if (Object.keys(opened.object).length > 0) found.objects.push(path);
		findFields(opened.object, tree, found, `${path}.`);
	}
}
