import { checkValue, isBlank, showValue } from '../../nodes/shared/fields/checkValue.ts';
import type { FieldType, NamedField } from '../../nodes/shared/service.ts';

/** Cells as people have them, each with what is sent for it, or what is said. */

const BLANK = 'left out';

function outcome(type: FieldType, cell: unknown, timeZone = 'Europe/Berlin'): unknown {
	const field: NamedField = { path: 'field', type, label: 'Field', parameter: ['field'] };
	if (type === 'int32') field.minimum = 0;
	if (type === 'enum') field.choices = ['STATE_ACTIVE', 'STATE_DELETED'];
	if (isBlank(cell)) return BLANK;
	const checked = checkValue(field, cell, timeZone);
	return 'fault' in checked ? checked : checked.value;
}

test.each<[string, FieldType, unknown, unknown]>([
	['trailing spaces', 'text', 'Acme  ', 'Acme'],
	['no-break spaces around', 'text', '\u00a0Acme\u00a0', 'Acme'],
	['a no-break space inside', 'text', 'Acme\u00a0Ltd', 'Acme\u00a0Ltd'],
	['a byte order mark', 'text', '\ufeffAcme', 'Acme'],
	['the end of a line with CRLF', 'text', 'Acme\r', 'Acme'],
	['bidirectional marks around', 'text', '\u200eAcme\u200f', 'Acme'],
	['Arabic with its joiners', 'text', 'می\u200cخواهم', 'می\u200cخواهم'],
	['emoji', 'text', 'Acme 🚀❤\ufe0f 👨\u200d👩\u200d👧', 'Acme 🚀❤\ufe0f 👨\u200d👩\u200d👧'],
	['NFC', 'text', 'Café', 'Café'],
	['NFD', 'text', 'Cafe\u0301', 'Cafe\u0301'],
	['a number', 'text', 25, '25'],
	['binary noise', 'text', 0.1 + 0.2, '0.3'],
	['a tax number as a number', 'text', 123456789012345, '123456789012345'],
	['the words for nothing inside a name', 'text', 'Null & Void Ltd', 'Null & Void Ltd'],
	['a hash in a name', 'text', '#1 Pizza!', '#1 Pizza!'],
	['empty', 'text', '', BLANK],
	['a space', 'text', ' ', BLANK],
	['a no-break space', 'text', '\u00a0', BLANK],
	['zero-width characters', 'text', '\u200b\ufeff\u2060', BLANK],
	['bidirectional marks', 'text', '\u202a\u202c\u200e', BLANK],
	['a soft hyphen', 'text', '\u00ad', BLANK],
	['a Hangul filler', 'text', '\u3164', BLANK],
	['a Braille blank', 'text', '\u2800', BLANK],
	['a list of blanks', 'lines', ['', '\u200b', null], BLANK],

	['a whole number from XLSX', 'int32', 250, 250],
	['a whole number from CSV', 'int32', ' 250\r', 250],
	['a whole number as pandas writes it', 'int32', '250.0', 250],
	['binary noise around a whole number', 'int32', 249.99999999999997, 250],
	['minus zero', 'int32', -0, 0],
	['a decimal from XLSX', 'decimal', 1250.5, '1250.5'],
	['a sum from XLSX', 'decimal', 0.1 + 0.2, '0.3'],
	['a sum from XLSX', 'decimal', 1.1 * 3, '3.3'],
	['a small number', 'decimal', 1e-7, '1e-7'],
	['a decimal from CSV', 'decimal', '1250.50 ', '1250.50'],
	['a decimal after a byte order mark', 'decimal', '\ufeff12', '12'],
	['a decimal of the API as JSON text', 'decimal', '{"value":"1.50"}', '1.50'],
	['a group of three after a dot, as the API means it', 'decimal', '1.000', '1.000'],

	['yes', 'boolean', 'Yes', true],
	['no', 'boolean', 'NO ', false],
	['one', 'boolean', 1, true],
	['zero as text', 'boolean', '0', false],
	['TRUE from a sheet', 'boolean', 'TRUE', true],

	['small letters', 'country', 'gb', 'GB'],
	['spaces', 'country', ' De\u00a0', 'DE'],
	['Namibia', 'country', 'NA', 'NA'],
	['a choice in small letters', 'enum', 'state_active ', 'STATE_ACTIVE'],

	['spaces and dashes', 'phone', '+44 1202 555-000', '+441202555000'],
	['brackets', 'phone', '+1 (212) 555.0123', '+12125550123'],
	['as copied from a contact', 'phone', '\u202a+1 212 555 0123\u202c', '+12125550123'],
	['no-break hyphens', 'phone', '+49\u00a030\u20111234', '+49301234'],

	['spaces around an address', 'email', ' ann@acme.example\u00a0', 'ann@acme.example'],
	['an apostrophe', 'email', "o'neil@acme.example", "o'neil@acme.example"],
	['letters beyond ASCII', 'email', 'jörg@bücher.example', 'jörg@bücher.example'],
	['spaces around a link', 'url', ' https://a.example/x\n', 'https://a.example/x'],

	['a moment', 'dateTime', '2026-01-31T09:00:00Z', '2026-01-31T09:00:00Z'],
	["n8n's date picker, in winter", 'dateTime', '2026-01-31T09:00:00', '2026-01-31T09:00:00+01:00'],
	["n8n's date picker, in summer", 'dateTime', '2026-07-31T09:00:00', '2026-07-31T09:00:00+02:00'],
	['a database', 'dateTime', '2026-01-31 09:00:00.5', '2026-01-31T09:00:00.5+01:00'],

	['a list', 'lines', ['1 High Street ', '', 'Floor 2'], ['1 High Street', 'Floor 2']],
	['a cell of two lines', 'lines', '1 High Street\r\nFloor 2', ['1 High Street', 'Floor 2']],
	['a JSON list', 'lines', '["1 High Street","Floor 2"]', ['1 High Street', 'Floor 2']],
	['a line in brackets', 'lines', '[Attn: Ann]', ['[Attn: Ann]']],
])('%s: %s %j is sent as %j', (_, type, cell, sent) => {
	expect(outcome(type, cell)).toEqual(sent);
});

test.each<[FieldType, unknown, RegExp]>([
	['text', 'undefined', /failed expression/],
	['text', 'null', /failed expression/],
	['text', ' NULL ', /failed expression/],
	['text', 'NaN', /failed expression/],
	['text', 'nan', /failed expression/],
	['text', NaN, /failed expression/],
	['text', 'Invalid DateTime', /failed expression/],
	['text', 'Acme [object Object]', /failed expression/],
	['text', '{{ $json.name }}', /not evaluated/],
	['text', 'Dear ={{ $json.name }}', /not evaluated/],
	['text', '#REF!', /spreadsheet cell/],
	['text', '#N/A', /spreadsheet cell/],
	['text', '#NAME?', /spreadsheet cell/],
	['text', '#DIV/0!', /spreadsheet cell/],
	['text', '#BEZUG!', /spreadsheet cell/],
	['text', '#NV', /spreadsheet cell/],
	['text', '#¡VALOR!', /spreadsheet cell/],
	['text', 'N/A', /word for nothing/],
	['text', 'None', /word for nothing/],
	['text', 'M\ufffdller', /could not be read/],
	['text', 'Acme\ud800', /could not be read/],
	['text', { name: 'Acme' }, /not a text/],
	['text', true, /not a text/],
	['lines', ['1 High Street', '#N/A'], /spreadsheet cell/],
	['lines', '["1 High Street", "null"]', /failed expression/],
	['decimal', '#VALUE!', /spreadsheet cell/],
	['decimal', { value: 'null' }, /failed expression/],
	['decimal', '1.234,50', /not a decimal/],
	['decimal', "1'234.50", /not a decimal/],
	['decimal', '1,234.50', /not a decimal/],
	['decimal', '1 234.50', /not a decimal/],
	['decimal', '12,5', /not a decimal/],
	['decimal', '€ 5', /not a decimal/],
	['decimal', '1\u200b5', /not a decimal.*It holds invisible characters/],
	['decimal', 2 ** 53, /not a decimal/],
	['int32', -1, /less than 0/],
	['int32', '-5', /less than 0/],
	['int32', '1.000', /not a whole number/],
	['int32', '1,000', /not a whole number/],
	['int32', 2.5, /not a whole number/],
	['int32', 1e12, /outside the range/],
	['boolean', 'ja', /neither true nor false/],
	['boolean', 2, /neither true nor false/],
	['enum', 'active', /Use one of: STATE_ACTIVE/],
	['country', 'UK', /Use GB/],
	['country', 'uk', /Use GB/],
	['country', 'EL', /Use GR/],
	['country', 'Germany', /Use DE/],
	['country', 'Deutschland', /two letters/],
	['phone', '0044 1202 555000', /Write \+ for the 00/],
	['phone', '+44 (0)1202 555000', /Leave out the \(0\)/],
	['phone', '01202 555000', /country code/],
	['phone', '+49 30 1234/35', /country code/],
	['phone', '+1 212 555 0123 ext. 5', /country code/],
	['email', 'ann@acme.example,', /not an e-mail address/],
	['email', 'ann@acme.example;', /not an e-mail address/],
	['email', 'ann\u200b@acme.example', /invisible characters/],
	['email', 'ann@acme.exam\u00adple', /invisible characters/],
	['email', 'mailto:ann@acme.example', /not an e-mail address/],
	['email', 'Ann <ann@acme.example>', /not an e-mail address/],
	['url', 'https://a\u200b.example', /invisible characters/],
	['url', 'https:acme.example', /not a web address/],
	['url', 'www.acme.example', /not a web address/],
	['dateTime', '31.01.2026', /not a date and time/],
	['dateTime', '2026-01-31', /not a date and time/],
	['dateTime', 46053.375, /not a date and time/],
	['dateTime', '2026-03-29T02:30:00', /does not exist.*put forward then in Europe\/Berlin/],
	['dateTime', '2026-10-25T02:30:00', /comes twice.*put back then in Europe\/Berlin/],
])('%s %j is refused: %p', (type, cell, message) => {
	const { fault, remedy } = outcome(type, cell) as { fault: string; remedy: string };
	expect(`${fault}. ${remedy}`).toMatch(message);
});

test.each([
	['America/New_York', '2026-01-31T09:00:00-05:00'],
	['Asia/Kolkata', '2026-01-31T09:00:00+05:30'],
	['UTC', '2026-01-31T09:00:00Z'],
	['Pacific/Apia', '2026-01-31T09:00:00+13:00'],
])('a date without a zone in %s', (timeZone, sent) => {
	expect(outcome('dateTime', '2026-01-31T09:00:00', timeZone)).toBe(sent);
});

test.each<[unknown, string]>([
	['Ac\u200bme', '"Ac[U+200B]me"'],
	['a\u00a0b', '"a[U+00A0]b"'],
	['a\u202eb', '"a[U+202E]b"'],
	[NaN, 'NaN'],
])('a message shows %j as %s', (value, shown) => {
	expect(showValue(value)).toBe(shown);
});
