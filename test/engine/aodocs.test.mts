import type { ICredentialDataDecryptedObject, IDataObject, INodeParameters } from 'n8n-workflow';

import { accounts, jsonHeaders } from '../support/accounts.mts';
import { NODE_NAME, runNode, testCredential } from '../support/engine.mts';
import type { NodeRun } from '../support/engine.mts';
import { closeServices, fakeService } from '../support/service.mts';

afterEach(closeServices);

const { baseUrl, route, record, credentials, headers } = accounts.aodocs;
const PATH = `/api${route}`;
const GET = `GET ${route}`;
const PATCH = `PATCH ${route}`;

const run = (parameters: INodeParameters, more: Partial<NodeRun> = {}) => runNode({ node: 'aodocs', parameters, credentials, ...more });

const forbidden = {
	status: 403,
	body: {
		error: {
			code: 403,
			message: 'Invalid security code',
			errors: [{ domain: 'global', reason: 'forbidden', message: 'Invalid security code' }],
		},
	},
};

describe('AODocs authentication', () => {
	const update = { operation: 'update', updateFields: { maxSeats: 250 } };
	const oAuth2 = (accessToken: string): ICredentialDataDecryptedObject => ({
		clientId: 'client-id-1',
		clientSecret: 'client-secret-1',
		oauthTokenData: { access_token: accessToken, refresh_token: 'refresh-token-1', token_type: 'Bearer' },
	});

	test('sends the security code in the Authorization header unless told otherwise', async () => {
		const service = fakeService(baseUrl, { [PATCH]: { body: record } });
		await run(update);

		expect(service.requests).toEqual([
			{
				method: 'PATCH',
				path: PATH,
				query: {},
				headers: { authorization: 'securityCode security-code-1', 'content-type': 'application/json' },
				body: { maxSeats: 250 },
			},
		]);
	});

	test('sends the security code in the query where the credential says so', async () => {
		const service = fakeService(baseUrl, { [PATCH]: { body: record } });
		await run(update, { credentials: { aodocsSecurityCodeApi: { secretCode: 'code & 1', sendIn: 'query' } } });

		expect(service.requests).toEqual([
			{
				method: 'PATCH',
				path: PATH,
				query: { securityCode: 'code & 1' },
				headers: { 'content-type': 'application/json' },
				body: { maxSeats: 250 },
			},
		]);
	});

	test('sends the access token of Google where OAuth2 is chosen', async () => {
		const service = fakeService(baseUrl, { [PATCH]: { body: record } });
		const { error } = await run({ ...update, authentication: 'oAuth2' }, { credentials: { aodocsOAuth2Api: oAuth2('access-token-1') } });

		expect(error).toBeUndefined();
		expect(service.requests).toEqual([
			{
				method: 'PATCH',
				path: PATH,
				query: {},
				headers: { authorization: 'Bearer access-token-1', 'content-type': 'application/json' },
				body: { maxSeats: 250 },
			},
		]);
	});

	test('renews an expired access token of Google, stores it and sends the update again', async () => {
		const google = fakeService('https://oauth2.googleapis.com', {
			'POST /token': [{ body: { access_token: 'access-token-2', expires_in: 3600, token_type: 'Bearer' } }],
		});
		const answer = ({ headers: { authorization } }: { headers: Record<string, string> }) =>
			authorization === 'Bearer access-token-2'
				? { body: record }
				: { status: 401, body: { error: { code: 401, message: 'Invalid Credentials' } } };
		const service = fakeService(baseUrl, { [GET]: answer, [PATCH]: answer });
		const result = await run({ ...update, authentication: 'oAuth2' }, { credentials: { aodocsOAuth2Api: oAuth2('access-token-1') } });

		expect(result.error).toBeUndefined();
		expect(result.outputs[0]).toEqual([{ json: record, pairedItem: { item: 0 } }]);
		expect(google.requests).toHaveLength(1);
		expect(Object.fromEntries(new URLSearchParams(String(google.requests[0].body)))).toEqual({
			grant_type: 'refresh_token',
			refresh_token: 'refresh-token-1',
			client_id: 'client-id-1',
			client_secret: 'client-secret-1',
		});
		const applied = service.requests.filter(
			({ method, headers: seen }) => method === 'PATCH' && seen.authorization === 'Bearer access-token-2',
		);
		expect(applied.map(({ body }) => body)).toEqual([{ maxSeats: 250 }]);
		expect(result.credentials.aodocsOAuth2Api.oauthTokenData).toMatchObject({
			access_token: 'access-token-2',
			refresh_token: 'refresh-token-1',
		});
	});

	test('uses the base URL of the credential, with or without a slash at its end', async () => {
		const service = fakeService('https://aodocs.example/gateway', { [PATCH]: { body: record } });
		await run(update, {
			credentials: { aodocsSecurityCodeApi: { secretCode: 'c', baseUrl: 'https://aodocs.example/gateway/' } },
		});

		expect(service.requests.map(({ path }) => path)).toEqual([`/gateway${route}`]);
	});

	test('resolves an expression inside the credential', async () => {
		const service = fakeService(baseUrl, { [PATCH]: { body: record } });
		await run(update, { credentials: { aodocsSecurityCodeApi: { secretCode: '={{ "from-" + "vault" }}' } } });

		expect(service.requests[0].headers.authorization).toBe('securityCode from-vault');
	});
});

describe('AODocs credential tests', () => {
	test('a good security code passes', async () => {
		const service = fakeService(baseUrl, { [GET]: { body: record } });

		expect(await testCredential('aodocsSecurityCodeApi', { secretCode: 'security-code-1' })).toEqual({
			status: 'OK',
			message: 'Connection successful!',
		});
		expect(service.requests).toEqual([{ method: 'GET', path: PATH, query: {}, headers }]);
	});

	test('a wrong security code fails', async () => {
		fakeService(baseUrl, { [GET]: forbidden });

		expect(await testCredential('aodocsSecurityCodeApi', { secretCode: 'wrong' })).toMatchObject({
			status: 'Error',
		});
	});

	test('a security code in the query is tested in the query', async () => {
		const service = fakeService(baseUrl, { [GET]: { body: record } });
		await testCredential('aodocsSecurityCodeApi', { secretCode: 'security-code-1', sendIn: 'query' });

		expect(service.requests).toEqual([{ method: 'GET', path: PATH, query: { securityCode: 'security-code-1' }, headers: {} }]);
	});
});

describe('AODocs Get', () => {
	test('hands on the billing status as AODocs answers it', async () => {
		const service = fakeService(baseUrl, { [GET]: { body: record } });
		const { outputs, error } = await run({ operation: 'get' });

		expect(error).toBeUndefined();
		expect(service.requests).toEqual([{ method: 'GET', path: PATH, query: {}, headers }]);
		expect(outputs).toEqual([[{ json: record, pairedItem: { item: 0 } }]]);
	});

	test('fails with the message of AODocs', async () => {
		fakeService(baseUrl, { [GET]: forbidden });
		const { outputs, error } = await run({ operation: 'get' });

		expect(outputs).toEqual([]);
		expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '403', node: { name: NODE_NAME } });
		expect(error?.description).toContain('Invalid security code');
	});
});

describe('AODocs Update', () => {
	test('sends only the fields that are set, and hands on the answer', async () => {
		const answer = { ...record, maxSeats: 0, type: 'CUSTOM' };
		const service = fakeService(baseUrl, { [PATCH]: { body: answer } });
		const { outputs } = await run({
			operation: 'update',
			updateFields: { maxSeats: 0, type: 'CUSTOM', portalUrl: '', kind: '  ' },
		});

		expect(service.requests).toEqual([
			{ method: 'PATCH', path: PATH, query: {}, headers: jsonHeaders('aodocs'), body: { maxSeats: 0, type: 'CUSTOM' } },
		]);
		expect(outputs).toEqual([[{ json: answer, pairedItem: { item: 0 } }]]);
	});

	test('updates once per item, in item order, each linked to its item', async () => {
		const service = fakeService(baseUrl, { [PATCH]: ({ body }) => ({ body: { ...record, ...(body as object) } }) });
		const { outputs } = await run(
			{ operation: 'update', updateFields: { maxSeats: '={{ $json.seats }}', type: '={{ $json.plan }}' } },
			{ items: [{ seats: 10, plan: 'TRIAL' }, { seats: '20', plan: 'STANDARD' }, { seats: 30 }] },
		);

		expect(service.requests.map(({ body }) => body)).toEqual([
			{ maxSeats: 10, type: 'TRIAL' },
			{ maxSeats: 20, type: 'STANDARD' },
			{ maxSeats: 30 },
		]);
		expect(service.mostOpen).toBe(1);
		expect(outputs[0].map(({ json, pairedItem }) => [json.maxSeats, pairedItem])).toEqual([
			[10, { item: 0 }],
			[20, { item: 1 }],
			[30, { item: 2 }],
		]);
	});

	test('takes only the chosen fields from the item with Auto-Map, and coerces what is safe', async () => {
		const service = fakeService(baseUrl, { [PATCH]: { body: record } });
		await run(
			{ operation: 'update', dataToSend: 'autoMapInputData', fieldsToMap: ['maxSeats', 'type', 'portalUrl'] },
			{ items: [{ maxSeats: '25', type: 'STANDARD', portalUrl: null, kind: 'not chosen', other: 1 }] },
		);

		expect(service.requests.map(({ body }) => body)).toEqual([{ maxSeats: 25, type: 'STANDARD' }]);
	});

	test('sends nothing for any item while one is invalid and the node stops on errors', async () => {
		const service = fakeService(baseUrl, { [PATCH]: { body: record } });
		const { error, outputs } = await run(
			{ operation: 'update', updateFields: { maxSeats: '={{ $json.seats }}' } },
			{ items: [{ seats: 10 }, { seats: 'many' }, { seats: 3_000_000_000 }] },
		);

		expect(service.requests).toEqual([]);
		expect(outputs).toEqual([]);
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 1 } });
		expect(error?.message).toContain('Max Seats');
		expect(JSON.stringify(error?.context.data)).toContain('"item":2');
	});

	test('shows the plan in a dry run, without secrets, and sends no update', async () => {
		const service = fakeService(baseUrl, { [GET]: { body: record } });
		const { outputs } = await run({ operation: 'update', dryRun: true, updateFields: { maxSeats: 300 } });

		expect(service.requests.map(({ method }) => method)).toEqual(['GET']);
		expect(outputs[0]).toHaveLength(1);
		expect(outputs[0][0].json).toMatchObject({
			account: 'domain',
			outcome: 'planned',
			changes: [{ field: 'maxSeats', from: 250, to: 300 }],
			request: { method: 'PATCH', url: `${baseUrl}${route}`, body: { maxSeats: 300 } },
		});
		expect(JSON.stringify(outputs)).not.toContain('security-code-1');
	});

	test('stops with the message, the HTTP status and the item of the failure', async () => {
		fakeService(baseUrl, { [PATCH]: [{ body: record }, forbidden] });
		const { error, outputs } = await run(
			{ operation: 'update', updateFields: { maxSeats: '={{ $json.seats }}' } },
			{ items: [{ seats: 250 }, { seats: 20 }, { seats: 30 }] },
		);

		expect(outputs).toEqual([]);
		expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '403', context: { itemIndex: 1 } });
		expect(error?.message).toContain('1 updated, 1 not applied, 1 not sent');
		expect(error?.description).toContain('Invalid security code');
		expect(error?.context.data).toMatchObject({
			items: [
				{ item: 0, outcome: 'updated' },
				{ item: 1, outcome: 'not applied', httpCode: 403 },
				{ item: 2, outcome: 'not sent' },
			],
		});
	});

	test.each([
		['continueRegularOutput', 0],
		['continueErrorOutput', 1],
	] as const)('goes on after a failure with %s, the failed item in its place', async (onError, errorOutput) => {
		const service = fakeService(baseUrl, {
			[PATCH]: ({ body }) => ((body as IDataObject).type === 'B' ? forbidden : { body: { ...record, ...(body as IDataObject) } }),
		});
		const { error, outputs } = await run(
			{ operation: 'update', updateFields: { maxSeats: 250, type: '={{ $json.plan }}' } },
			{ onError, items: [{ plan: 'A' }, { plan: 'B' }, { plan: 'C' }] },
		);

		expect(error).toBeUndefined();
		expect(service.requests).toHaveLength(3);
		const failed = outputs[errorOutput].find(({ json }) => 'error' in json);
		expect(failed?.json.error).toMatchObject({
			message: expect.stringContaining('Invalid security code'),
			httpCode: 403,
			outcome: 'not applied',
		});
		expect(failed?.pairedItem).toEqual({ item: 1 });
		const applied = outputs[0].filter(({ json }) => !('error' in json));
		expect(applied.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
		if (errorOutput === 0) expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
	});

	test('waits as told where AODocs marks a failure as transient, then sends the update again', async () => {
		const service = fakeService(baseUrl, {
			[PATCH]: [{ status: 409, headers: { 'X-aodocs-retryable': 'true', 'Retry-After': '0' }, body: forbidden.body }, { body: record }],
		});
		const { error } = await run({ operation: 'update', updateFields: { maxSeats: 250 } });

		expect(error).toBeUndefined();
		expect(service.requests.map(({ method }) => method)).toEqual(['PATCH', 'PATCH']);
	});
});
