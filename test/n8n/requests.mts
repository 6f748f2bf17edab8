/** What a service was asked, in a form that is easily compared. */
import type { LogEntry } from '../../sandbox/log.mts';

interface Logged {
	log: { readonly entries: readonly LogEntry[]; clear(): void };
}

/** The requests of one method since the log was cleared. */
export function requests(service: Logged, method: string): LogEntry[] {
	return service.log.entries.filter((entry) => entry.method === method);
}

/** The bodies of the updates since the log was cleared. */
export function updatesSent(service: Logged): unknown[] {
	return requests(service, 'PATCH').map(({ body }) => body);
}
