import type { Answer, ApiRequest, Service, ServiceFault } from '../service';
import type { Reply } from './limiter';
import type { Line } from './line';
import type { Place } from './place';
import { quotaOf } from './quota';
import type { Quota } from './quotaWindow';
import { decide, type Verdict } from './retryPolicy';
import { LONGEST_WAIT_MS } from './waits';

/** An answer, what the service's body says, and what the policy makes of it. */
export interface Asked {
	answer: Answer;
	fault: ServiceFault;
	verdict: Verdict;
}

/** What the service's body says. Where it cannot be understood, it may say that the request is open: that is found out by reading. */
function faultOf(service: Service, answer: Answer): ServiceFault {
	if (answer.kind === 'noResponse') return {};
	try {
		return service.faultOf(answer);
	} catch {
		return { retryable: 'open' };
	}
}

/** What an answer says of the pace. */
function replyOf({ answer, verdict }: Asked, quota: Quota | undefined): Reply {
	if (answer.kind === 'noResponse') return { kind: 'lost' };
	if (answer.status === 429) return { kind: 'refused', waitMs: 'waitMs' in verdict ? verdict.waitMs : undefined, quota };
	const isAnswered = verdict.next === 'accept' || (verdict.next === 'giveUp' && verdict.why === 'refused');
	return isAnswered ? { kind: 'accepted', quota } : { kind: 'lost' };
}

/** Gives the place back, with what the answer says of the pace. */
function giveBack(place: Place, asked: Asked, method: ApiRequest['method'], now: number): void {
	const { answer, verdict } = asked;
	const quota = answer.kind === 'response' ? quotaOf(answer.headers, now) : undefined;
	if ((verdict.next === 'giveUp' || verdict.next === 'readBack') && verdict.why === 'waitTooLong') {
		place.toldToWaitLong({ kind: 'lost' }, method);
	} else if (quota?.remaining === 0 && quota.resetMs > LONGEST_WAIT_MS) {
		// Nothing is left, and more comes only after a wait that is not sat out.
		place.toldToWaitLong(replyOf(asked, undefined), method);
	} else place.reply(replyOf(asked, quota), method);
}

/**
 * One request that has its place, and its answer: what the policy makes of it, and what it says of the pace. Gives the place back.
 *
 * @param attempt how many times it has been sent, this one included, those not counted that a busy service refused
 * @param send sends it, and never throws
 */
export async function exchange(
	{ service, maxRetries }: { service: Service; maxRetries: number },
	line: Line,
	place: Place,
	method: ApiRequest['method'],
	attempt: number,
	send: () => Promise<Answer>,
): Promise<Asked> {
	try {
		const answer = await send();
		const fault = faultOf(service, answer);
		const now = Date.now();
		const makesProgress = line.makesProgress(now, method);
		const verdict = decide(attempt, answer, fault, { maxRetries, makesProgress, now, random: Math.random() });
		const asked = { answer, fault, verdict };
		giveBack(place, asked, method, now);
		return asked;
	} finally {
		// Whatever was thrown, nobody else may wait for this place.
		place.free();
	}
}
