/** A number of seconds, as a header gives it, in milliseconds; undefined where it is none. */
export function secondsToMs(text: string | undefined): number | undefined {
	return text !== undefined && /^\s*\d{1,10}(\.\d+)?\s*$/.test(text) ? Math.ceil(Number(text) * 1000) : undefined;
}

/** When an answer was made: by its own Date, because clocks differ, else now. */
export function answeredAt(headers: Record<string, string>, now: number): number {
	const date = Date.parse(headers.date ?? '');
	return Number.isNaN(date) ? now : date;
}
