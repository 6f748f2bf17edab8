import { isBlank, showValue } from '../fields/checkValue';
import { showInvisible } from '../fields/invisible';
import { isRecord, valueAlong } from '../fields/record';
import type { NamedField, Problem } from '../service';
import { fieldTree, findFields, nothingFound, openObject, type FieldTree, type Found } from './fieldTree';
import { didYouMean } from './fold';

/** What Update Fields, or Read-Only Fields, gives for an item. */
export type DefinedFields = Pick<Found, 'values' | 'problems'>;

/** The names that the keys beside a path could have had. */
function namesBeside(path: string, tree: FieldTree): string[] {
	const outer = path.slice(0, path.lastIndexOf('.') + 1);
	return [...tree.keys()].filter((known) => known.startsWith(outer) && !known.slice(outer.length).includes('.'));
}

function unknownKey(collection: string, path: string, value: unknown, tree: FieldTree): Problem {
	const names = namesBeside(path, tree);
	return {
		field: `${collection} > ${showInvisible(path)}`,
		fault: 'is not a field',
		remedy: `${didYouMean(path, names)}The fields there are: ${names.join(', ')}.`,
		value: showValue(value),
	};
}

/**
 * Makes the function that reads the fields from a collection, which it is told with its name in the editor: Update Fields or Read-Only Fields. An
 * expression may give an object, or all of it, as JSON text; then its parts may also have the names that the API gives them.
 *
 * @param responseOnly parts that the API shows and does not take
 */
export function definedFieldsReader(fields: NamedField[], responseOnly: string[]): (given: unknown, collection: string) => DefinedFields {
	const placed = fields.map((field) => ({ field, paths: [...new Set([field.parameter.join('.'), field.path])] }));
	const tree = fieldTree(placed, () => true);
	return (given, collection) => {
		const opened = openObject(given, collection, fields[0].path);
		if ('problem' in opened) return { values: [], problems: [opened.problem] };
		const { values, strangers, problems } = findFields(opened.object ?? {}, tree, nothingFound());
		for (const { path, value } of strangers) {
			if (!isBlank(value) && !responseOnly.includes(path)) problems.push(unknownKey(collection, path, value, tree));
		}
		return { values, problems };
	};
}

/** A part of a collection of fields that an expression gives: a field, or an object of several. */
export interface ExpressionPlace {
	/** As a person reads it. */
	label: string;
	keys: string[];
	/** The field, where it is not an object of several. */
	field?: NamedField;
}

/** Where in a collection of fields, as it is stored, expressions stand. */
export function expressionPlaces(stored: unknown, fields: NamedField[]): ExpressionPlace[] {
	const isExpression = (value: unknown): boolean =>
		typeof value === 'string' ? value.startsWith('=') : Array.isArray(value) && value.some(isExpression);
	const places = new Map<string, ExpressionPlace>();
	for (const field of fields) {
		const { parameter, label } = field;
		const keys = parameter.map((_, index) => parameter.slice(0, index + 1)).find((outer) => isExpression(valueAlong(stored, outer)));
		if (!keys) continue;
		const isField = keys.length === parameter.length;
		places.set(keys.join('.'), { label: label.split(' > ').slice(0, keys.length).join(' > '), keys, ...(isField && { field }) });
	}
	return [...places.values()];
}

/** The objects of a collection of fields that are there without any part. n8n leaves them so where an expression was given for the whole object. */
export function emptyObjects(stored: unknown, fields: NamedField[]): string[] {
	if (!isRecord(stored)) return [];
	const labels = fields
		.filter(({ parameter: [name, part] }) => part !== undefined && isRecord(stored[name]) && Object.keys(stored[name]).length === 0)
		.map(({ label }) => label.split(' > ')[0]);
	return [...new Set(labels)];
}
