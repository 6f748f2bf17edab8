import { COUNTRY_CODES, countryMeant } from './countries';
import { toDateTime } from './dateTime';
import { isDecimal } from './decimal';
import { holdsInvisible, showInvisible, showsNothing, trimAll, trimText } from './invisible';
import { parseJsonText } from './jsonText';
import { notAValue } from './notAValue';
import { readSwitch } from './switches';
import type { FieldValue, NamedField } from '../service';

type Checked = { value: FieldValue } | { fault: string; remedy: string };

const INT32_MAX = 2_147_483_647;
const INT32_MIN = -2_147_483_648;
/** ITU-T E.164: a plus sign, then up to 15 digits of which the first is not 0. */
const E164 = /^\+[1-9]\d{1,14}$/;
/** A plus sign, digits, and what people write between them. A slash is not among it: it begins another number. */
const INTERNATIONAL_NUMBER = /^\+[\d\s().\-\u2010-\u2015]+$/;
/** RFC 5321 sizes; beyond one @ with a domain that has a dot, only what surely is no part of an address is refused. */
const EMAIL = /^[^\s@,;:<>()[\]\\"]{1,64}@[^\s@.,;:<>()[\]\\"'`/]+(\.[^\s@.,;:<>()[\]\\"'`/]+)+$/;

/** Spreadsheets keep fifteen digits; what a number has beyond them is the noise of binary fractions. */
const SIGNIFICANT_DIGITS = 15;

/** Whether a value was left out: blank values never erase anything. A list is blank when all its entries are. */
export function isBlank(value: unknown): boolean {
	if (value === undefined || value === null) return true;
	if (typeof value === 'string') return showsNothing(value);
	return Array.isArray(value) && value.every(isBlank);
}

/** A number as it was meant: 0.1 + 0.2 is 0.3. Undefined where it is too large to be exact. */
function asMeant(number: number): number | undefined {
	if (!Number.isFinite(number) || Math.abs(number) > Number.MAX_SAFE_INTEGER) return undefined;
	return Number.isInteger(number) ? number : Number(number.toPrecision(SIGNIFICANT_DIGITS));
}

/** The value as text where no information is lost by it; undefined otherwise. */
function asText(value: unknown): string | undefined {
	if (typeof value === 'string') return value;
	const number = typeof value === 'number' ? asMeant(value) : undefined;
	return number === undefined ? undefined : String(number);
}

function checkText(value: unknown, maxLength: number | undefined): Checked {
	const given = asText(value);
	if (given === undefined) {
		return { fault: 'is not a text', remedy: 'Give a single text or number.' };
	}
	const text = trimText(given);
	// The services count characters, not UTF-16 units.
	const length = maxLength === undefined ? 0 : [...text].length;
	if (maxLength !== undefined && length > maxLength) {
		return {
			fault: `is too long: ${length} characters, where ${maxLength} are allowed`,
			remedy: `Shorten it to at most ${maxLength} characters.`,
		};
	}
	return { value: text };
}

function checkTrimmed(value: unknown, isValid: (text: string) => boolean, fault: string, remedy: string): Checked {
	const text = trimAll(asText(value) ?? '');
	if (isValid(text)) return { value: text };
	if (!holdsInvisible(text)) return { fault, remedy };
	return { fault, remedy: `It holds invisible characters, which are shown as [U+…]: remove them. ${remedy}` };
}

/** Whole numbers also come as text, and as text with a fraction of zero, as programs export them. Three zeros may be thousands. */
const WHOLE_NUMBER = /^[+-]?\d{1,15}(\.0{1,2})?$/;

function checkInt32(value: unknown, minimum: number | undefined): Checked {
	const text = typeof value === 'string' ? trimAll(value) : '';
	const number = WHOLE_NUMBER.test(text) ? Number(text) : typeof value === 'number' ? asMeant(value) : undefined;
	if (number === undefined && typeof value === 'number' && Number.isFinite(value)) {
		return { fault: 'is outside the range of the service', remedy: `Use a whole number from ${minimum ?? INT32_MIN} to ${INT32_MAX}.` };
	}
	if (number === undefined || !Number.isInteger(number)) {
		return { fault: 'is not a whole number', remedy: 'Use digits only, without thousands separators, e.g. 25.' };
	}
	if (minimum !== undefined && number < minimum) {
		return { fault: `is less than ${minimum}`, remedy: `Use a whole number from ${minimum} to ${INT32_MAX}.` };
	}
	if (number < INT32_MIN || number > INT32_MAX) {
		return {
			fault: 'is outside the range of the service',
			remedy: `Use a whole number from ${minimum ?? INT32_MIN} to ${INT32_MAX}.`,
		};
	}
	// -0 is 0.
	return { value: number + 0 };
}

function checkBoolean(value: unknown): Checked {
	const isOn = readSwitch(value);
	if (isOn !== undefined) return { value: isOn };
	return { fault: 'is neither true nor false', remedy: 'Use true or false.' };
}

function checkChoice(value: unknown, choices: string[]): Checked {
	const text = typeof value === 'string' ? trimAll(value) : '';
	const choice = choices.includes(text) ? text : choices.find((candidate) => candidate.toLowerCase() === text.toLowerCase());
	if (choice !== undefined) return { value: choice };
	return {
		fault: 'is not one of the values that the service knows',
		remedy: `Use one of: ${choices.join(', ')}.`,
	};
}

/** A list also comes as JSON text, or as one text with a line for each entry. */
function checkLines(value: unknown): Checked {
	const wrong = { fault: 'is not a list of texts', remedy: 'Give one text for each line, or a JSON list of texts.' };
	const given = parseJsonText(value) ?? value;
	if (typeof given === 'string' && /^\s*\[\s*"/.test(given)) return wrong;
	const entries: unknown[] = Array.isArray(given) ? given : typeof given === 'string' ? given.split(/\r\n?|\n/) : [given];
	const lines = entries.filter((entry) => !isBlank(entry)).map(asText);
	if (lines.some((line) => line === undefined)) return wrong;
	return { value: (lines as string[]).map(trimText) };
}

/** A decimal also comes as the API writes it, `{ value: "1.5" }`, for example from the output of an earlier step. */
function unwrapDecimal(value: unknown): unknown {
	const given = parseJsonText(value) ?? value;
	const isWrapped = typeof given === 'object' && given !== null && Object.keys(given).join() === 'value';
	return isWrapped ? (given as { value: unknown }).value : value;
}

/** What a value holds, in each form in which it may come: a decimal in its object, a list as JSON text. */
function contentOf({ type }: NamedField, value: unknown): unknown {
	if (type === 'decimal') return unwrapDecimal(value);
	return type === 'lines' ? (parseJsonText(value) ?? value) : value;
}

/** Whether a value of a field says nothing, in whatever form it comes. */
export function isBlankValue(field: NamedField, value: unknown): boolean {
	return isBlank(contentOf(field, value));
}

function checkDecimal(value: unknown): Checked {
	return checkTrimmed(
		unwrapDecimal(value),
		isDecimal,
		'is not a decimal number',
		'Use digits with a dot for the fraction and no thousands separators or currency signs, e.g. 1250.50.',
	);
}

function checkEmail(value: unknown, maxLength: number | undefined): Checked {
	const text = checkText(typeof value === 'string' ? trimAll(value) : value, maxLength);
	if ('fault' in text) return text;
	const isAddress = (address: string) => EMAIL.test(address) && !holdsInvisible(address);
	return checkTrimmed(value, isAddress, 'is not an e-mail address', 'Use one address, and nothing else, e.g. billing@example.com.');
}

function checkPhone(value: unknown): Checked {
	const text = trimAll(asText(value) ?? '');
	const fault = 'is not a phone number in E.164 format';
	if (/^\+[^(]*\(0\)/.test(text)) return { fault, remedy: 'Leave out the (0): it is not dialled from abroad. E.g. +441202000000.' };
	if (/^00[1-9]/.test(text)) return { fault, remedy: 'Write + for the 00 in front, e.g. +441202000000.' };
	const number = INTERNATIONAL_NUMBER.test(text) ? `+${text.replace(/\D/g, '')}` : value;
	return checkTrimmed(
		number,
		(digits) => E164.test(digits),
		fault,
		'Start with + and the country code, then the digits, e.g. +12125550123.',
	);
}

function checkCountry(value: unknown): Checked {
	const text = trimAll(asText(value) ?? '');
	const code = text.toUpperCase();
	if (COUNTRY_CODES.has(code)) return { value: code };
	const meant = countryMeant(text);
	const remedy = meant === undefined ? 'Use the two letters of ISO 3166-1, e.g. US or GB.' : `Use ${meant}, the code of ISO 3166-1.`;
	return { fault: 'is not a country code', remedy };
}

function isWebAddress(text: string): boolean {
	if (!/^https?:\/\/[^\s]+$/i.test(text) || holdsInvisible(text)) return false;
	try {
		return new URL(text).hostname !== '';
	} catch {
		return false;
	}
}

/**
 * Checks one value against the rule of its field, and converts it where that is certain and nothing is lost (25 to "25" for a text, "25" to 25 for
 * a whole number, "yes" to true, "gb" to GB, "+44 1202 555-000" to +441202555000). White space around it is taken off.
 *
 * @param value not blank; those of which `isBlankValue` is true are left out before
 * @param timeZone in which a date without a zone is meant
 * @returns the value as the API takes it, or what is wrong with it and how to mend it
 */
export function checkValue(field: NamedField, value: unknown, timeZone: string): Checked {
	const wrong = notAValue(contentOf(field, value));
	if (wrong) return wrong;
	switch (field.type) {
		case 'text':
			return checkText(value, field.maxLength);
		case 'int32':
			return checkInt32(value, field.minimum);
		case 'boolean':
			return checkBoolean(value);
		case 'enum':
			return checkChoice(value, field.choices ?? []);
		case 'lines':
			return checkLines(value);
		case 'decimal':
			return checkDecimal(value);
		case 'email':
			return checkEmail(value, field.maxLength);
		case 'phone':
			return checkPhone(value);
		case 'country':
			return checkCountry(value);
		case 'url':
			return checkTrimmed(value, isWebAddress, 'is not a web address', 'Start with https://, e.g. https://billing.example.com.');
		case 'dateTime':
			return toDateTime(value, timeZone, trimAll);
	}
}

const SHOWN_CHARACTERS = 100;

/** A value as a message may show it: as JSON, shortened, invisible characters written out. */
export function showValue(value: unknown): string {
	let text: string;
	try {
		text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
	} catch {
		text = 'a value that cannot be shown';
	}
	const shown = showInvisible(text.slice(0, 2 * SHOWN_CHARACTERS));
	return shown.length > SHOWN_CHARACTERS ? `${shown.slice(0, SHOWN_CHARACTERS)}…` : shown;
}
