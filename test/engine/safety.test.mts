import { inspect } from 'node:util';
import type { INodeParameters } from 'n8n-workflow';

import { accounts } from '../support/accounts.mts';
import { runNode, type StoredCredentials } from '../support/engine.mts';
import type { NodeName } from '../support/installation.mts';
import { closeServices, fakeService } from '../support/service.mts';

afterEach(closeServices);

const { baseUrl, credentials } = accounts.cudoCompute;
const updateOf = (id: string) => ({
	billingAccountId: { __rl: true, mode: 'id', value: id },
	updateFields: { displayName: 'Acme' },
});

describe('the account', () => {
	test('an ID is encoded into the path, never trusted', async () => {
		const service = fakeService(baseUrl, {
			'PATCH /v1/billing-accounts/..%2Fprojects%3Fa%3Db%23c': { body: { displayName: 'Acme' } },
		});
		const { error } = await runNode({ node: 'cudoCompute', credentials, parameters: updateOf('../projects?a=b#c') });
		expect(error).toBeUndefined();
		expect(service.requests).toHaveLength(1);
	});

	test.each(['.', '..', '\ud800'])('%p is no ID: nothing is sent', async (id) => {
		const service = fakeService(baseUrl, {});
		const { error } = await runNode({ node: 'cudoCompute', credentials, parameters: updateOf(id) });
		expect(error).toMatchObject({ message: 'Billing Account is not an ID' });
		expect(service.requests).toEqual([]);
	});
});

describe('the credential', () => {
	test('its allowed domains are honoured: nothing is sent elsewhere, and the error says why', async () => {
		const service = fakeService(baseUrl, {});
		const restricted = {
			cudoComputeApi: { apiKey: 'cudo-api-key-1', allowedHttpRequestDomains: 'domains', allowedDomains: 'example.com' },
		};
		const { error } = await runNode({ node: 'cudoCompute', credentials: restricted, parameters: updateOf('a') });
		expect(error?.message).toContain('Domain not allowed');
		expect(service.requests).toEqual([]);
	});

	test('its own domain may be among them', async () => {
		fakeService(baseUrl, { 'PATCH /v1/billing-accounts/a': { body: { displayName: 'Acme' } } });
		const restricted = {
			cudoComputeApi: { apiKey: 'cudo-api-key-1', allowedHttpRequestDomains: 'domains', allowedDomains: '*.compute.cudo.org' },
		};
		const { error } = await runNode({ node: 'cudoCompute', credentials: restricted, parameters: updateOf('a') });
		expect(error).toBeUndefined();
	});

	test.each(['', 'rest.compute.cudo.org', 'file:///etc/passwd'])('the base URL %p: an error that says where to mend it', async (wrong) => {
		const { error } = await runNode({
			node: 'cudoCompute',
			credentials: { cudoComputeApi: { apiKey: 'cudo-api-key-1', baseUrl: wrong || ' ' } },
			parameters: updateOf('a'),
		});
		expect(error).toMatchObject({ message: 'The Cudo Compute credential has no valid base URL' });
	});

	const madeIn: Record<NodeName, string> = {
		aodocs: 'A super administrator creates the security code in AODocs',
		cudoCompute: 'The API key is made in the Cudo Compute console',
		userHub: 'are in the developer settings of the UserHub admin console',
	};
	const updateFields: Record<NodeName, INodeParameters> = {
		aodocs: { maxSeats: 5 },
		cudoCompute: { displayName: 'New' },
		userHub: { displayName: 'New' },
	};

	describe.each(Object.keys(madeIn) as NodeName[])('%s', (node) => {
		const { baseUrl: url, credentials: usual, selection, route } = accounts[node];
		const blank = Object.fromEntries(
			Object.entries(usual).map(([type, data]) => [type, Object.fromEntries(Object.keys(data).map((key) => [key, '']))]),
		);

		test.each<[string, StoredCredentials, number]>([
			['is missing', {}, 200],
			['is blank', blank, 200],
			['is refused with 401', usual, 401],
			['is refused with 403', usual, 403],
		])('a secret that %s: the error says where it is made', async (_, stored, status) => {
			fakeService(url, { [`PATCH ${route}`]: { status, body: { message: 'No' } } });
			const { error } = await runNode({ node, credentials: stored, parameters: { ...selection, updateFields: updateFields[node] } });
			expect(error?.description).toContain(madeIn[node]);
		});
	});

	test('a service that repeats the secret does not bring it into the error', async () => {
		fakeService(baseUrl, {
			'PATCH /v1/billing-accounts/a': { status: 403, body: { code: 7, message: 'Key cudo-api-key-1 may not do this' } },
		});
		const { error } = await runNode({ node: 'cudoCompute', credentials, parameters: updateOf('a') });
		expect(error?.description).toContain('Key ••• may not do this');
		expect(inspect(error, { depth: 10 })).not.toContain('cudo-api-key-1');
	});

	test('nor does one that repeats it in the name of the request', async () => {
		fakeService(baseUrl, { 'PATCH /v1/billing-accounts/a': { status: 403, headers: { 'x-request-id': 'by-cudo-api-key-1' } } });
		const { outputs } = await runNode({ node: 'cudoCompute', credentials, parameters: updateOf('a'), onError: 'continueRegularOutput' });
		expect(outputs[0][0].json.error).toMatchObject({ requestId: 'by-•••' });
	});

	test('a stored session of another user is never used', async () => {
		const { baseUrl: userHubUrl, selection, route } = accounts.userHub;
		const service = fakeService(userHubUrl, {
			[`PATCH ${route}`]: ({ headers }) => (headers.authorization === 'Bearer new' ? { body: { displayName: 'Acme' } } : { status: 401 }),
			[`GET ${route}`]: ({ headers }) => (headers.authorization === 'Bearer new' ? { body: {} } : { status: 401 }),
			'POST /admin/v1/users/usr_2:createApiSession': { body: { accessToken: 'new' } },
		});
		const { error } = await runNode({
			node: 'userHub',
			credentials: {
				userHubApi: {
					userApiKey: 'user-api-key-1',
					signInWith: 'adminApiKey',
					adminApiKey: 'admin-key-1',
					userId: 'usr_2',
					sessionToken: 'of-another-user',
					sessionOwner: `usr_1 ${userHubUrl}`,
				},
			},
			parameters: { ...selection, updateFields: { displayName: 'Acme' } },
		});
		expect(error).toBeUndefined();
		expect(service.requests.some(({ headers }) => headers.authorization === 'Bearer of-another-user')).toBe(false);
	});
});

describe('the answer', () => {
	test.each([
		['No access (billing)', 'No access (billing). Check the credential'],
		['Look here:', 'Look here. Check the credential'],
		['He said "no."', 'He said "no." Check the credential'],
	])('%s: what to do is a sentence of its own', async (message, description) => {
		fakeService(baseUrl, { 'PATCH /v1/billing-accounts/a': { status: 403, body: { message } } });
		const { error } = await runNode({ node: 'cudoCompute', credentials, parameters: updateOf('a') });
		expect(error?.description).toContain(description);
	});

	test('a long page of HTML does not flood the error', async () => {
		fakeService(baseUrl, { 'PATCH /v1/billing-accounts/a': { status: 403, body: `<h1>No</h1>${'<p>blah</p>'.repeat(50_000)}` } });
		const { error } = await runNode({ node: 'cudoCompute', credentials, parameters: updateOf('a') });
		expect(error?.description).toMatch(/^No blah/);
		expect(JSON.stringify([error?.message, error?.description, error?.context]).length).toBeLessThan(2000);
	});
});

describe('a read that shows nothing of the account', () => {
	const { baseUrl: userHubUrl, selection, route, credentials: userHubCredentials } = accounts.userHub;

	test('is not taken for an empty address: nothing is sent', async () => {
		const service = fakeService(userHubUrl, { [`GET ${route}`]: { body: { status: 'ok' } } });
		const { error } = await runNode({
			node: 'userHub',
			credentials: userHubCredentials,
			parameters: { ...selection, updateFields: { address: { city: 'Boston' } } },
		});
		expect(error).toMatchObject({ message: 'UserHub answered, but not with a record of the account' });
		expect(service.requests.map(({ method }) => method)).toEqual(['GET']);
	});

	test('is no proof that a field was erased: unknown', async () => {
		fakeService(baseUrl, {
			'PATCH /v1/billing-accounts/a': { status: 500 },
			'GET /v1/billing-accounts/a': { body: { status: 'ok' } },
		});
		const { outputs } = await runNode({
			node: 'cudoCompute',
			credentials,
			onError: 'continueRegularOutput',
			parameters: { billingAccountId: { __rl: true, mode: 'id', value: 'a' }, fieldsToClear: ['taxId'] },
		});
		expect(outputs[0][0].json.error).toMatchObject({ outcome: 'unknown' });
	});
});
