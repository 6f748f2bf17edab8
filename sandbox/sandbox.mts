import { join } from 'node:path';
import { type AodocsOptions, createAodocs } from './aodocs.mts';
import { createCudoCompute, type CudoComputeOptions } from './cudoCompute.mts';
import type { LogEntry } from './log.mts';
import { type SandboxService, startService } from './server.mts';
import type { ServiceName } from './service.mts';
import { createUserHub, type UserHubOptions, type UserHubSessions } from './userHub.mts';

/** The credentials that the sandbox accepts unless told otherwise. They are good nowhere else. */
export const sandboxSecrets = {
	aodocs: { securityCode: 'sandbox-security-code', accessToken: 'sandbox-google-token' },
	cudoCompute: { apiKey: 'sandbox-api-key' },
	userHub: {
		userApiKey: 'sandbox-user-key',
		userAccessToken: 'sandbox-user-token',
		adminKey: 'sandbox-admin-key',
		userId: 'usr_sandbox0000001',
	},
};

export interface SandboxOptions {
	/** Port of each service; any free one unless given. */
	ports?: Partial<Record<ServiceName, number>>;
	/** Where the contracts are; `contracts` in the current directory unless given. */
	contractsDir?: string;
	/** Told of every request once it has been dealt with. */
	onRequest?: (entry: LogEntry) => void;
	aodocs?: Partial<AodocsOptions>;
	cudoCompute?: Partial<CudoComputeOptions>;
	userHub?: Partial<UserHubOptions>;
}

/** The three stand-ins, running. */
export interface Sandbox {
	readonly aodocs: SandboxService<AodocsOptions>;
	readonly cudoCompute: SandboxService<CudoComputeOptions>;
	readonly userHub: SandboxService<UserHubOptions> & { readonly sessions: UserHubSessions };
	/** Brings all three back to how they started. */
	reset(): void;
	/** Ends all three, with every connection that is still open. */
	stop(): Promise<void>;
}

/**
 * Starts local stand-ins of the three services on 127.0.0.1.
 *
 * @throws Error where a port is taken or a contract cannot be loaded; then none of them is left running
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const { ports = {}, contractsDir = join(process.cwd(), 'contracts'), onRequest } = options;
	const settings = (name: ServiceName) => ({ port: ports[name] ?? 0, contractsDir, onRequest });

	const { userAccessToken, ...userHubSecrets } = sandboxSecrets.userHub;
	const userHubService = createUserHub({
		...userHubSecrets,
		userAccessTokens: [userAccessToken],
		sessionLifetime: 60 * 60 * 1000,
		organizations: 12,
		maxPageSize: 5,
		address: 'replace',
		...options.userHub,
	});
	const started = await Promise.allSettled([
		startService(createAodocs({ ...sandboxSecrets.aodocs, ...options.aodocs }), settings('aodocs')),
		startService(
			createCudoCompute({
				...sandboxSecrets.cudoCompute,
				accounts: 25,
				maxPageSize: 10,
				ignoreNotUpdatable: false,
				...options.cudoCompute,
			}),
			settings('cudoCompute'),
		),
		startService(userHubService, settings('userHub')),
	]);
	const stop = async () => {
		await Promise.all(started.map((service) => service.status === 'fulfilled' && service.value.stop()));
	};

	const [aodocs, cudoCompute, userHub] = started;
	if (aodocs.status === 'rejected' || cudoCompute.status === 'rejected' || userHub.status === 'rejected') {
		await stop();
		throw started.find((service) => service.status === 'rejected')?.reason;
	}
	const sandbox = {
		aodocs: aodocs.value.control,
		cudoCompute: cudoCompute.value.control,
		userHub: Object.assign(userHub.value.control, { sessions: userHubService.sessions }),
	};
	return {
		...sandbox,
		reset: () => Object.values(sandbox).forEach((service) => service.reset()),
		stop,
	};
}
