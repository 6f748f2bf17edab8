/**
 * Stands in for Google's OAuth2 endpoints on loopback. It asks nobody for consent, and like Google gives a refresh token only to a
 * client that asked for offline access.
 */
import { OAuth2Server, type MutableRedirectUri, type MutableResponse } from 'oauth2-mock-server';

export interface AuthorizationServer {
	authorizationUrl: string;
	tokenUrl: string;
	/** Whether an access token was given out here. */
	isTokenGood(token: string): boolean;
	/** How often an access token was renewed with a refresh token. */
	readonly renewals: number;
	/** Lets all access tokens expire now; refresh tokens stay good. */
	expire(): void;
	stop(): Promise<void>;
}

/** @param port on 127.0.0.1; 0 for any */
export async function startAuthorizationServer(port: number): Promise<AuthorizationServer> {
	const server = new OAuth2Server(undefined, undefined, { endpoints: { authorize: '/o/oauth2/v2/auth', token: '/token' } });
	await server.issuer.keys.generate('RS256');

	const offlineCodes = new Set<string>();
	const accessTokens = new Set<string>();
	let renewals = 0;
	server.service.on('beforeAuthorizeRedirect', ({ url }: MutableRedirectUri, request: { query: Record<string, unknown> }) => {
		const code = url.searchParams.get('code');
		if (code !== null && request.query.access_type === 'offline') offlineCodes.add(code);
	});
	server.service.on('beforeResponse', (response: MutableResponse, request: { body: Record<string, string> }) => {
		if (typeof response.body !== 'object' || response.body === null) return;
		const { grant_type: grantType, code } = request.body;
		accessTokens.add(String(response.body.access_token));
		if (grantType === 'refresh_token') renewals += 1;
		// Each code is good for one exchange, and a refreshed access token comes without a new refresh token.
		if (grantType !== 'authorization_code' || !offlineCodes.delete(code)) delete response.body.refresh_token;
	});

	await server.start(port, '127.0.0.1');
	const url = `http://127.0.0.1:${server.address().port}`;
	return {
		authorizationUrl: `${url}/o/oauth2/v2/auth`,
		tokenUrl: `${url}/token`,
		isTokenGood: (token) => accessTokens.has(token),
		get renewals() {
			return renewals;
		},
		expire: () => accessTokens.clear(),
		stop: async () => await server.stop(),
	};
}
