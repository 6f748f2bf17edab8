import type { Response, ServiceFault } from '../service';
import { waitOf } from './headerTime';
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

/** How long the headers of a rate limit ask to wait when nothing is left. */
function rateLimitResetMs(headers: Record<string, string>, now: number): number | undefined {
	const quota = quotaOf(headers, now);
	return quota?.remaining === 0 ? quota.resetMs : undefined;
}

/**
 * How long a refusal asks to wait, in milliseconds: the longest of what Retry-After (RFC 9110, section 10.2.3), the body and the headers of a rate limit
 * say, since each asks to wait at least so long.
 *
 * @param now milliseconds since 1970
 * @returns undefined where nothing is said, or nothing that makes sense
 */
export function askedWaitMs({ status, headers }: Response, fault: ServiceFault, now: number): number | undefined {
	const asked = [waitOf(headers['retry-after'], headers, now), fault.retryAfterMs].filter((wait) => wait !== undefined);
	const reset = status === 429 ? rateLimitResetMs(headers, now) : undefined;
	// A window that ends later than anybody waits, and a wait that is shorter: the service itself says that it may be asked before.
	if (reset !== undefined && (reset <= LONGEST_WAIT_MS || asked.length === 0)) asked.push(reset);
	return asked.length > 0 ? Math.max(...asked) : undefined;
}
