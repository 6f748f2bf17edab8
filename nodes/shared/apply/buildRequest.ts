import type { IDataObject } from 'n8n-workflow';

import type { Connection } from '../http/connection';
import { toBody } from '../plan/changes';
import type { PlannedUpdate } from '../plan/plannedUpdate';
import type { ApiRequest, Failure, UpdateParts } from '../service';

/** What the service builds an update from. */
export function partsOf(
	{ target, changes, touched, options }: PlannedUpdate,
	record: IDataObject | undefined,
	ways: ReadonlySet<string>,
): UpdateParts {
	return { target, changes, body: toBody(touched), record, options: options.serviceOptions, ways };
}

/**
 * The request of an update, in the ways that the connection has found out so far.
 *
 * @returns why it cannot be built, where it cannot
 */
export function buildRequest(
	connection: Connection,
	update: PlannedUpdate,
	record: IDataObject | undefined,
): ApiRequest | { failure: Failure } {
	return connection.run.service.account.update(partsOf(update, record, connection.ways));
}
