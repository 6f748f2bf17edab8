import { differences, notShown, toBody, undoOf, wantedLeaves } from '../../nodes/shared/plan/changes.ts';
import { isWithin } from '../../nodes/shared/fields/record.ts';
import type { Changes, LeafValue, NamedField } from '../../nodes/shared/service.ts';

const field = (path: string, type: NamedField['type'] = 'text'): NamedField => ({ path, type, label: path, parameter: [path] });

const fields = [field('address.city'), field('address.lines', 'lines'), field('limit', 'decimal'), field('name')];

const changes = (set: Record<string, LeafValue>, ...clear: string[]): Changes => ({ set: new Map(Object.entries(set)), clear });

const record = { name: 'Acme', limit: { value: '5.00' }, address: { city: 'London', lines: ['1 High Street'] }, other: 1 };

test.each([
	['address.city', 'address', true],
	['address', 'address', true],
	['address', 'address.city', false],
	['addressee', 'address', false],
])('%s is within %s: %p', (path, outer, expected) => {
	expect(isWithin(path, outer)).toBe(expected);
});

test('toBody nests what is set, and wraps decimals', () => {
	expect(toBody(changes({ limit: '7', 'address.city': 'Paris' }, 'name'), fields)).toEqual({
		address: { city: 'Paris' },
		limit: { value: '7' },
	});
});

test('wantedLeaves: what is set, and every leaf of what is cleared', () => {
	const leaves = wantedLeaves(changes({ name: 'New' }, 'address'), fields);
	expect(leaves.map(({ field: { path }, wanted }) => [path, wanted])).toEqual([
		['address.city', undefined],
		['address.lines', undefined],
		['name', 'New'],
	]);
});

describe.each<[string, Changes, Array<[field: string, from: LeafValue | null, to: LeafValue | null]>]>([
	['the same values', changes({ name: 'Acme', limit: '5', 'address.city': 'London ' }), []],
	['another text', changes({ name: 'New' }), [['name', 'Acme', 'New']]],
	['another decimal', changes({ limit: '5.01' }), [['limit', '5.00', '5.01']]],
	['other lines', changes({ 'address.lines': ['1', '2'] }), [['address.lines', ['1 High Street'], ['1', '2']]]],
	['a field cleared', changes({}, 'name'), [['name', 'Acme', null]]],
	[
		'an object cleared',
		changes({}, 'address'),
		[
			['address.city', 'London', null],
			['address.lines', ['1 High Street'], null],
		],
	],
	['one of two', changes({ name: 'Acme', limit: '6' }), [['limit', '5.00', '6']]],
])('%s', (_, asked, expected) => {
	test('differences', () => {
		expect(differences(asked, fields, record)).toEqual(expected.map(([path, from, to]) => ({ field: path, from, to })));
	});

	test('notShown', () => {
		expect(notShown(asked, fields, record)).toEqual(expected.map(([path]) => path));
	});
});

test('what is empty already needs no clearing: absent, null, blank or, for a decimal, zero', () => {
	for (const empty of [{}, { name: null, limit: null }, { name: '', limit: { value: '0.0' } }]) {
		expect(notShown(changes({}, 'name', 'limit'), fields, empty)).toEqual([]);
	}
});

test('undoOf: the former values under their own names, and what was empty to be cleared', () => {
	const made = differences(changes({ name: 'New', limit: '7', 'address.city': 'Paris' }), fields, {
		limit: { value: '5.00' },
		address: { city: 'London' },
	});
	expect(
		undoOf(made, { fields, clearable: ['name'] }, { accountId: 'a' }, { limit: { value: '5.00' }, address: { city: 'London' } }),
	).toEqual({
		accountId: 'a',
		limit: { value: '5.00' },
		address: { city: 'London' },
		fieldsToClear: ['name'],
	});
});

test('undoOf nothing selects the account only', () => {
	expect(undoOf([], { fields, clearable: [] }, { accountId: 'a' }, {})).toEqual({ accountId: 'a' });
});

test('undoOf: where a field alone cannot be erased, the object around it is, if it was empty; else it is said that it cannot', () => {
	const service = { fields, clearable: ['address'] };
	const made = [{ field: 'address.city', from: null, to: 'Paris' }];
	expect(undoOf(made, service, {}, {})).toEqual({ fieldsToClear: ['address'] });
	expect(undoOf(made, service, {}, { address: { lines: ['1 High Street'] } })).toEqual({ cannotUndo: ['address.city'] });
});
