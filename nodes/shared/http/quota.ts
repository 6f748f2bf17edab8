import { answeredAt, secondsToMs } from './headerTime';
import type { Quota } from './limiter';

type Headers = Record<string, string>;

/** What `RateLimit: "minute";r=50;t=30, "day";r=900;t=3600` says, with the limits that `RateLimit-Policy: "minute";q=100` adds. */
function structuredQuotas(header: string, policy: string): Quota[] {
	const parameter = (text: string, name: string) => new RegExp(`;\\s*${name}=(\\d+)(?![\\d.])`).exec(text)?.[1];
	const nameOf = (text: string) => text.split(';')[0].trim();
	const policies = new Map(policy.split(',').map((each) => [nameOf(each), parameter(each, 'q')]));
	return header.split(',').flatMap((each) => toQuota(parameter(each, 'r'), secondsToMs(parameter(each, 't')), policies.get(nameOf(each))));
}

/** What the older `RateLimit: limit=100, remaining=50, reset=30` says. */
function dictionaryQuotas(header: string): Quota[] {
	const value = (name: string) => new RegExp(`\\b${name}=(\\d+)(?![\\d.])`).exec(header)?.[1];
	return toQuota(value('remaining'), secondsToMs(value('reset')), value('limit'));
}

/** What `RateLimit-Remaining`, `X-RateLimit-Remaining` and the like say. Their reset is a length in seconds, or a time since 1970. */
function plainQuotas(headers: Headers, prefix: string, now: number): Quota[] {
	const reset = headers[`${prefix}-reset`]?.trim() ?? '';
	const number = /^\d{1,13}(\.\d+)?$/.test(reset) ? Number(reset) : NaN;
	// A large number is a time: in seconds, or in milliseconds where it is larger still.
	const length = number > 1e9 ? (number > 1e11 ? number : number * 1000) - answeredAt(headers, now) : Math.ceil(number * 1000);
	// `100, 100;w=60` begins with the limit.
	return toQuota(headers[`${prefix}-remaining`], length, headers[`${prefix}-limit`]?.split(/[,;]/)[0]);
}

/** A quota where the numbers make one; a window that has ended says nothing. */
function toQuota(remaining: string | undefined, resetMs: number | undefined, limit: string | undefined): Quota[] {
	const isNumber = (text: string | undefined): text is string => text !== undefined && /^\s*\d{1,12}\s*$/.test(text);
	if (!isNumber(remaining) || resetMs === undefined || !(resetMs > 0)) return [];
	return [{ remaining: Number(remaining), resetMs, ...(isNumber(limit) && { limit: Number(limit) }) }];
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
	const quotas: Quota[] = [];
	if (ratelimit !== undefined) {
		const isDictionary = /\bremaining=/.test(ratelimit);
		quotas.push(...(isDictionary ? dictionaryQuotas(ratelimit) : structuredQuotas(ratelimit, headers['ratelimit-policy'] ?? '')));
	}
	for (const prefix of ['ratelimit', 'x-ratelimit', 'x-rate-limit']) {
		if (headers[`${prefix}-remaining`] !== undefined) quotas.push(...plainQuotas(headers, prefix, now));
	}
	return quotas.sort((a, b) => a.remaining - b.remaining || b.resetMs - a.resetMs)[0];
}
