import type { IncomingHttpHeaders } from 'node:http';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { NodeName, StoredCredentials } from './harness.mts';
import type { Received } from './truthServer.mts';

export type Json = Record<string, unknown>;

/** What these tests know of a service: its requests and records, as its documentation has them. */
interface StandIn {
	/** An account's record at the start. */
	record(id: string): Json;
	/** What a request is, and which account it names. */
	route(method: string, path: string, query: URLSearchParams): { kind: Received['kind']; id: string };
	/** The secret a request signs in with. */
	secretOf(headers: IncomingHttpHeaders, query: URLSearchParams): string;
	/** The values that an update's body asks for, by path. Null and an empty text erase. */
	asked(body: Json): Record<string, unknown>;
	/** Whether a body is a whole record. */
	isWhole(body: Json): boolean;
	emptyList: Json;
	errorBody(status: number, message: string): Json;
	/** Parameters that update these fields of the account that each item names, with the values that it gives. */
	parameters(fields: string[]): INodeParameters;
	/** The credential that people use most, with this secret. */
	credentials(baseUrl: string, secret: string): StoredCredentials;
	/** Three items: where there are accounts, the first and the last have one. */
	ids: string[];
	/** What the items ask for, by path, if nothing else is said. */
	values(item: number): Record<string, unknown>;
}

const bearer = (headers: IncomingHttpHeaders) => (headers.authorization ?? '').replace(/^\S+\s*/, '');

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The parts of an object by path. Lists and Decimals are one part. */
function parts(value: Json, path = ''): Record<string, unknown> {
	const found: Record<string, unknown> = {};
	for (const [key, inner] of Object.entries(value)) {
		const innerPath = path === '' ? key : `${path}.${key}`;
		const isWhole = !isObject(inner) || Object.keys(inner).join() === 'value';
		if (isWhole) found[innerPath] = inner;
		else Object.assign(found, parts(inner, innerPath));
	}
	return found;
}

/** Update Fields that take each value from the item, nested as the paths are. */
function updateFields(fields: string[]): INodeParameters {
	const parameters: IDataObject = {};
	for (const field of fields) {
		const [first, second] = field.split('.');
		const expression = `={{ $json.values[${JSON.stringify(field)}] }}`;
		if (second === undefined) parameters[first] = expression;
		else parameters[first] = { ...(parameters[first] as IDataObject), [second]: expression };
	}
	return parameters as INodeParameters;
}

const byId = { __rl: true, mode: 'id', value: '={{ $json.account }}' };

export const standIns: Record<NodeName, StandIn> = {
	aodocs: {
		record: () => ({ kind: 'aodocs#billingStatus', maxSeats: 250, portalUrl: 'https://billing.example.com/before', type: 'STANDARD' }),
		route: (method, path) => {
			if (path === '/token') return { kind: 'token', id: '' };
			if (path !== '/domain/v1beta1/billingStatus') return { kind: 'other', id: '' };
			return { kind: method === 'PATCH' ? 'update' : 'read', id: 'domain' };
		},
		secretOf: (headers, query) => query.get('securityCode') ?? bearer(headers),
		asked: parts,
		isWhole: ({ portalUrl, type }) => portalUrl !== undefined && type !== undefined,
		emptyList: {},
		errorBody: (code, message) => ({ error: { code, message, errors: [{ domain: 'global', reason: 'backend', message }] } }),
		parameters: (fields) => ({ resource: 'billingStatus', authentication: 'securityCode', updateFields: updateFields(fields) }),
		credentials: (baseUrl, secretCode) => ({ aodocsSecurityCodeApi: { baseUrl, secretCode } }),
		ids: ['domain', 'domain', 'domain'],
		values: (item) => ({ portalUrl: `https://billing.example.com/item-${item}`, maxSeats: 1000 + item }),
	},
	cudoCompute: {
		record: (id) => ({
			id,
			displayName: 'Before',
			stripeRef: 'cus_before',
			billingAddress: {
				name: 'Acme',
				line1: '1 High Street',
				line2: '',
				city: 'London',
				state: '',
				postalCode: 'N1 1AA',
				country: 'GB',
				phone: '+442012345678',
			},
			taxId: { id: 'txi_1', type: 'gb_vat', value: 'GB123456789' },
			paymentTerms: 'PAYMENT_TERMS_PREPAID',
			state: 'STATE_ACTIVE',
			creditBalanceRecharge: { autoRecharge: true, low: { value: '10' }, high: { value: '50' } },
			createTime: '2025-01-31T09:00:00Z',
		}),
		route: (method, path) => {
			const id = /^\/v1\/billing-accounts\/([^/]+)$/.exec(path)?.[1];
			if (id === undefined) return { kind: path === '/v1/billing-accounts' ? 'list' : 'other', id: '' };
			return { kind: method === 'PATCH' ? 'update' : 'read', id: decodeURIComponent(id) };
		},
		secretOf: bearer,
		asked: ({ billingAccount, updateMask }) => {
			const mask = String(updateMask).split(',');
			const all = parts(isObject(billingAccount) ? billingAccount : {});
			return Object.fromEntries(Object.entries(all).filter(([path]) => mask.some((masked) => `${path}.`.startsWith(`${masked}.`))));
		},
		isWhole: ({ id, createTime }) => id !== undefined && createTime !== undefined,
		emptyList: { billingAccounts: [], pageToken: '', pageSize: 0 },
		errorBody: (code, message) => ({ code, message, details: [] }),
		parameters: (fields) => ({ resource: 'billingAccount', billingAccountId: byId, updateFields: updateFields(fields) }),
		credentials: (baseUrl, apiKey) => ({ cudoComputeApi: { baseUrl, apiKey } }),
		ids: ['acme', 'birch', 'acme'],
		values: (item) => ({ displayName: `Item ${item}`, stripeRef: `cus_item${item}` }),
	},
	userHub: {
		record: (id) => ({
			state: 'USER_MANAGED',
			displayName: 'Before',
			email: 'before@example.com',
			phoneNumber: '+12125550123',
			address: { lines: ['42 Wallaby Way'], city: `City of ${id}`, state: 'NY', postalCode: '10001', country: 'US' },
			currencyCode: 'USD',
			balanceAmount: '0',
			checkouts: [],
			paymentMethods: [],
		}),
		route: (method, path, query) => {
			if (path.endsWith(':createApiSession')) return { kind: 'session', id: '' };
			if (path === '/user/v1/organizations') return { kind: 'list', id: '' };
			if (path !== '/user/v1/billingAccount') return { kind: 'other', id: '' };
			return { kind: method === 'PATCH' ? 'update' : 'read', id: query.get('organizationId') ?? 'user' };
		},
		secretOf: bearer,
		asked: parts,
		isWhole: ({ currencyCode, address }) => currencyCode !== undefined && address !== undefined,
		emptyList: { organizations: [], nextPageToken: '' },
		errorBody: (status, message) => ({ code: status === 401 ? 'UNAUTHENTICATED' : 'UNAVAILABLE', message, reason: 'TEST', metadata: {} }),
		parameters: (fields) => ({
			resource: 'billingAccount',
			accountOf: 'organization',
			organizationId: byId,
			updateFields: updateFields(fields),
		}),
		credentials: (baseUrl, userAccessToken) => ({
			userHubApi: { baseUrl, userApiKey: 'pk_1', signInWith: 'userAccessToken', userAccessToken, sessionToken: '' },
		}),
		ids: ['org_1', 'org_2', 'org_1'],
		values: (item) => ({ displayName: `Item ${item}`, email: `item${item}@example.com` }),
	},
};
