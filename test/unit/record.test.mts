import type { IDataObject } from 'n8n-workflow';

import { equalLeaves, isCleared, isRecord, leafOf, setAt, toApi, valueAt } from '../../nodes/shared/fields/record.ts';
import type { Field, FieldType, FieldValue } from '../../nodes/shared/service.ts';

const field = (type: FieldType, path = 'field'): Field => ({ path, type });

test.each([
	[{}, true],
	[{ a: 1 }, true],
	[[], false],
	[null, false],
	['x', false],
	[undefined, false],
])('isRecord %j: %p', (value, expected) => {
	expect(isRecord(value)).toBe(expected);
});

test.each<[unknown, string, unknown]>([
	[{ a: { b: 1 } }, 'a.b', 1],
	[{ a: { b: 0 } }, 'a.b', 0],
	[{ a: { b: null } }, 'a.b', null],
	[{ a: { b: 1 } }, 'a', { b: 1 }],
	[{ a: 'text' }, 'a.length', undefined],
	[{ a: [1] }, 'a.0', undefined],
	[{}, 'a.b.c', undefined],
	[{}, 'constructor', undefined],
	[undefined, 'a', undefined],
])('valueAt %j, %s: %j', (record, path, expected) => {
	expect(valueAt(record, path)).toEqual(expected);
});

test.each<[IDataObject, string, IDataObject]>([
	[{}, 'a', { a: 1 }],
	[{}, 'a.b.c', { a: { b: { c: 1 } } }],
	[{ a: { x: 2 } }, 'a.b', { a: { x: 2, b: 1 } }],
	[{ a: 'text' }, 'a.b', { a: { b: 1 } }],
	[{ a: null }, 'a.b', { a: { b: 1 } }],
])('setAt %j, %s: %j', (record, path, expected) => {
	setAt(record, path, 1);
	expect(record).toEqual(expected);
});

test('toApi wraps decimals only', () => {
	expect(toApi(field('decimal'), '1.5')).toEqual({ value: '1.5' });
	expect(toApi(field('text'), '1.5')).toBe('1.5');
	expect(toApi(field('lines'), ['a'])).toEqual(['a']);
});

test.each<[FieldType, unknown, FieldValue | undefined]>([
	['text', 'Acme', 'Acme'],
	['text', '', undefined],
	['text', null, undefined],
	['text', undefined, undefined],
	['boolean', false, false],
	['int32', 0, 0],
	['lines', [], undefined],
	['lines', ['a'], ['a']],
	['decimal', { value: '1.5' }, '1.5'],
	['decimal', { value: '' }, undefined],
	['decimal', {}, undefined],
	['decimal', '1.5', '1.5'],
])('leafOf: a %s that is %j is %j', (type, stored, expected) => {
	expect(leafOf({ a: { b: stored } } as IDataObject, field(type, 'a.b'))).toEqual(expected);
});

test.each<[FieldType, FieldValue | undefined, FieldValue | undefined, boolean]>([
	['text', 'Acme', 'Acme ', true],
	['text', 'Acme', 'acme', false],
	['text', undefined, undefined, true],
	['text', 'Acme', undefined, false],
	['decimal', '1.50', '15e-1', true],
	['decimal', '1.50', '1.51', false],
	['decimal', '0', undefined, false],
	['dateTime', '2026-01-31T09:00:00Z', '2026-01-31T10:00:00.000+01:00', true],
	['dateTime', '2026-01-31T09:00:00Z', '2026-01-31T09:00:01Z', false],
	['lines', ['1 High Street', 'Floor 2'], ['1 High Street ', '', 'Floor 2'], true],
	['lines', ['a', 'b'], ['b', 'a'], false],
	['email', 'Ann@Acme.example', 'ann@acme.example', true],
	['country', 'gb', 'GB', true],
	['boolean', false, false, true],
	['boolean', false, undefined, false],
	['int32', 5, 5, true],
	['int32', 0, undefined, false],
	['enum', 'A', 'a', false],
	['url', 'https://a.example', 'https://a.example/', false],
])('equalLeaves, %s: %j and %j: %p', (type, a, b, expected) => {
	expect(equalLeaves(field(type), a, b)).toBe(expected);
	expect(equalLeaves(field(type), b, a)).toBe(expected);
});

test.each<[FieldType, FieldValue | undefined, boolean]>([
	['text', undefined, true],
	['text', 'Acme', false],
	['decimal', '0', true],
	['decimal', '-0.00', true],
	['decimal', '0.01', false],
	['int32', 0, false],
	['boolean', false, false],
])('isCleared, %s: %j: %p', (type, value, expected) => {
	expect(isCleared(field(type), value)).toBe(expected);
});
