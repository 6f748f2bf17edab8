/** The services of the demo: the stand-ins and Google's sign-in, on fixed ports, and the credentials for them in n8n. */
import type { LogEntry } from '../sandbox/log.mts';
import { startSandbox, type Sandbox } from '../sandbox/sandbox.mts';
import { standInNames, standIns, type StandInName } from '../sandbox/standIns.mts';
import { nodeNames, services } from '../test/services/index.mts';
import { startAuthorizationServer, type AuthorizationServer } from './authorizationServer.mts';
import type { CredentialContent } from './n8nApi.mts';
import { portFromEnvironment, type NeededPort } from './ports.mts';

export interface DemoServices {
	sandbox: Sandbox;
	google: AuthorizationServer;
	stop(): Promise<void>;
}

/** Who needs a port: each stand-in, and Google's sign-in. */
type PortUser = StandInName | 'google';

/**
 * The ports that the services use: fixed, so that the credentials stay true from one start to the next.
 * @throws Error when a variable holds no port
 */
export function servicePorts(): Record<PortUser, NeededPort> {
	const needed = (user: string, variable: string, otherwise: number): NeededPort => ({
		user,
		variable,
		port: portFromEnvironment(variable, otherwise),
	});
	const ports = standInNames.map((name) => {
		const { displayName, port } = standIns[name];
		return [name, needed(`the stand-in for ${displayName}`, `SANDBOX_${displayName.toUpperCase().replaceAll(' ', '_')}_PORT`, port)];
	});
	return { ...Object.fromEntries(ports), google: needed("the stand-in for Google's sign-in", 'SANDBOX_GOOGLE_PORT', 4404) };
}

/** The port of the demo's n8n. */
export const n8nPort = (): NeededPort => ({ user: 'n8n', variable: 'N8N_PORT', port: portFromEnvironment('N8N_PORT', 5678) });

/**
 * Starts the stand-ins of the services, and of Google's authorization server, whose tokens AODocs' stand-in accepts.
 * @param ports any free one where none is given
 * @param contractsDir where the OpenAPI documents are
 * @param onRequest told of each request that a service got
 */
export async function startServices(
	ports: Partial<Record<PortUser, Pick<NeededPort, 'port'>>>,
	contractsDir: string,
	onRequest?: (entry: LogEntry) => void,
): Promise<DemoServices> {
	const google = await startAuthorizationServer(ports.google?.port ?? 0);
	try {
		const sandbox = await startSandbox({
			ports: Object.fromEntries(standInNames.map((name) => [name, ports[name]?.port ?? 0])),
			contractsDir,
			onRequest,
			aodocs: { isTokenGood: (token) => google.isTokenGood(token) },
		});
		return {
			sandbox,
			google,
			stop: async () => {
				await Promise.all([sandbox.stop(), google.stop()]);
			},
		};
	} catch (error) {
		await google.stop();
		throw error;
	}
}

/** Sends n8n's Google sign-in to the stand-in instead (CREDENTIALS_OVERWRITE_DATA). */
export function googleOverwrite({ google }: DemoServices): string {
	return JSON.stringify({
		aodocsOAuth2Api: { authUrl: google.authorizationUrl, accessTokenUrl: google.tokenUrl },
	});
}

/** One credential of each type of the package, good for the stand-ins. */
export function demoCredentials({ sandbox }: DemoServices): CredentialContent[] {
	return nodeNames.flatMap((name) =>
		services[name].sandboxCredentials(sandbox[name].url).map(({ title, type, data }) => ({ name: `${title} (Demo)`, type, data })),
	);
}
