import { join } from 'node:path';
import type { LogEntry } from './log.mts';
import { type RunningStandIn, startStandIn } from './server.mts';
import type { StandInEntry } from './standIn.mts';
import { type ExtrasOf, type OptionsOf, type StandInName, standInNames, standIns } from './standIns.mts';

/** The credentials that each stand-in accepts unless told otherwise. They are good nowhere else. */
export const sandboxSecrets = Object.fromEntries(standInNames.map((name) => [name, standIns[name].secrets])) as {
	[Name in StandInName]: (typeof standIns)[Name]['secrets'];
};

/** What a sandbox is started with: options of each stand-in under its name, all of which have defaults, and the rest here. */
export type SandboxOptions = { [Name in StandInName]?: Partial<OptionsOf<Name>> } & {
	/** Port of each stand-in; any free one unless given. */
	ports?: Partial<Record<StandInName, number>>;
	/** Where the contracts are; `contracts` in the current directory unless given. */
	contractsDir?: string;
	/** Told of every request once it has been dealt with. */
	onRequest?: (entry: LogEntry) => void;
};

/** The stand-ins, running, each under its name. */
type RunningStandIns = { readonly [Name in StandInName]: RunningStandIn<OptionsOf<Name>> & Readonly<ExtrasOf<Name>> };

export interface Sandbox extends RunningStandIns {
	/** Brings all stand-ins back to how they started. */
	reset(): void;
	/** Ends all of them, with every connection that is still open. */
	stop(): Promise<void>;
}

/**
 * Starts local stand-ins of the services on 127.0.0.1.
 *
 * @throws Error where a port is taken or a contract cannot be loaded; then none of them is left running
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const { ports = {}, contractsDir = join(process.cwd(), 'contracts'), onRequest } = options;
	const start = async (name: StandInName) => {
		const { defaults, create } = standIns[name] as StandInEntry<object>;
		const standIn = create({ ...defaults, ...options[name] });
		const { control, stop } = await startStandIn(name, standIn, { port: ports[name] ?? 0, contractsDir, onRequest });
		// Not a copy: an extra may be a getter.
		Object.defineProperties(control, Object.getOwnPropertyDescriptors(standIn.extras));
		return { control, stop };
	};
	const started = await Promise.allSettled(standInNames.map(start));
	const running = started.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
	const stop = async () => {
		await Promise.all(running.map((standIn) => standIn.stop()));
	};
	const failure = started.find((result) => result.status === 'rejected');
	if (failure) {
		await stop();
		throw failure.reason;
	}
	const byName = Object.fromEntries(running.map(({ control }) => [control.name, control])) as unknown as RunningStandIns;
	return {
		...byName,
		reset: () => running.forEach(({ control }) => control.reset()),
		stop,
	};
}
