import { isAnotherForm, isCleared, isSameValue } from '../../nodes/shared/fields/comparison.ts';
import type { Field, FieldType, FieldValue } from '../../nodes/shared/service.ts';
import { cpuTimeOf } from '../support/cpuTime.mts';

type Kind = FieldType | NonNullable<Field['meaning']>;
type Value = FieldValue | null | undefined;

const fieldOf = (kind: Kind): Field => {
	if (kind === 'taxNumber') return { path: 'taxId.value', type: 'text', meaning: kind };
	return { path: 'field', type: kind };
};

const textOfPhone: Field = { path: 'phone', type: 'text', meaning: 'phone' };
const textOfCountry: Field = { path: 'country', type: 'text', meaning: 'country' };

describe('the same value', () => {
	test.each<[Kind, Value, Value]>([
		['text', 'Acme', 'Acme'],
		['text', 'Café', 'Cafe\u0301'],
		['text', '각', '각'.normalize('NFD')],
		['text', '1 High Street\r\nFloor 2', '1 High Street\nFloor 2'],
		['text', 'a\rb', 'a\nb'],
		['text', '25', 25 as never],
		['text', undefined, ''],
		['text', null, undefined],
		['decimal', '1.50', '15e-1'],
		['decimal', '+1.5', ' 1.5 '],
		['decimal', '-0', '0.00'],
		['decimal', '1000', '1E+3'],
		['decimal', '.5', '0.50'],
		['decimal', '1.5', 1.5 as never],
		['decimal', '1e21', 1e21 as never],
		['decimal', '123456789012345678901234567890.10', '123456789012345678901234567890.1'],
		['int32', 300, '300'],
		['int32', 300, ' 300'],
		['int32', 300, '300.0'],
		['int32', 0, -0],
		['boolean', true, 'true'],
		['boolean', false, false],
		['dateTime', '2026-01-31T09:00:00Z', '2026-01-31T10:00:00.000+01:00'],
		['dateTime', '2026-01-31T09:00:00Z', '2026-01-31t09:00:00z'],
		['dateTime', '2026-01-31T09:00:00Z', '2026-01-31 09:00:00+00:00'],
		['dateTime', '2026-01-31T09:00:00.1Z', '2026-01-31T09:00:00.100000Z'],
		['dateTime', '2026-01-01T00:30:00+01:00', '2025-12-31T23:30:00Z'],
		['lines', ['a', 'b'], ['a', 'b']],
		['lines', ['a', 'b'], 'a\r\nb'],
		['lines', ['a', 'b'], ['a', '', 'b', ' ']],
		['lines', ['Cafe\u0301'], ['Café']],
		['lines', [], undefined],
		['email', 'Ann@Acme.example', 'ann@acme.example'],
		['country', 'gb', 'GB'],
		['phone', '+441202555000', '+44 1202 555-000'],
		['phone', '+12125550123', '+1 (212) 555.0123'],
		['phone', '+12125550123', '\u202a+1\u00a0212\u2011555\u20110123\u202c'],
		['url', 'https://a.example', 'https://a.example/'],
		['url', 'https://a.example/x', 'https://a.example/x/'],
		['url', 'https://A.Example:443/x', 'https://a.example/x'],
		['url', 'https://münchen.example', 'https://xn--mnchen-3ya.example/'],
		['enum', 'STATE_ACTIVE', 'STATE_ACTIVE'],
		['taxNumber', 'GB123', 'GB123'],
	])('%s: %j and %j', (kind, a, b) => {
		expect(isSameValue(fieldOf(kind), a, b)).toBe(true);
		expect(isSameValue(fieldOf(kind), b, a)).toBe(true);
		expect(isAnotherForm(fieldOf(kind), a as FieldValue, b)).toBe(false);
	});

	test.each<[Kind, Value, Value]>([
		['text', 'Acme', 'acme'],
		['text', 'Acme', 'Acme '],
		['text', 'Acme  Ltd', 'Acme Ltd'],
		['text', 'm²', 'm2'],
		['text', '1.0', '1'],
		['text', 'Acme', undefined],
		['text', 'null', null],
		['decimal', '1.50', '1.51'],
		['decimal', '1', '-1'],
		['decimal', '1000', '1,000'],
		['decimal', '0', undefined],
		['decimal', '0', ''],
		['decimal', '10', '1'],
		['decimal', '1', { value: '1' } as never],
		['decimal', '0.1', String(0.1 + 0.2)],
		['int32', 0, undefined],
		['int32', 300, '3000'],
		['int32', 1, true],
		['boolean', false, undefined],
		['boolean', true, 1],
		['dateTime', '2026-01-31T09:00:00Z', '2026-01-31T09:00:01Z'],
		['dateTime', '2026-01-31T09:00:00.0001Z', '2026-01-31T09:00:00.0002Z'],
		['dateTime', '2026-01-31T09:00:00Z', '2026-01-31T09:00:00'],
		['dateTime', '2026-01-31T09:00:00Z', '2026-01-31'],
		['dateTime', 'soon', 'later'],
		['lines', ['a', 'b'], ['b', 'a']],
		['lines', ['a', 'b'], ['a b']],
		['lines', ['a'], undefined],
		['email', 'ann@acme.example', 'anne@acme.example'],
		['country', 'GB', 'UK'],
		['country', 'DE', 'Germany'],
		['phone', '+441202555000', '+441202555001'],
		['phone', '+441202555000', '01202555000'],
		['phone', '01202 555000', '01202555000'],
		['url', 'https://a.example/x', 'http://a.example/x'],
		['url', 'https://a.example/x', 'https://a.example/X'],
		['url', 'https://a.example/x?y=/', 'https://a.example/x?y='],
		['url', 'https://a.example/#/', 'https://a.example/#'],
		['url', 'no address', 'no address/'],
		['enum', 'STATE_ACTIVE', 'state_active'],
		['taxNumber', 'GB 123', 'GB123'],
		['text', '[object Object]', {} as never],
	])('%s: not %j and %j', (kind, a, b) => {
		expect(isSameValue(fieldOf(kind), a, b)).toBe(false);
		expect(isSameValue(fieldOf(kind), b, a)).toBe(false);
	});

	test('a text that stands for a phone number or a country is compared as one', () => {
		expect(isSameValue(textOfPhone, '+44 1202 555000', '+441202555000')).toBe(true);
		expect(isSameValue(textOfCountry, 'gb', 'GB')).toBe(true);
		expect(isSameValue(textOfCountry, 'United Kingdom', 'GB')).toBe(false);
	});
});

describe('another form of what was just sent', () => {
	test.each<[Kind, FieldValue, Value]>([
		['text', 'Acme Ltd', 'ACME LTD'],
		['text', 'Straße', 'STRASSE'],
		['text', 'Acme  Ltd', 'Acme Ltd'],
		['text', ' Acme ', 'Acme'],
		['text', 'Acme\u00a0Ltd', 'Acme Ltd'],
		['text', 'Acme\u200b Ltd', 'Acme Ltd'],
		['text', 'a\nb', 'a b'],
		['email', 'ann@acme.example', ' Ann@Acme.example'],
		['enum', 'STATE_ACTIVE', 'state_active'],
		['url', 'https://a.example/Acme', 'https://a.example/acme'],
		['country', 'GB', 'gb '],
		['lines', ['1 High  Street', 'Floor 2'], ['1 HIGH STREET', 'FLOOR 2']],
		['decimal', '10.005', '10.01'],
		['decimal', '10.005', '10.00'],
		['decimal', '-10.005', '-10.01'],
		['decimal', '0.1234567', '0.123457'],
		['decimal', '1250.5', '1250'],
		['decimal', '1250.5', '1251'],
		['decimal', '99.999', '100.00'],
		['decimal', '1.0000000000000000001', '1'],
		['dateTime', '2026-01-31T09:00:00.123Z', '2026-01-31T09:00:00Z'],
		['dateTime', '2026-01-31T09:00:00.9996Z', '2026-01-31T10:00:01.000+01:00'],
		['phone', '+441202555000', '441202555000'],
		['phone', '+441202555000', '0044 1202 555000'],
		['phone', '+44 (0)1202 555000', '+441202555000'],
		['phone', '(212) 555-0123', '2125550123'],
		['taxNumber', 'GB 123 456 789', 'GB123456789'],
		['taxNumber', 'DE-123.456', 'de123456'],
	])('%s: asked %j, stored %j', (kind, asked, stored) => {
		expect(isAnotherForm(fieldOf(kind), asked, stored)).toBe(true);
		expect(isAnotherForm(fieldOf(kind), asked, stored, kind === 'decimal' ? '7' : 'something else')).toBe(true);
	});

	test.each<[Kind, FieldValue, Value]>([
		['text', 'Acme', 'Acme Ltd'],
		['text', 'Acme', undefined],
		['text', 'Acme', ''],
		['text', 'AcmeLtd', 'Acme Ltd'],
		['text', 'GB 123', 'GB123'],
		['text', 'Café', 'Cafe'],
		['text', 'x'.repeat(250), 'x'.repeat(200)],
		['text', '👨\u200d👩', '👨👩'],
		['int32', 1000, 500],
		['int32', 1000, 1],
		['int32', 0, undefined],
		['int32', 5, '5.4'],
		['decimal', '1000', '500'],
		['decimal', '1000', '1e4'],
		['decimal', '1234567.891', '1.23e6'],
		['decimal', '10.005', '10.02'],
		['decimal', '10.009', '10.00'],
		['decimal', '10.5', '-10.5'],
		['decimal', '0.004', '0.00'],
		['decimal', '0.4', '0'],
		['decimal', '10.01', '10.005'],
		['decimal', '1000', '1,000'],
		['decimal', '1e99999', '2e-99999'],
		['decimal', '5', { currency: 'EUR' } as never],
		['dateTime', '2026-01-31T09:00:00Z', '2026-01-31T09:00:01Z'],
		['dateTime', '2026-01-31T09:00:00.5Z', '2026-01-31T09:00:02Z'],
		['dateTime', '2026-01-31T09:00:00Z', '2026-01-31'],
		['boolean', true, false],
		['boolean', true, undefined],
		['country', 'DE', 'Germany'],
		['country', 'GB', 'UK'],
		['enum', 'STATE_ACTIVE', 'ACTIVE'],
		['lines', ['a', 'b'], ['a']],
		['lines', ['a', 'b'], ['b', 'a']],
		['lines', ['a'], undefined],
		['phone', '+441202555000', '01202555000'],
		['phone', '+441202555000', '+441202555'],
		['phone', '+12125550123', '+12125550123 x5'],
		['taxNumber', '---', '-'],
		['taxNumber', 'GB123', '123'],
		['url', 'https://a.example/x', 'https://a.example'],
	])('%s: not asked %j, stored %j', (kind, asked, stored) => {
		expect(isAnotherForm(fieldOf(kind), asked, stored)).toBe(false);
	});

	test.each<[string, Kind, FieldValue, Value, Value, boolean]>([
		['capitals, as after the same update before', 'text', 'Acme Ltd', 'ACME LTD', 'ACME LTD', true],
		['small letters', 'url', 'https://a.example/Acme', 'https://a.example/acme', 'https://a.example/acme', true],
		['one space for two', 'text', 'Acme  Ltd', 'Acme Ltd', 'Acme Ltd', true],
		['spaces of a tax number', 'taxNumber', 'GB 123', 'GB123', 'GB123', true],
		['a rounded number', 'decimal', '10.005', '10.01', '10.01', true],
		['a phone number with dashes', 'phone', '212-555-0123', '(212) 555-0123', '(212) 555-0123', true],
		['mixed case that no rule makes of what was asked', 'text', 'ACME', 'Acme', 'Acme', false],
		['two spaces that no rule makes of one', 'text', 'Acme Ltd', 'Acme  Ltd', 'Acme  Ltd', false],
		['lines in mixed case', 'lines', ['1 HIGH STREET'], ['1 High Street'], ['1 High Street'], false],
		['another value', 'decimal', '1000', '500', '500', false],
		['mixed case, and another value before', 'text', 'ACME', 'Acme', 'Other', true],
	])('the account holds what it held before: %s', (_, kind, asked, stored, before, expected) => {
		expect(isAnotherForm(fieldOf(kind), asked, stored, before)).toBe(expected);
	});

	test.each<[Kind, FieldValue, Value, boolean]>([
		['boolean', false, true, true],
		['boolean', false, undefined, true],
		['int32', 0, 250, true],
		['int32', 0, undefined, false],
		['int32', 5, 250, false],
		['decimal', '0.00', '5', true],
		['decimal', '0', undefined, false],
		['text', '0', 'x', false],
	])('%s: asked %j, left out of the account, which held %j before: %p', (kind, asked, before, expected) => {
		expect(isAnotherForm(fieldOf(kind), asked, undefined, before)).toBe(expected);
	});

	test('numbers far apart cost no time', () => {
		const spent = cpuTimeOf(() => {
			isAnotherForm(fieldOf('decimal'), '1e999999', '1e-999999');
			isAnotherForm(fieldOf('decimal'), `1.${'1'.repeat(20_000)}`, '1.1');
		});
		expect(spent).toBeLessThan(200);
	});
});

test.each<[Kind, Value, boolean]>([
	['text', undefined, true],
	['text', null, true],
	['text', '', true],
	['text', ' \u200b', true],
	['text', '0', false],
	['text', 'Acme', false],
	['decimal', '0', true],
	['decimal', '-0.00', true],
	['decimal', '0.01', false],
	['int32', 0, true],
	['int32', 1, false],
	['boolean', false, true],
	['boolean', true, false],
	['enum', 'STATE_UNSPECIFIED', true],
	['enum', 'STATE_ACTIVE', false],
	['dateTime', '0001-01-01T00:00:00Z', true],
	['dateTime', '2026-01-31T09:00:00Z', false],
	['lines', [], true],
	['lines', ['', ' '], true],
	['lines', ['a'], false],
])('cleared, %s: %j: %p', (kind, value, expected) => {
	expect(isCleared(fieldOf(kind), value)).toBe(expected);
});
