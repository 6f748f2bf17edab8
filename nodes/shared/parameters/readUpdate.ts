import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { isRecord, isWithin, valueAt } from '../fields/record';
import { checkValue, isBlank, showValue } from '../fields/checkValue';
import type { Changes, Field, FieldValue, NamedField, ParameterReader, Problem } from '../service';
import { maxConcurrentRequests, maxRetries, timeout } from './descriptions';

/** What the node puts out, as the option Output names it. */
export type Output = 'record' | 'simplified' | 'recordAndChanges' | 'changeList' | 'oneItem';

const OUTPUTS: Output[] = ['record', 'simplified', 'recordAndChanges', 'changeList', 'oneItem'];

/** The options of Update, as the person set them or at their defaults. */
export interface UpdateOptions {
	/** No update is sent. */
	dryRun: boolean;
	/** An update of which the service applied only a part is an error. */
	failIfPartlyApplied: boolean;
	output: Output;
	maxConcurrentRequests: number;
	/** None unless given. */
	maxRequestsPerSecond?: number;
	maxRetries: number;
	/** Percent; undefined when not asked for. */
	refuseChangesAbove?: number;
	/** Accounts; undefined when not asked for. NaN, which no number is below, where what was given is none: guards fail closed. */
	refuseRunsAbove?: number;
	/** Days. NaN where what was given is no number. */
	refusePlansOlderThan: number;
	skipIfUnchanged: boolean;
	/** Milliseconds. */
	timeout: number;
	/** All options as they were given, for those that only one API has. */
	serviceOptions: IDataObject;
}

/** Parameter names below the second level are joined: `a.b.c` stands in the collection `a` under the name `bC`. */
export function parameterOf(path: string): string[] {
	const [first, ...rest] = path.split('.');
	if (rest.length === 0) return [first];
	return [first, rest.map((key, index) => (index === 0 ? key : key[0].toUpperCase() + key.slice(1))).join('')];
}

/**
 * Gives each field the name and the choices that the editor shows, so that they are written once.
 *
 * @param updateFields the Update Fields parameter
 * @throws Error when a field has no parameter: the two tables must agree
 */
export function nameFields(fields: Field[], updateFields: INodeProperties): NamedField[] {
	return fields.map((field) => {
		const parameter = parameterOf(field.path);
		const labels: string[] = [];
		let property: INodeProperties = updateFields;
		for (const name of parameter) {
			const inner = ((property.options ?? []) as INodeProperties[]).find((option) => option.name === name);
			if (!inner) throw new Error(`No parameter for ${field.path}`);
			property = inner;
			labels.push(inner.displayName);
		}
		const named: NamedField = { ...field, parameter, label: labels.join(' > ') };
		if (field.type === 'enum') {
			named.choices = (property.options as INodePropertyOptions[]).map(({ value }) => String(value)).filter((value) => value !== '');
		}
		return named;
	});
}

function isLeftOut(field: NamedField, value: unknown): boolean {
	const leaf = field.type === 'decimal' && isRecord(value) && Object.keys(value).join() === 'value' ? value.value : value;
	return isBlank(leaf);
}

/** The values of one item, by field, before they are checked. */
type RawValues = Array<{ field: NamedField; value: unknown }>;

function readDefined(parameters: ParameterReader, fields: NamedField[], itemIndex: number): RawValues {
	const given = parameters.read('updateFields', itemIndex, {}) as IDataObject;
	return fields.map((field) => ({ field, value: valueAt(given, field.parameter.join('.')) }));
}

/** A key as the API writes it, nested or with dots: `{ billingAddress: { city } }` or `{ 'billingAddress.city' }`. */
function readMapped(json: IDataObject, fields: NamedField[], fieldsToMap: string[]): RawValues {
	return fields
		.filter((field) => fieldsToMap.some((path) => isWithin(field.path, path)))
		.map((field) => {
			const dotted = Object.hasOwn(json, field.path) ? json[field.path] : json[`${field.path}.value`];
			return { field, value: dotted ?? valueAt(json, field.path) };
		});
}

/** A mapped object that is not one: the person would otherwise believe that it was sent. */
function misshapen(json: IDataObject, fields: NamedField[], fieldsToMap: string[]): Problem[] {
	return fieldsToMap
		.filter((path) => !fields.some((field) => field.path === path))
		.filter((path) => !isBlank(json[path]) && !isRecord(json[path]))
		.map((path) => ({
			field: path,
			fault: 'is not an object',
			remedy: `Give its parts, e.g. as a column named ${fields.find((field) => isWithin(field.path, path))?.path ?? path}.`,
			value: showValue(json[path]),
		}));
}

/** A multi-select also comes as text from an expression: a JSON list, or names separated by commas. */
export function asList(value: unknown): string[] {
	if (Array.isArray(value)) return value.map((entry) => String(entry).trim()).filter((entry) => entry !== '');
	return typeof value === 'string'
		? value
				.split(',')
				.map((entry) => entry.trim())
				.filter((entry) => entry !== '')
		: [];
}

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

/**
 * What one item asks to change, from its parameters or, with Auto-Map, from its JSON.
 *
 * @param fields the fields of the service
 * @param clearable the paths that Fields to Clear offers
 * @returns the changes, and everything that is wrong with them
 */
export function readChanges(
	parameters: ParameterReader,
	fields: NamedField[],
	clearable: string[],
	json: IDataObject,
	itemIndex: number,
): { changes: Changes; problems: Problem[] } {
	const problems: Problem[] = [];
	let values: RawValues;
	if (parameters.read('dataToSend', itemIndex, 'defineBelow') === 'autoMapInputData') {
		const fieldsToMap = asList(parameters.read('fieldsToMap', itemIndex, []));
		values = readMapped(json, fields, fieldsToMap);
		problems.push(...misshapen(json, fields, fieldsToMap));
	} else {
		values = readDefined(parameters, fields, itemIndex);
	}

	const set = new Map<string, FieldValue>();
	for (const { field, value } of values) {
		if (isLeftOut(field, value)) continue;
		const checked = checkValue(field, value);
		if ('fault' in checked) problems.push({ field: field.label, ...checked, value: showValue(value) });
		else set.set(field.path, checked.value);
	}

	const clear = clearable.length === 0 ? [] : [...new Set(asList(parameters.read('fieldsToClear', itemIndex, [])))];
	problems.push(...checkCleared(clear, clearable, set, fields));
	if (set.size === 0 && clear.length === 0 && problems.length === 0) {
		problems.push({
			field: 'Nothing to update',
			fault: '',
			remedy: 'Give at least one field a value. Blank values are left out, they never erase anything.',
		});
	}
	return { changes: { set, clear }, problems };
}

/** The value of a number's parameter, within its bounds; its default where it is blank or no number. */
function numberOf(parameter: INodeProperties, value: unknown): number {
	const { minValue = -Infinity, maxValue = Infinity } = parameter.typeOptions ?? {};
	const number = Number(isBlank(value) ? parameter.default : value);
	return Number.isFinite(number) ? Math.min(maxValue, Math.max(minValue, Math.floor(number))) : (parameter.default as number);
}

/** Whether a switch is on; an expression may give it as text. */
function isOn(value: unknown): boolean {
	return value === true || (typeof value === 'string' && value.trim().toLowerCase() === 'true');
}

function isOff(value: unknown): boolean {
	return value === false || isBlank(value) || (typeof value === 'string' && value.trim().toLowerCase() === 'false');
}

/** Days; a plan that is older was reviewed too long ago, unless the person says otherwise. */
const DEFAULT_PLAN_AGE = 7;

/** The number of a guard; NaN where it is blank or no number. */
function guardNumber(value: unknown): number {
	return isBlank(value) || typeof value === 'boolean' ? NaN : Number(value);
}

/** The options of one item. Those that hold for the whole run are taken from the first. */
export function readOptions(parameters: ParameterReader, itemIndex: number): UpdateOptions {
	const given = parameters.read('options', itemIndex, {}) as IDataObject;
	const options: UpdateOptions = {
		// A mistaken value must not send anything.
		dryRun: !isOff(parameters.read('dryRun', itemIndex, false)),
		output: OUTPUTS.find((output) => output === given.output) ?? (parameters.node.type.endsWith('Tool') ? 'simplified' : 'record'),
		maxConcurrentRequests: numberOf(maxConcurrentRequests, given.maxConcurrentRequests),
		maxRetries: numberOf(maxRetries, given.maxRetries),
		skipIfUnchanged: isOn(given.skipIfUnchanged),
		timeout: numberOf(timeout, given.timeout),
		failIfPartlyApplied: isOn(given.failIfPartlyApplied),
		refusePlansOlderThan: 'refusePlansOlderThan' in given ? guardNumber(given.refusePlansOlderThan) : DEFAULT_PLAN_AGE,
		serviceOptions: given,
	};
	if (Number(given.maxRequestsPerSecond) > 0) options.maxRequestsPerSecond = Number(given.maxRequestsPerSecond);
	if ('refuseRunsAbove' in given) options.refuseRunsAbove = guardNumber(given.refuseRunsAbove);
	if (!isBlank(given.refuseChangesAbove)) options.refuseChangesAbove = Math.max(0, Number(given.refuseChangesAbove));
	return options;
}
