/**
 * The nodes of this package and what people use instead, side by side in one real n8n against the same server.
 *
 *   npm run bench                                            the whole table: three counts of items, three answer times
 *   npm run bench -- --items 1000 --delays 0,20 --rounds 5   a part of it
 *   npm run bench -- --pause                                 waits after n8n has started, to attach a profiler to its process
 *
 * In each round every contender runs once, and the order changes from round to round. Figures are medians.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';

import { cache, n8nDefinition, n8nFolder, project, userFolderOf } from '../../demo/folders.mts';
import { N8nApi } from '../../demo/n8nApi.mts';
import { installN8n, isN8nInstalled, n8nVersion } from '../../demo/n8nInstall.mts';
import { startN8n } from '../../demo/n8nServer.mts';
import { demoOwner } from '../../demo/owner.mts';
import { installPackage, packPackage } from '../../demo/package.mts';
import { findFreePort } from '../../demo/ports.mts';
import { killAllGroups, stopAllGroups } from '../../demo/processGroups.mts';
import { bareLoop, cudoCompute, httpRequest, userHub, type Contender } from './contenders.mts';
import { cpuMs, peakMb, resetPeakMb } from './processUse.mts';

const { values: flags } = parseArgs({
	options: {
		items: { type: 'string', default: '100,1000,10000' },
		delays: { type: 'string', default: '0,20,100' },
		rounds: { type: 'string', default: '5' },
		only: { type: 'string', default: '' },
		pause: { type: 'boolean', default: false },
	},
});
const numbers = (list: string) => list.split(',').map(Number);
const rounds = Number(flags.rounds);

interface Figures {
	/** Execution time of the node, milliseconds. */
	time: number;
	/** CPU time of the n8n process during the execution, milliseconds. */
	cpu: number;
	/** Peak resident memory over what it was before, MB. */
	memory: number;
	mostOpen: number;
}

function median(figures: number[]): number {
	const sorted = [...figures].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

async function main(): Promise<void> {
	if (!isN8nInstalled(n8nDefinition, n8nFolder)) await installN8n(n8nDefinition, n8nFolder);
	const standInPort = await findFreePort();
	const baseUrl = `http://127.0.0.1:${standInPort}`;
	const standIn = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'standIn.mts'), String(standInPort)], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	process.on('exit', () => standIn.kill());
	await once(standIn.stdout, 'data');

	const packed = await packPackage(project, cache);
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
	const credentials: Record<string, { id: string; name: string }> = {};
	const secrets = {
		userHubApi: { baseUrl, userApiKey: 'user-key', signInWith: 'userAccessToken', userAccessToken: 'token' },
		cudoComputeApi: { baseUrl, apiKey: 'api-key' },
	};
	for (const [type, data] of Object.entries(secrets)) {
		const { id, name } = await api.saveCredential({ name: `Bench ${type}`, type, data });
		credentials[type] = { id, name };
	}
	if (flags.pause) {
		console.log(`n8n is process ${n8n.pid}. Press Enter to go on.`);
		await createInterface(process.stdin).question('');
	}

	async function measure(contender: Contender, items: number, delay: number): Promise<Figures> {
		const { type, typeVersion, parameters, credentialType } = contender.node;
		const node = (name: string, position: number, more: object) => ({ name, position: [position, 0], typeVersion: 1, parameters: {}, ...more });
		const workflow = await api.createWorkflow({
			name: contender.name,
			nodes: [
				node('Start', 0, { type: 'n8n-nodes-base.manualTrigger' }),
				node('Items', 200, { type: 'CUSTOM.benchItems', parameters: { count: items } }),
				node('Measured', 400, { type, typeVersion, parameters, credentials: { [credentialType]: credentials[credentialType] } }),
			] as never,
			connections: {
				Start: { main: [[{ node: 'Items', type: 'main', index: 0 }]] },
				Items: { main: [[{ node: 'Measured', type: 'main', index: 0 }]] },
			},
			settings: { executionOrder: 'v1' },
		});
		await fetch(`${baseUrl}/_bench/start?delay=${delay}`);
		const before = resetPeakMb(n8n.pid);
		const cpuBefore = cpuMs(n8n.pid);
		const execution = await api.runWorkflow(workflow.id, 'Start', 600_000);
		const { requests, mostOpen } = (await (await fetch(`${baseUrl}/_bench/stats`)).json()) as { requests: number; mostOpen: number };
		const figures = {
			time: execution.nodes.Measured?.executionTime ?? 0,
			cpu: cpuMs(n8n.pid) - cpuBefore,
			memory: peakMb(n8n.pid) - before,
			mostOpen,
		};
		await api.deleteWorkflow(workflow.id);
		if (execution.status !== 'success' || requests !== items) {
			throw new Error(`${contender.name}: ${execution.status}, ${requests} requests for ${items} items. ${execution.error?.message ?? ''}`);
		}
		return figures;
	}

	console.log(`n8n ${n8nVersion(n8nDefinition)}, ${cpus().length} × ${cpus()[0].model}, medians of ${rounds} rounds`);
	for (const delay of numbers(flags.delays)) {
		// Where the server takes long, more requests at once are what helps.
		const most = delay >= 100 ? 100 : 50;
		for (const items of numbers(flags.items)) {
			const contenders = [
				httpRequest(baseUrl),
				userHub(undefined, false),
				userHub(most, false),
				userHub(most, true),
				userHub(most, false, { skipIfUnchanged: true }),
				cudoCompute(undefined, false),
				cudoCompute(most, false),
				cudoCompute(most, true),
				bareLoop(baseUrl, 20),
				bareLoop(baseUrl, most),
			].filter(({ name }) => name.includes(flags.only) || name === 'HTTP Request');
			const measured = new Map<Contender, Figures[]>(contenders.map((contender) => [contender, []]));
			for (const contender of contenders) await measure(contender, Math.min(items, 100), delay);
			for (let round = 0; round < rounds; round++) {
				const order = round % 2 ? [...contenders].reverse() : contenders;
				for (const contender of order) measured.get(contender)!.push(await measure(contender, items, delay));
			}
			const medianOf = (contender: Contender, figure: keyof Figures) => median(measured.get(contender)!.map((figures) => figures[figure]));
			const peer = medianOf(contenders[0], 'time');
			console.log(`\n${items} items, the server answers in ${delay} ms\n`);
			console.log('| node, Max Concurrent Requests | time | items/s | of HTTP Request | n8n CPU | memory over idle | open at once |');
			console.log('|---|---:|---:|---:|---:|---:|---:|');
			for (const contender of contenders) {
				const time = medianOf(contender, 'time');
				console.log(
					`| ${contender.name} | ${(time / 1000).toFixed(2)} s | ${Math.round((items / time) * 1000)} | ${(time / peer).toFixed(2)} | ${(medianOf(contender, 'cpu') / 1000).toFixed(2)} s | ${Math.round(medianOf(contender, 'memory'))} MB | ${medianOf(contender, 'mostOpen')} |`,
				);
			}
		}
	}
}

process.on('exit', killAllGroups);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
main()
	.then(() => 0)
	.catch((error: Error) => {
		console.error(error.message);
		return 1;
	})
	.then(async (code) => {
		await stopAllGroups();
		process.exit(code);
	});
