/** Real n8ns with the packed package in them, the stand-in server beside them, and a way to measure one node between them. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { n8nDefinition, n8nFolder, userFolderOf } from '../../demo/folders.mts';
import { N8nApi, type Execution, type WorkflowNode } from '../../demo/n8nApi.mts';
import { installN8n, isN8nInstalled } from '../../demo/n8nInstall.mts';
import { startN8n, type N8nServer } from '../../demo/n8nServer.mts';
import { demoOwner } from '../../demo/owner.mts';
import { installPackage, type PackedPackage } from '../../demo/package.mts';
import { findFreePort } from '../../demo/ports.mts';
import { services } from '../services/index.mts';
import type { Contender } from './contenders.mts';

export interface Figures {
	/** Execution time of the node as n8n tells it, milliseconds. */
	time: number;
	/** CPU time of the n8n process while the node ran, milliseconds. */
	cpu: number;
	/** Peak resident memory of the n8n process over what it had before the node ran, MB. */
	memory: number;
	mostOpen: number;
	/** Requests that the server refused, and items that failed. */
	refused: number;
	failed: number;
}

/** What came of two executions at once. */
export interface FiguresTogether {
	/** From the first request of either to the last answer, milliseconds. */
	time: number;
	refused: number;
	failed: number;
	/** The smaller share of what was accepted while both ran. */
	share: number;
}

/** A server that does not bear everything: a service of the limiter's tests. */
interface Limits {
	pace: string;
	seed: number;
	accounts?: number;
}

export interface Stage {
	baseUrl: string;
	/**
	 * @param delay how long the server takes for an answer, milliseconds
	 * @param profileFile where a CPU profile of n8n goes while the node runs; none without it
	 * @param limits what the server bears; anything without them, and then every item must be one request
	 * @throws Error when the execution fails, or sends another number of requests than there are items
	 */
	measure(contender: Contender, items: number, delay: number, profileFile?: string, limits?: Limits): Promise<Figures>;
	/**
	 * Two executions at once, each with so many items, of one credential.
	 *
	 * @param processes whether both run in one n8n, or each in an n8n of its own
	 * @throws Error when an execution fails
	 */
	measureTogether(contender: Contender, items: number, limits: Limits, processes: 1 | 2): Promise<FiguresTogether>;
	stop(): Promise<void>;
}

/** What the stand-in server has counted. */
interface Counted {
	requests: number;
	mostOpen: number;
	refused: number;
	acceptedAt: Record<string, number[]>;
}

/** An n8n whose owner has signed in. */
interface Bench {
	n8n: N8nServer;
	api: N8nApi;
}

async function ask<Reply>(standIn: ChildProcess, message: object): Promise<Reply> {
	standIn.send(message);
	return (await once(standIn, 'message'))[0] as Reply;
}

async function startBench(packed: PackedPackage, name: string): Promise<Bench> {
	const userFolder = userFolderOf(name);
	await installPackage(packed, userFolder);
	const n8n = await startN8n({
		n8nFolder,
		userFolder,
		port: await findFreePort(),
		environment: { N8N_CUSTOM_EXTENSIONS: join(import.meta.dirname, 'nodes'), EXECUTIONS_DATA_PRUNE: 'false' },
	});
	const api = new N8nApi(n8n.url, n8nFolder);
	await api.signIn(demoOwner);
	return { n8n, api };
}

/** The share of the run that got less while both ran, of what was accepted then. */
function smallerShare(runs: number[][]): number {
	const until = Math.min(...runs.map((at) => Math.max(...at)));
	const done = runs.map((at) => at.filter((each) => each <= until).length);
	return Math.min(...done) / done.reduce((sum, count) => sum + count, 0);
}

const failedIn = (execution: Execution) => execution.nodes.Measured.items.filter(({ json }) => (json as { error?: unknown }).error).length;

/** Starts an n8n and the server. They end with this process at the latest. */
export async function setStage(packed: PackedPackage): Promise<Stage> {
	if (!isN8nInstalled(n8nDefinition, n8nFolder)) await installN8n(n8nDefinition, n8nFolder);
	const standIn = fork(join(import.meta.dirname, 'standIn.mts'), { execArgv: ['--import', 'tsx'] });
	const [{ port }] = (await once(standIn, 'message')) as [{ port: number }];
	const baseUrl = `http://127.0.0.1:${port}`;
	const benches = [await startBench(packed, 'bench')];
	const secretsOf = Object.assign({}, ...Object.values(services).map(({ account }) => account.credentials)) as Record<string, object>;
	let runs = 0;

	/** A credential with an address of its own, so that what one run found out of the pace is nothing that the next may know. */
	async function credentialOf({ api }: Bench, type: string, run: number): Promise<{ id: string; name: string }> {
		const data = { baseUrl: `${baseUrl}/run-${run}`, ...secretsOf[type] };
		const { id, name } = await api.saveCredential({ name: `Bench ${type}`, type, data });
		return { id, name };
	}

	/** A workflow that has so many items and gives them to the contender. @returns its ID */
	async function createWorkflow(
		bench: Bench,
		contender: Contender,
		{ count, accounts = 0, prefix = 'account' }: { count: number; accounts?: number; prefix?: string },
		run: number,
		goesOn: boolean,
		profileFile: string,
	): Promise<string> {
		const { type, typeVersion, parameters, credentialType } = contender.node;
		const credentials = { [credentialType]: await credentialOf(bench, credentialType, run) };
		const nodes: Array<Partial<WorkflowNode> & { name: string }> = [
			{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
			{ name: 'Items', type: 'CUSTOM.benchItems', parameters: { count, accounts, prefix } },
			...(contender.planned ? [{ name: 'Dry Run', type, typeVersion, parameters: contender.planned, credentials }] : []),
			{ name: 'Before', type: 'CUSTOM.benchMeter', parameters: { action: 'start', profileFile } },
			{ name: 'Measured', type, typeVersion, parameters, credentials, ...(goesOn && { onError: 'continueRegularOutput' }) },
			{ name: 'After', type: 'CUSTOM.benchMeter', parameters: { action: 'stop', profileFile } },
		];
		const { id } = await bench.api.createWorkflow({
			name: contender.name,
			nodes: nodes.map((node, index) => ({ typeVersion: 1, position: [200 * index, 0], parameters: {}, ...node })) as WorkflowNode[],
			connections: Object.fromEntries(
				nodes.slice(1).map(({ name }, index) => [nodes[index].name, { main: [[{ node: name, type: 'main', index: 0 }]] }]),
			),
			settings: { executionOrder: 'v1' },
		});
		return id;
	}

	async function run({ api }: Bench, workflowId: string): Promise<Execution> {
		const execution = await api.runWorkflow(workflowId, 'Start', 600_000);
		await api.deleteWorkflow(workflowId);
		return execution;
	}

	async function measure(contender: Contender, items: number, delay: number, profileFile = '', limits?: Limits): Promise<Figures> {
		const goesOn = limits !== undefined || contender.goesOn === true;
		const what = { count: items, accounts: limits?.accounts };
		const workflowId = await createWorkflow(benches[0], contender, what, ++runs, goesOn, profileFile);
		await ask(standIn, { delay, ...limits });
		const execution = await run(benches[0], workflowId);
		const { requests, mostOpen, refused } = await ask<Counted>(standIn, {});
		if (execution.status !== 'success' || (!limits && requests !== items * (contender.requestsPerItem ?? 1))) {
			throw new Error(`${contender.name}: ${execution.status}, ${requests} requests for ${items} items. ${execution.error?.message ?? ''}`);
		}
		const { cpu, memory } = execution.nodes.After.items[0].json as { cpu: number; memory: number };
		return { time: execution.nodes.Measured.executionTime, cpu, memory, mostOpen, refused, failed: failedIn(execution) };
	}

	async function measureTogether(contender: Contender, items: number, limits: Limits, processes: 1 | 2): Promise<FiguresTogether> {
		if (processes > benches.length) benches.push(await startBench(packed, 'bench-2'));
		const number = ++runs;
		const both = await Promise.all(
			['first', 'second'].map(async (prefix, index) => {
				const bench = benches[index % processes];
				return { bench, id: await createWorkflow(bench, contender, { count: items, prefix }, number, true, '') };
			}),
		);
		await ask(standIn, { delay: 0, ...limits });
		const executions = await Promise.all(both.map(async ({ bench, id }) => await run(bench, id)));
		const { refused, acceptedAt } = await ask<Counted>(standIn, {});
		const broken = executions.find(({ status }) => status !== 'success');
		if (broken) throw new Error(`${contender.name}: ${broken.status}. ${broken.error?.message ?? ''}`);
		return {
			time: Math.max(...Object.values(acceptedAt).flat()),
			refused,
			failed: executions.reduce((sum, execution) => sum + failedIn(execution), 0),
			share: smallerShare(Object.values(acceptedAt)),
		};
	}

	async function stop(): Promise<void> {
		for (const { n8n } of benches) await n8n.stop();
		standIn.kill();
	}

	return { baseUrl, measure, measureTogether, stop };
}
