/** Waiting for something to become true. */
import { setTimeout as sleep } from 'node:timers/promises';

/** How long to wait unless told, in milliseconds: far longer than a busy machine needs, so that only what never happens meets it. */
const PATIENCE = 120_000;

export interface UntilOptions {
	/** Milliseconds after which it is given up. */
	patience?: number;
	/** Milliseconds until the next look; more where a look costs something. */
	pause?: number;
	/** What to say of how things stand when it is given up. */
	describe?: () => string;
}

/**
 * Looks again and again until there is an answer.
 * @param what is waited for, for the error message, e.g. "n8n answers"
 * @param look gives what is waited for; undefined or false as long as it is not there
 * @throws Error when it does not come in time, or when `look` throws
 */
export async function until<Found>(
	what: string,
	look: () => Found | undefined | false | Promise<Found | undefined | false>,
	{ patience = PATIENCE, pause = 50, describe }: UntilOptions = {},
): Promise<Found> {
	const deadline = Date.now() + patience;
	for (;;) {
		const found = await look();
		if (found !== undefined && found !== false) return found;
		if (Date.now() > deadline) {
			throw new Error(`Waited ${Math.round(patience / 1000)} s in vain until ${what}.${describe ? ` ${describe()}` : ''}`);
		}
		await sleep(pause);
	}
}
