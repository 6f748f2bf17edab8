import { createHash } from 'crypto';

import { Gate } from './gate';

/** How long a gate is remembered that nobody uses, in milliseconds: a loop over batches goes on with what it has found out. */
const REMEMBERED_MS = 60_000;
/** How often it is looked which to forget, in milliseconds. */
const LOOKED_EVERY_MS = 1000;

/** By a hash of who signs in where, never by the secrets themselves. */
const gates = new Map<string, Gate>();
let lookedAt = -Infinity;

/** Forgets the gates that nobody has used for a while. */
function forgetIdle(now: number): void {
	if (now - lookedAt < LOOKED_EVERY_MS) return;
	lookedAt = now;
	for (const [key, { idleSince }] of gates) if (idleSince !== undefined && now - idleSince > REMEMBERED_MS) gates.delete(key);
}

/**
 * The gate of a sign-in: one for all runs in this process that use it, so that they find the pace together. Those of different sign-ins share nothing.
 *
 * @param signIn what tells sign-ins apart: address, credential type and secrets
 */
export function gateOf(signIn: unknown[]): Gate {
	forgetIdle(Date.now());
	const key = createHash('sha256').update(JSON.stringify(signIn)).digest('base64');
	const gate = gates.get(key) ?? new Gate();
	gates.set(key, gate);
	return gate;
}

/** Forgets all that was found out. Runs that are under way keep their gate. */
export function forgetGates(): void {
	gates.clear();
}
