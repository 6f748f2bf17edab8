import { maskOf } from '../../nodes/shared/http/secrets.ts';
import { cpuTimeOf } from '../support/cpuTime.mts';

/** A secret with everything that is escaped somewhere. */
const SECRET = `s3:/+=&%41"<i>'$,:;!~ \\9`;

const inHtml = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
const inJson = (text: string) => JSON.stringify(text).slice(1, -1);

test.each<[string, string]>([
	['as it is', SECRET],
	['in JSON', inJson(SECRET)],
	['in JSON inside JSON', inJson(inJson(SECRET))],
	['in JSON with every character escaped', [...SECRET].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')],
	['percent-encoded', encodeURIComponent(SECRET)],
	['percent-encoded in small letters', encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase())],
	['percent-encoded twice', encodeURIComponent(encodeURIComponent(SECRET))],
	['as in a form', new URLSearchParams({ '': SECRET }).toString().slice(1)],
	['in HTML', inHtml(SECRET)],
	['in HTML by numbers', [...SECRET].map((c) => `&#${c.charCodeAt(0)};`).join('')],
])('a secret is found %s', (_, spelled) => {
	expect(maskOf([SECRET])(`The key ${spelled} is not liked`)).toBe('The key ••• is not liked');
});

test('every place is masked, and nothing else', () => {
	expect(maskOf(['secret-1', 'secret-2'])('a secret-1 b secret-2 c secret-1 d')).toBe('a ••• b ••• c ••• d');
});

test('secrets that overlap become one', () => {
	expect(maskOf(['abcdefgh', 'efghijkl'])('x abcdefghijkl y')).toBe('x ••• y');
});

test('secrets are found inside lists and objects, and with or without the white space around them', () => {
	const mask = maskOf([{ tokens: [' secret-1\n'] }]);
	expect(mask('<secret-1>')).toBe('<•••>');
});

test.each(['tokÜ€SECRET', 'tokÜSECRET', 'tokSECRET'])(
	'a secret is found without the characters that a header cannot carry: %s',
	(echoed) => {
		expect(maskOf(['tok\nÜ€SECRET'])(`expired ${echoed}`)).toBe('expired •••');
	},
);

test('short values are left alone: they would be found everywhere', () => {
	expect(maskOf(['12345', ''])('12345 of 12345')).toBe('12345 of 12345');
});

test.each([
	['Bearer abcdefghij1234567890', 'Bearer •••'],
	['Authorization: Basic dXNlcjpwYXNzd29yZDE=', 'Authorization: Basic •••'],
	['?securityCode=abc123def456ghi', '?securityCode=•••'],
	['Bearer authentication failed', 'Bearer authentication failed'],
	['Basic information', 'Basic information'],
])('a token that no credential is known to hold, behind the name of a way to sign in: %s', (text, masked) => {
	expect(maskOf([])(text)).toBe(masked);
});

test('without escapes and secrets a text stays as it is, escapes included', () => {
	const text = 'a %41 &lt; \\u0041 + b';
	expect(maskOf(['secret-1'])(text)).toBe(text);
});

describe('the work grows with the text, not faster', () => {
	/** The shortest of several times, in milliseconds: the others were disturbed, e.g. by memory being freed. */
	const timeOf = (mask: (text: string) => string, text: string) => Math.min(...[1, 2, 3, 4, 5].map(() => cpuTimeOf(() => mask(text))));

	test.each<[string, string, (length: number) => string]>([
		['four backslashes, in backslashes', '\\\\\\\\', (length) => '\\'.repeat(length)],
		['backslashes in a key, in backslashes', 'key\\\\\\\\key', (length) => '\\'.repeat(length)],
		['the same letter, in that letter', 'aaaaaaaa', (length) => 'a'.repeat(length)],
		['percent signs', '%25%25%25', (length) => '%25'.repeat(length / 3)],
		['ampersands', '&amp;&amp;', (length) => '&amp;'.repeat(length / 5)],
		['a way to sign in, again and again', 'secret-1', (length) => 'Bearer '.repeat(length / 7)],
		['plain text', 'secret-1', (length) => 'nothing to see '.repeat(length / 15)],
	])('%s', (_, secret, textOf) => {
		const mask = maskOf([secret]);
		const [short, long] = [timeOf(mask, textOf(50_000)), timeOf(mask, textOf(400_000))];
		// Eight times the text is eight times the work and some more for memory; its square would be 64, and seconds. Short times are noise.
		expect(long).toBeLessThan(Math.max(300, 30 * short));
	});

	test('a key of four backslashes and an answer of 20 kB: at once', () => {
		expect(timeOf(maskOf(['\\\\\\\\', 'key\\\\\\\\key']), '\\'.repeat(20_000))).toBeLessThan(100);
	});
});
