import fc from 'fast-check';
import type { IDataObject, INodeParameters, INodeProperties, INodePropertyOptions, INodeType } from 'n8n-workflow';

import type { Leaf } from './contract.mts';
import { isWithin, put } from './paths.mts';

/** Where the value of a contract's field stands below the Update Fields parameter. Names below the second level are joined. */
export function parameterPath(path: string): string[] {
	const [first, ...rest] = path.split('.');
	if (rest.length === 0) return [first];
	const [second, ...deeper] = rest;
	return [first, second + deeper.map((name) => name[0].toUpperCase() + name.slice(1)).join('')];
}

/** The property of a node's description with this name. */
export function propertyOf(node: INodeType, name: string): INodeProperties {
	const found = node.description.properties.find((property) => property.name === name);
	if (!found) throw new Error(`The node has no parameter ${name}`);
	return found;
}

/**
 * Fields in one object, as the parameters of the form: what is read-only has a collection of its own.
 *
 * @param fields by the names that they have below their collection
 */
export function inForm({ description }: INodeType, fields: IDataObject): INodeParameters {
	const readOnly = description.properties.find(({ name }) => name === 'readOnlyFields')?.options as INodeProperties[] | undefined;
	const split: { updateFields: IDataObject; readOnlyFields: IDataObject } = { updateFields: {}, readOnlyFields: {} };
	for (const [name, value] of Object.entries(fields)) {
		const offered = readOnly?.find((option) => option.name === name);
		if (offered?.type !== 'collection') split[offered ? 'readOnlyFields' : 'updateFields'][name] = value;
		else {
			for (const [part, inner] of Object.entries(value as IDataObject)) {
				const isOffered = (offered.options as INodeProperties[]).some((option) => option.name === part);
				put(split[isOffered ? 'readOnlyFields' : 'updateFields'], [name, part], inner);
			}
		}
	}
	const { updateFields, readOnlyFields } = split;
	return { updateFields, ...(Object.keys(readOnlyFields).length > 0 && { readOnlyFields }) } as INodeParameters;
}

/** The values that a list of options offers. */
export const optionValues = ({ options }: INodeProperties) => ((options ?? []) as INodePropertyOptions[]).map(({ value }) => value);

/** The paths that Fields to Clear offers; none where a node cannot clear. */
export const clearablePaths = ({ description }: INodeType): string[] =>
	description.properties
		.filter(({ name }) => name === 'fieldsToClear')
		.flatMap(optionValues)
		.map(String);

/** The entries of Fields to Map that these paths need: of those that hold a path, the one that is nearest to it. */
export function entriesFor(node: INodeType, paths: string[]): string[] {
	const entries = optionValues(propertyOf(node, 'fieldsToMap')).map(String);
	const nearest = (path: string) =>
		entries.filter((entry) => isWithin(path, entry)).reduce((longest, entry) => (entry.length > longest.length ? entry : longest), '');
	return [...new Set(paths.map(nearest))];
}

/** Whether anybody sees something of a text: the Braille blank is a sign, and the Hangul fillers are letters, by name only. */
const isSeen = (value: string) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(value.replace(/[\u2800\p{Default_Ignorable_Code_Point}]/gu, ''));

// n8n takes a parameter that begins with = for an expression.
const text = (maxLength: number) =>
	fc
		.string({ minLength: 1, maxLength, unit: 'grapheme' })
		.map((value) => value.trim())
		.filter((value) => isSeen(value) && !value.startsWith('=') && !value.includes('\ufffd'));

const decimal = fc
	.tuple(
		fc.constantFrom('', '-', '+'),
		fc.oneof(
			fc.nat().map(String),
			fc.tuple(fc.nat(), fc.nat()).map(([whole, fraction]) => `${whole}.${fraction}`),
			fc.nat().map((fraction) => `.${fraction}`),
			fc.nat().map((whole) => `${whole}.`),
		),
		fc.oneof(
			fc.constant(''),
			fc.integer({ min: -9, max: 9 }).map((exponent) => `e${exponent}`),
		),
	)
	.map((parts) => parts.join(''));

const phone = fc.stringMatching(/^\+[1-9]\d{6,13}$/);
const country = fc.constantFrom('US', 'GB', 'DE', 'AU', 'BR', 'JP');

/** Values of a field that its contract allows and that are not blank. */
export function valuesOf(leaf: Leaf): fc.Arbitrary<unknown> {
	if (leaf.enum) return fc.constantFrom(...leaf.enum);
	if (leaf.type === 'boolean') return fc.boolean();
	if (leaf.type === 'integer') return fc.integer({ min: 0, max: 2 ** 31 - 1 });
	if (leaf.type === 'decimal') return decimal;
	if (leaf.type === 'lines') return fc.array(text(40), { minLength: 1, maxLength: 3 });
	if (leaf.format === 'date-time') {
		return fc
			.date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true })
			.map((date) => date.toISOString());
	}
	if (leaf.format === 'email') {
		return fc.stringMatching(/^[a-z]{1,20}\.[a-z]{1,20}@[a-z]{1,20}\.example$/);
	}
	const name = leaf.path.split('.').at(-1)!;
	if (/^phone/.test(name)) return phone;
	if (name === 'country') return country;
	if (/Url$/.test(name)) return fc.stringMatching(/^https:\/\/[a-z]{1,20}\.example\/[a-z0-9]{0,20}$/);
	return text(Math.min(leaf.maxLength ?? 60, 60));
}
