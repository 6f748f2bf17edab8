import { COUNTRY_CODES } from './countries';
import { isDecimal } from './decimal';
import type { FieldValue, NamedField } from '../service';

type Checked = { value: FieldValue } | { fault: string; remedy: string };

const INT32_MAX = 2_147_483_647;
const INT32_MIN = -2_147_483_648;
/** ITU-T E.164: a plus sign, then up to 15 digits of which the first is not 0. */
const E164 = /^\+[1-9]\d{1,14}$/;
/** RFC 5321 sizes; the syntax is left to the service beyond one @ with a domain that has a dot. */
const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/;
/** RFC 3339, section 5.6. */
const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** Whether a value was left out: blank values never erase anything. A list is blank when all its entries are. */
export function isBlank(value: unknown): boolean {
	if (value === undefined || value === null) return true;
	if (typeof value === 'string') return value.trim() === '';
	return Array.isArray(value) && value.every(isBlank);
}

/** The value as text where no information is lost by it; undefined otherwise. */
function asText(value: unknown): string | undefined {
	if (typeof value === 'string') return value;
	if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
	return Math.abs(value) > Number.MAX_SAFE_INTEGER ? undefined : String(value);
}

/** A JavaScript date or a Luxon DateTime, as expressions such as `{{ $now }}` give them, as RFC 3339 text. */
function dateAsText(value: unknown): string | undefined {
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
	const toISO = (value as { toISO?: () => string | null } | null)?.toISO;
	if (typeof toISO === 'function') return toISO.call(value) ?? undefined;
	return typeof value === 'string' ? value.trim() : undefined;
}

function isCalendarDate(text: string): boolean {
	const match = DATE_TIME.exec(text);
	if (!match) return false;
	const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
	const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
	return month >= 1 && month <= 12 && day >= 1 && day <= lastDay && hour < 24 && minute < 60 && second <= 60;
}

function isWebAddress(text: string): boolean {
	try {
		return ['http:', 'https:'].includes(new URL(text).protocol);
	} catch {
		return false;
	}
}

function checkText(value: unknown, maxLength: number | undefined): Checked {
	const text = asText(value);
	if (text === undefined) {
		return { fault: 'is not a text', remedy: 'Give a single text or number.' };
	}
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
	const text = asText(value)?.trim();
	return text !== undefined && isValid(text) ? { value: text } : { fault, remedy };
}

function checkInt32(value: unknown): Checked {
	const isDigits = typeof value === 'string' && /^\s*[+-]?\d{1,15}\s*$/.test(value);
	const number = isDigits ? Number(value) : value;
	if (typeof number !== 'number' || !Number.isInteger(number)) {
		return { fault: 'is not a whole number', remedy: 'Use digits only, e.g. 25.' };
	}
	if (number < INT32_MIN || number > INT32_MAX) {
		return {
			fault: 'is outside the range of the service',
			remedy: `Use a whole number from ${INT32_MIN} to ${INT32_MAX}.`,
		};
	}
	return { value: number };
}

function checkBoolean(value: unknown): Checked {
	const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
	if (word === true || word === 'true') return { value: true };
	if (word === false || word === 'false') return { value: false };
	return { fault: 'is neither true nor false', remedy: 'Use true or false.' };
}

function checkChoice(value: unknown, choices: string[]): Checked {
	const text = typeof value === 'string' ? value.trim() : '';
	if (choices.includes(text)) return { value: text };
	return {
		fault: 'is not one of the values that the service knows',
		remedy: `Use one of: ${choices.join(', ')}.`,
	};
}

function checkLines(value: unknown): Checked {
	const entries: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(/\r?\n/) : [value];
	const lines = entries.filter((entry) => !isBlank(entry)).map(asText);
	if (lines.some((line) => line === undefined)) {
		return { fault: 'is not a list of texts', remedy: 'Give one text for each line.' };
	}
	return { value: lines as string[] };
}

/** A decimal also comes as the API writes it, `{ value: "1.5" }`, for example from the output of an earlier step. */
function checkDecimal(value: unknown): Checked {
	const isWrapped = typeof value === 'object' && value !== null && Object.keys(value).join() === 'value';
	return checkTrimmed(
		isWrapped ? (value as { value: unknown }).value : value,
		isDecimal,
		'is not a decimal number',
		'Use digits with a dot for the fraction and no thousands separators or currency signs, e.g. 1250.50.',
	);
}

/**
 * Checks one value against the rule of its field, and converts it where that is safe (25 to "25" for a text, "25" to 25 for a whole number,
 * "TRUE" to true).
 *
 * @param value not blank; `isBlank` values are left out before
 * @returns the value as the API takes it, or what is wrong with it and how to mend it
 */
export function checkValue(field: NamedField, value: unknown): Checked {
	switch (field.type) {
		case 'text':
			return checkText(value, field.maxLength);
		case 'int32':
			return checkInt32(value);
		case 'boolean':
			return checkBoolean(value);
		case 'enum':
			return checkChoice(value, field.choices ?? []);
		case 'lines':
			return checkLines(value);
		case 'decimal':
			return checkDecimal(value);
		case 'email': {
			const length = checkText(value, field.maxLength);
			return 'fault' in length
				? length
				: checkTrimmed(value, (text) => EMAIL.test(text), 'is not an e-mail address', 'Use one address, e.g. billing@example.com.');
		}
		case 'phone':
			return checkTrimmed(
				value,
				(text) => E164.test(text),
				'is not a phone number in E.164 format',
				'Start with + and the country code, then digits only, without spaces or dashes, e.g. +12125550123.',
			);
		case 'country':
			return checkTrimmed(
				value,
				(text) => COUNTRY_CODES.has(text),
				'is not a country code',
				'Use the two capital letters of ISO 3166-1, e.g. US or GB.',
			);
		case 'url':
			return checkTrimmed(value, isWebAddress, 'is not a web address', 'Start with https://, e.g. https://billing.example.com.');
		case 'dateTime': {
			const text = dateAsText(value);
			return text !== undefined && isCalendarDate(text)
				? { value: text }
				: {
						fault: 'is not a date and time',
						remedy: 'Use RFC 3339 with a time zone, e.g. 2026-01-31T09:00:00Z.',
					};
		}
	}
}

const SHOWN_CHARACTERS = 100;

/** A value as a message may show it: as JSON, shortened. */
export function showValue(value: unknown): string {
	const text = JSON.stringify(value) ?? String(value);
	return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
