import { leftUndone } from '../http/ending';
import type { PlannedUpdate } from '../plan/plannedUpdate';
import type { Failure } from '../service';
import { failed, join, type Applied } from './claim';
import type { Lane } from './lane';

/** The end of an update whose account had to be read first, and could not be. */
export function notRead(lane: Lane, update: PlannedUpdate, failure: Failure): Applied {
	if (failure.ending) return failed(update, 'not sent', leftUndone('Not sent', failure.ending));
	const what = lane.begun.has(update) ? 'the update was not sent again' : 'no update was sent';
	const remedy = join(`The current record is needed first, so ${what}.`, failure.remedy);
	return failed(update, 'not sent', { ...failure, remedy });
}
