import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';

import type { Sandbox } from '../../sandbox/sandbox.mts';
import type { StoredCredentials } from '../support/engine.mts';
import type { NodeName } from '../support/installation.mts';
import type { TokenServer } from './tokenServer.mts';

/** One value that an item asks for. */
export interface AskedLeaf {
	/** As the node names the field. */
	field: string;
	/** Where the value itself stands in a record and in the item's JSON: a decimal stands below its field. */
	path: string;
	value: string | number;
}

/** One item of a case: what it says, and what that asks of which account. */
export interface CaseItem {
	json: IDataObject;
	account: string;
	/** The first is the one by which a request is known to belong to the item. */
	leaves: AskedLeaf[];
}

/** Ways to sign in. The renewable ones have a token that n8n renews. */
export type SignIn = 'securityCodeHeader' | 'securityCodeQuery' | 'oAuth2' | 'apiKey' | 'userAccessToken' | 'adminKey';

/** How a service is used in the cases. */
export interface FaultService {
	/** The account of each item: five items, and where there are accounts, two of them have two. */
	accounts: string[];
	signIns: SignIn[];
	/** The way to sign in whose token n8n renews, where there is one. */
	renewable?: SignIn;
	/** The item that an index stands for; every value occurs once in all cases. `other` asks for another second field, where there is one. */
	item(caseNumber: number, index: number, other: boolean): CaseItem;
	/** Parameters that take account and values from the item. */
	parameters: INodeParameters;
	/** Whether the node reads the record before an update of these fields, whatever its options. */
	readsFirst(item: CaseItem): boolean;
	/** The part of a PATCH's body that has the values. */
	valuesIn(body: unknown): unknown;
	/** An error in the service's own shape. */
	errorBody(status: number, message: string, retryDelay?: number): IDataObject;
}

const GRPC: Record<number, [number: number, name: string]> = {
	401: [16, 'UNAUTHENTICATED'],
	403: [7, 'PERMISSION_DENIED'],
	404: [5, 'NOT_FOUND'],
	409: [10, 'ABORTED'],
	412: [9, 'FAILED_PRECONDITION'],
	429: [8, 'RESOURCE_EXHAUSTED'],
	500: [13, 'INTERNAL'],
	502: [14, 'UNAVAILABLE'],
	503: [14, 'UNAVAILABLE'],
	504: [4, 'DEADLINE_EXCEEDED'],
};

const byId = (expression: string) => ({ __rl: true, mode: 'id', value: expression });

export const faultServices: Record<NodeName, FaultService> = {
	aodocs: {
		accounts: ['domain', 'domain', 'domain', 'domain', 'domain'],
		signIns: ['securityCodeHeader', 'securityCodeQuery', 'oAuth2'],
		renewable: 'oAuth2',
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
		readsFirst: () => false,
		valuesIn: (body) => body,
		errorBody: (status, message) => ({
			error: { code: status, message, errors: [{ domain: 'global', reason: 'sandbox', message }] },
		}),
	},
	cudoCompute: {
		accounts: ['acme-billing', 'birchwood-billing', 'cobalt-works-billing', 'acme-billing', 'birchwood-billing'],
		signIns: ['apiKey'],
		item(caseNumber, index) {
			const displayName = `Case ${caseNumber} item ${index}`;
			const hourlySpendLimit = `${caseNumber}.${index}5`;
			return {
				json: { account: this.accounts[index], displayName, hourlySpendLimit: { value: hourlySpendLimit }, note: `row ${index}` },
				account: this.accounts[index],
				leaves: [
					{ field: 'displayName', path: 'displayName', value: displayName },
					{ field: 'hourlySpendLimit', path: 'hourlySpendLimit.value', value: hourlySpendLimit },
				],
			};
		},
		parameters: {
			resource: 'billingAccount',
			billingAccountId: byId('={{ $json.account }}'),
			updateFields: { displayName: '={{ $json.displayName }}', hourlySpendLimit: '={{ $json.hourlySpendLimit.value }}' },
		},
		readsFirst: () => false,
		valuesIn: (body) => (body as IDataObject).billingAccount,
		errorBody: (status, message, retryDelay) => ({
			code: status,
			status: GRPC[status]?.[1] ?? 'UNKNOWN',
			message,
			details: [
				{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field: message, description: message }] },
				...(retryDelay === undefined ? [] : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryDelay}s` }]),
			],
		}),
	},
	userHub: {
		accounts: ['org_sandbox0000001', 'org_sandbox0000002', 'org_sandbox0000003', 'org_sandbox0000001', 'org_sandbox0000002'],
		signIns: ['userAccessToken', 'adminKey'],
		renewable: 'adminKey',
		item(caseNumber, index, other) {
			const displayName = `Case ${caseNumber} item ${index}`;
			const second = other
				? { field: 'address.city', path: 'address.city', value: `City ${caseNumber}-${index}` }
				: { field: 'email', path: 'email', value: `case${caseNumber}.item${index}@example.com` };
			return {
				json: { account: this.accounts[index], displayName, second: second.value, note: `row ${index}` },
				account: this.accounts[index],
				leaves: [{ field: 'displayName', path: 'displayName', value: displayName }, second],
			};
		},
		parameters: {
			resource: 'billingAccount',
			organizationId: byId('={{ $json.account }}'),
			updateFields: {
				displayName: '={{ $json.displayName }}',
				// An address in part makes the node read the record first; a blank value is left out.
				email: '={{ $json.second.includes("@") ? $json.second : "" }}',
				address: { city: '={{ $json.second.includes("@") ? "" : $json.second }}' },
			},
		},
		readsFirst: ({ leaves }) => leaves.some(({ field }) => field.startsWith('address.')),
		valuesIn: (body) => body,
		errorBody: (status, message) => ({
			code: GRPC[status]?.[1] ?? 'UNKNOWN',
			message,
			reason: 'SANDBOX',
			param: message,
			metadata: {},
		}),
	},
};

/**
 * Makes new secrets for one way to sign in and lets the sandbox accept them.
 *
 * @param secret makes a secret for a field of the credential, which the service is sent unless told
 * @param baseUrl address for the credential
 * @param tokenServer renews the token of OAuth2
 */
export function signIn(
	kind: SignIn,
	sandbox: Sandbox,
	secret: (field: string, isSent?: boolean) => string,
	baseUrl: string,
	tokenServer: TokenServer,
): StoredCredentials {
	switch (kind) {
		case 'securityCodeHeader':
		case 'securityCodeQuery': {
			const securityCode = secret('securityCode');
			sandbox.aodocs.options.securityCode = securityCode;
			return { aodocsSecurityCodeApi: { baseUrl, securityCode, sendIn: kind === 'securityCodeQuery' ? 'query' : 'header' } };
		}
		case 'oAuth2': {
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
		}
		case 'apiKey': {
			const apiKey = secret('apiKey');
			sandbox.cudoCompute.options.apiKey = apiKey;
			return { cudoComputeApi: { baseUrl, apiKey } };
		}
		case 'userAccessToken':
		case 'adminKey': {
			// What the person entered before for the other way to sign in stays in the credential, but is not sent.
			const userApiKey = secret('userApiKey');
			const adminKey = secret('adminKey', kind === 'adminKey');
			const userAccessToken = secret('userAccessToken', kind === 'userAccessToken');
			Object.assign(sandbox.userHub.options, { userApiKey, adminKey, userAccessTokens: [userAccessToken] });
			const { userId } = sandbox.userHub.options;
			return { userHubApi: { baseUrl, userApiKey, signInWith: kind, userAccessToken, adminKey, userId, sessionToken: '' } };
		}
	}
}
