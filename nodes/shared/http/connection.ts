import type { IDataObject, IExecuteFunctions, ILoadOptionsFunctions } from 'n8n-workflow';

import type { Ending, Failure, Service } from '../service';
import { openCredential, type OpenCredential } from './credential';
import { Deadlines } from './deadline';
import { LONG_WAIT, REFUSED } from './ending';
import { gateOf } from './gates';
import { Line } from './line';
import { withRenewal, type SignedTransport } from './renewal';
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
	maxRequestsPerSecond?: number;
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
	ended?: Ending;
	/** Sends nothing more with this credential. */
	end(ending: Ending): void;
	/**
	 * Sends one request and never throws. A 401 is answered by one renewal for all requests of the credential, and then by sending the request again.
	 *
	 * @param probe a read that may be sent to renew the token, so that no update is ever spent on that
	 */
	send: SignedTransport;
}

/** A run that has not begun. */
export function createRun(
	service: Service,
	limits: Pick<Run, 'timeoutMs' | 'maxRetries' | 'maxConcurrentRequests' | 'maxRequestsPerSecond'>,
	signal?: AbortSignal,
): Run {
	const lines: Line[] = [];
	let hasEnded = false;
	signal?.addEventListener('abort', () => lines.forEach((line) => line.dismiss('all')), { once: true });
	return {
		...limits,
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
	const end = (ending: Ending) => {
		connection.ended ??= ending;
		line.dismiss('all');
	};
	const gate = gateOf([credential.baseUrl, type, signIn.planSecretsOf(data)]);
	const line = new Line(gate, { maxConcurrent: run.maxConcurrentRequests, maxPerSecond: run.maxRequestsPerSecond }, () => end(LONG_WAIT));
	run.lines.push(line);
	const connection: Connection = {
		run,
		credential,
		line,
		ways: new Set(),
		end,
		send: withRenewal(
			createTransport(context, credential, run.timeoutMs, run.deadlines),
			() => signIn.renewal?.(data) ?? 'none',
			async () => {
				// n8n keeps a token that it renews by OAuth2 to itself, until the credential is asked for again.
				if (signIn.signsWithFirstItem?.(data)) credential.alsoHide((await context.getCredentials(type).catch(() => ({}))) as IDataObject);
				return credential.mask();
			},
			() => end(REFUSED),
		),
	};
	return connection;
}
