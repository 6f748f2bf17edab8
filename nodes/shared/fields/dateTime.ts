/** RFC 3339, section 5.6. */
const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
/** The same without a zone, as n8n's date picker gives it, and with a space for the T, as databases do. */
const WITHOUT_ZONE = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2}(?:\.\d+)?)$/;

const DAY_MS = 86_400_000;

/** Whether a text is a date and time with a zone, and a day of the calendar. */
function isCalendarDate(text: string): boolean {
	const match = DATE_TIME.exec(text);
	if (!match) return false;
	const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
	const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
	return month >= 1 && month <= 12 && day >= 1 && day <= lastDay && hour < 24 && minute < 60 && second <= 60;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** How many milliseconds the clocks of a zone are ahead of UTC at a moment. */
function offsetAt(moment: number, timeZone: string): number {
	let clock = clocks.get(timeZone);
	if (!clock) {
		const two = '2-digit' as const;
		const shown = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const;
		clock = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...shown });
		clocks.set(timeZone, clock);
	}
	const parts = Object.fromEntries(clock.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
	const shown = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
	return shown - Math.floor(moment / 1000) * 1000;
}

function offsetText(offset: number): string {
	if (offset === 0) return 'Z';
	const minutes = Math.round(Math.abs(offset) / 60_000);
	const two = (number: number) => String(number).padStart(2, '0');
	return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** The offsets that a time on the clocks of a zone can have: none where they are put forward, two where they are put back. */
function offsetsOf(local: number, timeZone: string): number[] {
	const around = [offsetAt(local - DAY_MS, timeZone), offsetAt(local + DAY_MS, timeZone)];
	return [...new Set(around)].filter((offset) => offsetAt(local - offset, timeZone) === offset);
}

/** A JavaScript date or a Luxon DateTime, as expressions such as `{{ $now }}` give them, as text. */
function asText(value: unknown): string | undefined {
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
	const toISO = (value as { toISO?: () => string | null } | null)?.toISO;
	if (typeof toISO === 'function') return toISO.call(value) ?? undefined;
	return typeof value === 'string' ? value : undefined;
}

/**
 * A date and time as RFC 3339. One without a zone is meant in the time zone of the workflow, as everywhere in n8n.
 *
 * @returns what is wrong with it otherwise
 */
export function toDateTime(
	value: unknown,
	timeZone: string,
	trim: (text: string) => string,
): { value: string } | { fault: string; remedy: string } {
	const text = trim(asText(value) ?? '');
	if (isCalendarDate(text)) return { value: text };
	const wrong = { fault: 'is not a date and time', remedy: 'Use RFC 3339 with a time zone, e.g. 2026-01-31T09:00:00Z.' };
	const [, date, time] = WITHOUT_ZONE.exec(text) ?? [];
	if (date === undefined || !isCalendarDate(`${date}T${time}Z`)) return wrong;
	let offsets: number[];
	try {
		offsets = offsetsOf(Date.parse(`${date}T${time}Z`), timeZone);
	} catch {
		// No such time zone here.
		return wrong;
	}
	if (offsets.length === 1) return { value: `${date}T${time}${offsetText(offsets[0])}` };
	const how =
		offsets.length === 0 ? 'does not exist, because the clocks are put forward then' : 'comes twice, because the clocks are put back then';
	return { fault: `is a time that ${how} in ${timeZone}`, remedy: 'Give it with its time zone, e.g. 2026-01-31T09:00:00Z.' };
}
