import { leftUndone } from '../http/ending';
import type { PlannedUpdate } from '../plan/plannedUpdate';
import type { Failure } from '../service';
import { failed, join, type Applied } from './claim';

/** The end of an update whose account had to be read first, and could not be. */
export function notRead(update: PlannedUpdate, failure: Failure): Applied {
	if (failure.ending) return failed(update, 'not sent', leftUndone('Not sent', failure.ending));
	const remedy = join('The current record is needed first, so no update was sent.', failure.remedy);
	return failed(update, 'not sent', { ...failure, remedy });
}
