import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { accounts, jsonHeaders } from '../support/accounts.mts';
import { NODE_NAME, runNode, searchList, startNode, testCredential } from '../support/engine.mts';
import type { NodeRun } from '../support/engine.mts';
import { keptAccount } from '../support/keptAccount.mts';
import { closeServices, fakeService } from '../support/service.mts';
import type { Answer, SeenRequest } from '../support/service.mts';

afterEach(closeServices);

const { baseUrl, route, record, credentials, headers, selection } = accounts.cudoCompute;
const LIST = '/v1/billing-accounts';

const run = (parameters: INodeParameters, more: Partial<NodeRun> = {}) =>
	runNode({ node: 'cudoCompute', parameters, credentials, ...more });

const notFound: Answer = { status: 404, body: { code: 5, message: 'Not Found', details: [] } };

/** Three pages of two accounts each; the last token is empty. */
const pages: Record<string, { ids: string[]; next: string }> = {
	'': { ids: ['a1', 'a2'], next: 'page-2' },
	'page-2': { ids: ['a3', 'a4'], next: 'page-3' },
	'page-3': { ids: ['a5', 'a6'], next: '' },
};

const listing = ({ query }: SeenRequest): Answer => {
	const { ids, next } = pages[query.pageToken ?? ''];
	return {
		body: {
			billingAccounts: ids.map((id) => ({ id, displayName: `Account ${id.toUpperCase()}` })),
			pageToken: next,
			pageSize: 2,
		},
	};
};

describe('Cudo Compute credential test', () => {
	test('a good API key passes', async () => {
		const service = fakeService(baseUrl, { [`GET ${LIST}`]: listing });

		expect(await testCredential('cudoComputeApi', { apiKey: 'cudo-api-key-1' })).toEqual({
			status: 'OK',
			message: 'Connection successful!',
		});
		expect(service.requests).toEqual([{ method: 'GET', path: LIST, query: { pageSize: '1' }, headers }]);
	});

	test('a wrong API key fails', async () => {
		fakeService(baseUrl, {
			[`GET ${LIST}`]: { status: 401, body: { code: 16, message: 'Unauthenticated', details: [] } },
		});

		expect(await testCredential('cudoComputeApi', { apiKey: 'wrong' })).toMatchObject({ status: 'Error' });
	});
});

describe('Cudo Compute Get', () => {
	test('hands on the account as Cudo answers it', async () => {
		const service = fakeService(baseUrl, { [`GET ${route}`]: { body: record } });
		const { outputs, error } = await run({ operation: 'get', ...selection });

		expect(error).toBeUndefined();
		expect(service.requests).toEqual([{ method: 'GET', path: route, query: {}, headers }]);
		expect(outputs).toEqual([[{ json: record, pairedItem: { item: 0 } }]]);
	});

	test('reads the account that each item names', async () => {
		const service = fakeService(baseUrl, {
			[`GET ${LIST}/a1`]: { body: { id: 'a1' } },
			[`GET ${LIST}/a2`]: { body: { id: 'a2' } },
		});
		const { outputs } = await run(
			{ operation: 'get', billingAccountId: { __rl: true, mode: 'id', value: '={{ $json.account }}' } },
			{ items: [{ account: 'a1' }, { account: 'a2' }] },
		);

		expect(service.requests.map(({ path }) => path).sort()).toEqual([`${LIST}/a1`, `${LIST}/a2`]);
		expect(outputs[0]).toEqual([
			{ json: { id: 'a1' }, pairedItem: { item: 0 } },
			{ json: { id: 'a2' }, pairedItem: { item: 1 } },
		]);
	});

	test('fails with the message of Cudo', async () => {
		fakeService(baseUrl, { [`GET ${route}`]: notFound });
		const { outputs, error } = await run({ operation: 'get', ...selection });

		expect(outputs).toEqual([]);
		expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '404', node: { name: NODE_NAME } });
		expect(error?.description).toContain('Not Found');
	});

	test.each(['', '   ', '={{ $json.missing }}'])('never asks for an account that is blank (%j)', async (value) => {
		const service = fakeService(baseUrl, { [`GET ${LIST}`]: listing, [`GET ${LIST}/`]: listing });
		// n8n itself refuses a required locator that is empty in the editor.
		const outcome = await run({
			operation: 'get',
			billingAccountId: { __rl: true, mode: 'id', value },
		}).catch((error: Error) => ({ error }));

		expect(service.requests).toEqual([]);
		expect(outcome.error).toBeDefined();
	});
});

describe('Cudo Compute Get Many', () => {
	test('reads every page with Return All', async () => {
		const service = fakeService(baseUrl, { [`GET ${LIST}`]: listing });
		const { outputs, error } = await run({ operation: 'getAll', returnAll: true });

		expect(error).toBeUndefined();
		expect(service.requests.map(({ path, query }) => [path, query.pageToken])).toEqual([
			[LIST, undefined],
			[LIST, 'page-2'],
			[LIST, 'page-3'],
		]);
		expect(service.requests[0].headers).toEqual(headers);
		expect(outputs[0].map(({ json }) => json.id)).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'a6']);
		expect(outputs[0].every(({ pairedItem }) => JSON.stringify(pairedItem) === '{"item":0}')).toBe(true);
	});

	test('stops at the limit, and reads no page more than that takes', async () => {
		const service = fakeService(baseUrl, { [`GET ${LIST}`]: listing });
		const { outputs } = await run({ operation: 'getAll', returnAll: false, limit: 3 });

		expect(service.requests).toHaveLength(2);
		expect(service.requests[0].query.pageSize).toBe('3');
		expect(outputs[0].map(({ json }) => json.id)).toEqual(['a1', 'a2', 'a3']);
	});

	test('hands on nothing where there are no accounts', async () => {
		fakeService(baseUrl, { [`GET ${LIST}`]: { body: { billingAccounts: [], pageToken: '', pageSize: 50 } } });
		const { outputs, error } = await run({ operation: 'getAll', returnAll: true });

		expect(error).toBeUndefined();
		expect(outputs.flat()).toEqual([]);
	});

	test('fails with the message of Cudo', async () => {
		fakeService(baseUrl, {
			[`GET ${LIST}`]: { status: 403, body: { code: 7, message: 'Permission Denied', details: [] } },
		});
		const { error } = await run({ operation: 'getAll', returnAll: true });

		expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '403' });
		expect(error?.description).toContain('Permission Denied');
	});

	test('goes on with an error item where the node continues on errors', async () => {
		fakeService(baseUrl, {
			[`GET ${LIST}`]: { status: 403, body: { code: 7, message: 'Permission Denied', details: [] } },
		});
		const { error, outputs } = await run({ operation: 'getAll', returnAll: true }, { onError: 'continueErrorOutput' });

		expect(error).toBeUndefined();
		expect(outputs[0]).toEqual([]);
		expect(outputs[1]).toHaveLength(1);
		expect(JSON.stringify(outputs[1][0].json)).toContain('Permission Denied');
		expect(outputs[1][0].pairedItem).toEqual({ item: 0 });
	});
});

describe('The list of billing accounts in the editor', () => {
	test('shows names and IDs, and leads to the last page', async () => {
		const service = fakeService(baseUrl, { [`GET ${LIST}`]: listing });
		const shown: unknown[] = [];
		let paginationToken: string | undefined;
		do {
			const page = await searchList('cudoCompute', 'searchBillingAccounts', { credentials, paginationToken });
			shown.push(...page.results);
			paginationToken = page.paginationToken as string | undefined;
		} while (paginationToken);

		expect(service.requests[0].headers).toEqual(headers);
		expect(shown).toHaveLength(6);
		expect(shown[0]).toMatchObject({ value: 'a1', name: expect.stringContaining('Account A1') });
	});

	test('finds by name or ID, whatever the case, on later pages too', async () => {
		fakeService(baseUrl, { [`GET ${LIST}`]: listing });
		const { results } = await searchList('cudoCompute', 'searchBillingAccounts', { credentials, filter: 'account a5' });

		expect(results.map(({ value }) => value)).toEqual(['a5']);
	});

	test('continues at the page it is given', async () => {
		const service = fakeService(baseUrl, { [`GET ${LIST}`]: listing });
		const { results } = await searchList('cudoCompute', 'searchBillingAccounts', {
			credentials,
			paginationToken: 'page-3',
		});

		expect(service.requests.map(({ query }) => query.pageToken)).toEqual(['page-3']);
		expect(results.map(({ value }) => value)).toEqual(['a5', 'a6']);
	});

	test('ends where a page leads to itself', async () => {
		const service = fakeService(baseUrl, { [`GET ${LIST}`]: { body: { billingAccounts: [{ id: 'a1' }], pageToken: 'page-2' } } });
		const { paginationToken } = await searchList('cudoCompute', 'searchBillingAccounts', { credentials });

		expect(service.requests.map(({ query }) => query.pageToken)).toEqual([undefined, 'page-2']);
		expect(paginationToken).toBeUndefined();
	});

	test('says why it is empty', async () => {
		fakeService(baseUrl, {
			[`GET ${LIST}`]: { status: 403, body: { code: 7, message: 'Permission Denied', details: [] } },
		});

		await expect(searchList('cudoCompute', 'searchBillingAccounts', { credentials })).rejects.toMatchObject({
			description: expect.stringContaining('Permission Denied'),
		});
	});
});

describe('Cudo Compute Update', () => {
	const echo = ({ body, path }: SeenRequest): Answer => ({
		body: { id: path.split('/').at(-1), ...((body as IDataObject).billingAccount as IDataObject) },
	});

	test('sends the set fields, in whole objects, and a mask that names exactly them', async () => {
		const service = fakeService(baseUrl, { [`GET ${route}`]: { body: record }, [`PATCH ${route}`]: { body: record } });
		const { outputs, error } = await run({
			operation: 'update',
			...selection,
			updateFields: { displayName: 'Acme Ltd', billingAddress: { city: 'London', line2: '' } },
			readOnlyFields: { billingThreshold: '100' },
		});

		expect(error).toBeUndefined();
		expect(service.requests.map(({ method }) => method)).toEqual(['GET', 'PATCH']);
		const [, { body, ...request }] = service.requests;
		expect(request).toEqual({ method: 'PATCH', path: route, query: {}, headers: jsonHeaders('cudoCompute') });
		expect(body).toEqual({
			billingAccount: {
				displayName: 'Acme Ltd',
				billingAddress: {
					name: 'Acme Ltd',
					line1: '1 High Street',
					city: 'London',
					postalCode: 'N1 1AA',
					country: 'GB',
					phone: '+442012345678',
				},
				billingThreshold: { value: '100' },
			},
			updateMask: expect.any(String),
		});
		expect(
			String((body as IDataObject).updateMask)
				.split(',')
				.sort(),
		).toEqual(['billingAddress.city', 'billingThreshold', 'displayName']);
		expect(outputs).toEqual([[{ json: record, pairedItem: { item: 0 } }]]);
	});

	test('takes the mask of the person instead of its own', async () => {
		const service = fakeService(baseUrl, { [`PATCH ${route}`]: { body: record } });
		await run({
			operation: 'update',
			...selection,
			updateFields: { displayName: 'Acme Ltd' },
			options: { updateMask: 'displayName,taxId' },
		});

		expect(service.requests[0].body).toEqual({
			billingAccount: { displayName: 'Acme Ltd' },
			updateMask: 'displayName,taxId',
		});
	});

	test('encodes the ID into the path', async () => {
		const service = fakeService(baseUrl, { [`PATCH ${LIST}/..%2Fother%3Fa%3D1`]: { body: { displayName: 'x' } } });
		const { error } = await run({
			operation: 'update',
			billingAccountId: { __rl: true, mode: 'id', value: '../other?a=1' },
			updateFields: { displayName: 'x' },
		});

		expect(service.requests.map(({ path, query }) => [path, query])).toEqual([[`${LIST}/..%2Fother%3Fa%3D1`, {}]]);
		expect(error).toBeUndefined();
	});

	test.each(['', '  ', '={{ $json.missing }}'])('never updates an account that is blank (%j)', async (value) => {
		const service = fakeService(baseUrl, {});
		const outcome = await run({
			operation: 'update',
			billingAccountId: { __rl: true, mode: 'id', value },
			updateFields: { displayName: 'x' },
		}).catch((error: Error) => ({ error }));

		expect(service.requests).toEqual([]);
		expect(outcome.error).toBeDefined();
	});

	test('updates the account that each item names, each item linked to its own', async () => {
		const routes = Object.fromEntries(['a1', 'a2', 'a3'].map((id) => [`PATCH ${LIST}/${id}`, echo]));
		const service = fakeService(baseUrl, routes);
		const { outputs } = await run(
			{
				operation: 'update',
				billingAccountId: { __rl: true, mode: 'id', value: '={{ $json.account }}' },
				updateFields: { displayName: '={{ $json.name }}' },
			},
			{
				items: [
					{ account: 'a1', name: 'One' },
					{ account: 'a2', name: 'Two' },
					{ account: 'a3', name: 'Three' },
				],
			},
		);

		expect(Object.fromEntries(service.requests.map(({ path, body }) => [path, (body as IDataObject).billingAccount]))).toEqual({
			[`${LIST}/a1`]: { displayName: 'One' },
			[`${LIST}/a2`]: { displayName: 'Two' },
			[`${LIST}/a3`]: { displayName: 'Three' },
		});
		expect(outputs[0]).toEqual([
			{ json: { id: 'a1', displayName: 'One' }, pairedItem: { item: 0 } },
			{ json: { id: 'a2', displayName: 'Two' }, pairedItem: { item: 1 } },
			{ json: { id: 'a3', displayName: 'Three' }, pairedItem: { item: 2 } },
		]);
	});

	// A credential may read the item. To find out costs a few openings, not one for each item.
	test.each([
		[1, 1],
		[25, 25],
		[60, 11],
	])('opens the credential for %i items %i times', async (count, times) => {
		fakeService(baseUrl, { [`PATCH ${route}`]: { body: record } });
		const { timesDecrypted } = await run(
			{ operation: 'update', ...selection, updateFields: { displayName: 'Acme Ltd' } },
			{ items: Array.from({ length: count }, () => ({})) },
		);

		expect(timesDecrypted).toEqual({ cudoComputeApi: times });
	});

	test('shows which fields are wrong in the words of Cudo', async () => {
		fakeService(baseUrl, {
			[`GET ${route}`]: { body: record },
			[`PATCH ${route}`]: {
				status: 400,
				body: {
					code: 400,
					status: 'INVALID_ARGUMENT',
					message: 'Invalid fields in request.',
					details: [
						{
							'@type': 'type.googleapis.com/google.rpc.BadRequest',
							fieldViolations: [{ field: 'billingAccount.taxId.value', description: 'Unknown VAT number.' }],
						},
					],
				},
			},
		});
		const { error } = await run({ operation: 'update', ...selection, updateFields: { taxId: { value: '1' } } });

		expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '400', context: { itemIndex: 0 } });
		expect(error?.description).toContain('Invalid fields in request.');
		expect(error?.description).toContain('billingAccount.taxId.value: Unknown VAT number.');
	});

	test.each([
		['continueRegularOutput', 0],
		['continueErrorOutput', 1],
	] as const)('goes on after a failure with %s, the failed item linked to its input', async (onError, errorOutput) => {
		const service = fakeService(baseUrl, {
			[`PATCH ${LIST}/a1`]: echo,
			[`PATCH ${LIST}/a2`]: notFound,
			[`PATCH ${LIST}/a3`]: echo,
		});
		const { error, outputs } = await run(
			{
				operation: 'update',
				billingAccountId: { __rl: true, mode: 'id', value: '={{ $json.account }}' },
				updateFields: { displayName: 'Acme' },
			},
			{ onError, items: [{ account: 'a1' }, { account: 'a2' }, { account: 'a3' }] },
		);

		expect(error).toBeUndefined();
		expect(service.requests).toHaveLength(3);
		const failed = outputs[errorOutput].find(({ json }) => 'error' in json);
		expect(failed?.json.error).toMatchObject({ message: expect.stringContaining('Not Found'), httpCode: 404, outcome: 'not applied' });
		expect(failed?.pairedItem).toEqual({ item: 1 });
		expect(outputs[0].filter(({ json }) => !('error' in json)).map(({ json }) => json.id)).toEqual(['a1', 'a3']);
	});

	test('obeys the wait that the body of a 429 asks for', async () => {
		const service = fakeService(baseUrl, {
			[`PATCH ${route}`]: [
				{
					status: 429,
					body: {
						code: 8,
						message: 'Slow down',
						details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '0.3s' }],
					},
				},
				{ body: record },
			],
		});
		const start = Date.now();
		const { error } = await run({ operation: 'update', ...selection, updateFields: { displayName: 'Acme Ltd' } });

		expect(error).toBeUndefined();
		expect(service.requests).toHaveLength(2);
		expect(Date.now() - start).toBeGreaterThanOrEqual(300);
	});

	test('gives up where the service asks to wait longer than a minute', async () => {
		const service = fakeService(baseUrl, {
			[`PATCH ${route}`]: { status: 429, headers: { 'Retry-After': '3600' }, body: { code: 8, message: 'Slow down' } },
		});
		const { error } = await run({ operation: 'update', ...selection, updateFields: { displayName: 'Acme Ltd' } });

		expect(service.requests).toHaveLength(1);
		expect(error?.message).toContain('asks to wait 3600 s');
	});

	test('reads the account after a broken connection, and counts the update as done where it shows', async () => {
		const service = fakeService(baseUrl, {
			[`PATCH ${route}`]: { fault: 'ECONNRESET' },
			[`GET ${route}`]: { body: record },
		});
		const { error, outputs } = await run({
			operation: 'update',
			...selection,
			updateFields: { displayName: 'Acme Ltd' },
		});

		expect(error).toBeUndefined();
		expect(service.requests.map(({ method }) => method)).toEqual(['PATCH', 'GET']);
		expect(outputs[0]).toEqual([{ json: record, pairedItem: { item: 0 } }]);
	});

	test('sends the update again after a broken connection where the account does not show it', async () => {
		const service = fakeService(baseUrl, {
			[`PATCH ${route}`]: [{ fault: 'ECONNRESET' }, { body: { ...record, displayName: 'New' } }],
			[`GET ${route}`]: { body: record },
		});
		const { error } = await run({ operation: 'update', ...selection, updateFields: { displayName: 'New' } });

		expect(error).toBeUndefined();
		expect(service.requests.map(({ method }) => method)).toEqual(['PATCH', 'GET', 'PATCH']);
	});

	test('does not know the outcome where reading the account fails too', async () => {
		fakeService(baseUrl, { [`PATCH ${route}`]: { fault: 'ECONNRESET' }, [`GET ${route}`]: notFound });
		const { error } = await run({ operation: 'update', ...selection, updateFields: { displayName: 'New' } });

		expect(error?.context.data).toMatchObject({ counts: '1 unknown' });
	});

	test('says in a hint which fields Cudo accepted and ignored', async () => {
		fakeService(baseUrl, keptAccount('cudoCompute', record, { ignored: ['monthlySpendLimit'] }).routes(route));
		const { hints, error } = await run({
			operation: 'update',
			...selection,
			updateFields: { displayName: 'Acme Ltd' },
			readOnlyFields: { monthlySpendLimit: '2000' },
		});

		expect(error).toBeUndefined();
		expect(hints.map(({ message }) => message).join()).toContain('monthlySpendLimit');
	});

	test('refuses a redirect, so that the API key does not travel', async () => {
		const service = fakeService(baseUrl, {
			[`PATCH ${route}`]: { status: 307, headers: { location: 'https://elsewhere.example/' }, body: {} },
		});
		const elsewhere = fakeService('https://elsewhere.example', {});
		const { error } = await run({ operation: 'update', ...selection, updateFields: { displayName: 'Acme Ltd' } });

		expect(error?.message).toContain('redirect');
		expect(service.requests.map(({ method }) => method)).toEqual(['PATCH', 'GET']);
		expect(elsewhere.requests).toEqual([]);
	});

	test('starts no further update once the execution is cancelled', async () => {
		const service = fakeService(baseUrl, {
			[`PATCH ${route}`]: () => {
				if (service.requests.length === 2) cancel();
				return { body: record, delay: 100 };
			},
		});
		const { result, cancel } = startNode({
			node: 'cudoCompute',
			credentials,
			parameters: { operation: 'update', ...selection, updateFields: { displayName: 'Acme Ltd' } },
			items: Array.from({ length: 10 }, () => ({})),
		});
		const { status } = await result;
		// A third request must not come, and nothing tells that it will not: the second is answered after 100 ms.
		await new Promise((resolve) => setTimeout(resolve, 300));

		expect(status).toBe('canceled');
		expect(service.requests).toHaveLength(2);
	});

	test('shows no secret in a failure', async () => {
		fakeService(baseUrl, {
			[`PATCH ${route}`]: { status: 400, body: { code: 3, message: 'Bad key cudo-api-key-1', details: [] } },
		});
		const { error, runData } = await run({
			operation: 'update',
			...selection,
			updateFields: { displayName: 'Acme Ltd' },
		});

		expect(error).toBeDefined();
		expect(JSON.stringify({ error, runData })).not.toContain('cudo-api-key-1');
	});
});
