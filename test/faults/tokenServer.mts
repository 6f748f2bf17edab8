import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

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
	const server = createServer((request, response) => {
		request.resume();
		request.on('end', () => {
			const body: Record<string, string | number> = {};
			if (tokens.refuses) Object.assign(body, { error: 'invalid_grant', error_description: 'Token has been revoked.' });
			else {
				const token = tokens.makeToken();
				tokens.made.push(token);
				Object.assign(body, { access_token: token, token_type: 'Bearer', expires_in: 3600 });
			}
			response.writeHead(tokens.refuses ? 400 : 200, { 'content-type': 'application/json' });
			response.end(JSON.stringify(body));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const tokens: TokenServer = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
		made: [],
		refuses: false,
		makeToken: () => '',
		stop: async () => {
			const closed = new Promise<void>((resolve) => server.close(() => resolve()));
			server.closeAllConnections();
			await closed;
		},
	};
	return tokens;
}
