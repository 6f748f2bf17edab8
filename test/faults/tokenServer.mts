/** Not for Jest, which cannot load oauth2-mock-server: it has an ES module only. */
import { type MutableResponse, OAuth2Server } from 'oauth2-mock-server';

/** The token endpoint of an OAuth2 server: renews every token that it is shown, or refuses. */
export interface TokenServer {
	url: string;
	/** The tokens that it has made. */
	made: string[];
	refuses: boolean;
	/** Makes a token; set by the case. */
	makeToken: () => string;
	stop(): Promise<void>;
}

export async function startTokenServer(): Promise<TokenServer> {
	const server = new OAuth2Server(undefined, undefined, { endpoints: { token: '/token' } });
	await server.issuer.keys.generate('ES256');
	const tokens: TokenServer = { url: '', made: [], refuses: false, makeToken: () => '', stop: async () => await server.stop() };
	server.service.on('beforeResponse', (response: MutableResponse) => {
		if (tokens.refuses) {
			response.statusCode = 400;
			response.body = { error: 'invalid_grant', error_description: 'Token has been revoked.' };
			return;
		}
		const token = tokens.makeToken();
		tokens.made.push(token);
		response.body = { access_token: token, token_type: 'Bearer', expires_in: 3600 };
	});
	await server.start(0, '127.0.0.1');
	tokens.url = `http://127.0.0.1:${server.address().port}/token`;
	return tokens;
}
