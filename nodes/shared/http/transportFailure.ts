import { wordsOf, wordsToReport } from '../fields/exception';
import { isRecord, textOf } from '../fields/record';
import type { NoResponse } from '../service';

/** The code of the failure that the credential is refused. */
export const UNAUTHORIZED = 'UNAUTHORIZED';
/** The code of the same where the service refused it again, after n8n had asked for another token. */
export const REFUSED_AGAIN = 'REFUSED_AGAIN';

/** The code with which n8n's OAuth2 client says that it is given no token, whatever the status. */
const OAUTH2_NO_TOKEN = 'EAUTH';
/** The errors of a token endpoint that do not pass by themselves (RFC 6749, section 5.2), and how n8n's OAuth2 client begins to say them. */
const OAUTH2_REFUSALS: ReadonlyMap<string, string> = new Map([
	['invalid_request', 'The request is missing a required parameter'],
	['invalid_client', 'Client authentication failed'],
	['invalid_grant', 'The provided authorization grant'],
	['unauthorized_client', 'The client is not authorized to request'],
	['unsupported_grant_type', 'The authorization grant type is not supported'],
	['invalid_scope', 'The requested scope is invalid'],
]);
/** What JavaScript makes of an object that is no text. */
const NO_WORDS = '[object Object]';
/** How JavaScript begins to say that an answer to n8n is not what n8n expects. The kind of the exception is gone when n8n has made its own of it. */
const JAVASCRIPT_WORDS = /^(Cannot read propert|Unexpected (token|end of JSON|non-whitespace)|Expected .* in JSON)/;

/** Codes of failures before a request can have reached the service. The same request may succeed later. */
const NOT_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']);
/** Certificates: the connection is not made, and will not be until somebody mends it. */
const NOT_TRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_|^ERR_TLS|^EPROTO$/;

const REMEDY_CERTIFICATE =
	'The certificate is not one that n8n trusts. If the service, or a proxy before it, uses a certificate authority of your own, tell n8n about it with NODE_EXTRA_CA_CERTS.';
const REMEDY_UNREACHED =
	'Check the base URL of the credential, and whether the service is up. If n8n reaches the internet through a proxy, check HTTPS_PROXY and NO_PROXY.';

interface TransportError {
	code?: string;
	httpCode?: string | null;
	isAxiosError?: boolean;
	message?: string;
	/** What the error said before n8n put its own words in their place. */
	messages?: string[];
	description?: string | null;
	response?: { status?: number; data?: string | { message?: unknown; error_description?: unknown } };
	cause?: TransportError;
	/** What the OAuth2 client was answered. */
	body?: { error?: unknown };
}

/** A failure to get a response. */
export function noResponse(code: string, mayHaveArrived: boolean, retryable: boolean, message: string, remedy?: string): NoResponse {
	return { kind: 'noResponse', code, mayHaveArrived, retryable, message, ...(remedy !== undefined && { remedy }) };
}

/** The answer did not come in time. */
export function tooLate(): NoResponse {
	return noResponse('ETIMEDOUT', true, true, 'the service did not answer in time');
}

/** The connection broke off. */
export function brokenOff(code = 'CONNECTION_LOST'): NoResponse {
	return noResponse(code, true, true, 'the connection broke off before the answer');
}

/** The first error in a chain of causes that tells how the transport failed. */
function transportErrorOf(error: unknown): TransportError {
	let current = error as TransportError | undefined;
	for (let depth = 0; current && depth < 5; depth++) {
		if (typeof current.code === 'string' || current.isAxiosError || current.response?.status) return current;
		current = current.cause;
	}
	return (error ?? {}) as TransportError;
}

/**
 * The code of a transport's failure by its words, for n8n before 2.34, whose errors carry neither a code nor their cause.
 *
 * @returns undefined where the words are not the transport's: n8n refused to send the request
 */
function codeInWords({ messages }: TransportError): string | undefined {
	const words = (messages ?? []).join(' ');
	if (/certificate|altnames/i.test(words)) return 'CERT';
	const untrusted = words.match(/\b[A-Z]+(?:_[A-Z]+)*\b/g)?.find((code) => NOT_TRUSTED.test(code));
	if (untrusted) return untrusted;
	if (/\btimeout of \d+ ?ms exceeded\b/.test(words)) return 'ETIMEDOUT';
	if (/socket hang up|socket disconnected|\b(aborted|canceled)\b|^Parse Error/i.test(words)) return 'ECONNRESET';
	return /\b(E[A-Z]{2,}(?:_[A-Z]+)*|ERR_[A-Z_]+)\b/.exec(words)?.[1];
}

/** Every status is an answer, not an exception, except where n8n renews the token: then it throws what the renewal met. */
function renewalFailure(status: number, error: TransportError, mask: (text: string) => string): NoResponse {
	const answer = error.response?.data;
	const words = typeof answer === 'string' ? answer : (answer?.message ?? answer?.error_description);
	// Of a refusal by the token endpoint n8n's OAuth2 client makes an exception of its own, without a response.
	const code = error.response && status === 401 ? REFUSED_AGAIN : UNAUTHORIZED;
	const refusal = noResponse(code, false, false, `the credential was refused (HTTP ${status})`);
	return { ...refusal, status, ...(typeof words === 'string' && { detail: mask(words) }) };
}

/** Whether the token endpoint refused for good. From n8n 1.123 to 2.33 the client's own words are all that is left of its answer. */
function isRefusal({ body, message }: TransportError): boolean {
	if (!body) return [...OAUTH2_REFUSALS.values()].some((words) => message?.startsWith(words));
	return typeof body.error === 'string' && OAUTH2_REFUSALS.has(body.error);
}

/** Why n8n's OAuth2 client was given no token. Its errors hide the status; Google's own errors, other than those of OAuth2, repeat it. */
function noToken(error: TransportError, mask: (text: string) => string): NoResponse {
	const answered = error.body?.error;
	const words = isRecord(answered) ? textOf(answered.message) : error.message;
	const detail = words === undefined || words.includes(NO_WORDS) ? {} : { detail: mask(words) };
	const status = isRecord(answered) ? Number(textOf(answered.code)) : NaN;
	const refusal = { ...noResponse(UNAUTHORIZED, false, false, 'the credential was refused'), ...detail };
	if (status >= 300 && status <= 599) return { ...refusal, status };
	return isRefusal(error) ? refusal : { ...noResponse('NO_TOKEN', false, true, 'the sign-in gave none'), ...detail };
}

/**
 * What an exception of n8n's HTTP helper means.
 *
 * @param mask hides secrets in the words that are handed on
 */
export function failureOf(error: unknown, mask: (text: string) => string): NoResponse {
	const transport = transportErrorOf(error);
	const status = Number(transport.response?.status ?? (error as TransportError).httpCode ?? 0);
	if (status >= 300) return renewalFailure(status, transport, mask);
	// From n8n 1.123 to 2.33 the code stands where others have the status, and nothing else of what the client was answered.
	if ([transport.code, transport.httpCode].includes(OAUTH2_NO_TOKEN)) return noToken(transport, mask);
	const code = transport.code ?? codeInWords(error as TransportError) ?? '';
	if (NOT_REACHED.has(code)) return noResponse(code, false, true, 'the service could not be reached', REMEDY_UNREACHED);
	if (NOT_TRUSTED.test(code))
		return noResponse(code, false, false, 'no trusted connection to the service could be made', REMEDY_CERTIFICATE);
	if (code === 'ERR_INVALID_URL')
		return noResponse(code, false, false, 'the address of the service is not valid', 'Check the base URL of the credential.');
	if (code === 'ECONNABORTED' || code === 'ETIMEDOUT') return tooLate();
	if (code !== '' || transport.isAxiosError) return brokenOff(code || undefined);
	// Not from the transport: n8n refused to send it, e.g. the credential is not connected or its allowed domains do not include the address.
	const words = JAVASCRIPT_WORDS.test(String((error as TransportError).message)) ? undefined : wordsOf(error);
	const reason = [words, (error as TransportError).description].filter(Boolean).join(' ');
	const remedy = words === undefined ? `Check the credential. ${mask(wordsToReport(error))}` : undefined;
	return noResponse('NOT_SENT', false, false, mask(reason) || 'n8n could not send the request', remedy);
}
