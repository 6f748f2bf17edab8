import type { IDataObject } from 'n8n-workflow';

import type { Change } from '../plan/changes';
import type { Target } from '../service';

/** What is known of an item's account when the run is over. */
export type Outcome =
	/** The account is as the item asked. */
	| 'updated'
	/** The account was as the item asks already; nothing was sent. */
	| 'unchanged'
	/** The service received the update, and it surely had no effect, or not all of it. */
	| 'not applied'
	/** No update reached the service for the item. */
	| 'not sent'
	/** The update was sent, and whether it had an effect could not be found out. */
	| 'unknown'
	/** Dry Run: the update is planned, and no update was sent. */
	| 'planned'
	/** Get: the record was read. */
	| 'read'
	/** Get: the record could not be read. */
	| 'not read';

/** Why an item failed. The summary is the node's own sentence, because n8n rewrites messages that contain what it takes for system codes. */
export interface Failure {
	/** What happened, without a period and without the service's own words. */
	summary: string;
	/** The service's own message, or what else explains it. */
	detail?: string;
	/** What to do about it. */
	remedy?: string;
	httpCode?: number;
	/** The service's reason, or the system's code. */
	code?: string;
	violations?: Array<{ field: string; description: string }>;
	requestId?: string;
}

/** What became of one item. */
export interface ItemResult {
	itemIndex: number;
	/** Absent when the item does not say which account it is about. */
	target?: Target;
	outcome: Outcome;
	/** The account as the service last showed it, or the plan of a dry run. */
	record?: IDataObject;
	/** What the update changed; known where the record was read before. */
	changes?: Change[];
	/** The item that takes the changes back; where Include Changes asks for it. */
	undo?: IDataObject;
	/** The fields that the service accepted and does not show. */
	notApplied?: string[];
	failure?: Failure;
}

/** How many items ended in which way, most telling first: `2 updated, 1 not applied, 4 not sent`. */
export function countOutcomes(results: ItemResult[]): string {
	const order: Outcome[] = ['updated', 'unchanged', 'planned', 'read', 'not applied', 'unknown', 'not sent', 'not read'];
	return order
		.map((outcome) => ({ outcome, count: results.filter((result) => result.outcome === outcome).length }))
		.filter(({ count }) => count > 0)
		.map(({ outcome, count }) => `${count} ${outcome}`)
		.join(', ');
}

/** The failure of an item that was never tried, because the run had ended before. */
export const NOT_STARTED: Failure = {
	summary: 'Not sent, because the run ended before',
	remedy: 'Run the item again once the cause is mended.',
};

/** The same for a read. */
export const NOT_READ: Failure = { summary: 'Not read, because the run ended before' };
