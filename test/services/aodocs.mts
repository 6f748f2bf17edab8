import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { AODOCS_RECORD, aodocs as standIn } from '../../sandbox/aodocs.mts';
import { AodocsOAuth2Api } from '../../credentials/AodocsOAuth2Api.credentials.ts';
import { AodocsSecurityCodeApi } from '../../credentials/AodocsSecurityCodeApi.credentials.ts';
import { Aodocs } from '../../nodes/Aodocs/Aodocs.node.ts';
import { fromAi } from '../support/fromAi.mts';
import { leavesOf, nested } from '../support/leaves.mts';
import { put } from '../support/paths.mts';
import type { SandboxCredential, ServiceFixture, SignIn } from './fixture.mts';
import { same, sorted } from './same.mts';

const { secretCode } = standIn.secrets;

const withSecurityCode = (name: string, sendIn: 'header' | 'query'): SignIn => ({
	name,
	parameters: { authentication: 'securityCode' },
	credentials({ sandbox, secret, baseUrl }) {
		const code = secret('secretCode');
		sandbox.aodocs.options.secretCode = code;
		return { aodocsSecurityCodeApi: { baseUrl, secretCode: code, sendIn } };
	},
});

const withOAuth2: SignIn = {
	name: 'oAuth2',
	isRenewable: true,
	parameters: { authentication: 'oAuth2' },
	credentials({ sandbox, secret, baseUrl, tokenServer }) {
		if (!tokenServer) throw new Error('OAuth2 takes a token server');
		const accessToken = secret('accessToken');
		sandbox.aodocs.options.isTokenGood = (token) => token === accessToken || tokenServer.made.includes(token);
		const oauthTokenData: IDataObject = { access_token: accessToken, refresh_token: secret('refreshToken'), token_type: 'Bearer' };
		const data: IDataObject = {
			baseUrl,
			clientId: 'client-1',
			clientSecret: secret('clientSecret'),
			accessTokenUrl: tokenServer.url,
			oauthTokenData,
		};
		return { aodocsOAuth2Api: data as ICredentialDataDecryptedObject };
	},
};

/** AODocs in tests, benchmark and demo. Its only account is the domain of the credential. */
export const aodocs: ServiceFixture = {
	displayName: standIn.displayName,
	contract: 'aodocs',
	node: new Aodocs(),
	credentialTypes: [new AodocsSecurityCodeApi(), new AodocsOAuth2Api()],

	account: {
		baseUrl: 'https://aodocs.altirnao.com/api',
		credentials: { aodocsSecurityCodeApi: { secretCode: 'security-code-1' } },
		selection: {},
		selectionOf: () => ({}),
		route: '/domain/v1beta1/billingStatus',
		query: {},
		headers: { authorization: 'securityCode security-code-1' },
		record: {
			kind: 'aodocs#billingStatus',
			maxSeats: 250,
			portalUrl: 'https://billing.example.com/acme',
			type: 'STANDARD',
		},
	},

	update: {
		// AODocs documents no way to erase.
		erasable: () => [],
		bodyOf({ values }) {
			const body: IDataObject = {};
			for (const [path, value] of Object.entries(values)) put(body, path.split('.'), value);
			return body;
		},
		readsFirst: () => false,
	},

	sandboxCredentials: (baseUrl): SandboxCredential[] => [
		{ title: 'AODocs Security Code', type: 'aodocsSecurityCodeApi', data: { baseUrl, secretCode, sendIn: 'header' } },
		{ title: 'AODocs OAuth2', type: 'aodocsOAuth2Api', data: { baseUrl, clientId: 'demo-client', clientSecret: 'demo-client-secret' } },
	],

	faults: {
		accounts: Array<string>(5).fill(AODOCS_RECORD),
		signIns: [withSecurityCode('securityCodeHeader', 'header'), withSecurityCode('securityCodeQuery', 'query'), withOAuth2],
		item(caseNumber, index) {
			const portalUrl = `https://billing.example.com/case-${caseNumber}/item-${index}`;
			const maxSeats = 1000 + caseNumber * 10 + index;
			return {
				json: { portalUrl, maxSeats, note: `row ${index}` },
				account: this.accounts[index],
				leaves: [
					{ field: 'portalUrl', path: 'portalUrl', value: portalUrl },
					{ field: 'maxSeats', path: 'maxSeats', value: maxSeats },
				],
			};
		},
		parameters: {
			resource: 'billingStatus',
			updateFields: { portalUrl: '={{ $json.portalUrl }}', maxSeats: '={{ $json.maxSeats }}' },
		},
		errorBody: (status, message) => ({
			error: { code: status, message, errors: [{ domain: 'global', reason: 'sandbox', message }] },
		}),
		undo: {
			accounts: [AODOCS_RECORD],
			updateFields: { kind: 'other#kind', maxSeats: 400, portalUrl: 'https://billing.example.com/new', type: 'CUSTOM' },
		},
	},

	model: {
		share: 0.2,
		hasOneAccount: true,
		routeOf: () => '/domain/v1beta1/billingStatus',
		accountIn: () => undefined,
		guarded: ['maxSeats'],
		zeroIsUnlimited: true,
		untouched: [],
		habits: [],
		answers: {
			conflict: { meaning: 'passing', send: { status: 409, headers: {}, body: { message: 'No' } } },
			// The mark proves nothing.
			markedAsPassing: {
				meaning: 'ambiguous',
				send: { status: 500, headers: { 'x-aodocs-retryable': 'true' }, body: { message: 'No' } },
			},
		},
		pools: { portalUrl: ['https://a.example.com/', 'https://b.example.com/x'] },
		apply: (_, record, patch) => ({ ...record, ...patch }),
		isPatchOf: (leaves, patch, { values }) => same(sorted(leavesOf(patch, leaves)), sorted(leavesOf(nested(leaves, values), leaves))),
	},

	tool: {
		parameters: { updateFields: { maxSeats: fromAi('Max_Seats'), portalUrl: fromAi('Portal_URL'), type: fromAi('Type') } },
		required: { call: { Max_Seats: '320' }, sent: { maxSeats: 320 } },
		blanks: { Max_Seats: '320', Portal_URL: '', Type: ' ' },
		wrong: { call: { Max_Seats: 'many', Portal_URL: '', Type: '' }, told: [/Max Seats is not a whole number/, /Use digits only/] },
	},
	searches: ['billing status', 'seats', 'max seats', 'licence', 'licences', 'license', 'licenses', 'subscription', 'portal', 'aodocs'],
};
