import { numbersOf, waitOf } from './headerTime';
import type { Quota } from './quotaWindow';

type Headers = Record<string, string>;

/** A limit as headers tell it, each part as it stands there. */
interface Told {
	remaining?: string;
	/** A length in seconds, or a time. */
	reset?: string;
	limit?: string;
}

/** What `RateLimit: "minute";r=50;t=30, "day";r=900;t=3600` says, with the limits that `RateLimit-Policy: "minute";q=100` adds. */
function structured(header: string, policy: string): Told[] {
	const parameter = (text: string, name: string) => new RegExp(`;\\s*${name}=([^;,\\s]+)`).exec(text)?.[1];
	const nameOf = (text: string) => text.split(';')[0].trim();
	const policies = new Map(policy.split(',').map((each) => [nameOf(each), parameter(each, 'q')]));
	return header
		.split(',')
		.map((each) => ({ remaining: parameter(each, 'r'), reset: parameter(each, 't'), limit: policies.get(nameOf(each)) }));
}

/** What the older `RateLimit: limit=100, remaining=50, reset=30` says. */
function dictionary(header: string): Told {
	const value = (name: string) => new RegExp(`\\b${name}=([^;,\\s]+)`).exec(header)?.[1];
	return { remaining: value('remaining'), reset: value('reset'), limit: value('limit') };
}

/** What `RateLimit-Remaining`, `X-RateLimit-Remaining` and the like say. */
function plain(headers: Headers, prefix: string): Told {
	return {
		remaining: headers[`${prefix}-remaining`],
		reset: headers[`${prefix}-reset`],
		// `100, 100;w=60` begins with the limit.
		limit: headers[`${prefix}-limit`]?.split(/[,;]/)[0],
	};
}

/** A quota where the numbers make one; a window that has ended says nothing. Less than nothing left is nothing, and a part of a request is none. */
function toQuota(told: Told, headers: Headers, now: number): Quota[] {
	const remaining = numbersOf(told.remaining);
	const resetMs = waitOf(told.reset, headers, now);
	const [limit] = numbersOf(told.limit) ?? [];
	if (!remaining || resetMs === undefined || resetMs === 0) return [];
	return [{ remaining: Math.max(0, Math.floor(Math.min(...remaining))), resetMs, ...(limit >= 1 && { limit: Math.floor(limit) }) }];
}

/**
 * What the headers of an answer say of the service's limit: `RateLimit` in both of its forms, `RateLimit-*`, `X-RateLimit-*` and `X-Rate-Limit-*`.
 *
 * @param headers by lower-case name
 * @param now milliseconds since 1970
 * @returns of several limits the one with the least left; undefined where they say nothing that makes sense
 */
export function quotaOf(headers: Headers, now: number): Quota | undefined {
	const { ratelimit } = headers;
	const told = ['ratelimit', 'x-ratelimit', 'x-rate-limit'].map((prefix) => plain(headers, prefix));
	if (ratelimit !== undefined) {
		if (/\bremaining=/.test(ratelimit)) told.push(dictionary(ratelimit));
		else told.push(...structured(ratelimit, headers['ratelimit-policy'] ?? ''));
	}
	const quotas = told.flatMap((each) => toQuota(each, headers, now));
	return quotas.sort((a, b) => a.remaining - b.remaining || b.resetMs - a.resetMs)[0];
}
