import { join } from 'node:path';

import type { LogEntry } from '../../sandbox/log.mts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.mts';
import { type NodeName, services } from '../services/index.mts';
import type { StoredCredentials } from '../support/engine.mts';

/** A sandbox that is used for one case after another. */
export interface Bench {
	sandbox: Sandbox;
	onRequest?: (entry: LogEntry) => void;
	stop(): Promise<void>;
}

/** @param root the project's directory */
export async function startBench(root: string): Promise<Bench> {
	const sandbox = await startSandbox({ contractsDir: join(root, 'contracts'), onRequest: (entry) => bench.onRequest?.(entry) });
	const bench: Bench = { sandbox, stop: sandbox.stop };
	return bench;
}

/** A credential that the service's stand-in accepts, for its first way to sign in. */
export function credentialsFor(name: NodeName, { sandbox }: Bench): StoredCredentials {
	const [{ credentials }] = services[name].faults.signIns;
	return credentials({ sandbox, secret: (field) => `secret-${field}`, baseUrl: sandbox[name].url });
}
