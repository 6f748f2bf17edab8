import type { IExecuteFunctions } from 'n8n-workflow';

import { remedyOfFault } from '../fields/exception';
import { createRun, type Connection, type Run } from '../http/connection';
import { openConnections, type ConnectionOf } from '../http/connections';
import { STOPPED } from '../http/ending';
import type { UpdateOptions } from '../parameters/updateOptions';
import type { Failure, Service } from '../service';

/** What an operation needs to ask a service: the run, and for each item its connection or why it has none. */
export interface Opened {
	run: Run;
	connectionOf: ConnectionOf;
}

/**
 * Opens the way to the service for the items of an operation.
 */
export async function openRun(
	context: IExecuteFunctions,
	service: Service,
	options: Pick<UpdateOptions, 'timeout' | 'maxRetries' | 'maxConcurrentRequests' | 'maxRequestsPerSecond'>,
	itemIndexes: number[],
): Promise<Opened> {
	const limits = {
		timeoutMs: options.timeout,
		maxRetries: options.maxRetries,
		maxConcurrentRequests: options.maxConcurrentRequests,
		maxRequestsPerSecond: options.maxRequestsPerSecond,
	};
	const run = createRun(service, limits, context.getExecutionCancelSignal?.());
	const type = service.signIn.credentialType(context.getNodeParameter('authentication', 0, '') as string);
	return { run, connectionOf: await openConnections(context, run, type, itemIndexes) };
}

/** Why a read threw: the execution was stopped, which calls the wait between two attempts off, or this package has a fault. */
export function whyReadEnded({ signal }: Run, error: unknown): Failure {
	if (signal?.aborted) return STOPPED;
	return { summary: 'The read failed in an unforeseen way', remedy: remedyOfFault(error) };
}

/** Whether it is a connection, and not why there is none. */
export function isConnection(connection: Connection | { failure: Failure }): connection is Connection {
	return 'send' in connection;
}
