import type { LogEntry } from '../../sandbox/log.mts';
import { nodeNames } from '../services/index.mts';
import { type KeyPlaces, keysIn } from '../services/keysIn.mts';

const places = Object.fromEntries(nodeNames.map((name): [string, KeyPlaces] => [name, keysIn(name)]));

/** The credential's secrets as a service saw them, because some are made on the way. */
export function travelled({ service, headers, query }: Pick<LogEntry, 'service' | 'headers' | 'query'>): string[] {
	const { headers: names, parameters } = places[service];
	// Before the secret stands the word for the way to sign in.
	const sent = names.map((name) => (name === 'authorization' ? headers[name]?.replace(/^\S+ /, '') : headers[name]));
	return [...sent, ...parameters.map((name) => query[name])].filter((value): value is string => typeof value === 'string');
}
