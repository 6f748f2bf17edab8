import { sleep } from 'n8n-workflow';

import type { Answer, ApiRequest, Failure, Service } from '../service';
import { exchange, type Asked } from './exchange';
import { CHECK_SECRET, explain } from './explain';
import type { Line } from './line';
import { NO_PLACE } from './place';
import type { TokenSource } from './tokenSource';
import type { Transport } from './transport';

/** A request is sent with another token at most so often; a service that refuses each new one has no use for more. */
const MOST_TOKENS = 3;

interface Run {
	service: Service;
	maxRetries: number;
	signal?: AbortSignal;
}

const is401 = (answer: Answer) => answer.kind === 'response' && answer.status === 401;

/** Why there is no token that is good, in words for a person. */
function whyNone(service: Service, { answer, fault, verdict }: Asked): Failure {
	const failure = explain(service, answer, fault, verdict);
	const what = answer.kind === 'noResponse' ? answer.message : failure.summary;
	const isRefused = verdict.next === 'giveUp' && (verdict.why === 'refused' || verdict.why === 'unauthorized');
	const remedy = isRefused ? `${CHECK_SECRET} ${service.signIn.madeIn}` : failure.remedy;
	return { ...failure, summary: `No valid access token could be obtained: ${what}`, remedy };
}

function answeredWithout({ name }: Service, { answer }: Asked): Failure {
	const httpCode = answer.kind === 'response' ? answer.status : undefined;
	return {
		summary: `No valid access token could be obtained: ${name} answered without one (HTTP ${httpCode})`,
		httpCode,
		remedy: 'Check the base URL of the credential.',
	};
}

/**
 * The token of a credential. It is renewed once, however many requests need it: a 401 is an ordinary answer, and while the renewal lasts the line is
 * held, so nothing is sent with the old token and nobody keeps a place. It goes by the same policy as all requests.
 */
export class Renewal {
	private isUnderWay = false;

	private tokens = 0;

	/** How often a request was refused with 401. */
	private readonly refusals = new WeakMap<ApiRequest, number>();

	/**
	 * @param end ends the connection, for a reason or because the credential is refused
	 */
	constructor(
		private readonly run: Run,
		private readonly line: Line,
		private readonly transport: Transport,
		private readonly source: TokenSource,
		private readonly end: (failure?: Failure) => void,
	) {}

	/** Gets a token where there is none yet: somebody is about to wait in the line. */
	beginIfMissing(): void {
		if (this.source.state() === 'tokenMissing') this.begin();
	}

	/**
	 * Sends one request and never throws. Where the token has expired, its renewal begins, and the answer says that the request may go again.
	 *
	 * @param probe a read that may be sent to renew the token, so that no update is ever spent on that
	 */
	async send(request: ApiRequest, probe: ApiRequest): Promise<Answer> {
		const tokensBefore = this.tokens;
		const answer = await this.transport(request, true);
		if (!is401(answer)) return answer;
		const refusals = (this.refusals.get(request) ?? 0) + 1;
		this.refusals.set(request, refusals);
		if (refusals >= MOST_TOKENS || this.source.state() === 'none') {
			this.end();
			return answer;
		}
		if (this.tokens === tokensBefore) this.begin(probe);
		return { ...answer, isTokenRenewed: true } as Answer;
	}

	private begin(probe?: ApiRequest): void {
		if (this.isUnderWay) return;
		this.isUnderWay = true;
		this.line.hold();
		void this.renew(probe)
			// A wait that is called off rejects: the execution was stopped. Then all are dismissed already.
			.catch((): Failure => ({ summary: 'No valid access token could be obtained' }))
			.then((failure) => {
				if (failure) this.end(failure);
				this.isUnderWay = false;
				this.line.release();
			});
	}

	/** Tries until there is a new token, or nobody waits for it any more. A token too many does no harm, so every retryable failure is tried again. */
	private async renew(probe: ApiRequest | undefined): Promise<Failure | undefined> {
		const { run, line, source } = this;
		for (let attempt = 1; ; ) {
			if (source.sendsTwo) line.countAnother();
			const place = await line.enter('renewal', true);
			if (place === NO_PLACE) return undefined;
			const asked = await exchange(run, line, place, 'POST', attempt, async () => await source.ask(probe));
			const { answer, verdict } = asked;
			if (verdict.next === 'accept') {
				if (!source.take(answer)) return answeredWithout(run.service, asked);
				this.tokens += 1;
				return undefined;
			}
			if (verdict.next !== 'goAgain') {
				const mayGoAgain = verdict.next === 'resend' || (verdict.next === 'readBack' && verdict.maySendAgain);
				if (!mayGoAgain) return whyNone(run.service, asked);
				await sleep(verdict.waitMs, run.signal);
				attempt++;
			}
			if (!line.awaitsRenewal()) return undefined;
		}
	}
}
