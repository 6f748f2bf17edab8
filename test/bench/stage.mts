/** One real n8n with the packed package in it, the stand-in server beside it, and a way to measure one node between them. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { n8nDefinition, n8nFolder, userFolderOf } from '../../demo/folders.mts';
import { N8nApi, type WorkflowNode } from '../../demo/n8nApi.mts';
import { installN8n, isN8nInstalled } from '../../demo/n8nInstall.mts';
import { startN8n } from '../../demo/n8nServer.mts';
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
	stop(): Promise<void>;
}

async function ask<Reply>(standIn: ChildProcess, message: object): Promise<Reply> {
	standIn.send(message);
	return (await once(standIn, 'message'))[0] as Reply;
}

/** Starts both, and makes the credentials. They end with this process at the latest. */
export async function setStage(packed: PackedPackage): Promise<Stage> {
	if (!isN8nInstalled(n8nDefinition, n8nFolder)) await installN8n(n8nDefinition, n8nFolder);
	const standIn = fork(join(import.meta.dirname, 'standIn.mts'), { execArgv: ['--import', 'tsx'] });
	const [{ port }] = (await once(standIn, 'message')) as [{ port: number }];
	const baseUrl = `http://127.0.0.1:${port}`;

	const userFolder = userFolderOf('bench');
	await installPackage(packed, userFolder);
	const n8n = await startN8n({
		n8nFolder,
		userFolder,
		port: await findFreePort(),
		environment: { N8N_CUSTOM_EXTENSIONS: join(import.meta.dirname, 'nodes'), EXECUTIONS_DATA_PRUNE: 'false' },
	});
	const api = new N8nApi(n8n.url, n8nFolder);
	await api.signIn(demoOwner);
	const secretsOf = Object.assign({}, ...Object.values(services).map(({ account }) => account.credentials)) as Record<string, object>;
	let runs = 0;

	/** A credential with an address of its own, so that what one run found out of the pace is nothing that the next may know. */
	async function credentialOf(type: string): Promise<{ id: string; name: string }> {
		const data = { baseUrl: `${baseUrl}/run-${++runs}`, ...secretsOf[type] };
		const { id, name } = await api.saveCredential({ name: `Bench ${type}`, type, data });
		return { id, name };
	}

	async function measure(contender: Contender, items: number, delay: number, profileFile = '', limits?: Limits): Promise<Figures> {
		const { type, typeVersion, parameters, credentialType } = contender.node;
		const credentials = { [credentialType]: await credentialOf(credentialType) };
		const nodes: Array<Partial<WorkflowNode> & { name: string }> = [
			{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
			{ name: 'Items', type: 'CUSTOM.benchItems', parameters: { count: items, accounts: limits?.accounts ?? 0 } },
			...(contender.planned ? [{ name: 'Dry Run', type, typeVersion, parameters: contender.planned, credentials }] : []),
			{ name: 'Before', type: 'CUSTOM.benchMeter', parameters: { action: 'start', profileFile } },
			{
				name: 'Measured',
				type,
				typeVersion,
				parameters,
				credentials,
				...((limits ?? contender.goesOn) && { onError: 'continueRegularOutput' }),
			},
			{ name: 'After', type: 'CUSTOM.benchMeter', parameters: { action: 'stop', profileFile } },
		];
		const workflow = await api.createWorkflow({
			name: contender.name,
			nodes: nodes.map((node, index) => ({ typeVersion: 1, position: [200 * index, 0], parameters: {}, ...node })) as WorkflowNode[],
			connections: Object.fromEntries(
				nodes.slice(1).map(({ name }, index) => [nodes[index].name, { main: [[{ node: name, type: 'main', index: 0 }]] }]),
			),
			settings: { executionOrder: 'v1' },
		});
		await ask(standIn, { delay, ...limits });
		const execution = await api.runWorkflow(workflow.id, 'Start', 600_000);
		const { requests, mostOpen, refused } = await ask<{ requests: number; mostOpen: number; refused: number }>(standIn, {});
		await api.deleteWorkflow(workflow.id);
		if (execution.status !== 'success' || (!limits && requests !== items * (contender.requestsPerItem ?? 1))) {
			throw new Error(`${contender.name}: ${execution.status}, ${requests} requests for ${items} items. ${execution.error?.message ?? ''}`);
		}
		const { cpu, memory } = execution.nodes.After.items[0].json as { cpu: number; memory: number };
		const failed = execution.nodes.Measured.items.filter(({ json }) => (json as { error?: unknown }).error).length;
		return { time: execution.nodes.Measured.executionTime, cpu, memory, mostOpen, refused, failed };
	}

	async function stop(): Promise<void> {
		await n8n.stop();
		standIn.kill();
	}

	return { baseUrl, measure, stop };
}
