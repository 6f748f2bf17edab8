import type { IDataObject } from 'n8n-workflow';

import { userHub as standIn } from '../../sandbox/userHub.mts';
import { UserHubApi } from '../../credentials/UserHubApi.credentials.ts';
import { UserHub } from '../../nodes/UserHub/UserHub.node.ts';
import { fromAi } from '../support/fromAi.mts';
import { leavesOf, nested } from '../support/leaves.mts';
import { byId } from '../support/locator.mts';
import { put, valueAt } from '../support/paths.mts';
import type { ServiceFixture, SignIn } from './fixture.mts';
import { grpcCodes } from './grpcCodes.mts';
import { same } from './same.mts';

const selectionOf = (id: string) => ({ accountOf: 'organization', organizationId: byId(id) });
const isOfAddress = (path: string) => path.startsWith('address.');

const isEmpty = (value: unknown) => value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** What erases a field. */
const emptyOf = (path: string) => (path === 'address' ? null : path === 'address.lines' ? [] : '');

/** A way to sign in. What a person entered before for the other way stays in the credential, but is not sent. */
const signInWith = (kind: 'userAccessToken' | 'adminApiKey'): SignIn => ({
	name: kind,
	isRenewable: kind === 'adminApiKey',
	credentials({ sandbox, secret, baseUrl }) {
		const userApiKey = secret('userApiKey');
		const adminApiKey = secret('adminApiKey', kind === 'adminApiKey');
		const userAccessToken = secret('userAccessToken', kind === 'userAccessToken');
		Object.assign(sandbox.userHub.options, { userApiKey, adminApiKey, userAccessTokens: [userAccessToken] });
		const { userId } = sandbox.userHub.options;
		return { userHubApi: { baseUrl, userApiKey, signInWith: kind, userAccessToken, adminApiKey, userId, sessionToken: '' } };
	},
	// A session is made at the first request; the next one is refused.
	refuseRenewal(sandbox) {
		sandbox.userHub.faults.add({ kind: 'status', status: 403, match: { pathIncludes: 'createApiSession' }, times: 'always', after: 1 });
	},
});

/** UserHub in tests, benchmark and demo. */
export const userHub: ServiceFixture = {
	displayName: standIn.displayName,
	contract: 'userhub',
	node: new UserHub(),
	credentialTypes: [new UserHubApi()],

	account: {
		baseUrl: 'https://api.userhub.com',
		credentials: { userHubApi: { userApiKey: 'user-api-key-1', userAccessToken: 'access-token-1' } },
		selection: selectionOf('org_1'),
		selectionOf,
		route: '/user/v1/billingAccount',
		query: { organizationId: 'org_1' },
		headers: {
			authorization: 'Bearer access-token-1',
			'userhub-api-key': 'user-api-key-1',
			'userhub-api-version': '2025-05-01',
		},
		record: {
			state: 'USER_MANAGED',
			displayName: 'Acme',
			email: 'billing@acme.example',
			phoneNumber: '+12125550123',
			address: {
				lines: ['42 Wallaby Way', 'Floor 2'],
				city: 'New York',
				state: 'NY',
				postalCode: '10001',
				country: 'US',
			},
			currencyCode: 'USD',
			balanceAmount: '0',
			checkouts: [],
			paymentMethods: [],
		},
	},

	update: {
		// A text is erased by an empty one, the address by null.
		erasable: ({ paths }) => paths,
		bodyOf({ values, clear }, record) {
			const body: IDataObject = {};
			for (const [path, value] of Object.entries(values)) put(body, path.split('.'), value);
			for (const path of clear) put(body, path.split('.'), emptyOf(path));
			// The service may replace the whole address, so the rest of it is sent as it is.
			if ([...Object.keys(values), ...clear].some(isOfAddress)) {
				body.address = { ...(record.address as IDataObject), ...(body.address as IDataObject) };
			}
			return body;
		},
		readsFirst: (paths) => paths.some(isOfAddress),
	},

	sandboxCredentials(baseUrl) {
		const { userApiKey, adminApiKey, userId } = standIn.secrets;
		return [{ title: 'UserHub', type: 'userHubApi', data: { baseUrl, userApiKey, signInWith: 'adminApiKey', adminApiKey, userId } }];
	},

	faults: {
		accounts: ['org_sandbox0000001', 'org_sandbox0000002', 'org_sandbox0000003', 'org_sandbox0000001', 'org_sandbox0000002'],
		signIns: [signInWith('userAccessToken'), signInWith('adminApiKey')],
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
		errorBody: (status, message) => ({
			code: grpcCodes[status] ?? 'UNKNOWN',
			message,
			reason: 'SANDBOX',
			param: message,
			metadata: {},
		}),
		undo: {
			// The first has every field, the second neither phone number nor address.
			accounts: ['org_sandbox0000001', 'org_sandbox0000002'],
			updateFields: {
				displayName: 'Renamed',
				phoneNumber: '+442012345678',
				address: { city: 'London', country: 'GB', postalCode: 'N1 1AA', lines: '9 New Street' },
			},
			fieldsToClear: ['email'],
		},
	},

	model: {
		share: 0.3,
		hasOneAccount: false,
		ownAccount: { accountOf: 'user' },
		routeOf: () => '/user/v1/billingAccount',
		accountIn: (_, { organizationId }) => organizationId,
		guarded: [],
		untouched: ['currencyCode'],
		// An address in the update replaces the current one, or is laid over it.
		habits: ['replacesAddress'],
		answers: {},
		pools: { phoneNumber: ['+12125550123', '+442012345678'], 'address.country': ['US', 'GB'] },
		// The parts of an address that an item does not set are taken from the record, so one that it sets must be its own.
		distinguish(values) {
			if ('address.country' in values) values['address.city'] ??= 'Acme';
		},
		apply(_, record, patch, { replacesAddress }) {
			const next: IDataObject = structuredClone(record);
			for (const [key, value] of Object.entries(patch)) {
				if (isEmpty(value)) delete next[key];
				else if (key !== 'address') next[key] = value;
				else {
					const address = { ...(replacesAddress ? {} : (next.address as IDataObject)), ...(value as IDataObject) };
					const parts = Object.entries(address).filter(([, part]) => !isEmpty(part));
					if (parts.length > 0) next.address = Object.fromEntries(parts) as IDataObject;
					else delete next.address;
				}
			}
			return next;
		},
		// An address is sent as a whole, so besides the item's own parts it has those of the record.
		isPatchOf(leaves, patch, { values, clear }) {
			const expected = nested(leaves, values);
			for (const path of clear) put(expected, path.split('.'), emptyOf(path));
			return (
				same(Object.keys(patch).sort(), Object.keys(expected).sort()) &&
				Object.entries(leavesOf(expected, leaves)).every(([path, value]) => same(valueAt(patch, path), value))
			);
		},
	},

	tool: {
		parameters: {
			organizationId: byId(fromAi('Organization')),
			updateFields: { displayName: fromAi('Display_Name'), email: fromAi('Email'), phoneNumber: fromAi('Phone_Number') },
		},
		required: {
			call: { Organization: 'org_sandbox0000002', Display_Name: 'Birchwood GmbH' },
			sent: { displayName: 'Birchwood GmbH' },
		},
		blanks: { Organization: 'org_sandbox0000002', Display_Name: 'Birchwood GmbH', Email: '', Phone_Number: '' },
		wrong: {
			call: { Organization: 'org_sandbox0000002', Display_Name: '', Email: 'billing at acme', Phone_Number: '030 12' },
			told: [/Email is not an e-mail address/, /Use one address/, /Phone Number is not a phone number/, /Start with \+/],
		},
	},
	searches: [
		'billing account',
		'billing address',
		'invoice',
		'invoice address',
		'billing email',
		'phone',
		'subscription',
		'customer',
		'organization',
		'organisation',
		'userhub',
		'user hub',
	],
};
