import { changesBetween, differences, missingFrom, simulate, toBody, touchedFields, undoOf } from '../../nodes/shared/plan/changes.ts';
import type { Changes, FieldValue, NamedField } from '../../nodes/shared/service.ts';

const field = (path: string, type: NamedField['type'] = 'text'): NamedField => ({ path, type, label: path, parameter: [path] });

const fields = [field('address.city'), field('address.lines', 'lines'), field('limit', 'decimal'), field('name')];

const changes = (set: Record<string, FieldValue>, ...clear: string[]): Changes => ({ set: new Map(Object.entries(set)), clear });

const record = { name: 'Acme', limit: { value: '5.00' }, address: { city: 'London', lines: ['1 High Street'] }, other: 1 };

/** The fields that changes touch. */
const touched = (asked: Changes) => touchedFields(asked, fields);

test('toBody nests what is set, and wraps decimals', () => {
	expect(toBody(touched(changes({ limit: '7', 'address.city': 'Paris' }, 'name')))).toEqual({
		address: { city: 'Paris' },
		limit: { value: '7' },
	});
});

test('touchedFields: what is set, and every field of what is cleared', () => {
	expect(touched(changes({ name: 'New' }, 'address')).map(({ field: { path }, wanted }) => [path, wanted])).toEqual([
		['address.city', undefined],
		['address.lines', undefined],
		['name', 'New'],
	]);
});

describe.each<[string, Changes, Array<[field: string, from: FieldValue | null, to: FieldValue | null]>]>([
	['the same values', changes({ name: 'Acme', limit: '5', 'address.city': 'London' }), []],
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
		expect(differences(record, touched(asked))).toEqual(expected.map(([path, from, to]) => ({ field: path, label: path, from, to })));
	});

	test('missingFrom', () => {
		expect(missingFrom(record, touched(asked)).map(({ field: { path } }) => path)).toEqual(expected.map(([path]) => path));
	});
});

test('what is empty already needs no clearing: absent, null, blank or, for a decimal, zero', () => {
	for (const empty of [{}, { name: null, limit: null }, { name: '', limit: { value: '0.0' } }]) {
		expect(missingFrom(empty, touched(changes({}, 'name', 'limit')))).toEqual([]);
	}
});

describe('a zero that the service leaves out of its answers', () => {
	const asked = touched(changes({ limit: '0.0' }));

	test('holds where it is told that zeros are left out, and only there', () => {
		expect(missingFrom({}, asked, true)).toEqual([]);
		expect(missingFrom({}, asked)).toHaveLength(1);
	});

	test('is no change from nothing', () => {
		expect(changesBetween({}, { limit: { value: '0' } }, asked, true)).toEqual([]);
		expect(changesBetween({}, { limit: { value: '0' } }, asked)).toHaveLength(1);
	});
});

test('changesBetween tells what has become of the account, not what was asked', () => {
	const asked = touched(changes({ limit: '1000', name: 'New', 'address.city': 'Paris' }));
	expect(changesBetween(record, { ...record, limit: { value: '500' }, name: 'New', address: {} }, asked)).toEqual([
		{ field: 'address.city', label: 'address.city', from: 'London', to: null },
		{ field: 'limit', label: 'limit', from: '5.00', to: '500' },
		{ field: 'name', label: 'name', from: 'Acme', to: 'New' },
	]);
});

test('simulate: what is set is there, what is cleared is gone, and the record itself stays', () => {
	const former = structuredClone(record);
	expect(simulate(record, touched(changes({ limit: '7', 'address.city': 'Paris' }, 'name')))).toEqual({
		...record,
		name: undefined,
		limit: { value: '7' },
		address: { city: 'Paris', lines: ['1 High Street'] },
	});
	expect(record).toEqual(former);
});

test('undoOf: the former values are set again, and what was empty is cleared', () => {
	const before = { limit: { value: '5.00' }, address: { city: 'London' } };
	const made = differences(before, touched(changes({ name: 'New', limit: '7', 'address.city': 'Paris' })));
	expect(undoOf(made, { all: fields, clearable: ['name'] }, before)).toEqual({
		changes: changes({ limit: '5.00', 'address.city': 'London' }, 'name'),
		cannotUndo: [],
	});
});

test('undoOf nothing is nothing', () => {
	expect(undoOf([], { all: fields, clearable: [] }, {})).toEqual({ changes: changes({}), cannotUndo: [] });
});

test('undoOf: where a field alone cannot be erased, the object around it is, if it was empty; else it is said that it cannot', () => {
	const service = { all: fields, clearable: ['address'] };
	const made = [{ field: 'address.city', label: 'City', from: null, to: 'Paris' }];
	expect(undoOf(made, service, {})).toEqual({ changes: changes({}, 'address'), cannotUndo: [] });
	expect(undoOf(made, service, { address: { lines: ['1 High Street'] } })).toEqual({
		changes: changes({}),
		cannotUndo: ['address.city'],
	});
});
