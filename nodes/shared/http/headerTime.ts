type Headers = Record<string, string>;

/** Larger numbers are no lengths in seconds but times in seconds since 1970; still larger ones, in milliseconds. */
const LONGEST_SECONDS = 1e9;
const LAST_SECOND = 1e11;

/**
 * The numbers of a header: `2`, `2.5`, `-1`, and `2, 2` where the header stands twice. More digits than a time in milliseconds has are none, nor is
 * anything else that a program would take for a number, e.g. `1e9` or `+2`.
 *
 * @returns undefined where it holds anything else
 */
export function numbersOf(text: string | undefined): number[] | undefined {
	const parts = text?.split(',') ?? [];
	return parts.length > 0 && parts.every((part) => /^\s*-?\d{1,13}(\.\d+)?\s*$/.test(part)) ? parts.map(Number) : undefined;
}

/**
 * A date of HTTP (RFC 9110, section 5.6.7) or of ISO 8601 with its zone, in milliseconds since 1970.
 *
 * @returns undefined where it is none: Date.parse takes many texts for dates, and some of them by this machine's zone
 */
function dateOf(text: string | undefined): number | undefined {
	const trimmed = text?.trim() ?? '';
	const isIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i.test(trimmed);
	const isHttp = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d\d:\d\d:\d\d/.test(trimmed);
	if (!isIso && !isHttp) return undefined;
	// The oldest form names no zone. It is Greenwich.
	const date = Date.parse(isIso || /(GMT|UTC|[+-]\d{4})$/.test(trimmed) ? trimmed : `${trimmed} GMT`);
	return Number.isNaN(date) ? undefined : date;
}

/** How long a header asks to wait, in milliseconds: a number of seconds, or a time, which counts from the answer's own Date, because clocks differ. */
export function waitOf(text: string | undefined, headers: Headers, now: number): number | undefined {
	const answeredAt = dateOf(headers.date) ?? now;
	// A time that is past says nothing of when to come again.
	const until = (time: number) => (time > answeredAt ? time - answeredAt : undefined);
	const date = dateOf(text);
	if (date !== undefined) return until(date);
	const numbers = numbersOf(text);
	if (!numbers) return undefined;
	const number = Math.max(...numbers);
	if (number > LONGEST_SECONDS) return until(number > LAST_SECOND ? number : number * 1000);
	return number >= 0 ? Math.ceil(number * 1000) : undefined;
}
