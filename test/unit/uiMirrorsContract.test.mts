import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { parameterInWords } from '../../nodes/shared/parameters/parameterInWords';
import { services } from '../services/index.mts';
import { loadContract } from '../support/contract.mts';
import type { Leaf } from '../support/contract.mts';
import { nodes } from '../support/installation.mts';
import type { NodeName } from '../support/installation.mts';
import { isWithin } from '../support/paths.mts';
import { clearablePaths, optionValues, parameterPath, propertyOf } from '../support/updates.mts';

/** Every field that a collection offers, by where its value stands; a collection inside is opened. */
function offeredFields(updateFields: INodeProperties): Map<string, INodeProperties> {
	const offered = new Map<string, INodeProperties>();
	for (const field of updateFields.options as INodeProperties[]) {
		if (field.type !== 'collection') offered.set(field.name, field);
		else for (const inner of field.options as INodeProperties[]) offered.set(`${field.name}.${inner.name}`, inner);
	}
	return offered;
}

/** Every parameter, and those inside collections: its name with those around it, and what the editor shows. */
function parametersIn(properties: INodeProperties[]): Array<{ path: string; label: string }> {
	return properties
		.filter(({ type }) => type !== 'notice')
		.flatMap(({ name, displayName, type, options }) => {
			const inside = type === 'collection' ? parametersIn(options as INodeProperties[]) : [];
			const below = inside.map(({ path, label }) => ({ path: `${name}.${path}`, label: `${displayName} > ${label}` }));
			return [{ path: name, label: displayName }, ...below];
		});
}

/** The UI types that can carry a field of the contract. */
function typesFor(leaf: Leaf): string[] {
	if (leaf.enum || leaf.type === 'boolean') return ['options'];
	// An integer is typed as a text too: n8n's number box drops the comma of 2,5, and the node would be given 25.
	if (leaf.format === 'date-time') return ['dateTime', 'string'];
	return ['string'];
}

describe.each(Object.keys(nodes) as NodeName[])('The parameters of %s', (name) => {
	const contract = loadContract(name);
	const writable = offeredFields(propertyOf(nodes[name], 'updateFields'));
	const hasReadOnlyFields = nodes[name].description.properties.some((property) => property.name === 'readOnlyFields');
	const readOnly: Map<string, INodeProperties> = hasReadOnlyFields ? offeredFields(propertyOf(nodes[name], 'readOnlyFields')) : new Map();
	const offered = new Map([...writable, ...readOnly]);
	const cases = contract.leaves.map((leaf) => ({ path: leaf.path, leaf, parameter: parameterPath(leaf.path).join('.') }));

	test('are called in messages as the editor shows them', () => {
		const otherwise = parametersIn(nodes[name].description.properties).filter(({ path, label }) => parameterInWords(path) !== label);

		expect(otherwise).toEqual([]);
	});

	test('offer every field of the contract, and no other', () => {
		expect([...offered.keys()].sort()).toEqual(cases.map(({ parameter }) => parameter).sort());
	});

	test('offer what the service marks as read-only apart from the rest', () => {
		const marked = cases.filter(({ leaf }) => leaf.readOnly).map(({ parameter }) => parameter);

		expect([...readOnly.keys()].sort()).toEqual(marked.sort());
		expect([...writable.keys()].filter((parameter) => readOnly.has(parameter))).toEqual([]);
		for (const parameter of marked) expect(offered.get(parameter)?.description).toContain('read-only');
	});

	test.each(['fieldsToMap', 'fieldsToClear'])('name what is read-only last and as such in %s', (list) => {
		const found = nodes[name].description.properties.find((property) => property.name === list);
		const options = (found?.options ?? []) as INodePropertyOptions[];
		const isReadOnly = ({ value }: INodePropertyOptions) =>
			contract.leaves.some((leaf) => leaf.readOnly && isWithin(leaf.path, String(value))) &&
			contract.leaves.every((leaf) => leaf.readOnly || !isWithin(leaf.path, String(value)));

		expect(options.filter(isReadOnly)).toEqual(options.filter((option) => option.name.endsWith('(Read-Only)')));
		expect(options.slice(options.findIndex(isReadOnly)).every(isReadOnly) || !options.some(isReadOnly)).toBe(true);
	});

	test.each(cases)('offer $path with the type of the contract', ({ leaf, parameter }) => {
		expect(typesFor(leaf)).toContain(offered.get(parameter)?.type);
	});

	test.each(cases)('explain $path', ({ leaf, parameter }) => {
		const { displayName, description, placeholder, type } = offered.get(parameter)!;

		expect(displayName).toMatch(/\S/);
		expect(description?.length).toBeGreaterThan(10);
		if (type === 'string') expect(placeholder).toMatch(/^e\.g\. \S/);
		if (leaf.maxLength) expect(description).toContain(String(leaf.maxLength));
	});

	test.each(cases)('add $path without a value', ({ leaf, parameter }) => {
		const field = offered.get(parameter)!;
		const blank = leaf.type === 'lines' && field.typeOptions?.multipleValues ? [[], ''] : [''];

		expect(blank).toContainEqual(field.default);
	});

	test('offer the values that the contract knows, and a blank one first', () => {
		for (const { leaf, parameter } of cases.filter((field) => field.leaf.enum ?? field.leaf.type === 'boolean')) {
			const field = offered.get(parameter)!;
			const [first] = field.options as INodePropertyOptions[];

			expect(first).toMatchObject({ name: 'Choose…', value: '' });
			expect(optionValues(field).slice(1).map(String).sort()).toEqual([...(leaf.enum ?? ['false', 'true'])].sort());
		}
	});

	test('map only fields that the contract declares', () => {
		const fieldsToMap = propertyOf(nodes[name], 'fieldsToMap');
		const values = optionValues(fieldsToMap);

		expect(values.length).toBeGreaterThan(0);
		expect(contract.paths).toEqual(expect.arrayContaining(values));
		expect(values).toEqual(expect.arrayContaining(fieldsToMap.default as string[]));
	});

	test('can map every field of the contract', () => {
		const values = optionValues(propertyOf(nodes[name], 'fieldsToMap')).map(String);
		const unreachable = contract.leaves.filter(({ path }) => !values.some((value) => path === value || path.startsWith(`${value}.`)));

		expect(unreachable).toEqual([]);
	});

	test('clear only fields that the contract lets a request erase', () => {
		const values = clearablePaths(nodes[name]);
		const clearable = services[name].update.erasable(contract);

		expect(clearable).toEqual(expect.arrayContaining(values));
		expect(values.length > 0).toBe(clearable.length > 0);
		if (values.length > 0) expect(propertyOf(nodes[name], 'fieldsToClear').default).toEqual([]);
	});
});
