import { checkValue, isBlank, showValue } from '../../nodes/shared/fields/checkValue.ts';
import type { FieldType, NamedField } from '../../nodes/shared/service.ts';

const field = (type: FieldType, more: Partial<NamedField> = {}): NamedField => ({
	path: 'field',
	type,
	label: 'Field',
	parameter: ['field'],
	...more,
});

/** The value as it is sent, or why it is not. */
function check(type: FieldType, value: unknown, more?: Partial<NamedField>): unknown {
	const checked = checkValue(field(type, more), value, 'Europe/Berlin');
	return 'fault' in checked ? `fault: ${checked.fault}` : checked.value;
}

const choices = { choices: ['STATE_ACTIVE', 'STATE_DELETED'] };
const luxon = { toISO: () => '2026-01-31T10:00:00.000+01:00' };

test.each<[FieldType, unknown, unknown, Partial<NamedField>?]>([
	['boolean', true, true],
	['boolean', false, false],
	['boolean', 'TRUE', true],
	['boolean', 'yes', true],
	['boolean', 0, false],
	['boolean', ' false ', false],
	['country', 'GB', 'GB'],
	['country', ' US ', 'US'],
	['dateTime', '2026-01-31T09:00:00Z', '2026-01-31T09:00:00Z'],
	['dateTime', '2024-02-29T23:59:59.123+05:30', '2024-02-29T23:59:59.123+05:30'],
	['dateTime', new Date('2026-01-31T09:00:00Z'), '2026-01-31T09:00:00.000Z'],
	['dateTime', luxon, '2026-01-31T10:00:00.000+01:00'],
	['decimal', '1250.50', '1250.50'],
	['decimal', ' -5 ', '-5'],
	['decimal', 25, '25'],
	['decimal', 0.1, '0.1'],
	['decimal', { value: '1.5' }, '1.5'],
	['decimal', { value: 2 }, '2'],
	['email', 'billing@acme.example', 'billing@acme.example'],
	['email', ' ann+x@a.b.example ', 'ann+x@a.b.example'],
	['enum', 'STATE_ACTIVE', 'STATE_ACTIVE', choices],
	['enum', ' STATE_DELETED ', 'STATE_DELETED', choices],
	['int32', 0, 0],
	['int32', 2_147_483_647, 2_147_483_647],
	['int32', -2_147_483_648, -2_147_483_648],
	['int32', '25', 25],
	['int32', ' +25 ', 25],
	['lines', ['1 High Street', 'Floor 2'], ['1 High Street', 'Floor 2']],
	['lines', '1 High Street\r\nFloor 2\n\n', ['1 High Street', 'Floor 2']],
	['lines', ['1 High Street', '', null, 7], ['1 High Street', '7']],
	['lines', 7, ['7']],
	['phone', '+12125550123', '+12125550123'],
	['phone', ' +442012345678 ', '+442012345678'],
	['text', 'Acme', 'Acme'],
	['text', ' Acme ', 'Acme'],
	['text', 25, '25'],
	['text', 0, '0'],
	['text', '🚀'.repeat(5), '🚀'.repeat(5), { maxLength: 5 }],
	['url', 'https://a.example.com/x?y=1', 'https://a.example.com/x?y=1'],
	['url', ' http://localhost:8080 ', 'http://localhost:8080'],
])('%s takes %j as %j', (type, value, sent, more = {}) => {
	expect(check(type, value, more)).toEqual(sent);
});

test.each<[FieldType, unknown, string, Partial<NamedField>?]>([
	['country', 'UK', 'is not a country code'],
	['country', 'GBR', 'is not a country code'],
	['dateTime', '2026-01-31', 'is not a date and time'],
	['dateTime', '2026-02-29T09:00:00Z', 'is not a date and time'],
	['dateTime', '2026-13-01T09:00:00Z', 'is not a date and time'],
	['dateTime', '2026-01-31T24:00:00Z', 'is not a date and time'],
	['dateTime', new Date(NaN), 'is not a date and time'],
	['dateTime', 1_769_850_000, 'is not a date and time'],
	['decimal', '1,000', 'is not a decimal number'],
	['decimal', '€5', 'is not a decimal number'],
	['decimal', true, 'is not a decimal number'],
	['decimal', Infinity, 'is not a value but what a failed expression leaves'],
	['decimal', { value: '1', currency: 'EUR' }, 'is not a decimal number'],
	['decimal', 2 ** 53, 'is not a decimal number'],
	['email', 'billing', 'is not an e-mail address'],
	['email', 'a@b', 'is not an e-mail address'],
	['email', 'a@b.example, c@d.example', 'is not an e-mail address'],
	['email', 'a@b..example', 'is not an e-mail address'],
	['email', `${'a'.repeat(60)}@b.example`, 'is too long: 70 characters, where 40 are allowed', { maxLength: 40 }],
	['enum', 'ACTIVE', 'is not one of the values that the service knows', choices],
	['enum', 1, 'is not one of the values that the service knows', choices],
	['int32', 2.5, 'is not a whole number'],
	['int32', '1e3', 'is not a whole number'],
	['int32', 'many', 'is not a whole number'],
	['int32', NaN, 'is not a value but what a failed expression leaves'],
	['int32', 2_147_483_648, 'is outside the range of the service'],
	['int32', '-2147483649', 'is outside the range of the service'],
	['lines', ['1 High Street', { line: 2 }], 'is not a list of texts'],
	['phone', '12125550123', 'is not a phone number in E.164 format'],
	['phone', '+0123', 'is not a phone number in E.164 format'],
	['phone', `+1${'0'.repeat(15)}`, 'is not a phone number in E.164 format'],
	['text', { name: 'Acme' }, 'is not a text'],
	['text', true, 'is not a text'],
	['text', ['Acme'], 'is not a text'],
	['text', '🚀'.repeat(6), 'is too long: 6 characters, where 5 are allowed', { maxLength: 5 }],
	['url', 'acme.example', 'is not a web address'],
	['url', 'ftp://acme.example', 'is not a web address'],
	['url', 'javascript:alert(1)', 'is not a web address'],
])('%s refuses %j: it %s', (type, value, fault, more = {}) => {
	expect(check(type, value, more)).toBe(`fault: ${fault}`);
	expect(checkValue(field(type, more), value, 'Europe/Berlin')).toMatchObject({ remedy: expect.stringMatching(/^[A-Z].*\.$/) });
});

test.each([undefined, null, '', ' \t\n', [], ['', ' ', null]])('%j is blank', (value) => expect(isBlank(value)).toBe(true));
test.each([0, false, '0', {}, ['', 'x']])('%j is not blank', (value) => expect(isBlank(value)).toBe(false));

test('a value is shown as JSON, shortened', () => {
	expect(showValue('1,000')).toBe('"1,000"');
	expect(showValue({ value: 1 })).toBe('{"value":1}');
	expect(showValue('x'.repeat(200))).toBe(`"${'x'.repeat(99)}…`);
});
