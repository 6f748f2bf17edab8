/** The database and the queue of n8n's queue mode: a PostgreSQL and a Redis of their own, on loopback, with data of their own. */
import { spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { runToEnd, startGroup, stopGroup } from '../../../demo/processGroups.mts';
import { findFreePort } from '../../../demo/ports.mts';
import { until } from '../../../demo/until.mts';

export interface Stores {
	/** What n8n must be told of them. */
	environment: Record<string, string>;
	stop(): Promise<void>;
}

/** Where Debian keeps the programs of PostgreSQL, the newest version first; they are not on the PATH. */
const debianFolders = (): string[] => {
	const root = '/usr/lib/postgresql';
	if (!existsSync(root)) return [];
	return readdirSync(root)
		.sort((a, b) => Number(b) - Number(a))
		.map((version) => join(root, version, 'bin'));
};

function findProgram(name: string): string | undefined {
	const folders = [...(process.env.PATH ?? '').split(':'), ...debianFolders()];
	return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

/** @throws Error that says what to install, where a program is missing */
export function findPrograms(): { initdb: string; postgres: string; redis: string } {
	const initdb = findProgram('initdb');
	const postgres = findProgram('postgres');
	const redis = findProgram('redis-server');
	if (initdb && postgres && redis) return { initdb, postgres, redis };
	const missing = [...(initdb && postgres ? [] : ['postgresql']), ...(redis ? [] : ['redis-server'])];
	throw new Error(`Queue mode needs ${missing.join(' and ')}. On Debian or Ubuntu: apt-get install ${missing.join(' ')}`);
}

/** PostgreSQL refuses to run as root: then it runs as the user that its Debian package makes. */
function unprivileged(command: string[]): [string, string[]] {
	const [program, ...parameters] = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--', ...command] : command;
	return [program, parameters];
}

function idOf(option: '-u' | '-g'): number {
	const { status, stdout } = spawnSync('id', [option, 'postgres'], { encoding: 'utf8' });
	if (status !== 0) throw new Error('There is no user "postgres", as which PostgreSQL could run. Install the package postgresql.');
	return Number(stdout);
}

async function accepts(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const socket = createConnection({ port, host: '127.0.0.1' });
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
		socket.once('error', () => resolve(false));
	});
}

/** Starts a program that listens on a port, and waits until it does. Its output goes to the log file. */
async function startListening(command: [string, string[]], port: number, logFile: string, cwd: string): Promise<ChildProcess> {
	const log = openSync(logFile, 'w');
	const child = startGroup(...command, { cwd, stdio: ['ignore', log, log] });
	closeSync(log);
	let ended = false;
	child.once('error', () => (ended = true));
	child.once('exit', () => (ended = true));
	const listens = async () => {
		if (ended) throw new Error(`${command[0]} has ended.`);
		return await accepts(port);
	};
	try {
		await until(`${command[0]} listens on port ${port}`, listens);
	} catch (error) {
		await stopGroup(child);
		throw new Error(`${(error as Error).message} The end of its log:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
	}
	return child;
}

/**
 * Starts both, empty.
 *
 * @param folder for data and logs; emptied first
 */
export async function startStores(folder: string): Promise<Stores> {
	const programs = findPrograms();
	rmSync(folder, { recursive: true, force: true });
	const data = join(folder, 'postgresql');
	const redisData = join(folder, 'redis');
	for (const path of [data, redisData]) mkdirSync(path, { recursive: true });
	const password = randomBytes(18).toString('hex');
	const passwordFile = join(folder, 'postgresql-password');
	writeFileSync(passwordFile, password, { mode: 0o600 });
	if (process.getuid?.() === 0) for (const path of [data, passwordFile]) chownSync(path, idOf('-u'), idOf('-g'));

	const initialize = ['--username=n8n', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--no-locale', '--no-sync'];
	await runToEnd(...unprivileged([programs.initdb, `--pgdata=${data}`, ...initialize]), { cwd: data });
	rmSync(passwordFile);

	const databasePort = await findFreePort();
	const settings = ['-h', '127.0.0.1', '-p', String(databasePort), '-k', data, '-c', 'fsync=off'];
	const database = await startListening(
		unprivileged([programs.postgres, '-D', data, ...settings]),
		databasePort,
		join(folder, 'postgresql.log'),
		data,
	);
	const redisPort = await findFreePort();
	const redisSettings = ['--port', String(redisPort), '--bind', '127.0.0.1', '--dir', redisData, '--save', '', '--appendonly', 'no'];
	const redis = await startListening([programs.redis, redisSettings], redisPort, join(folder, 'redis.log'), folder).catch(
		async (error: Error) => {
			await stopGroup(database);
			throw error;
		},
	);
	return {
		environment: {
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(databasePort),
			DB_POSTGRESDB_DATABASE: 'postgres',
			DB_POSTGRESDB_USER: 'n8n',
			DB_POSTGRESDB_PASSWORD: password,
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(redisPort),
		},
		stop: async () => {
			await stopGroup(redis);
			await stopGroup(database);
		},
	};
}
