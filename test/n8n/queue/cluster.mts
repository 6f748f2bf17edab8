/** n8n in queue mode: one main and two workers, each with the packed package and a user folder of its own, as on machines of their own. */
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { n8nFolder, userFolderOf } from '../../../demo/folders.mts';
import { N8nApi } from '../../../demo/n8nApi.mts';
import { startN8n, type N8nServer } from '../../../demo/n8nServer.mts';
import { demoOwner } from '../../../demo/owner.mts';
import { installPackage, type PackedPackage } from '../../../demo/package.mts';
import { findFreePort } from '../../../demo/ports.mts';

export interface Worker {
	name: string;
	server: N8nServer;
	/** IDs of the executions that this worker began, in order, as its log says. */
	executions(): string[];
}

export interface Cluster {
	api: N8nApi;
	main: N8nServer;
	workers: Worker[];
	/** Starts one more worker, which is then one of the workers. */
	addWorker(): Promise<Worker>;
	stop(): Promise<void>;
}

/** How many executions a worker takes at once; n8n's default is 10. */
const WORKER_CONCURRENCY = '5';

/**
 * @param environment the database, the queue and what else all three are told
 */
export async function startCluster(packed: PackedPackage, environment: Record<string, string>): Promise<Cluster> {
	rmSync(userFolderOf('queue'), { recursive: true, force: true });
	const mainPort = await findFreePort();
	const shared = {
		...environment,
		EXECUTIONS_MODE: 'queue',
		// What a worker puts into a link, e.g. of a form that waits, must lead to the main.
		WEBHOOK_URL: `http://127.0.0.1:${mainPort}/`,
		// All that share a database must share the key of its credentials.
		N8N_ENCRYPTION_KEY: randomBytes(24).toString('base64'),
		OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
		N8N_CONCURRENCY_PRODUCTION_LIMIT: WORKER_CONCURRENCY,
		N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
		N8N_LOG_LEVEL: 'info',
	};
	const running: N8nServer[] = [];
	const start = async (name: string, command: 'start' | 'worker') => {
		const userFolder = userFolderOf(join('queue', name));
		await installPackage(packed, userFolder);
		const server = await startN8n({
			n8nFolder,
			userFolder,
			port: command === 'start' ? mainPort : await findFreePort(),
			command,
			environment: shared,
		});
		running.push(server);
		return server;
	};
	const stop = async () => {
		await Promise.all(running.map(async (server) => await server.stop()));
	};
	try {
		// The main prepares the database that the workers then find.
		const main = await start('main', 'start');
		const workers: Worker[] = [];
		const addWorker = async () => {
			const name = `worker-${workers.length + 1}`;
			const server = await start(name, 'worker');
			const executions = () => [...readFileSync(server.logFile, 'utf8').matchAll(/Worker started execution (\d+)/g)].map(([, id]) => id);
			const worker = { name, server, executions };
			workers.push(worker);
			return worker;
		};
		await addWorker();
		await addWorker();
		const api = new N8nApi(main.url, n8nFolder);
		await api.signIn(demoOwner);
		return { api, main, workers, addWorker, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}
