import type { IDataObject, IExecuteFunctions, ILoadOptionsFunctions } from 'n8n-workflow';

import type { Answer, ApiRequest, Ending, Failure, Service } from '../service';
import { openCredential, type OpenCredential } from './credential';
import { Deadlines } from './deadline';
import { LONG_WAIT, REFUSED } from './ending';
import { gateOf } from './gates';
import { Line, type Urgency } from './line';
import { RateCeiling } from './rateCeiling';
import type { Place } from './place';
import { Renewal } from './renewal';
import { madeByRequest, renewedByN8n } from './tokenSource';
import { createTransport } from './transport';

/** What all requests of one execution of a node share. */
export interface Run {
	service: Service;
	/** How long one request may take, in milliseconds. */
	timeoutMs: number;
	/** How many times a request is sent again at most. */
	maxRetries: number;
	maxConcurrentRequests: number;
	/** None unless given. */
	rateCeiling?: RateCeiling;
	/** Ends the run from outside. */
	signal?: AbortSignal;
	/** Whether the run is over, so that no further update may start. */
	isOver(): boolean;
	/** Ends the run: those in flight are awaited, nothing else starts. */
	end(): void;
	deadlines: Deadlines;
	lines: Line[];
}

/** The way to a service with one credential: it signs in once, renews once, and turns whatever comes back into an `Answer`. */
export interface Connection {
	run: Run;
	credential: OpenCredential;
	/** Where requests wait for their turn. */
	line: Line;
	/** The service's ways that were found out on the way, see `otherWays` of the service. */
	ways: Set<string>;
	/** Why nothing more is sent with this credential. */
	ended?: Ending | Failure;
	/** Sends nothing more with this credential. */
	end(ending: Ending | Failure): void;
	/** Waits until a request may leave: it has its turn, and there is a token to sign it with. */
	enter(urgency: Urgency, isNeeded: boolean): Promise<Place>;
	/**
	 * Sends one request and never throws. Where its token has expired, the answer says whether it may go again with the next.
	 *
	 * @param probe a read that may be sent to renew the token, so that no update is ever spent on that
	 */
	send(request: ApiRequest, probe: ApiRequest): Promise<Answer>;
}

/** A run that has not begun. */
export function createRun(
	service: Service,
	limits: Pick<Run, 'timeoutMs' | 'maxRetries' | 'maxConcurrentRequests'> & { maxRequestsPerSecond?: number },
	signal?: AbortSignal,
): Run {
	const lines: Line[] = [];
	let hasEnded = false;
	signal?.addEventListener('abort', () => lines.forEach((line) => line.dismiss('all')), { once: true });
	const { maxRequestsPerSecond, ...others } = limits;
	return {
		...others,
		rateCeiling: maxRequestsPerSecond === undefined ? undefined : new RateCeiling(maxRequestsPerSecond),
		service,
		signal,
		lines,
		deadlines: new Deadlines(),
		isOver: () => hasEnded || signal?.aborted === true,
		end() {
			hasEnded = true;
			lines.forEach((line) => line.dismiss('unneeded'));
		},
	};
}

/**
 * Opens the way to the service with a credential.
 *
 * @param type the credential type
 * @param data its values, expressions resolved
 * @returns why it cannot be opened, where it cannot
 */
export function connect(
	context: IExecuteFunctions | ILoadOptionsFunctions,
	run: Run,
	type: string,
	data: IDataObject,
): Connection | { failure: Failure } {
	const credential = openCredential(context, run.service, type, data);
	if (!('baseUrl' in credential)) return { failure: credential };
	const { signIn } = run.service;
	const end = (ending: Ending | Failure) => {
		connection.ended ??= ending;
		line.dismiss('all');
	};
	const gate = gateOf([credential.baseUrl, type, signIn.planSecretsOf(data)]);
	const line = new Line(gate, { maxConcurrent: run.maxConcurrentRequests, rate: run.rateCeiling }, () => end(LONG_WAIT));
	run.lines.push(line);
	const transportAs = (decrypted: OpenCredential['decrypted']) =>
		createTransport(context, { ...credential, decrypted }, run.timeoutMs, run.deadlines);
	const transport = transportAs(credential.decrypted);
	const tokens = signIn.session
		? madeByRequest(signIn.session, run.service, credential, (as) => transportAs({ ...credential.decrypted, data: as }))
		: renewedByN8n(context, run.service, credential, transport, () => line.countAnother());
	const renewal = new Renewal(run, line, transport, tokens, (failure) => end(failure ?? REFUSED));
	const connection: Connection = {
		run,
		credential,
		line,
		ways: new Set(),
		end,
		async enter(urgency, isNeeded) {
			renewal.beginIfMissing();
			return await line.enter(urgency, isNeeded);
		},
		send: async (request, probe) => await renewal.send(request, probe),
	};
	return connection;
}
