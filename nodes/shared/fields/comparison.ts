import { equalDecimals, isRoundingOf } from './decimal';
import { showsNothing } from './invisible';
import { isUnset, writtenOut } from './record';
import type { Field, FieldValue } from '../service';

/**
 * Three measures of sameness. *Same value*: whether an account already has a value, or still has one. *Another form*: whether an account that was
 * just sent a value made this of it. That is wider, and would be too wide for the first: whoever corrects `acme` to `Acme` wants it sent. *Same
 * spelling*: whether a person sees no difference. That is narrower: it tells what has changed, so that all of it can be taken back.
 */

type Stored = FieldValue | null | undefined;

/** What a value is compared as. */
function kindOf(field: Field): Field['type'] | 'taxNumber' {
	return field.type === 'text' && field.meaning ? field.meaning : field.type;
}

/** A single value as text; undefined for a list or an object, which no single value equals. */
function asText(value: Stored): string | undefined {
	return typeof value === 'object' || value === undefined ? undefined : String(value);
}

/** One Unicode form and one line end. */
function canonical(text: string): string {
	return text.normalize('NFC').replace(/\r\n?/g, '\n');
}

/** A list as the texts in it; blank lines of an address say nothing. */
function linesOf(value: Stored): string[] {
	const lines = Array.isArray(value) ? value : (asText(value) ?? '').split(/\r\n?|\n/);
	return lines.map((line) => canonical(writtenOut(line))).filter((line) => !showsNothing(line));
}

/** RFC 3339, with a space for the T as well. */
const INSTANT = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d+))?(?:[Zz]|([+-]\d{2}:\d{2}))$/;

interface Instant {
	/** Whole seconds since 1970. */
	seconds: number;
	/** The digits after the dot, without zeros at the end. */
	fraction: string;
	/** How many of them are shown. */
	places: number;
}

function instantOf(text: string): Instant | undefined {
	const match = INSTANT.exec(text.trim());
	if (!match) return undefined;
	const [, date, time, fraction = '', offset = 'Z'] = match;
	const seconds = Date.parse(`${date}T${time}${offset}`) / 1000;
	return Number.isNaN(seconds) ? undefined : { seconds, fraction: fraction.replace(/0+$/, ''), places: fraction.length };
}

function equalInstants(a: string, b: string): boolean {
	const [x, y] = [instantOf(a), instantOf(b)];
	return x !== undefined && y !== undefined && x.seconds === y.seconds && x.fraction === y.fraction;
}

/** A web address as every browser understands it, without its last slash; undefined where it is none. */
function addressOf(text: string): string | undefined {
	try {
		const url = new URL(text.trim());
		return url.search === '' && url.hash === '' ? url.href.replace(/\/$/, '') : url.href;
	} catch {
		return undefined;
	}
}

/** What people write between the digits of a phone number. */
const PHONE_PUNCTUATION = /[\s()./\u00AD\u200B-\u200F\u202A-\u202E\u2060\u2066-\u2069\u2010-\u2015-]/gu;

/** An international phone number with nothing between its digits; undefined where it is none. */
function e164Of(text: string): string | undefined {
	const digits = text.replace(PHONE_PUNCTUATION, '');
	return /^\+\d+$/.test(digits) ? digits : undefined;
}

/** The digits of a phone number however it is written: with + or 00, and the zero that is left out abroad in brackets. */
function dialled(text: string): string | undefined {
	const digits = text.replace(/^(\s*(?:\+|00)[\d\s-]{1,6})\(0\)/, '$1').replace(PHONE_PUNCTUATION, '');
	return /^\+?\d+$/.test(digits) ? digits.replace(/^(\+|00)/, '') : undefined;
}

/** The letters and digits of a tax number. */
function taxNumberOf(text: string): string {
	return text.replace(/[^\p{L}\p{N}]/gu, '');
}

function equalTexts(kind: ReturnType<typeof kindOf>, a: string, b: string): boolean {
	if (a === b) return true;
	switch (kind) {
		case 'decimal':
		case 'int32':
			return equalDecimals(a, b);
		case 'dateTime':
			return equalInstants(a, b);
		case 'country':
		case 'email':
			return canonical(a).toLowerCase() === canonical(b).toLowerCase();
		case 'phone': {
			const number = e164Of(a);
			return number === undefined ? canonical(a) === canonical(b) : number === e164Of(b);
		}
		case 'url': {
			const address = addressOf(a);
			return address === undefined ? canonical(a) === canonical(b) : address === addressOf(b);
		}
		default:
			return canonical(a) === canonical(b);
	}
}

/**
 * Whether two values of a field are the same value: decimals and whole numbers by number (`"300"` is 300), dates by instant, texts whatever
 * their Unicode form and line ends, international phone numbers whatever stands between the digits, country codes and e-mail addresses whatever
 * their case, web addresses with or without a last slash, lists by content. Nothing is the same as nothing, and as nothing else.
 */
export function isSameValue(field: Field, a: Stored, b: Stored): boolean {
	if (isUnset(a) || isUnset(b)) return isUnset(a) && isUnset(b);
	if (field.type === 'lines') {
		const [x, y] = [linesOf(a), linesOf(b)];
		return x.length === y.length && x.every((line, index) => line === y[index]);
	}
	const [x, y] = [asText(a), asText(b)];
	return x !== undefined && y !== undefined && equalTexts(kindOf(field), x, y);
}

/**
 * Whether two values of a field are the same value in different spellings. Numbers, switches and times have one spelling; of texts, all that counts
 * but Unicode form, line ends and blank lines.
 */
export function isOtherSpelling(field: Field, a: Stored, b: Stored): boolean {
	if (isUnset(a) || !isSameValue(field, a, b)) return false;
	const hasOneSpelling = ['boolean', 'dateTime', 'decimal', 'int32', 'lines'].includes(field.type);
	return !hasOneSpelling && canonical(String(a)) !== canonical(String(b));
}

/** Without characters that show nothing, and with one plain space where there is any space. */
function collapsed(text: string): string {
	return canonical(text)
		.replace(/[\u00AD\u200B\u200E\u200F\u2060\uFEFF]/g, '')
		.replace(/\s+/g, ' ')
		.trim();
}

/**
 * Whether texts differ only in letter case and spaces.
 *
 * @param byRule only what a service makes by rule counts: all capitals, all small letters, spaces put in order
 */
function isTextForm(asked: string, stored: string, byRule: boolean): boolean {
	const tidy = collapsed(asked);
	const found = byRule ? canonical(stored) : collapsed(stored);
	const spellings = byRule ? [tidy, canonical(asked)] : [tidy];
	// Capitals may be longer than their letter: STRASSE is Straße.
	if (spellings.some((text) => found === text || found === text.toUpperCase() || found === text.toLowerCase())) return true;
	return !byRule && tidy.toLowerCase() === found.toLowerCase();
}

/** Whether a time is another one with fewer digits after the dot. */
function isCoarserInstant(asked: string, stored: string): boolean {
	const [x, y] = [instantOf(asked), instantOf(stored)];
	if (!x || !y || y.places >= x.fraction.length) return false;
	const distance = x.seconds - y.seconds + Number(`0.${x.fraction}0`) - Number(`0.${y.fraction}0`);
	return Math.abs(distance) < 10 ** -y.places;
}

function isSingleForm(kind: ReturnType<typeof kindOf>, asked: string, stored: string, byRule: boolean): boolean {
	switch (kind) {
		case 'boolean':
		case 'int32':
			return false;
		case 'decimal':
			return isRoundingOf(asked, stored);
		case 'dateTime':
			return isCoarserInstant(asked, stored);
		case 'phone': {
			const number = dialled(asked);
			return (number !== undefined && number === dialled(stored)) || isTextForm(asked, stored, byRule);
		}
		case 'taxNumber': {
			const number = taxNumberOf(asked);
			return (number !== '' && isTextForm(number, taxNumberOf(stored), byRule)) || isTextForm(asked, stored, byRule);
		}
		default:
			return isTextForm(asked, stored, byRule);
	}
}

/** Whether an account that shows nothing shows a zero: APIs that come from protobuf leave false and 0 out of an answer. */
function isZeroLeftOut(field: Field, asked: FieldValue, before: Stored): boolean {
	if (field.type === 'boolean') return String(asked) === 'false';
	// A number that was not there before may just as well have been ignored.
	const isNumber = field.type === 'int32' || field.type === 'decimal';
	return isNumber && equalDecimals(String(asked), '0') && !isUnset(before) && !equalDecimals(writtenOut(before), '0');
}

/**
 * Whether what an account holds, just after a value was sent, is that value in another form: in other letter case, with other spaces (double ones,
 * those around, those inside tax numbers), other punctuation of a phone or tax number, or rounded to the places shown. A form is not the same
 * value, and never another one: 500 is no form of 1000, nor is Germany one of DE.
 *
 * Where the account holds what it held before, the service may also have ignored the value. Most often it has not: the same update ran before,
 * and was stored in this form then. So it counts if it is a form that a service makes by rule, e.g. all capitals. `Acme` for `ACME` is none.
 *
 * @param before what the account held before; undefined where it held nothing or this is not known
 */
export function isAnotherForm(field: Field, asked: FieldValue, stored: Stored, before?: Stored): boolean {
	if (isUnset(asked) || isSameValue(field, asked, stored)) return false;
	if (isUnset(stored)) return isZeroLeftOut(field, asked, before);
	const byRule = !isUnset(before) && isSameValue(field, stored, before);
	if (field.type === 'lines') {
		const [x, y] = [linesOf(asked), linesOf(stored)];
		return x.length === y.length && x.every((line, index) => isTextForm(line, y[index], byRule));
	}
	const [x, y] = [asText(asked), asText(stored)];
	return x !== undefined && y !== undefined && isSingleForm(kindOf(field), x, y, byRule);
}

/** Go's time that is not set. */
const NO_TIME = '0001-01-01T00:00:00Z';

/**
 * Whether a field that was to be erased is: it holds nothing, or what an answer shows in place of nothing. APIs that come from protobuf show
 * zero values there.
 */
export function isCleared(field: Field, value: Stored): boolean {
	if (isUnset(value)) return true;
	if (Array.isArray(value)) return linesOf(value).length === 0;
	// What should be a single value and is an object is something.
	if (typeof value === 'object') return false;
	switch (field.type) {
		case 'boolean':
			return String(value) === 'false';
		case 'decimal':
		case 'int32':
			return equalDecimals(String(value), '0') || showsNothing(String(value));
		case 'dateTime':
			return equalInstants(String(value), NO_TIME);
		case 'enum':
			return String(value).endsWith('_UNSPECIFIED');
		default:
			return showsNothing(String(value));
	}
}
