import type { Answer, Response, ServiceFault } from '../service';

/** What to do after one answer to an update or a read. */
export type Verdict =
	| { next: 'accept' }
	/** The service surely did not apply it, and may the next time: send it again after the wait. */
	| { next: 'resend'; waitMs: number; holdAll: boolean }
	/** It may have been applied: read the record, after the wait, before anything else is sent to the account. */
	| { next: 'readBack'; waitMs: number }
	| { next: 'giveUp'; why: 'refused' | 'redirected' | 'unauthorized' | 'waitTooLong' | 'attemptsSpent' | 'unreachable'; waitMs?: number };

export interface RetryPolicy {
	/** How many times a request is sent again at most. */
	maxRetries: number;
	/** Whether the service marks the response as passing. */
	isPassing(response: Response): boolean;
	/** What the service's body says. */
	faultOf(response: Response): ServiceFault;
	/** The time, in milliseconds since 1970. */
	now: number;
	/** A random number from 0 to 1. */
	random: number;
}

/** The first wait is at most this long, in milliseconds (Cudo documents 500 ms; the others document less or nothing). */
const BASE_MS = 500;
/** No wait of our own is longer, in milliseconds (Cudo documents 30 s). */
const CAP_MS = 30_000;
/** A service that asks to wait longer than this, in milliseconds, is not waited for. */
export const LONGEST_WAIT_MS = 60_000;

/** Exponential backoff with full jitter, in milliseconds. `attempt` counts from 1. */
export function backoffMs(attempt: number, random: number): number {
	return Math.round(random * Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1)));
}

/** How long a response asks to wait, in milliseconds: Retry-After in seconds or as a date (RFC 9110, section 10.2.3), else what the body says. */
export function askedWaitMs(response: Response, policy: Pick<RetryPolicy, 'faultOf' | 'now'>): number | undefined {
	const header = response.headers['retry-after']?.trim();
	if (header) {
		if (/^\d+(\.\d+)?$/.test(header)) return Math.ceil(Number(header) * 1000);
		const date = Date.parse(header);
		if (!Number.isNaN(date)) return Math.max(0, date - policy.now);
	}
	return policy.faultOf(response).retryAfterMs;
}

function resendOrGiveUp(response: Response, attempt: number, policy: RetryPolicy): Verdict {
	const asked = askedWaitMs(response, policy);
	if (asked !== undefined && asked > LONGEST_WAIT_MS) return { next: 'giveUp', why: 'waitTooLong', waitMs: asked };
	if (attempt > policy.maxRetries) return { next: 'giveUp', why: 'attemptsSpent' };
	// Jitter is added to what was asked, so that the requests that were told to wait do not return all at once.
	const waitMs = asked === undefined ? backoffMs(attempt, policy.random) : asked + Math.round(policy.random * 250);
	return { next: 'resend', waitMs, holdAll: response.status === 429 };
}

/**
 * The whole policy, as a pure function.
 *
 * @param attempt how many times the request has been sent, from 1
 * @param answer what came back for the last of them
 */
export function decide(attempt: number, answer: Answer, policy: RetryPolicy): Verdict {
	if (answer.kind === 'failure') {
		if (answer.mayHaveArrived) return { next: 'readBack', waitMs: backoffMs(attempt, policy.random) };
		if (!answer.passing) return { next: 'giveUp', why: 'unreachable' };
		return attempt > policy.maxRetries
			? { next: 'giveUp', why: 'attemptsSpent' }
			: { next: 'resend', waitMs: backoffMs(attempt, policy.random), holdAll: false };
	}
	const { status } = answer;
	if (status >= 200 && status < 300) {
		const isObject = typeof answer.json === 'object' && answer.json !== null && !Array.isArray(answer.json);
		return isObject ? { next: 'accept' } : { next: 'readBack', waitMs: 0 };
	}
	if (status >= 300 && status < 400) return { next: 'giveUp', why: 'redirected' };
	if (status === 401) return { next: 'giveUp', why: 'unauthorized' };
	if (status === 429 || status === 503 || policy.isPassing(answer)) return resendOrGiveUp(answer, attempt, policy);
	// The service, or something in front of it, gave up on a request that may have been carried out.
	if (status >= 500 || status === 408 || status < 200) return { next: 'readBack', waitMs: backoffMs(attempt, policy.random) };
	return { next: 'giveUp', why: 'refused' };
}
