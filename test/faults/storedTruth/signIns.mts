import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { NodeName, StoredCredentials } from './harness.mts';
import type { Kind } from './kinds.mts';
import { standIns } from './standIns.mts';
import type { TruthServer } from './truthServer.mts';

/** How a run signs in. */
export interface SignedIn {
	credentials: StoredCredentials;
	parameters: INodeParameters;
	/** Every secret that must not be seen, those included that are made on the way. */
	secrets: string[];
}

const makeSecret = () => `sec${Math.random().toString(36).slice(2, 12)}${Math.random().toString(36).slice(2, 6)}`;

/** Makes new secrets for a run and lets the server know whose they are. */
export function signInFor(kind: Pick<Kind, 'signIn'>, service: NodeName, server: TruthServer, baseUrl: string): SignedIn {
	const secrets: string[] = [];
	const make = () => {
		const secret = makeSecret();
		secrets.push(secret);
		return secret;
	};
	if (kind.signIn === 'renewed') return { ...renewed(service, server, baseUrl, make), secrets };
	const sent = make();
	server.tenants.set(sent, 't1');
	const pasted = kind.signIn === 'spaces' ? ` \t${sent} ` : sent;
	return { credentials: standIns[service].credentials(baseUrl, pasted), parameters: {}, secrets };
}

/** A sign-in whose stored token is out of date, so that it is renewed on the way. */
function renewed(service: NodeName, server: TruthServer, baseUrl: string, make: () => string): Omit<SignedIn, 'secrets'> {
	server.makeToken = make;
	if (service === 'userHub') {
		const userHubApi = {
			baseUrl,
			userApiKey: 'pk_1',
			signInWith: 'adminApiKey',
			adminApiKey: make(),
			userId: 'usr_1',
			sessionToken: make(),
			sessionOwner: `usr_1 ${baseUrl}`,
		};
		return { credentials: { userHubApi }, parameters: {} };
	}
	const oauthTokenData: IDataObject = { access_token: make(), refresh_token: make(), token_type: 'Bearer' };
	const aodocsOAuth2Api: IDataObject = {
		baseUrl,
		clientId: 'client-1',
		clientSecret: make(),
		accessTokenUrl: `${server.url}/token`,
		oauthTokenData,
	};
	return { credentials: { aodocsOAuth2Api } as StoredCredentials, parameters: { authentication: 'oAuth2' } };
}
