import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { parameterReader } from '../../nodes/shared/parameters/parameterReader.ts';
import { executeContext } from '../support/engine.mts';

/** What came of reading: a value, or that it failed. */
function outcome(read: () => unknown): unknown {
	try {
		return { value: read() };
	} catch {
		return { error: true };
	}
}

function reading(parameters: IDataObject, items: IDataObject[]) {
	const context = executeContext({ node: 'userHub', parameters: parameters as never, items });
	const asked = jest.spyOn(context, 'getNodeParameter');
	return { context, asked, reader: parameterReader(context) };
}

const NAMES = ['account', 'a b', 'a.b', "it's", 'length', 'toString', 'constructor', '__proto__', 'class', '$json', 'übung', '0', ''];
const VALUES = [
	'acme',
	'',
	' ',
	'=1+1',
	'={{ $json.account }}',
	'{{ 1 }}',
	'null',
	0,
	-1.5,
	true,
	false,
	null,
	['a'],
	{ account: 'inner', 'a b': 7 },
	new Date(0) as never,
];
const FORMS = [
	(name: string) => `={{ $json.${name} }}`,
	(name: string) => `={{$json.${name}}}`,
	(name: string) => `={{ $json["${name}"] }}`,
	(name: string) => `={{ $json['${name}'] }}`,
	(name: string) => `={{ $json["${name}"].account }}`,
	(name: string) => `={{ $json["${name}"]["a b"] }}`,
	(name: string) => `={{ $json["${name}"].length }}`,
	(name: string) => `={{ $json["${name}"] }} `,
	(name: string) => `= {{ $json["${name}"] }}`,
	(name: string) => `={{ $json["${name}"] }}{{ $json["account"] }}`,
	(name: string) => `={{ $json["${name}"] ?? "none" }}`,
	(name: string) => `={{ $json["${name}"]; }}`,
	() => `={{ $json }}`,
	(name: string) => `={{ $input.item.json["${name}"] }}`,
	(name: string) => `$json.${name}`,
];

const anItem = fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...VALUES), { noNullPrototype: true }) as fc.Arbitrary<IDataObject>;
const anExpression = fc.tuple(fc.constantFrom(...FORMS), fc.constantFrom(...NAMES)).map(([form, name]) => form(name));

test('every parameter of every item reads as n8n itself reads it', () => {
	fc.assert(
		fc.property(fc.array(anItem, { minLength: 1, maxLength: 4 }), anExpression, anExpression, (items, one, other) => {
			const { context, reader } = reading(
				{
					organizationId: { __rl: true, mode: 'id', value: one },
					updateFields: { displayName: one, address: { city: other, country: 'US', lines: ['fixed'] } },
					fieldsToMap: [one, 'email'],
					dryRun: other,
				},
				items,
			);
			for (let itemIndex = 0; itemIndex < items.length; itemIndex++) {
				for (const name of ['updateFields', 'fieldsToMap', 'dryRun']) {
					expect(outcome(() => reader.read(name, itemIndex))).toEqual(outcome(() => context.getNodeParameter(name, itemIndex)));
				}
				const extract = { extractValue: true };
				expect(outcome(() => reader.read('organizationId', itemIndex, '', extract))).toEqual(
					outcome(() => context.getNodeParameter('organizationId', itemIndex, '', extract)),
				);
			}
		}),
		{ numRuns: 600 },
	);
}, 120_000);

describe('n8n is asked', () => {
	const items = Array.from({ length: 100 }, (_, index) => ({ account: `account-${index}`, address: { 'the city': `City ${index}` } }));

	test('once for a fixed value', () => {
		const { reader, asked } = reading({ updateFields: { displayName: 'Acme' } }, items);
		for (let itemIndex = 0; itemIndex < 100; itemIndex++) expect(reader.read('updateFields', itemIndex)).toEqual({ displayName: 'Acme' });
		expect(asked).toHaveBeenCalledTimes(1);
	});

	test('once for references to the item', () => {
		const { reader, asked } = reading(
			{ updateFields: { displayName: '={{ $json.account }}', address: { city: '={{ $json.address["the city"] }}' } } },
			items,
		);
		for (let itemIndex = 0; itemIndex < 100; itemIndex++) {
			expect(reader.read('updateFields', itemIndex)).toEqual({
				displayName: `account-${itemIndex}`,
				address: { city: `City ${itemIndex}` },
			});
		}
		expect(asked).toHaveBeenCalledTimes(1);
	});

	test('for each item, where an expression does more', () => {
		const { reader, asked } = reading({ updateFields: { displayName: '={{ $json.account.toUpperCase() }}' } }, items);
		expect(reader.read('updateFields', 7)).toEqual({ displayName: 'ACCOUNT-7' });
		expect(reader.read('updateFields', 8)).toEqual({ displayName: 'ACCOUNT-8' });
		expect(asked).toHaveBeenCalledTimes(2);
	});

	test('for the item whose value is missing or is no plain value', () => {
		const { reader, asked } = reading({ dryRun: '={{ $json.a }}' }, [{ a: 'x' }, { a: 'y' }, {}, { a: null }, { a: [1] }, { a: 'z' }]);
		expect([0, 1, 2, 3, 4, 5].map((itemIndex) => reader.read('dryRun', itemIndex))).toEqual(['x', 'y', undefined, null, [1], 'z']);
		expect(asked.mock.calls.map(([, itemIndex]) => itemIndex)).toEqual([0, 2, 3, 4]);
	});

	test('for all items, where it makes something else of the first', () => {
		const { context, reader, asked } = reading({ dryRun: '={{ $json.account }}' }, items);
		asked.mockImplementation((_name, itemIndex) => `n8n's ${itemIndex}`);
		expect([0, 1, 2].map((itemIndex) => reader.read('dryRun', itemIndex))).toEqual(["n8n's 0", "n8n's 1", "n8n's 2"]);
		expect(context.getNodeParameter).toHaveBeenCalledTimes(3);
	});
});
