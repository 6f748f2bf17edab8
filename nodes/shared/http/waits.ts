import type { Response, ServiceFault } from '../service';
import { answeredAt, secondsToMs } from './headerTime';
import { quotaOf } from './quota';

/** The first wait of our own is at most this long, in milliseconds (Cudo documents 500 ms; the others document less or nothing). */
const BASE_MS = 500;
/** No wait of our own is longer, in milliseconds (Cudo documents 30 s). */
const CAP_MS = 30_000;
/** A service that asks to wait longer than this, in milliseconds, is not waited for. */
export const LONGEST_WAIT_MS = 60_000;

/** Exponential backoff with full jitter, in milliseconds. `attempt` counts from 1, `random` is from 0 to 1. */
export function backoffMs(attempt: number, random: number): number {
	return Math.round(random * Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1)));
}

/** Retry-After, in seconds or as a date (RFC 9110, section 10.2.3). A date counts from the answer's own Date, because clocks differ. */
function retryAfterMs(headers: Record<string, string>, now: number): number | undefined {
	const header = headers['retry-after'];
	if (header === undefined) return undefined;
	const seconds = secondsToMs(header);
	if (seconds !== undefined) return seconds;
	// Date.parse takes many texts for dates that HTTP does not.
	const date = /^[A-Z][a-z]{2,8},? /.test(header.trim()) ? Date.parse(header) : NaN;
	const wait = date - answeredAt(headers, now);
	// A time that is past says nothing of when to come again.
	return wait > 0 ? wait : undefined;
}

/** How long the headers of a rate limit ask to wait when nothing is left. */
function rateLimitResetMs(headers: Record<string, string>, now: number): number | undefined {
	const quota = quotaOf(headers, now);
	return quota?.remaining === 0 ? quota.resetMs : undefined;
}

/**
 * How long a refusal asks to wait, in milliseconds; undefined where it does not say, or says nothing that makes sense.
 *
 * @param now milliseconds since 1970
 */
export function askedWaitMs(response: Response, fault: ServiceFault, now: number): number | undefined {
	return (
		retryAfterMs(response.headers, now) ??
		fault.retryAfterMs ??
		(response.status === 429 ? rateLimitResetMs(response.headers, now) : undefined)
	);
}
