import type { IDataObject } from 'n8n-workflow';

import { changeAbove } from '../../nodes/shared/apply/guard.ts';
import { touchedFields } from '../../nodes/shared/plan/changes.ts';
import type { FieldValue, NamedField } from '../../nodes/shared/service.ts';

const field = (path: string, type: NamedField['type']): NamedField => ({ path, type, label: path, parameter: [path] });

const fields: NamedField[] = [
	{ ...field('limit', 'decimal'), guard: {} },
	field('name', 'text'),
	{ ...field('seats', 'int32'), guard: { zeroIsUnlimited: true } },
];

/** The percentage at which a change is refused when 50 are allowed; undefined when it is not. */
function refused(record: IDataObject, set: Record<string, FieldValue>, clear: string[] = [], limit = 50): number | undefined {
	return changeAbove(limit, touchedFields({ set: new Map(Object.entries(set)), clear }, fields), record)?.percent;
}

test.each<[string, IDataObject, Record<string, FieldValue>, number | undefined]>([
	['the same', { seats: 100 }, { seats: 100 }, undefined],
	['as much as allowed', { seats: 100 }, { seats: 150 }, undefined],
	['a little more', { seats: 100 }, { seats: 151 }, 51],
	['down as much as allowed', { seats: 100 }, { seats: 50 }, undefined],
	['further down', { seats: 100 }, { seats: 49 }, 51],
	['a decimal', { limit: { value: '10.00' } }, { limit: '25' }, 150],
	['a decimal by value', { limit: { value: '10.00' } }, { limit: '1e1' }, undefined],
	['from minus to plus', { limit: { value: '-10' } }, { limit: '10' }, 200],
	['from nothing', {}, { limit: '1' }, Infinity],
	['from zero', { limit: { value: '0' } }, { limit: '1' }, Infinity],
	['to zero', { limit: { value: '10' } }, { limit: '0' }, 100],
	['to zero, which is unlimited', { seats: 100 }, { seats: 0 }, Infinity],
	['from zero, which is unlimited', { seats: 0 }, { seats: 100 }, Infinity],
	['from zero to zero', { seats: 0 }, { seats: 0 }, undefined],
	['from nothing to zero, which is unlimited', {}, { seats: 0 }, Infinity],
	['from nothing to zero, which is a number like another', {}, { limit: '0' }, undefined],
	['a field that is not guarded', { name: 'Acme' }, { name: 'New' }, undefined],
	['from beyond all numbers', { limit: { value: '1e400' } }, { limit: '1' }, expect.anything() as unknown as number],
	['from what is no number', { limit: { value: 'many' } }, { limit: '1' }, expect.anything() as unknown as number],
])('%s', (_, record, set, percent) => {
	expect(refused(record, set)).toEqual(percent);
});

test('erasing is endless, unless there was nothing', () => {
	expect(refused({ limit: { value: '10' } }, {}, ['limit'])).toBe(Infinity);
	expect(refused({}, {}, ['limit'])).toBeUndefined();
});

test('with 0 every change is refused', () => {
	expect(refused({ seats: 1000 }, { seats: 1001 }, [], 0)).toBeCloseTo(0.1);
	expect(refused({ seats: 1000 }, { seats: 1000 }, [], 0)).toBeUndefined();
});

test('a limit that is no number lets no change pass', () => {
	expect(refused({ seats: 100 }, { seats: 101 }, [], NaN)).toBe(1);
});

test('the first change that is too large is named, with both values', () => {
	const changes = {
		set: new Map<string, FieldValue>([
			['limit', '10'],
			['seats', 500],
		]),
		clear: [],
	};
	expect(changeAbove(50, touchedFields(changes, fields), { limit: { value: '10' }, seats: 100 })).toEqual({
		field: fields[2],
		from: 100,
		to: 500,
		percent: 400,
	});
});
