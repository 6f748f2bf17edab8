import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { readClaims, SAY_OUTCOMES, type Claim } from './claims.mts';
import { runNode, type NodeName, type NodeResult, type NodeRun } from './harness.mts';
import { standIns } from './standIns.mts';
import type { TruthServer } from './truthServer.mts';

/** An update by hand: what is not told is as most people have it. */
export interface OneRun extends Partial<Omit<NodeRun, 'node' | 'parameters'>> {
	/** The values of each item, by path, and its account where the service has several. */
	updates: Array<{ account?: string | number; values: IDataObject; [more: string]: unknown }>;
	parameters?: INodeParameters;
	options?: INodeParameters;
}

/** A run, and what it claims. */
export interface RunSeen extends NodeResult {
	claims: Claim[];
	/** The outcomes in the order of the items. */
	outcomes: string[];
}

/** The secret that the usual credential signs in with. */
export const SECRET = 'usual-secret';

/** The node as these tests start it; for `startNode` and `runNode`. */
export function nodeRun(service: NodeName, server: TruthServer, { updates, parameters, options, ...more }: OneRun): NodeRun {
	server.tenants.set(SECRET, 't1');
	return {
		node: service,
		parameters: {
			operation: 'update',
			...standIns[service].parameters(Object.keys(updates[0].values)),
			options: { ...SAY_OUTCOMES, timeout: 10_000, maxRetries: 0, ...options },
			...parameters,
		},
		items: updates.map((update) => ({ account: standIns[service].ids[0], ...update }) as IDataObject),
		credentials: standIns[service].credentials(server.url, SECRET),
		...more,
	};
}

/** Runs updates against a server, until everything late has landed. */
export async function update(service: NodeName, server: TruthServer, run: OneRun): Promise<RunSeen> {
	const result = await runNode(nodeRun(service, server, run));
	await server.landed();
	const claims = readClaims(result).sort((a, b) => a.item - b.item);
	return { ...result, claims, outcomes: claims.map(({ outcome }) => outcome) };
}

/** The requests of a kind that a server received. */
export const received = ({ requests }: TruthServer, kind: TruthServer['requests'][number]['kind']) =>
	requests.filter((request) => request.kind === kind);
