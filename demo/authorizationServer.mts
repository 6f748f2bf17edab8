/**
 * Stands in for Google's OAuth2 endpoints on loopback. It asks nobody for consent, and like Google gives a refresh token only to a
 * client that asked for offline access.
 */
import { OAuth2Server, type MutableRedirectUri, type MutableResponse } from '/tmp/oa/node_modules/oauth2-mock-server/dist/index.mjs';

export interface AuthorizationServer {
	authorizationUrl: string;
	tokenUrl: string;
	stop(): Promise<void>;
}

/**
 * @param port on 127.0.0.1; 0 for any
 * @param accessToken what it gives out, for servers that accept only a token they know; by default a signed JWT, new each time
 */
export async function startAuthorizationServer(port: number, accessToken?: string): Promise<AuthorizationServer> {
	const server = new OAuth2Server(undefined, undefined, { endpoints: { authorize: '/o/oauth2/v2/auth', token: '/token' } });
	await server.issuer.keys.generate('RS256');

	const offlineCodes = new Set<string>();
	server.service.on('beforeAuthorizeRedirect', ({ url }: MutableRedirectUri, request: { query: Record<string, unknown> }) => {
		const code = url.searchParams.get('code');
		if (code !== null && request.query.access_type === 'offline') offlineCodes.add(code);
	});
	server.service.on('beforeResponse', (response: MutableResponse, request: { body: Record<string, string> }) => {
		if (typeof response.body !== 'object' || response.body === null) return;
		const { grant_type: grantType, code } = request.body;
		if (accessToken !== undefined) response.body.access_token = accessToken;
		// Each code is good for one exchange, and a refreshed access token comes without a new refresh token.
		if (grantType !== 'authorization_code' || !offlineCodes.delete(code)) delete response.body.refresh_token;
	});

	await server.start(port, '127.0.0.1');
	const url = `http://127.0.0.1:${server.address().port}`;
	return {
		authorizationUrl: `${url}/o/oauth2/v2/auth`,
		tokenUrl: `${url}/token`,
		stop: async () => await server.stop(),
	};
}
