import * as n8nWorkflow from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, IHttpRequestOptions, ILoadOptionsFunctions } from 'n8n-workflow';

import { maskOf, textsIn } from './secrets';
import type { Answer, ApiRequest, Service } from '../service';

/** The way to a service for one run: it signs in once, renews once, and turns whatever comes back into an `Answer`. */
export interface Connection {
	/** The address that paths are appended to. */
	baseUrl: string;
	/**
	 * Sends one request and never throws. A 401 is answered by one renewal for the whole run, however many requests are in flight, and then by
	 * sending the request again. Once the credential is refused, nothing more is sent.
	 *
	 * @param probe a read that may be sent to renew the token, so that no update is ever spent on that
	 */
	send(request: ApiRequest, probe: ApiRequest): Promise<Answer>;
}

/** The code of the failure that ends a run: the credential is refused. */
export const UNAUTHORIZED = 'UNAUTHORIZED';

/** Codes of failures before a request can have reached the service. They may pass. */
const NOT_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']);
/** The same, but they do not pass by themselves: certificates and addresses. */
const NOT_REACHED_FOR_GOOD = /CERT|SELF_SIGNED|UNABLE_TO_|^ERR_TLS|^ERR_INVALID_URL$|^EPROTO$/;

type Failure = Extract<Answer, { kind: 'failure' }>;

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
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function toResponse(raw: { statusCode: number; headers: IDataObject; body: unknown }, mask: (text: string) => string): Answer {
	const text = mask(typeof raw.body === 'string' ? raw.body : (JSON.stringify(raw.body) ?? ''));
	const headers: Record<string, string> = {};
	for (const [name, value] of Object.entries(raw.headers ?? {})) headers[name.toLowerCase()] = mask(String(value));
	return { kind: 'response', status: raw.statusCode, headers, text, json: parseJson(text) };
}

function failure(code: string, mayHaveArrived: boolean, passing: boolean, message: string): Failure {
	return { kind: 'failure', code, mayHaveArrived, passing, message };
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
	if (/\btimeout of \d+ ?ms exceeded\b/.test(words)) return 'ETIMEDOUT';
	if (/socket hang up|socket disconnected|\b(aborted|canceled)\b|^Parse Error/i.test(words)) return 'ECONNRESET';
	return /\b(E[A-Z]{3,}(?:_[A-Z]+)*|ERR_[A-Z_]+)\b/.exec(words)?.[1];
}

function toFailure(error: unknown, mask: (text: string) => string): Failure {
	const transport = transportErrorOf(error);
	const status = Number(transport.response?.status ?? (error as TransportError).httpCode ?? 0);
	if (status >= 400) {
		// Every status is an answer, not an exception, except where the token is renewed.
		const passing = status >= 500 || status === 429;
		const refusal = passing
			? failure('RENEWAL_FAILED', false, true, `a new access token could not be obtained (HTTP ${status})`)
			: failure(UNAUTHORIZED, false, false, `the credential was refused (HTTP ${status})`);
		const answer = transport.response?.data;
		const words = typeof answer === 'string' ? answer : (answer?.message ?? answer?.error_description);
		return { ...refusal, status, ...(typeof words === 'string' && { detail: mask(words) }) };
	}
	const code = transport.code ?? codeInWords(error as TransportError) ?? '';
	if (NOT_REACHED.has(code)) return failure(code, false, true, 'the service could not be reached');
	if (NOT_REACHED_FOR_GOOD.test(code)) return failure(code, false, false, 'no trusted connection to the service could be made');
	if (code === 'ECONNABORTED' || code === 'ETIMEDOUT') return failure(code, true, true, 'the service did not answer in time');
	if (code !== '' || transport.isAxiosError)
		return failure(code || 'CONNECTION_LOST', true, true, 'the connection broke off before the answer');
	// Not from the transport: n8n refused to send it, e.g. the credential is not connected or its allowed domains do not include the address.
	const reason = [(error as TransportError).message, (error as TransportError).description].filter(Boolean).join(' ');
	return failure('NOT_SENT', false, false, mask(reason) || 'n8n could not send the request');
}

/** The credential type that a node's parameters choose. */
export function credentialTypeOf(context: IExecuteFunctions, service: Service): string {
	return service.credentialType(context.getNodeParameter('authentication', 0, '') as string);
}

/** The domains that a credential's owner restricts it to, as n8n's HTTP helper takes them. */
function allowedDomainsOf(context: IExecuteFunctions | ILoadOptionsFunctions, credential: IDataObject): string | undefined {
	const { allowedHttpRequestDomains, allowedDomains } = credential;
	// Older versions of n8n do not export it.
	if (typeof n8nWorkflow.getCredentialAllowedDomains !== 'function') {
		return allowedHttpRequestDomains === 'domains' ? String(allowedDomains ?? '') : undefined;
	}
	const options = {
		node: context.getNode(),
		credentialData: credential as n8nWorkflow.ICredentialDataDecryptedObject,
		// The address comes from the credential, not from the user of the node.
		credentialOwnedSurface: true,
		// n8n before 2.22 takes the credential's data in place of the options.
		allowedHttpRequestDomains,
		allowedDomains,
	};
	return n8nWorkflow.getCredentialAllowedDomains(options);
}

/** Whether a list like `example.com, *.example.org` holds an address. Older versions of n8n do not look themselves. */
function isAllowed(address: string, domains: string): boolean {
	const plain = (name: string) => name.trim().toLowerCase().replace(/\.$/, '');
	const host = plain(/^https?:\/\/(?:[^/?#]*@)?([^/?#:]+|\[[^\]]*\])/i.exec(address)?.[1] ?? '');
	return domains
		.split(',')
		.map(plain)
		.some((domain) => (domain.startsWith('*.') ? host.endsWith(domain.slice(1)) : host === domain));
}

/**
 * Loads the credential once and opens the way to the service.
 *
 * @param timeoutMs how long one request may take
 * @throws NodeOperationError when the credential has no usable base URL or excludes its own address
 */
export async function connect(
	context: IExecuteFunctions | ILoadOptionsFunctions,
	service: Service,
	type: string,
	timeoutMs: number,
): Promise<Connection> {
	const credential = (await context.getCredentials(type)) as IDataObject;
	const baseUrl = String(credential.baseUrl ?? '')
		.trim()
		.replace(/\/+$/, '');
	if (!/^https?:\/\/[^/?#]+/i.test(baseUrl)) {
		throw new n8nWorkflow.NodeOperationError(context.getNode(), `The ${service.name} credential has no valid base URL`, {
			description: 'Open the credential and give the address of the API, starting with https://.',
		});
	}
	const allowedDomains = allowedDomainsOf(context, credential);
	if (allowedDomains !== undefined && !isAllowed(baseUrl, allowedDomains)) {
		throw new n8nWorkflow.NodeOperationError(
			context.getNode(),
			`Domain not allowed: the ${service.name} credential excludes its own base URL`,
			{
				description: 'Open the credential and add the host of the base URL to its allowed domains.',
			},
		);
	}
	const decrypted = { id: '', name: type, type, data: credential as n8nWorkflow.ICredentialDataDecryptedObject };
	const nodeCredential = context.getNode().credentials?.[type];
	if (nodeCredential) Object.assign(decrypted, { id: nodeCredential.id ?? '', name: nodeCredential.name });

	let secrets = '';
	let mask = maskOf([]);

	async function sendOnce(request: ApiRequest, ignoreHttpStatusErrors: IHttpRequestOptions['ignoreHttpStatusErrors']): Promise<Answer> {
		// The token changes when it is renewed, so what is secret is asked anew.
		const current = textsIn(service.secretsOf(credential)).join('\n');
		if (current !== secrets) {
			secrets = current;
			mask = maskOf(service.secretsOf(credential));
		}
		const options: IHttpRequestOptions = {
			method: request.method,
			url: `${baseUrl}${request.path}`,
			json: true,
			// Text, so that an answer of any type is taken as it is and parsed here.
			encoding: 'text',
			returnFullResponse: true,
			disableFollowRedirect: true,
			timeout: timeoutMs,
			ignoreHttpStatusErrors,
		};
		if (request.query) options.qs = { ...request.query };
		if (request.body) options.body = request.body;
		if (allowedDomains) options.allowedDomains = allowedDomains;
		try {
			const raw = await context.helpers.httpRequestWithAuthentication.call(context, type, options, {
				credentialsDecrypted: decrypted,
			});
			return toResponse(raw, mask);
		} catch (error) {
			return toFailure(error, mask);
		}
	}

	/** Sends a read in a way that lets n8n renew the token. */
	async function sendProbe(probe: ApiRequest): Promise<Answer> {
		const isUnauthorized = (answer: Answer) => answer.kind === 'response' && answer.status === 401;
		const answer = await sendOnce(probe, { ignore: true, except: [401] });
		if (!isUnauthorized(answer)) return answer;
		// n8n before 2.11 ignores the exception: there, every status has to throw for this one to.
		const thrown = await sendOnce(probe, false);
		if (thrown.kind === 'response' || thrown.status === undefined || thrown.status === 401) return thrown;
		// Either the token could not be renewed, or it was and the read itself failed.
		const again = await sendOnce(probe, true);
		return isUnauthorized(again) ? thrown : again;
	}

	let renewing: Promise<void> | undefined;
	let renewals = 0;
	let refusal: Answer | undefined;
	let lastRenewalFailure: Failure | undefined;

	/** n8n renews an expired token when a request throws its 401; only this one does. */
	async function renew(probe: ApiRequest): Promise<void> {
		renewing ??= sendProbe(probe)
			.then((answer) => {
				renewals += 1;
				lastRenewalFailure = answer.kind === 'failure' ? { ...answer, mayHaveArrived: false } : undefined;
				if (answer.kind === 'failure' && answer.code === UNAUTHORIZED) refusal = answer;
			})
			.finally(() => {
				renewing = undefined;
			});
		await renewing;
	}

	async function send(request: ApiRequest, probe: ApiRequest): Promise<Answer> {
		if (renewing) await renewing;
		if (!refusal && service.renewal(credential) === 'tokenMissing') {
			await renew(probe);
			if (lastRenewalFailure) return lastRenewalFailure;
		}
		for (let attempt = 1; ; attempt++) {
			if (refusal) return refusal;
			const renewalsBefore = renewals;
			const answer = await sendOnce(request, true);
			if (answer.kind !== 'response' || answer.status !== 401) return answer;
			if (attempt > 2 || service.renewal(credential) === 'none') {
				refusal ??= failure(UNAUTHORIZED, false, false, 'the credential was refused (HTTP 401)');
				return answer;
			}
			if (renewals === renewalsBefore) await renew(probe);
			else if (renewing) await renewing;
			if (lastRenewalFailure) return { ...lastRenewalFailure, wasAnswered: true };
		}
	}

	return { baseUrl, send };
}
