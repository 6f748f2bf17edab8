import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { accounts, jsonHeaders } from '../support/accounts.mts';
import { NODE_NAME, runNode, searchList, testCredential } from '../support/engine.mts';
import type { NodeRun } from '../support/engine.mts';
import { errorIn } from '../support/items.mts';
import { keptAccount } from '../support/keptAccount.mts';
import { closeServices, fakeService } from '../support/service.mts';
import type { Answer, SeenRequest } from '../support/service.mts';

afterEach(closeServices);

const { baseUrl, route, record, credentials, headers, query, selection } = accounts.userHub;
const GET = `GET ${route}`;
const PATCH = `PATCH ${route}`;
const ORGANIZATIONS = '/user/v1/organizations';
const CREATE_SESSION = '/admin/v1/users/usr_1:createApiSession';

const run = (parameters: INodeParameters, more: Partial<NodeRun> = {}) => runNode({ node: 'userHub', parameters, credentials, ...more });

const adminApiKey = { userApiKey: 'user-api-key-1', signInWith: 'adminApiKey', adminApiKey: 'admin-key-1', userId: 'usr_1' };

const notFound: Answer = {
	status: 404,
	body: { code: 'NOT_FOUND', message: 'Not Found', metadata: {}, reason: 'ORGANIZATION_NOT_FOUND', param: 'organizationId' },
};

describe('UserHub authentication', () => {
	const update = { operation: 'update', ...selection, updateFields: { displayName: 'Acme' } };

	/** Accepts only the token of the last session it made. */
	function sessions(tokens: string[]) {
		let valid = '';
		const guarded = ({ headers: { authorization } }: SeenRequest): Answer =>
			authorization === `Bearer ${valid}` ? { body: record } : { status: 401, body: { code: 'UNAUTHENTICATED', message: 'Token expired' } };
		return {
			[`POST ${CREATE_SESSION}`]: (): Answer => {
				valid = tokens.shift() ?? 'none left';
				return { body: { accessToken: valid, expireTime: '2030-01-01T00:00:00Z' } };
			},
			[GET]: guarded,
			[PATCH]: guarded,
		};
	}

	test('sends the API key, the access token and the API version', async () => {
		const service = fakeService(baseUrl, { [PATCH]: { body: record } });
		const { error } = await run(update);

		expect(error).toBeUndefined();
		expect(service.requests).toEqual([
			{ method: 'PATCH', path: route, query, headers: jsonHeaders('userHub'), body: { displayName: 'Acme' } },
		]);
	});

	test('makes a session with the admin key where there is none, and stores its token', async () => {
		const service = fakeService(baseUrl, sessions(['session-token-1']));
		const { error, credentials: stored } = await run(update, { credentials: { userHubApi: adminApiKey } });

		expect(error).toBeUndefined();
		expect(service.requests[0]).toEqual({
			method: 'POST',
			path: CREATE_SESSION,
			query: {},
			headers: expect.objectContaining({ authorization: 'Bearer admin-key-1', 'userhub-api-version': '2025-05-01' }),
		});
		expect(service.requests.at(-1)).toEqual({
			method: 'PATCH',
			path: route,
			query,
			headers: { ...jsonHeaders('userHub'), authorization: 'Bearer session-token-1' },
			body: { displayName: 'Acme' },
		});
		expect(stored.userHubApi.sessionToken).toBe('session-token-1');
	});

	test('uses the stored session token in the next run, while it is good', async () => {
		const service = fakeService(baseUrl, sessions(['session-token-1', 'session-token-2']));
		const first = await run(update, { credentials: { userHubApi: adminApiKey } });
		const sentBefore = service.requests.length;
		const second = await run(update, { credentials: first.credentials });

		expect(second.error).toBeUndefined();
		const sent = service.requests.slice(sentBefore);
		expect(sent.map(({ method, headers: seen }) => [method, seen.authorization])).toEqual([['PATCH', 'Bearer session-token-1']]);
	});

	test('never uses the session token of another user', async () => {
		const service = fakeService(baseUrl, {
			...sessions(['session-token-1']),
			'POST /admin/v1/users/usr_2:createApiSession': { body: { accessToken: 'session-token-of-2' } },
		});
		const first = await run(update, { credentials: { userHubApi: adminApiKey } });
		const sentBefore = service.requests.length;
		await run(update, { credentials: { userHubApi: { ...first.credentials.userHubApi, userId: 'usr_2' } } });

		const sent = service.requests.slice(sentBefore);
		expect(sent.map(({ headers: seen }) => seen.authorization)).not.toContain('Bearer session-token-1');
		expect(sent.at(-1)?.headers.authorization).toBe('Bearer session-token-of-2');
	});

	test('makes one new session for a whole run when the stored token has expired', async () => {
		const service = fakeService(baseUrl, sessions(['session-token-1', 'session-token-2']));
		const {
			error,
			outputs,
			credentials: stored,
		} = await run(
			{
				operation: 'update',
				accountOf: 'organization',
				organizationId: { __rl: true, mode: 'id', value: '={{ $json.organization }}' },
				updateFields: { displayName: 'Acme' },
			},
			{
				credentials: { userHubApi: { ...adminApiKey, sessionToken: 'expired-token' } },
				items: Array.from({ length: 10 }, (_, index) => ({ organization: `org_${index}` })),
			},
		);

		expect(error).toBeUndefined();
		expect(outputs[0]).toHaveLength(10);
		expect(service.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
		expect(stored.userHubApi.sessionToken).toBe('session-token-1');
		const applied = service.requests.filter(
			({ method, headers: seen }) => method === 'PATCH' && seen.authorization === 'Bearer session-token-1',
		);
		expect(applied.map((request) => request.query.organizationId).sort()).toEqual(Array.from({ length: 10 }, (_, index) => `org_${index}`));
	});

	test('sends nothing more once a pasted token is refused', async () => {
		const service = fakeService(baseUrl, {
			[PATCH]: { status: 401, body: { code: 'UNAUTHENTICATED', message: 'Token expired' } },
		});
		const { error } = await run(update, { items: [{}, {}, {}] });

		expect(service.requests).toHaveLength(1);
		expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '401' });
		expect(error?.context.data).toMatchObject({ counts: '1 not applied, 2 not sent' });
	});

	test('says of an update that it was refused, though by then another had ended the run', async () => {
		const token = { userHubApi: { ...adminApiKey, sessionToken: 'session-1', sessionOwner: `usr_1 ${baseUrl}` } };
		fakeService(baseUrl, {
			[GET]: { body: record },
			// Whatever the session, no update is allowed. The second is answered when the first was refused with three of them.
			[PATCH]: ({ query: { organizationId } }) => ({ status: 401, delay: organizationId === 'org_2' ? 500 : 0 }),
			[`POST ${CREATE_SESSION}`]: { body: { accessToken: 'session-2' } },
		});
		const { outputs } = await run(
			{ ...update, organizationId: { __rl: true, mode: 'id', value: '={{ $json.organization }}' } },
			{
				credentials: token,
				items: [{ organization: 'org_1' }, { organization: 'org_2' }],
				onError: 'continueRegularOutput',
			},
		);

		expect(outputs[0].map(({ json }) => errorIn(json)?.outcome)).toEqual(['not applied', 'not applied']);
	});

	test('shows no admin key that UserHub repeats where it makes no session', async () => {
		const refusal = { status: 403, body: { code: 'PERMISSION_DENIED', message: 'Not with admin-key-1' } };
		fakeService(baseUrl, { [`POST ${CREATE_SESSION}`]: refusal });
		const { outputs } = await run(update, { credentials: { userHubApi: adminApiKey }, onError: 'continueRegularOutput' });

		expect(outputs[0][0].json.message).toContain('Not with •••');
		expect(JSON.stringify(outputs)).not.toContain('admin-key-1');
	});

	test('sends no update once the admin key is refused, and says so of every item', async () => {
		const service = fakeService(baseUrl, {
			[`POST ${CREATE_SESSION}`]: { status: 401, body: { code: 'UNAUTHENTICATED', message: 'Bad admin key' } },
		});
		const { outputs } = await run(update, {
			credentials: { userHubApi: adminApiKey },
			onError: 'continueRegularOutput',
			items: [{}, {}, {}],
		});

		expect(service.requests.filter(({ method }) => method === 'PATCH')).toEqual([]);
		expect(outputs[0].map(({ json }) => errorIn(json)?.outcome)).toEqual(['not sent', 'not sent', 'not sent']);
	});
});

describe('UserHub credential test', () => {
	const ROUTE = '/user/v1/organizations';

	test('passes where somebody is signed in', async () => {
		const service = fakeService(baseUrl, { [`GET ${ROUTE}`]: { body: { organizations: [] } } });

		expect(await testCredential('userHubApi', credentials.userHubApi)).toEqual({
			status: 'OK',
			message: 'Connection successful!',
		});
		expect(service.requests).toEqual([{ method: 'GET', path: ROUTE, query: { pageSize: '1' }, headers }]);
	});

	test('fails where UserHub refuses the token', async () => {
		fakeService(baseUrl, { [`GET ${ROUTE}`]: { status: 401, body: { code: 'UNAUTHENTICATED' } } });

		expect(await testCredential('userHubApi', credentials.userHubApi)).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('UserHub refused the sign-in'),
		});
	});

	test('makes a session with the admin key, and passes with its token', async () => {
		const service = fakeService(baseUrl, {
			[`POST ${CREATE_SESSION}`]: { body: { accessToken: 'session-token-1' } },
			[`GET ${ROUTE}`]: { body: { organizations: [] } },
		});

		expect(await testCredential('userHubApi', adminApiKey)).toMatchObject({ status: 'OK' });
		expect(service.requests.map(({ path }) => path)).toEqual([CREATE_SESSION, ROUTE]);
		expect(service.requests[1].headers).toEqual({ ...headers, authorization: 'Bearer session-token-1' });
	});

	test('fails where the admin key is refused', async () => {
		fakeService(baseUrl, {
			[`POST ${CREATE_SESSION}`]: { status: 403, body: { code: 'PERMISSION_DENIED', message: 'No' } },
		});

		expect(await testCredential('userHubApi', adminApiKey)).toMatchObject({ status: 'Error' });
	});
});

describe('UserHub Get', () => {
	test('hands on the account of the organization as UserHub answers it', async () => {
		const service = fakeService(baseUrl, { [GET]: { body: record } });
		const { outputs, error } = await run({ operation: 'get', ...selection });

		expect(error).toBeUndefined();
		expect(service.requests).toEqual([{ method: 'GET', path: route, query, headers }]);
		expect(outputs).toEqual([[{ json: record, pairedItem: { item: 0 } }]]);
	});

	test('reads the account of the signed-in user without an organization', async () => {
		const service = fakeService(baseUrl, { [GET]: { body: record } });
		await run({ operation: 'get', accountOf: 'user' });

		expect(service.requests).toEqual([{ method: 'GET', path: route, query: {}, headers }]);
	});

	test('fails with the message of UserHub', async () => {
		fakeService(baseUrl, { [GET]: notFound });
		const { error } = await run({ operation: 'get', ...selection });

		expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '404', node: { name: NODE_NAME } });
		expect(error?.description).toContain('Not Found');
	});
});

describe('The list of organizations in the editor', () => {
	const listing = ({ query: { pageToken } }: SeenRequest): Answer =>
		pageToken === 'page-2'
			? { body: { organizations: [{ id: 'org_3', uniqueId: 'globex', displayName: 'Globex' }] } }
			: {
					body: {
						organizations: [
							{ id: 'org_1', displayName: 'Acme', email: 'a@acme.example' },
							{ id: 'org_2', displayName: 'Initech' },
						],
						nextPageToken: 'page-2',
					},
				};
	const search = (more: { filter?: string; paginationToken?: string } = {}) =>
		searchList('userHub', 'searchOrganizations', { credentials, ...more });

	test('shows every organization, page by page', async () => {
		const service = fakeService(baseUrl, { [`GET ${ORGANIZATIONS}`]: listing });
		const shown: unknown[] = [];
		let paginationToken: string | undefined;
		do {
			const page = await search({ paginationToken });
			shown.push(...page.results.map(({ value }) => value));
			paginationToken = page.paginationToken as string | undefined;
		} while (paginationToken);

		expect(shown).toEqual(['org_1', 'org_2', 'org_3']);
		expect(service.requests.map(({ path }) => path)).toEqual([ORGANIZATIONS, ORGANIZATIONS]);
		expect(service.requests[0].headers).toEqual(headers);
		expect(Number(service.requests[0].query.pageSize)).toBeLessThanOrEqual(100);
	});

	test('finds by name, whatever the case, on later pages too', async () => {
		fakeService(baseUrl, { [`GET ${ORGANIZATIONS}`]: listing });
		const { results } = await search({ filter: 'GLOBEX' });

		expect(results).toEqual([expect.objectContaining({ value: 'org_3', name: expect.stringContaining('Globex') })]);
	});

	test('says why it is empty', async () => {
		fakeService(baseUrl, {
			[`GET ${ORGANIZATIONS}`]: { status: 403, body: { code: 'PERMISSION_DENIED', message: 'Not yours' } },
		});

		await expect(search()).rejects.toMatchObject({ description: expect.stringContaining('Not yours') });
	});
});

describe('UserHub Update', () => {
	test('sends the whole address with the changed part in it', async () => {
		const service = fakeService(baseUrl, keptAccount('userHub', record).routes(route));
		await run({ operation: 'update', ...selection, updateFields: { address: { city: 'Boston', state: 'MA' } } });

		expect(service.requests).toEqual([
			{ method: 'GET', path: route, query, headers },
			{
				method: 'PATCH',
				path: route,
				query,
				headers: jsonHeaders('userHub'),
				body: { address: { ...(record.address as IDataObject), city: 'Boston', state: 'MA' } },
			},
		]);
	});

	test('sends only the given parts where the account has no address yet', async () => {
		const service = fakeService(baseUrl, {
			[GET]: { body: { ...record, address: undefined } },
			[PATCH]: { body: record },
		});
		await run({ operation: 'update', ...selection, updateFields: { address: { country: 'US' } } });

		expect(service.requests.at(-1)?.body).toEqual({ address: { country: 'US' } });
	});

	test('updates the account of the signed-in user without an organization', async () => {
		const service = fakeService(baseUrl, { [PATCH]: { body: record } });
		await run({ operation: 'update', accountOf: 'user', updateFields: { displayName: 'Acme' } });

		expect(service.requests.map(({ method, query: seen }) => [method, seen])).toEqual([['PATCH', {}]]);
	});

	test.each(['', '  ', '={{ $json.missing }}'])('never falls back to the user where the organization is blank (%j)', async (value) => {
		const service = fakeService(baseUrl, {});
		const outcome = await run({
			operation: 'update',
			accountOf: 'organization',
			organizationId: { __rl: true, mode: 'id', value },
			updateFields: { displayName: 'Acme' },
		}).catch((error: Error) => ({ error }));

		expect(service.requests).toEqual([]);
		expect(outcome.error).toBeDefined();
	});

	test('updates the organization that each item names, each item linked to its own', async () => {
		const service = fakeService(baseUrl, {
			[PATCH]: ({ body, query: seen }) => ({ body: { ...(body as object), currencyCode: seen.organizationId } }),
		});
		const { outputs } = await run(
			{
				operation: 'update',
				accountOf: 'organization',
				organizationId: { __rl: true, mode: 'id', value: '={{ $json.organization }}' },
				updateFields: { displayName: '={{ $json.name }}' },
			},
			{
				items: [
					{ organization: 'org_1', name: 'One' },
					{ organization: 'org_2', name: 'Two' },
				],
			},
		);

		expect(service.requests.map(({ query: seen, body }) => [seen.organizationId, body]).sort()).toEqual([
			['org_1', { displayName: 'One' }],
			['org_2', { displayName: 'Two' }],
		]);
		expect(outputs[0]).toEqual([
			{ json: { displayName: 'One', currencyCode: 'org_1' }, pairedItem: { item: 0 } },
			{ json: { displayName: 'Two', currencyCode: 'org_2' }, pairedItem: { item: 1 } },
		]);
	});

	test.each([
		['email', 'not an address', 'Email'],
		['phoneNumber', '(212) 555-0123', 'Phone'],
		['displayName', 'x'.repeat(201), 'Display Name'],
	])('refuses a value of %s that breaks the contract, before anything is sent', async (field, value, label) => {
		const service = fakeService(baseUrl, {});
		const { error } = await run({ operation: 'update', ...selection, updateFields: { [field]: value } });

		expect(service.requests).toEqual([]);
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(error?.message).toContain(label);
		expect(error?.description).toMatch(/\S/);
	});

	test('tells what changed, and how to take it back, with Record and Changes', async () => {
		const service = fakeService(baseUrl, {
			[GET]: { body: record },
			[PATCH]: { body: { ...record, displayName: 'Acme Inc' } },
		});
		const { outputs } = await run({
			operation: 'update',
			...selection,
			updateFields: { displayName: 'Acme Inc' },
			options: { output: 'recordAndChanges' },
		});

		expect(service.requests.map(({ method }) => method)).toEqual(['GET', 'PATCH']);
		expect(outputs[0][0].json).toMatchObject({
			record: { displayName: 'Acme Inc' },
			outcome: 'updated',
			changes: [{ field: 'displayName', from: 'Acme', to: 'Acme Inc' }],
			notApplied: [],
		});
		expect(JSON.parse(String(outputs[0][0].json.undo))).toMatchObject({
			account: { organizationId: 'org_1' },
			set: { displayName: 'Acme' },
		});
	});

	test('sends nothing for what is as it should be with Skip If Unchanged', async () => {
		const service = fakeService(baseUrl, { [GET]: { body: record } });
		const { outputs } = await run({
			operation: 'update',
			...selection,
			updateFields: { displayName: 'Acme', address: { city: 'New York' } },
			options: { skipIfUnchanged: true },
		});

		expect(service.requests.map(({ method }) => method)).toEqual(['GET']);
		expect(outputs[0]).toEqual([{ json: record, pairedItem: { item: 0 } }]);
	});

	test('sends nothing twice that was applied when n8n runs the node again', async () => {
		const shown: Record<string, IDataObject> = {};
		let refuseOnce = true;
		const service = fakeService(baseUrl, {
			[GET]: ({ query: { organizationId } }) => ({ body: { ...record, ...shown[organizationId] } }),
			[PATCH]: ({ query: { organizationId }, body }) => {
				if (organizationId === 'org_2' && refuseOnce) {
					refuseOnce = false;
					return notFound;
				}
				shown[organizationId] = body as IDataObject;
				return { body: { ...record, ...shown[organizationId] } };
			},
		});
		const { error } = await run(
			{
				operation: 'update',
				accountOf: 'organization',
				organizationId: { __rl: true, mode: 'id', value: '={{ $json.organization }}' },
				updateFields: { displayName: 'New Name' },
			},
			{ retryOnFail: true, maxTries: 2, items: [{ organization: 'org_1' }, { organization: 'org_2' }] },
		);

		expect(error).toBeUndefined();
		const updates = service.requests.filter(({ method }) => method === 'PATCH');
		expect(updates.map((request) => request.query.organizationId).sort()).toEqual(['org_1', 'org_2', 'org_2']);
	});

	test.each([
		['continueRegularOutput', 0],
		['continueErrorOutput', 1],
	] as const)('goes on after a failure with %s, with the reason of UserHub', async (onError, errorOutput) => {
		fakeService(baseUrl, {
			[PATCH]: ({ query: { organizationId } }) => (organizationId === 'org_2' ? notFound : { body: record }),
		});
		const { error, outputs } = await run(
			{
				operation: 'update',
				accountOf: 'organization',
				organizationId: { __rl: true, mode: 'id', value: '={{ $json.organization }}' },
				updateFields: { displayName: 'Acme' },
			},
			{ onError, items: [{ organization: 'org_1' }, { organization: 'org_2' }, { organization: 'org_3' }] },
		);

		expect(error).toBeUndefined();
		const failed = outputs[errorOutput].find(({ json }) => 'error' in json);
		expect(failed?.json.error).toMatchObject({
			message: expect.stringContaining('Not Found'),
			httpCode: 404,
			code: 'ORGANIZATION_NOT_FOUND',
		});
		expect(failed?.pairedItem).toEqual({ item: 1 });
		expect(outputs[0].filter(({ json }) => !('error' in json)).map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
	});
});
