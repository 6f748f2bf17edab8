import type { IDataObject } from 'n8n-workflow';

import { checkValue, isBlank, isBlankValue, showValue } from '../fields/checkValue';
import { showInvisible } from '../fields/invisible';
import { isWithin, valueAlong } from '../fields/record';
import type { FieldValue, GivenChanges, NamedField, ParameterReader, Problem } from '../service';
import { definedFieldsReader, emptyObjects, expressionPlaces } from './definedFields';
import { dataToSend } from './descriptions';
import type { GivenValue } from './fieldTree';
import { didYouMean } from './fold';
import { asList } from './lists';
import { itemMapper, mappablePaths } from './mapItem';
import { notAChoice } from './optionReader';
import { parameterInWords } from './parameterInWords';

function labelOfPath(path: string, fields: NamedField[]): string {
	const exact = fields.find((field) => field.path === path);
	const inside = fields.find((field) => isWithin(field.path, path));
	return exact?.label ?? inside?.label.split(' > ')[0] ?? path;
}

function checkCleared(clear: string[], clearable: string[], set: Map<string, FieldValue>, fields: NamedField[]): Problem[] {
	const problems: Problem[] = [];
	for (const path of clear) {
		const field = labelOfPath(path, fields);
		if (!clearable.includes(path)) {
			problems.push({ field, fault: 'cannot be cleared', remedy: `Choose among: ${clearable.join(', ')}.`, value: showValue(path) });
			continue;
		}
		if ([...set.keys()].some((other) => isWithin(other, path) || isWithin(path, other))) {
			problems.push({
				field,
				fault: 'is both set and cleared',
				remedy: 'Either give it a value or choose it in Fields to Clear, not both.',
			});
		}
		if (clear.some((other) => other !== path && isWithin(path, other))) {
			problems.push({
				field,
				fault: 'is cleared twice, alone and with what it belongs to',
				remedy: 'Choose only one of the two in Fields to Clear.',
			});
		}
	}
	return problems;
}

/** What one item asks to change. */
export interface ReadChanges extends GivenChanges, Omit<GivenValues, 'values' | 'fieldsToMap'> {}

/** The values that one item gives, in one of the two ways to send data, and what it leaves out. */
interface GivenValues {
	values: GivenValue[];
	/** Everything that is wrong with the item. */
	problems: Problem[];
	/** Parts of Update Fields, or Read-Only Fields, that an expression gives and that are blank for the item, as a person reads them. */
	blank: string[];
	/** Objects of these that were added without any part. */
	empty: string[];
	/** Fields that the item has under their own names and that Fields to Map lacks. */
	notMapped: string[];
	/** Where the values come from the item. */
	fieldsToMap?: string[];
}

/** A list that a parameter holds, or what is wrong with it. */
function readList(parameters: ParameterReader, name: string, label: string, itemIndex: number): { list: string[]; problems: Problem[] } {
	const given = parameters.read(name, itemIndex, []);
	const list = asList(given);
	if (list) return { list, problems: [] };
	const remedy = 'Give a list of field names, as a list, as JSON text, or with commas between them.';
	return { list: [], problems: [{ field: label, fault: 'is not a list', remedy, value: showValue(given) }] };
}

function checkFieldsToMap(fieldsToMap: string[], mappable: string[]): Problem[] {
	const outermost = () => mappable.filter((name) => !name.includes('.')).join(', ');
	return fieldsToMap
		.filter((path) => !mappable.includes(path))
		.map((path) => ({
			field: 'Fields to Map',
			fault: `names ${showValue(path)}, which is not a field`,
			remedy: `${didYouMean(path, mappable)}The fields there are: ${outermost()}, and their parts.`,
		}));
}

function twoValues(one: GivenValue, other: GivenValue): Problem {
	return {
		field: one.field.label,
		fault: `has two values, as ${one.path} and as ${other.path}`,
		remedy: 'Give it only one.',
		value: `${showValue(one.value)} and ${showValue(other.value)}`,
	};
}

/** Values that were checked. */
interface CheckedValues {
	set: Map<string, FieldValue>;
	problems: Problem[];
	/** The fields that are given without a value. */
	blankPaths: string[];
}

/** The values that are given, each checked; a field that is given twice, with different values, is a problem. */
function checkValues(given: GivenValue[], parameters: ParameterReader): CheckedValues {
	const set = new Map<string, FieldValue>();
	const blankPaths: string[] = [];
	const problems: Problem[] = [];
	const known = new Map<NamedField, GivenValue>();
	for (const each of given) {
		const { field, value } = each;
		if (isBlankValue(field, value)) {
			blankPaths.push(field.path);
			continue;
		}
		const other = known.get(field);
		if (other) {
			if (JSON.stringify(other.value) !== JSON.stringify(value)) problems.push(twoValues(other, each));
			continue;
		}
		known.set(field, each);
		const checked = checkValue(field, value, parameters.timeZone());
		if ('fault' in checked) problems.push({ field: field.label, ...checked, value: showValue(value) });
		else set.set(field.path, checked.value);
	}
	return { set, problems, blankPaths };
}

/** Most keys of an item that a message names. */
const NAMED_KEYS = 30;

function keysInWords(json: IDataObject): string {
	const keys = Object.keys(json).map((key) => `${showInvisible(key)}${isBlank(json[key]) ? ' (blank)' : ''}`);
	if (keys.length === 0) return 'The item has no keys.';
	const more = keys.length > NAMED_KEYS ? `, and ${keys.length - NAMED_KEYS} more` : '';
	return `The item has: ${keys.slice(0, NAMED_KEYS).join(', ')}${more}.`;
}

/**
 * @param fieldsToMap undefined where the values do not come from the item
 * @param blank what is there without a value
 */
function nothingToUpdate(fieldsToMap: string[] | undefined, json: IDataObject, blank: string[]): Problem {
	const remedies: string[] = [];
	if (fieldsToMap?.length === 0) {
		remedies.push('Fields to Map is empty, so nothing is taken from the item: choose at least one field.');
	} else if (fieldsToMap) {
		remedies.push(`Looked for: ${fieldsToMap.join(', ')}.`, keysInWords(json));
	} else {
		remedies.push('Give at least one field a value.');
		if (blank.length > 0) remedies.push(`${blank.join(', ')} ${blank.length === 1 ? 'is' : 'are'} blank.`);
	}
	remedies.push('Blank values are left out, they never erase anything.');
	return { field: 'Nothing to update', fault: '', remedy: remedies.join(' ') };
}

/** The fields of a service, as far as reading them is concerned. */
interface ReadableFields {
	fields: NamedField[];
	/** The paths that Fields to Clear offers. */
	clearable: string[];
	/** The parts that the service only shows. */
	responseOnly?: string[];
}

/** Makes the function that reads the values of one item with Auto-Map: from its JSON. */
function mappedValuesReader(parameters: ParameterReader, { fields, responseOnly = [] }: ReadableFields) {
	const mappers = new Map<string, ReturnType<typeof itemMapper>>();
	const mappable = mappablePaths(fields);

	function mapperOf(fieldsToMap: string[]): ReturnType<typeof itemMapper> {
		const name = fieldsToMap.join();
		let mapper = mappers.get(name);
		if (!mapper) {
			mapper = itemMapper({ fields, responseOnly }, fieldsToMap);
			mappers.set(name, mapper);
		}
		return mapper;
	}

	return (json: IDataObject, itemIndex: number): GivenValues => {
		const { list: fieldsToMap, problems } = readList(parameters, 'fieldsToMap', 'Fields to Map', itemIndex);
		const mapped = mapperOf(fieldsToMap)(json);
		return {
			values: mapped.values,
			problems: [...problems, ...checkFieldsToMap(fieldsToMap, mappable), ...mapped.problems],
			blank: [],
			empty: [],
			notMapped: mapped.notMapped,
			fieldsToMap,
		};
	};
}

/** Makes the function that reads the values of one item with Define Below: from Update Fields and, where there are any, Read-Only Fields. */
function definedValuesReader(parameters: ParameterReader, { fields, responseOnly = [] }: ReadableFields) {
	const readDefined = definedFieldsReader(fields, responseOnly);
	const names = fields.some(({ isReadOnly }) => isReadOnly) ? ['updateFields', 'readOnlyFields'] : ['updateFields'];
	const collections = names.map((name) => ({
		name,
		label: parameterInWords(name),
		places: expressionPlaces(parameters.node.parameters[name], fields),
	}));
	const empty = names.flatMap((name) => emptyObjects(parameters.node.parameters[name], fields));

	return (itemIndex: number): GivenValues => {
		const given: GivenValues = { values: [], problems: [], blank: [], empty, notMapped: [] };
		for (const { name, label: shown, places } of collections) {
			const collection = parameters.read(name, itemIndex, {});
			const { values, problems } = readDefined(collection, shown);
			given.values.push(...values);
			given.problems.push(...problems);
			for (const { label, keys, field } of places) {
				const value = valueAlong(collection, keys);
				if (field ? isBlankValue(field, value) : isBlank(value)) given.blank.push(label);
			}
		}
		return given;
	};
}

/**
 * Makes the function that reads what one item asks to change, from its parameters or, with Auto-Map, from its JSON.
 */
export function changesReader(parameters: ParameterReader, service: ReadableFields): (json: IDataObject, itemIndex: number) => ReadChanges {
	const { fields, clearable } = service;
	const readMapped = mappedValuesReader(parameters, service);
	const readDefined = definedValuesReader(parameters, service);

	return (json, itemIndex) => {
		const way = parameters.read('dataToSend', itemIndex, 'defineBelow');
		const { values, fieldsToMap, ...given } = way === 'autoMapInputData' ? readMapped(json, itemIndex) : readDefined(itemIndex);
		const { set, problems: wrongValues, blankPaths } = checkValues(values, parameters);
		const cleared =
			clearable.length === 0 ? { list: [], problems: [] } : readList(parameters, 'fieldsToClear', 'Fields to Clear', itemIndex);
		const clear = cleared.list;
		const problems = [...given.problems, ...wrongValues, ...cleared.problems, ...checkCleared(clear, clearable, set, fields)];
		if (way !== 'autoMapInputData' && way !== 'defineBelow') problems.unshift(notAChoice(dataToSend, way));
		if (set.size === 0 && clear.length === 0 && problems.length === 0)
			problems.push(nothingToUpdate(fieldsToMap, json, [...given.blank, ...given.empty]));
		return { ...given, changes: { set, clear }, problems, blankPaths };
	};
}
