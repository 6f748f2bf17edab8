import type { Answer, Failure, NoResponse, Response, Service, ServiceFault } from '../service';
import type { Verdict } from './retryPolicy';
import { UNAUTHORIZED } from './transportFailure';
import { LONGEST_WAIT_MS } from './waits';

/** The header in which a service, or the gateway before it, names a request. */
const REQUEST_ID_HEADERS = ['x-request-id', 'request-id', 'x-correlation-id', 'x-cloud-trace-context', 'traceparent'];
/** Most characters of a foreign text that a message quotes. */
const QUOTED_CHARACTERS = 300;

/** The beginning of a text, on one line, without markup and control characters. */
export function quote(text: string): string {
	const plain = text
		.slice(0, 20 * QUOTED_CHARACTERS)
		.replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, ' ')
		.replace(/<[^>]*>/g, ' ')
		.replace(/[\p{Cc}\s]+/gu, ' ')
		.trim();
	return plain.length > QUOTED_CHARACTERS ? `${plain.slice(0, QUOTED_CHARACTERS)}…` : plain;
}

/** Whether a body says nothing. */
const isEmptyBody = (text: string) => /^\s*(\{\s*\}|\[\s*\]|null)?\s*$/.test(text);

export const CHECK_SECRET = 'Check the credential: its secret may be wrong or expired.';

const REMEDIES: Record<number, string> = {
	401: CHECK_SECRET,
	403: 'Check the credential, and that it may manage billing.',
	404: 'Check that the account exists and that the credential may see it.',
	409: 'The account was changed at the same time. Run the item again.',
	412: 'The account is not in the state that the service requires for this change.',
	429: 'Run the items again later.',
};

function explainNoResponse({ name, signIn }: Service, answer: NoResponse): Failure {
	return {
		summary: `${name}: ${answer.message}`,
		code: answer.code,
		httpCode: answer.status,
		detail: answer.detail === undefined ? undefined : quote(answer.detail),
		remedy:
			answer.remedy ??
			(answer.code === UNAUTHORIZED
				? `${CHECK_SECRET} ${signIn.madeIn}`
				: 'Check the base URL of the credential, and whether the service is up.'),
	};
}

/** How an answer begins that is not a record, as a sentence. */
function beginningOf(text: string): string {
	if (text === '') return 'The answer is empty.';
	const words = quote(text);
	return words === '' ? 'The answer holds no text.' : `The answer begins: ${words}`;
}

/** What happened, and what to do, where the status alone does not say it. */
function inWords(name: string, { status, text, isTooLong }: Response, verdict: Verdict): Pick<Failure, 'summary' | 'detail' | 'remedy'> {
	if (status >= 200 && status < 300) {
		return {
			summary: `${name} accepted the request, but its answer is not a record (HTTP ${status})`,
			detail: isTooLong ? 'The answer is too long to be read.' : beginningOf(text),
		};
	}
	if (verdict.next === 'readBack' && verdict.why === 'redirected') {
		return {
			summary: `${name} answered with a redirect, which is not followed (HTTP ${status})`,
			remedy: 'Redirects are refused, because credentials must not travel to another address. Check the base URL of the credential.',
		};
	}
	if (verdict.next === 'giveUp' && verdict.why === 'waitTooLong') {
		return {
			summary: `${name} asks to wait ${Math.ceil((verdict.waitMs ?? 0) / 1000)} s (HTTP ${status})`,
			remedy: `Waits over ${LONGEST_WAIT_MS / 1000} s are not sat out. Run the items again later.`,
		};
	}
	if (verdict.next === 'giveUp' && verdict.why === 'noProgress') {
		return { summary: `${name} has accepted no request of this kind for two minutes because it is busy (HTTP ${status})` };
	}
	if (status >= 500) return { summary: `${name} failed to process the request (HTTP ${status})` };
	return { summary: `${name} refused the request (HTTP ${status})` };
}

/**
 * An answer that is not the record that was asked for, in words for a person.
 *
 * @param service whose answer it is, unless the answer says by whom
 */
export function explain(service: Service, answer: Answer, fault: ServiceFault, verdict: Verdict): Failure {
	if (answer.kind === 'noResponse') return explainNoResponse(service, answer);
	const { status, text, headers } = answer;
	const failure: Failure = { ...inWords(answer.by ?? service.name, answer, verdict), httpCode: status };
	// A 200 may hold the words of an error all the same.
	if (fault.message) failure.detail = quote(fault.message);
	failure.detail ??= isEmptyBody(text) ? undefined : quote(text) || undefined;
	const remedy = REMEDIES[status] ?? (status >= 500 ? 'Run the item again later.' : undefined);
	failure.remedy ??= status === 401 || status === 403 ? `${remedy} ${service.signIn.madeIn}` : remedy;
	if (fault.code) failure.code = fault.code;
	if (fault.violations?.length) {
		failure.violations = fault.violations
			.slice(0, 50)
			.map(({ field, description }) => ({ field: quote(field), description: quote(description) }));
	}
	const requestId = REQUEST_ID_HEADERS.map((header) => headers[header]).find((value) => value);
	if (requestId) failure.requestId = quote(requestId);
	return failure;
}
