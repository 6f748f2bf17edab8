/** Starts a real n8n on loopback, waits until it answers, and stops it with everything it started. */
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { n8nEnvironment } from './n8nInstall.mts';
import { findFreePort } from './ports.mts';
import { runToEnd, startGroup, stopGroup } from './processGroups.mts';
import { until } from './until.mts';

export interface N8nServerOptions {
	/** Where n8n is installed, see installN8n. */
	n8nFolder: string;
	/** N8N_USER_FOLDER: settings, database and community packages live in `.n8n` below it. */
	userFolder: string;
	port: number;
	/** Where n8n's output goes; by default n8n.log in the user folder. */
	logFile?: string;
	/** What n8n is to run; `worker` makes a worker of queue mode, which serves no editor. */
	command?: 'start' | 'worker';
	/** Further environment variables; they win over those set here. */
	environment?: Record<string, string>;
	/** Milliseconds that n8n may take to answer. */
	patience?: number;
}

export interface N8nServer {
	/** Address of the editor and the REST API, without a slash at the end. */
	url: string;
	logFile: string;
	/** The process id of n8n, which leads a process group of its own. */
	pid: number;
	/** Resolves with the exit code when n8n ends, whoever ended it. */
	ended: Promise<number | null>;
	stop(): Promise<void>;
}

/** Nothing of this n8n leaves the machine, and nothing but the editor and the workflows runs. */
const quietSettings: Record<string, string> = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_ONBOARDING_FLOW_DISABLED: 'true',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	// The package is put in its place by installPackage: n8n must neither look for it in a registry nor ask for the verified ones.
	N8N_REINSTALL_MISSING_PACKAGES: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
	N8N_DISABLED_MODULES: 'mcp,mcp-registry,instance-ai,chat-hub,quick-connect',
	// Plain http on loopback.
	N8N_SECURE_COOKIE: 'false',
};

/** The key that n8n encrypts credentials with: made once for a user folder and kept there. */
function encryptionKey(userFolder: string): string {
	const file = join(userFolder, 'encryption-key');
	if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64'), { mode: 0o600 });
	return readFileSync(file, 'utf8').trim();
}

/**
 * A user folder below a project would let community packages find the project's own node_modules, with n8n-workflow in another copy.
 * A link to n8n's modules, nearer to the packages, makes them find what they find in every n8n: n8n's.
 */
function linkModules(n8nFolder: string, userFolder: string): void {
	const link = join(userFolder, 'node_modules');
	rmSync(link, { recursive: true, force: true });
	symlinkSync(join(n8nFolder, 'node_modules'), link, 'junction');
}

/** The program and arguments of a command of n8n, run by the Node.js that is installed beside it. */
const n8nCommand = (n8nFolder: string, args: string[]): [program: string, args: string[]] => [
	join(n8nFolder, 'node_modules', 'node', 'bin', 'node'),
	[join(n8nFolder, 'node_modules', 'n8n', 'bin', 'n8n'), ...args],
];

/** What every command of n8n is told. */
function commandEnvironment(n8nFolder: string, userFolder: string): NodeJS.ProcessEnv {
	const inherited = Object.fromEntries(
		Object.entries(process.env).filter(([name]) => !/^(N8N_|npm_|DB_|QUEUE_|EXECUTIONS_|WEBHOOK_URL|NODE_OPTIONS|NODE_PATH)/.test(name)),
	);
	return {
		...n8nEnvironment(n8nFolder, inherited),
		...quietSettings,
		N8N_USER_FOLDER: userFolder,
		N8N_ENCRYPTION_KEY: encryptionKey(userFolder),
		DB_TYPE: 'sqlite',
	};
}

/**
 * Runs a command of n8n that ends by itself, e.g. `import:workflow`, on the data of a user folder.
 * @throws Error with the command's last words when it fails
 */
export async function runN8nCommand(n8nFolder: string, userFolder: string, args: string[]): Promise<void> {
	await runToEnd(...n8nCommand(n8nFolder, args), {
		cwd: userFolder,
		env: { ...commandEnvironment(n8nFolder, userFolder), N8N_RUNNERS_BROKER_PORT: String(await findFreePort()) },
	});
}

/** The last lines of n8n's log, for an error message. */
function lastLogLines(logFile: string, count = 40): string {
	return existsSync(logFile) ? readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-count).join('\n') : '';
}

/** Whether the editor's API answers: n8n opens its port some time before it does. */
async function answers(url: string, path: string): Promise<boolean> {
	try {
		const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(20_000) });
		if (!response.ok) return false;
		if (path !== '/rest/settings') return true;
		return (response.headers.get('content-type') ?? '').includes('json');
	} catch {
		return false;
	}
}

/**
 * Starts n8n with the Node.js that is installed beside it, on 127.0.0.1 only.
 * @returns when its API answers
 * @throws Error with the end of n8n's log when it ends early or does not answer in time
 */
export async function startN8n(options: N8nServerOptions): Promise<N8nServer> {
	const { n8nFolder, userFolder, port, command = 'start', patience = 300_000 } = options;
	const url = `http://127.0.0.1:${port}`;
	mkdirSync(userFolder, { recursive: true });
	linkModules(n8nFolder, userFolder);
	const logFile = options.logFile ?? join(userFolder, 'n8n.log');
	const brokerPort = await findFreePort();

	const log = openSync(logFile, 'w');
	const child = startGroup(...n8nCommand(n8nFolder, [command]), {
		cwd: userFolder,
		stdio: ['ignore', log, log],
		env: {
			...commandEnvironment(n8nFolder, userFolder),
			N8N_PORT: String(port),
			N8N_HOST: '127.0.0.1',
			N8N_PROTOCOL: 'http',
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_RUNNERS_BROKER_PORT: String(brokerPort),
			N8N_RUNNERS_BROKER_LISTEN_ADDRESS: '127.0.0.1',
			...(command === 'worker' ? { QUEUE_HEALTH_CHECK_ACTIVE: 'true', QUEUE_HEALTH_CHECK_PORT: String(port) } : {}),
			...options.environment,
		},
	});
	closeSync(log);

	let endedWith: number | null | undefined;
	const ended = new Promise<number | null>((resolve) => {
		child.once('error', () => resolve(null));
		child.once('exit', (code) => resolve(code));
	}).then((code) => {
		endedWith = code;
		return code;
	});

	const readyPath = command === 'worker' ? '/healthz/readiness' : '/rest/settings';
	const isReady = async () => {
		if (endedWith !== undefined) throw new Error(`n8n ended while starting (exit code ${endedWith ?? 'none'}).`);
		return await answers(url, readyPath);
	};
	try {
		await until(`n8n answers on ${url}`, isReady, { patience });
	} catch (error) {
		await stopGroup(child);
		throw new Error(`${(error as Error).message} The end of its log, ${logFile}:\n${lastLogLines(logFile)}`);
	}

	return {
		url,
		logFile,
		pid: child.pid!,
		ended,
		async stop() {
			await stopGroup(child);
		},
	};
}
