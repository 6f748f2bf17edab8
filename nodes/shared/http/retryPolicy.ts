import type { Answer, Response, ServiceFault } from '../service';
import { askedWaitMs, backoffMs, LONGEST_WAIT_MS } from './waits';

/** What to do after one answer to an update or a read. */
export type Verdict =
	/** The service says that it carried the request out. What it shows decides what may be claimed. */
	| { next: 'accept' }
	/** The service certainly did not apply it, because it is busy, or the token has expired. When it goes again is the line's business, and it costs no retry. */
	| { next: 'goAgain'; waitMs?: number }
	/** The service certainly did not apply it, and may the next time: send it again after the wait. */
	| { next: 'resend'; waitMs: number }
	/** It may have been applied: read the record, after the wait, before anything else is sent to the account. */
	| { next: 'readBack'; waitMs: number; maySendAgain: boolean; why?: 'redirected' | 'waitTooLong' }
	/** The service certainly did not apply it, and it is not sent again. */
	| { next: 'giveUp'; why: 'refused' | 'unauthorized' | 'waitTooLong' | 'attemptsSpent' | 'unreachable' | 'noProgress'; waitMs?: number };

export interface RetryPolicy {
	/** How many times a request is sent again at most. */
	maxRetries: number;
	/** Whether the service has accepted something of the run lately. While it has, nothing is given up because it is busy. */
	makesProgress: boolean;
	/** The time, in milliseconds since 1970. */
	now: number;
	/** A random number from 0 to 1. */
	random: number;
}

/** The wait that was told or, where none was, one of our own. Jitter is added, so that those told to wait do not all return at once. */
function waitMs(asked: number | undefined, attempt: number, { random }: RetryPolicy): number {
	return asked === undefined ? backoffMs(attempt, random) : asked + Math.round(random * 250);
}

function refusedForNow(response: Response, fault: ServiceFault, attempt: number, policy: RetryPolicy): Verdict {
	const asked = askedWaitMs(response, fault, policy.now);
	if (asked !== undefined && asked > LONGEST_WAIT_MS) return { next: 'giveUp', why: 'waitTooLong', waitMs: asked };
	if (response.status === 429)
		return policy.makesProgress ? { next: 'goAgain', waitMs: asked } : { next: 'giveUp', why: 'noProgress', waitMs: asked };
	if (attempt > policy.maxRetries) return { next: 'giveUp', why: 'attemptsSpent' };
	return { next: 'resend', waitMs: waitMs(asked, attempt, policy) };
}

/** The service, or something before it, may have carried the request out. It is read first, so no update goes out before the wait that was told. */
function readBack(response: Response, fault: ServiceFault, attempt: number, policy: RetryPolicy): Verdict {
	const asked = askedWaitMs(response, fault, policy.now);
	if (asked !== undefined && asked > LONGEST_WAIT_MS) return { next: 'readBack', waitMs: 0, maySendAgain: false, why: 'waitTooLong' };
	return { next: 'readBack', waitMs: waitMs(asked, attempt, policy), maySendAgain: attempt <= policy.maxRetries };
}

/**
 * The whole policy, as a pure function. Only three things are certain to have had no effect: a request that never arrived, one that was refused with
 * 429 or 4xx, and what the service itself says it did not carry out. A 503 is not among them: gateways answer so when a connection breaks in mid-call.
 *
 * @param attempt how many times the request has been sent, from 1, those not counted that a busy service refused
 * @param answer what came back for the last of them
 * @param fault what the service's body says
 */
export function decide(attempt: number, answer: Answer, fault: ServiceFault, policy: RetryPolicy): Verdict {
	if (answer.kind === 'noResponse') {
		if (answer.mayHaveArrived)
			return { next: 'readBack', waitMs: backoffMs(attempt, policy.random), maySendAgain: attempt <= policy.maxRetries };
		if (!answer.retryable) return { next: 'giveUp', why: 'unreachable' };
		return attempt > policy.maxRetries
			? { next: 'giveUp', why: 'attemptsSpent' }
			: { next: 'resend', waitMs: backoffMs(attempt, policy.random) };
	}
	const { status } = answer;
	if (status >= 200 && status < 300) return { next: 'accept' };
	// A redirect is not followed, because credentials do not travel; what answers so may have carried the request out before.
	if (status >= 300 && status < 400) return { next: 'readBack', waitMs: 0, maySendAgain: false, why: 'redirected' };
	if (status === 401) return answer.isTokenRenewed ? { next: 'goAgain' } : { next: 'giveUp', why: 'unauthorized' };
	if (status === 429 || fault.retryable === 'notApplied') return refusedForNow(answer, fault, attempt, policy);
	// 408 and 499: the other side stopped waiting; what it had passed on may go on.
	const isOpen = status >= 500 || status === 408 || status === 499 || status < 200 || fault.retryable === 'open';
	return isOpen ? readBack(answer, fault, attempt, policy) : { next: 'giveUp', why: 'refused' };
}
