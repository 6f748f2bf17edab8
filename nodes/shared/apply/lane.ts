import type { IDataObject } from 'n8n-workflow';

import type { Connection } from '../http/connection';
import type { PlannedUpdate } from '../plan/plannedUpdate';
import type { Result } from '../service';
import { isDone, type EarlierTries } from './earlierTries';

/** The updates of one account, in item order, and what is known of the account on the way. */
export interface Lane {
	connection: Connection;
	updates: PlannedUpdate[];
	/** What an earlier try of the same run has done. */
	done: Map<PlannedUpdate, Result>;
	/** What an earlier try has sent and not done: refused, or left open. */
	begun: Map<PlannedUpdate, Result>;
	/** Whether an update has been sent in this try: what was done before may be overwritten. */
	hasSent: boolean;
	/** In a dry run, the record as the updates before would have left it. */
	simulated?: IDataObject;
	/** The record as it was read last, while nothing was sent since; `at` is in milliseconds since 1970. */
	lastRead?: { record: IDataObject; at: number };
}

/**
 * Updates of one account go into one lane, so that they are applied in item order and never at once. Accounts of different credentials are different
 * accounts.
 *
 * @param connectionOf the connection of an item
 */
export function toLanes(planned: PlannedUpdate[], connectionOf: (update: PlannedUpdate) => Connection, earlier: EarlierTries): Lane[] {
	const lanes = new Map<Connection, Map<string, Lane>>();
	for (const update of planned) {
		const connection = connectionOf(update);
		const byAccount = lanes.get(connection) ?? new Map<string, Lane>();
		lanes.set(connection, byAccount);
		const nothingYet = { done: new Map(), begun: new Map(), hasSent: false };
		const lane: Lane = byAccount.get(update.target.key) ?? { connection, updates: [], ...nothingYet };
		byAccount.set(update.target.key, lane);
		lane.updates.push(update);
		const result = earlier.resultOf(update.itemIndex, update.position);
		if (result) lane[isDone(result) ? 'done' : 'begun'].set(update, result);
	}
	return [...lanes.values()].flatMap((byAccount) => [...byAccount.values()]);
}
