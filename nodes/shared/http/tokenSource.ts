import type { ICredentialDataDecryptedObject, IDataObject, IExecuteFunctions, ILoadOptionsFunctions } from 'n8n-workflow';

import { parseJsonText } from '../fields/jsonText';
import type { Answer, ApiRequest, Response, Service, SessionMaking } from '../service';
import type { OpenCredential } from './credential';
import type { Transport } from './transport';
import { REFUSED_AGAIN } from './transportFailure';

/** Where a credential gets another token. */
export interface TokenSource {
	/** Whether the token can be renewed, and whether there is one yet. */
	state(): 'renewable' | 'tokenMissing' | 'none';
	/**
	 * Asks once. It is answered with 2xx where there is a new token.
	 *
	 * @param probe a read that may be sent for that, where there was a token before
	 */
	ask(probe: ApiRequest | undefined): Promise<Answer>;
	/** Whether asking sends two requests at once, of which the line sees the first. */
	sendsTwo: boolean;
	/** Takes the token of such an answer; false where it holds none. */
	take(answer: Answer): boolean;
}

/** A token that a request to the service makes. n8n stores it with the next request that it signs. */
export function madeByRequest(
	session: SessionMaking,
	{ signIn }: Service,
	{ data }: OpenCredential,
	transportAs: (data: ICredentialDataDecryptedObject) => Transport,
): TokenSource {
	return {
		sendsTwo: false,
		state: () => signIn.renewal?.(data) ?? 'none',
		ask: async () => await transportAs(session.signedWith(data) as ICredentialDataDecryptedObject)(session.request(data), true),
		take: (answer) => answer.kind === 'response' && session.take(data, answer.json),
	};
}

/**
 * A token that n8n renews by itself when a read throws its 401, and keeps to itself until the credential is asked for again.
 *
 * @param onAnother told of each request that goes to the service beside the first
 */
export function renewedByN8n(
	context: IExecuteFunctions | ILoadOptionsFunctions,
	{ signIn }: Service,
	credential: OpenCredential,
	transport: Transport,
	onAnother: () => void,
): TokenSource {
	return {
		sendsTwo: true,
		state: () => signIn.renewal?.(credential.data) ?? 'none',
		async ask(probe) {
			const answer = await letN8nRenew(transport, probe!, onAnother);
			credential.alsoHide((await context.getCredentials(credential.type).catch(() => ({}))) as IDataObject);
			return tokenAnswer(answer, credential.mask());
		},
		take: () => true,
	};
}

/** Sends a read in a way that lets n8n renew the token: it does so when a request throws its 401, and asks only then. */
async function letN8nRenew(transport: Transport, probe: ApiRequest, onAnother: () => void): Promise<Answer> {
	// n8n sends it a second time by itself, with the new token.
	onAnother();
	const answer = await transport(probe, { ignore: true, except: [401] });
	if (answer.kind !== 'response' || answer.status !== 401) return answer;
	// n8n before 2.11 ignores the exception: there, every status has to throw for this one to.
	onAnother();
	onAnother();
	const thrown = await transport(probe, false);
	if (thrown.kind === 'response' || thrown.status === undefined || thrown.status === 401) return thrown;
	// Either the token could not be renewed, or it was and the read itself failed.
	onAnother();
	const again = await transport(probe, true);
	return again.kind === 'response' && again.status === 401 ? thrown : again;
}

/** Whether the answer to a read says that its token is good, whatever else is wrong with the read. */
function takesToken({ status }: Response): boolean {
	return (status >= 200 && status < 300) || (status > 401 && status < 500 && status !== 408 && status !== 429 && status !== 499);
}

/**
 * What the answer to a read says of the token that it was to renew.
 *
 * @param mask hides the secrets of now: a refusal may repeat the new token
 */
function tokenAnswer(answer: Answer, mask: (text: string) => string): Answer {
	if (answer.kind === 'response') {
		if (takesToken(answer)) return { ...answer, status: 200 };
		const text = mask(answer.text);
		return { ...answer, text, json: parseJsonText(text) };
	}
	const { status, detail, code } = answer;
	const words = detail === undefined ? undefined : mask(detail);
	if (status === undefined) return { ...answer, detail: words };
	// n8n throws the status with which it got no token, without the headers.
	const thrown: Response = { kind: 'response', status, headers: {}, text: words ?? '', json: undefined };
	return code === REFUSED_AGAIN ? { ...thrown, json: parseJsonText(words) } : { ...thrown, by: 'the sign-in' };
}
