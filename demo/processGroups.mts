/**
 * Child processes that leave nothing behind: each is started as the leader of a process group of its own, and the whole group, its
 * children's children included, is ended through the leader's process id.
 */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { until } from './until.mts';

const running = new Set<ChildProcess>();

/** Starts a program in a process group of its own. Takes what `spawn` of node:child_process takes. */
export function startGroup(command: string, parameters: string[], options: SpawnOptions): ChildProcess {
	const child = spawn(command, parameters, { ...options, detached: true });
	if (child.pid !== undefined) running.add(child);
	return child;
}

/**
 * Runs a program to its end.
 * @param onLine called with every line that the program writes to its output or error output
 * @param isNoise which lines are not kept: neither returned nor shown in an error
 * @throws Error with the last lines of its output when it cannot be started or ends with another code than 0
 */
export async function runToEnd(
	command: string,
	parameters: string[],
	options: SpawnOptions & { onLine?: (line: string) => void; isNoise?: (line: string) => boolean },
): Promise<string[]> {
	const { onLine, isNoise = () => false, ...spawnOptions } = options;
	const child = startGroup(command, parameters, { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'] });
	const lines: string[] = [];
	const collectors = [child.stdout, child.stderr].map((stream) => {
		let rest = '';
		const take = (line: string) => {
			if (!isNoise(line)) lines.push(line);
			onLine?.(line);
		};
		stream?.setEncoding('utf8');
		stream?.on('data', (text: string) => {
			const parts = (rest + text).split('\n');
			rest = parts.pop() ?? '';
			parts.forEach(take);
		});
		return () => {
			if (rest !== '') take(rest);
		};
	});
	const code = await new Promise<number | null>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', resolve);
	});
	running.delete(child);
	collectors.forEach((finish) => finish());
	if (code !== 0) {
		throw new Error(
			`"${[command, ...parameters].join(' ')}" failed (exit code ${code ?? 'none, it was stopped'}):\n${lines.slice(-25).join('\n')}`,
		);
	}
	return lines;
}

function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
	try {
		process.kill(-leader, signal);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
		// Windows knows no process groups.
		if (process.platform === 'win32') return process.kill(leader, signal);
		throw error;
	}
}

/**
 * Ends a process group: asks politely, and after the given time ends by force whatever is left.
 * @param patience milliseconds between the two; n8n writes its database meanwhile
 * @returns when no process of the group is left
 * @throws Error when one outlives even that
 */
export async function stopGroup(child: ChildProcess, patience = 30_000): Promise<void> {
	running.delete(child);
	const { pid } = child;
	if (pid === undefined || !signalGroup(pid, 'SIGTERM')) return;
	const ended = async () => await until(`process group ${pid} has ended`, () => !signalGroup(pid, 0), { patience });
	await ended().catch(async () => {
		signalGroup(pid, 'SIGKILL');
		await ended();
	});
}

/** Ends every process group that was started here and has not ended yet. */
export async function stopAllGroups(): Promise<void> {
	await Promise.all([...running].map(async (child) => await stopGroup(child)));
}

/** The last resort for an exit that cannot wait: ends all groups at once, by force. */
export function killAllGroups(): void {
	for (const child of running) if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
	running.clear();
}
