import type { Answer, ApiRequest, NoResponse } from '../service';
import type { Transport } from './transport';
import { noResponse, UNAUTHORIZED } from './transportFailure';

/** Sends a request and, where the token has expired, renews it once for all requests in flight. Never throws. */
export type SignedTransport = (request: ApiRequest, probe: ApiRequest) => Promise<Answer>;

/** A request is sent again after a renewal at most so often; a service that refuses each new token has no use for more. */
const MOST_SENDS = 3;

const is401 = (answer: Answer) => answer.kind === 'response' && answer.status === 401;

/**
 * Sends a read in a way that lets n8n renew the token: it does so when a request throws its 401, and asks only then.
 */
async function sendProbe(transport: Transport, probe: ApiRequest): Promise<Answer> {
	const answer = await transport(probe, { ignore: true, except: [401] });
	if (!is401(answer)) return answer;
	// n8n before 2.11 ignores the exception: there, every status has to throw for this one to.
	const thrown = await transport(probe, false);
	if (thrown.kind === 'response' || thrown.status === undefined || thrown.status === 401) return thrown;
	// Either the token could not be renewed, or it was and the read itself failed.
	const again = await transport(probe, true);
	return is401(again) ? thrown : again;
}

/**
 * One renewal for a credential, however many requests are in flight, and no update is ever spent on it: a 401 is an ordinary answer, and a read
 * makes n8n renew the token while the others wait.
 *
 * @param renewal whether the token is one that n8n can renew, and whether there is one yet
 * @param onRenewed called when the token may be another one; gives what hides the secrets of then
 * @param onRefused called when the credential is refused for good
 */
export function withRenewal(
	transport: Transport,
	renewal: () => 'renewable' | 'tokenMissing' | 'none',
	onRenewed: () => Promise<(text: string) => string>,
	onRefused: () => void,
): SignedTransport {
	let renewing: Promise<void> | undefined;
	let renewals = 0;
	let refusal: NoResponse | undefined;
	let lastFailure: NoResponse | undefined;

	function refuse(how: NoResponse): NoResponse {
		refusal ??= how;
		onRefused();
		return refusal;
	}

	async function renew(probe: ApiRequest): Promise<void> {
		renewing ??= sendProbe(transport, probe)
			.then(async (answer) => {
				const mask = await onRenewed();
				renewals += 1;
				lastFailure = answer.kind === 'noResponse' ? { ...answer, mayHaveArrived: false } : undefined;
				if (lastFailure?.detail) lastFailure.detail = mask(lastFailure.detail);
				if (lastFailure?.code === UNAUTHORIZED) refuse(lastFailure);
			})
			.finally(() => {
				renewing = undefined;
			});
		await renewing;
	}

	return async function send(request, probe) {
		if (renewing) await renewing;
		if (!refusal && renewal() === 'tokenMissing') {
			await renew(probe);
			if (lastFailure) return lastFailure;
		}
		/** The service has refused this very request, so it did receive it. */
		let wasAnswered = false;
		for (let sends = 1; ; sends++) {
			if (refusal) return wasAnswered ? { ...refusal, wasAnswered } : refusal;
			const renewalsBefore = renewals;
			const answer = await transport(request, true);
			if (!is401(answer)) return answer;
			wasAnswered = true;
			if (sends >= MOST_SENDS || renewal() === 'none') {
				refuse(noResponse(UNAUTHORIZED, false, false, 'the credential was refused (HTTP 401)'));
				return answer;
			}
			if (renewals === renewalsBefore) await renew(probe);
			else if (renewing) await renewing;
			if (lastFailure) return { ...lastFailure, wasAnswered };
		}
	};
}
