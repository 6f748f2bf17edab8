import type { IDataObject } from 'n8n-workflow';

import { fieldValueIn, isRecord, isWithin, removeAt, setAt, textOf, toApi, valueAt } from '../../nodes/shared/fields/record.ts';
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
])('fieldValueIn: a %s that is %j is %j', (type, stored, expected) => {
	expect(fieldValueIn({ a: { b: stored } } as IDataObject, field(type, 'a.b'))).toEqual(expected);
});

test.each([
	['address.city', 'address', true],
	['address', 'address', true],
	['address', 'address.city', false],
	['addressee', 'address', false],
])('%s is within %s: %p', (path, outer, expected) => {
	expect(isWithin(path, outer)).toBe(expected);
});

test.each<[string, IDataObject, IDataObject]>([
	['a', { a: 1, b: 2 }, { b: 2 }],
	['a.b', { a: { b: 1, c: 2 } }, { a: { c: 2 } }],
	['a.b', { a: 'text' }, { a: 'text' }],
	['a.b', {}, {}],
])('removeAt %s of %j leaves %j', (path, record, expected) => {
	removeAt(record, path);
	expect(record).toEqual(expected);
});

test('textOf asks only texts and numbers for their text', () => {
	const hostile = { toString: 0, valueOf: 0 };
	expect(['a', 5, hostile, null, ['a'], undefined].map(textOf)).toEqual(['a', '5', undefined, undefined, undefined, undefined]);
});
