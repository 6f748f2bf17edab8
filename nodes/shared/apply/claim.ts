import type { IDataObject } from 'n8n-workflow';

import { remedyOfFault } from '../fields/exception';
import { leftUndone, RUN_OVER } from '../http/ending';
import type { Failure, Outcome, Result } from '../service';
import type { PlannedUpdate } from '../plan/plannedUpdate';
import type { JobEnd } from './lanes';

/** What may be claimed of an update if the next step throws. It is set before each step that can change it, never after. */
export interface Claim {
	outcome: Outcome;
}

/** What became of an update, and how its lane goes on. */
export interface Applied {
	result: Result;
	end: JobEnd;
}

/** The end of an update that failed. After an unknown outcome nothing more is sent to the account. */
export function failed(update: PlannedUpdate, outcome: Outcome, failure: Failure, known: Partial<Result> = {}): Applied {
	const { itemIndex, position, target } = update;
	return { result: { itemIndex, position, target, outcome, failure, ...known }, end: outcome === 'unknown' ? 'closeLane' : 'next' };
}

/** The end of an update that did not. */
export function succeeded(update: PlannedUpdate, outcome: Outcome, record: IDataObject, known: Partial<Result> = {}): Applied {
	const { itemIndex, position, target } = update;
	return { result: { itemIndex, position, target, outcome, record, ...known }, end: 'next' };
}

/** Sentences one after another, without those that are not there. */
export function join(...sentences: Array<string | undefined>): string {
	return sentences.filter(Boolean).join(' ');
}

/** What to do where it is not known what became of an update. */
export const LOOK_IT_UP = 'Look the account up before you run the item again.';

/** What to do where this package has a fault. */
export function remedyAfterFault(outcome: Outcome, error: unknown): string {
	return join(outcome === 'unknown' ? LOOK_IT_UP : undefined, remedyOfFault(error));
}

/** The failure of an item that was never tried, because the run had ended before. */
export const NOT_STARTED = leftUndone('Not sent', RUN_OVER);

/** The same where an earlier item of the account has left open what became of it. */
export const ACCOUNT_CLOSED = leftUndone('Not sent', {
	because: 'it is unknown whether an earlier item of the same account was applied',
	remedy: 'Look the account up, then run the item again.',
});
