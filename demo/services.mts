/** The services of the demo: the three stand-ins and Google's, on fixed ports, and the credentials for them in n8n. */
import { sandboxSecrets, startSandbox, type Sandbox } from '../sandbox/sandbox.mts';
import type { LogEntry } from '../sandbox/log.mts';
import { startAuthorizationServer, type AuthorizationServer } from './authorizationServer.mts';
import type { CredentialContent } from './n8nApi.mts';
import { portFromEnvironment, type NeededPort } from './ports.mts';

export interface DemoServices {
	sandbox: Sandbox;
	google: AuthorizationServer;
	stop(): Promise<void>;
}

/**
 * The ports that the services use: fixed, so that the credentials stay true from one start to the next.
 * @throws Error when a variable holds no port
 */
export function servicePorts(): Record<'aodocs' | 'cudoCompute' | 'userHub' | 'google', NeededPort> {
	const needed = (user: string, variable: string, otherwise: number) => ({
		user,
		variable,
		port: portFromEnvironment(variable, otherwise),
	});
	return {
		aodocs: needed("AODocs' stand-in", 'SANDBOX_AODOCS_PORT', 4401),
		cudoCompute: needed("Cudo Compute's stand-in", 'SANDBOX_CUDO_COMPUTE_PORT', 4402),
		userHub: needed("UserHub's stand-in", 'SANDBOX_USERHUB_PORT', 4403),
		google: needed("the stand-in for Google's sign-in", 'SANDBOX_GOOGLE_PORT', 4404),
	};
}

/**
 * Starts the stand-ins of the services, and of Google's authorization server, whose tokens AODocs' stand-in accepts.
 * @param contractsDir where the OpenAPI documents are
 * @param onRequest told of each request that a service got
 */
export async function startServices(
	ports: Record<'aodocs' | 'cudoCompute' | 'userHub' | 'google', Pick<NeededPort, 'port'>>,
	contractsDir: string,
	onRequest?: (entry: LogEntry) => void,
): Promise<DemoServices> {
	const google = await startAuthorizationServer(ports.google.port);
	try {
		const sandbox = await startSandbox({
			ports: { aodocs: ports.aodocs.port, cudoCompute: ports.cudoCompute.port, userHub: ports.userHub.port },
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
	const { aodocs, cudoCompute, userHub } = sandboxSecrets;
	return [
		{
			name: 'AODocs Security Code (Demo)',
			type: 'aodocsSecurityCodeApi',
			data: { baseUrl: sandbox.aodocs.url, securityCode: aodocs.securityCode, sendIn: 'header' },
		},
		{
			name: 'AODocs OAuth2 (Demo)',
			type: 'aodocsOAuth2Api',
			data: { baseUrl: sandbox.aodocs.url, clientId: 'demo-client', clientSecret: 'demo-client-secret' },
		},
		{
			name: 'Cudo Compute (Demo)',
			type: 'cudoComputeApi',
			data: { baseUrl: sandbox.cudoCompute.url, apiKey: cudoCompute.apiKey },
		},
		{
			name: 'UserHub (Demo)',
			type: 'userHubApi',
			data: {
				baseUrl: sandbox.userHub.url,
				userApiKey: userHub.userApiKey,
				signInWith: 'adminKey',
				adminKey: userHub.adminKey,
				userId: userHub.userId,
			},
		},
	];
}
