import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { INode } from 'n8n-workflow';

import { readClaims, SAY_OUTCOMES } from './claims.mts';
import { everythingIn, startNode, type NodeName, type NodeResult } from './harness.mts';
import { judge, type JudgedItem, type Judgement } from './judge.mts';
import type { Kind } from './kinds.mts';
import { signInFor } from './signIns.mts';
import { standIns } from './standIns.mts';
import { startTruthServer, type Received, type TruthServer } from './truthServer.mts';

export const modes = ['stop', 'continue', 'error output'] as const;
type Mode = (typeof modes)[number];

const ON_ERROR: Record<Mode, INode['onError']> = {
	stop: 'stopWorkflow',
	continue: 'continueRegularOutput',
	'error output': 'continueErrorOutput',
};

export interface Case {
	kind: Kind;
	service: NodeName;
	mode: Mode;
	maxRetries: number;
}

export interface CaseResult extends Judgement {
	case: Case;
	/** Secrets that were seen, and where. */
	secrets: string[];
	/** Milliseconds that the node took. */
	ms: number;
}

/** Enough for answers that come at once, on a busy machine too. */
const PLAIN_TIMEOUT_MS = 10_000;

/** A run that takes longer has a hole in its deadlines: a few Timeouts for each try, the pauses between them, and what a busy machine takes. */
const longest = (timeout: number, maxRetries: number) => 8 * timeout * (maxRetries + 1) + 3000 * (maxRetries + 1) + 20_000;

async function unusedUrl(): Promise<string> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise<void>((resolve) => server.close(() => resolve()));
	return `http://127.0.0.1:${port}`;
}

/** The items of a case: the first has the kind's fault, and where there are accounts the last shares its account. */
function itemsOf({ kind, service }: Case): JudgedItem[] {
	const { ids, values } = standIns[service];
	const first = { ...(kind.values?.[service] ?? values(0)) };
	const fields = Object.keys(first);
	const others = (index: number) => (kind.values ? { ...first, ...otherwise(first, index) } : values(index));
	if (kind.items !== undefined) {
		return Array.from({ length: kind.items }, (_, index) => ({
			account: service === 'aodocs' ? 't1/domain' : `t1/acc${index}`,
			asked: values(index),
		}));
	}
	return ids.map((id, index) => ({
		account: `t1/${id}`,
		asked: index === 0 ? first : Object.fromEntries(fields.map((field) => [field, others(index)[field]])),
	}));
}

/** Other values of the same fields, so that a request tells whose it is. */
function otherwise(values: Record<string, unknown>, index: number): Record<string, unknown> {
	const other = (value: unknown) => {
		if (typeof value === 'number') return value + index * 7 + 11;
		if (typeof value === 'boolean') return value;
		const text = String(value);
		if (/^\d+(\.\d+)?$/.test(text)) return String(20 + index);
		if (text.startsWith('+')) return `+1212555010${index}`;
		if (text.startsWith('https:')) return `https://billing.example.com/other-${index}`;
		return text.includes('@') ? `other${index}@example.com` : `Other ${index}`;
	};
	return Object.fromEntries(Object.entries(values).map(([path, value]) => [path, other(value)]));
}

/** Lets the server do what the kind says, to the first item. */
function setScript({ kind, service }: Case, server: TruthServer, items: JudgedItem[]): void {
	const [first] = items;
	let hasCome = false;
	let reads = 0;
	server.script = (request: Received) => {
		const special = kind.any?.(request, service);
		if (special || request.account !== first.account) return special;
		if (request.kind === 'update') {
			hasCome = true;
			const isFirst = Object.entries(first.asked).every(([path, value]) =>
				JSON.stringify(request.asked[path])?.includes(JSON.stringify(value)),
			);
			return isFirst ? kind.update?.(request, service) : undefined;
		}
		if (request.kind === 'read' && hasCome) return kind.read?.({ ...request, nth: ++reads }, service);
		return undefined;
	};
}

/** Everything of a result that reaches a person, another node, a log or n8n's database. */
const placesIn = ({ outputs, error, hints, runData, status }: NodeResult, log: string[]) => ({
	output: outputs,
	error: [error, error?.message, error?.description, error?.stack, error?.cause, error?.context],
	hints,
	'run data': [runData, status],
	log,
});

function secretsSeen(result: NodeResult, log: string[], secrets: string[]): string[] {
	return Object.entries(placesIn(result, log)).flatMap(([place, value]) => {
		const text = everythingIn(value);
		return secrets.filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${place}`);
	});
}

/**
 * Runs one case to its end, waits for what lands late, and judges.
 *
 * @param log the lines of n8n's logger, of all cases
 */
export async function runCase(testCase: Case, log: string[]): Promise<CaseResult> {
	const { kind, service, mode, maxRetries } = testCase;
	const firstLine = log.length;
	const server = await startTruthServer(service);
	const timeout = kind.timeout ?? PLAIN_TIMEOUT_MS;
	try {
		const signedIn = signInFor(kind, service, server, kind.isAway ? await unusedUrl() : server.url);
		const items = itemsOf(testCase);
		setScript(testCase, server, items);
		const began = server.now();
		const { result, cancel } = startNode({
			node: service,
			parameters: {
				operation: 'update',
				...standIns[service].parameters(Object.keys(items[0].asked)),
				...signedIn.parameters,
				options: { ...SAY_OUTCOMES, timeout, maxRetries, ...(kind.updatesAfterWait !== undefined && { maxConcurrentRequests: 1 }) },
			},
			items: items.map(({ account, asked }) => ({ account: account.split('/')[1], values: asked as never })),
			credentials: signedIn.credentials,
			onError: ON_ERROR[mode],
		});
		const bound = longest(timeout, maxRetries);
		let timer: NodeJS.Timeout | undefined;
		const tooLong = new Promise<undefined>((resolve) => {
			timer = setTimeout(() => resolve(undefined), bound);
		});
		const ended = await Promise.race([result, tooLong]);
		clearTimeout(timer);
		const ms = server.now() - began;
		if (!ended) {
			cancel();
			const falseClaims = [`the run did not end within ${bound} ms`];
			return { case: testCase, falseClaims, needlesslyUnknown: [], unknown: 0, secrets: [], ms };
		}
		const endedAt = server.now();
		await server.landed();
		const judgement = judge({ kind, items, claims: readClaims(ended), server, mode, maxRetries, endedAt });
		return { case: testCase, ...judgement, secrets: secretsSeen(ended, log.slice(firstLine), signedIn.secrets), ms };
	} finally {
		await server.stop();
	}
}
