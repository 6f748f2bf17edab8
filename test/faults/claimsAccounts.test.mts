import nock from 'nock';
import type { IDataObject } from 'n8n-workflow';

import type { StoredCredentials } from './storedTruth/harness.mts';
import { received, SECRET, update } from './storedTruth/oneRun.mts';
import { startTruthServer, type TruthServer } from './storedTruth/truthServer.mts';

let server: TruthServer;
beforeAll(() => nock.restore());
afterEach(async () => await server.stop());

const onError = 'continueRegularOutput';

describe('a credential with expressions', () => {
	const codes = ['code-1', 'code-2', 'code-3'];

	/** A server that knows three tenants, and a credential that takes the code from the item. */
	async function threeTenants(secretCode = '={{ $json.code }}'): Promise<StoredCredentials> {
		server = await startTruthServer('aodocs');
		codes.forEach((code, index) => server.tenants.set(code, `tenant${index + 1}`));
		return { aodocsSecurityCodeApi: { baseUrl: server.url, secretCode } };
	}

	test.each(['={{ $json.code }}', '={{ $input.item.json.code }}', '={{ $json["code"] || "code-1" }}'])(
		'%s: each item updates its own tenant',
		async (expression) => {
			const credentials = await threeTenants(expression);
			const updates = codes.map((code, index) => ({ code, values: { maxSeats: 300 + index } }));
			const { outcomes } = await update('aodocs', server, { updates, credentials });
			expect(outcomes).toEqual(['updated', 'updated', 'updated']);
			expect([1, 2, 3].map((tenant) => server.record(`tenant${tenant}/domain`).maxSeats)).toEqual([300, 301, 302]);
		},
	);

	test('30 items of which one has another code: it updates its own tenant', async () => {
		const credentials = await threeTenants();
		const updates = Array.from({ length: 30 }, (_, index) => ({ code: codes[index === 17 ? 1 : 0], values: { maxSeats: 300 + index } }));
		await update('aodocs', server, { updates, credentials });
		expect(server.record('tenant2/domain').maxSeats).toBe(317);
		expect(server.record('tenant1/domain').maxSeats).toBe(329);
	});

	test('30 items, and an expression that gives a code even where there is no item: the last items update their own tenant', async () => {
		const credentials = await threeTenants('={{ $itemIndex >= 20 && $itemIndex < 30 ? "code-2" : "code-1" }}');
		const updates = Array.from({ length: 30 }, (_, index) => ({ values: { maxSeats: 300 + index } }));
		await update('aodocs', server, { updates, credentials });
		expect(server.record('tenant1/domain').maxSeats).toBe(319);
		expect(server.record('tenant2/domain').maxSeats).toBe(329);
	});

	test('two credentials are two accounts, though the ID is one', async () => {
		server = await startTruthServer('userHub');
		for (const token of ['token-1', 'token-2']) server.tenants.set(token, token);
		let mostAtOnce = 0;
		server.script = ({ kind }) => {
			mostAtOnce = Math.max(mostAtOnce, server.requests.filter(({ answeredAt }) => answeredAt === undefined).length);
			return kind === 'update' ? { delayMs: 100 } : undefined;
		};
		const credentials = {
			userHubApi: { baseUrl: server.url, userApiKey: 'pk_1', signInWith: 'userAccessToken', userAccessToken: '={{ $json.token }}' },
		};
		const updates = ['token-1', 'token-2'].map((token) => ({ token, values: { displayName: `By ${token}` } }));
		const { outcomes } = await update('userHub', server, { updates, credentials });
		expect(outcomes).toEqual(['updated', 'updated']);
		expect(['token-1', 'token-2'].map((tenant) => server.record(`${tenant}/org_1`).displayName)).toEqual(['By token-1', 'By token-2']);
		expect(mostAtOnce).toBe(2);
	});

	test('a refused credential ends only its own items', async () => {
		const credentials = await threeTenants();
		const updates = ['wrong-code', ...codes].map((code, index) => ({ code, values: { maxSeats: 300 + index } }));
		// Without the read that a list of changes needs, it is the update itself that is refused.
		const { outcomes } = await update('aodocs', server, { updates, credentials, options: { output: 'record' }, onError });
		expect(outcomes[0]).toBe('not applied');
		expect([1, 2, 3].map((tenant) => server.record(`tenant${tenant}/domain`).maxSeats)).toEqual([301, 302, 303]);
	});

	test.each(['', undefined, null, 'undefined', ' null '])('an expression that gives %j is never sent', async (code) => {
		const credentials = await threeTenants();
		const updates = [
			{ code: 'code-1', values: { maxSeats: 300 } },
			{ code, values: { maxSeats: 301 } },
		];
		const { outcomes } = await update('aodocs', server, { updates, credentials, onError });
		expect(outcomes).toEqual(['updated', 'not sent']);
		expect(server.requests.filter(({ headers }) => !codes.includes(String(headers.authorization).replace('securityCode ', '')))).toEqual(
			[],
		);
	});

	test('an expression that finds nothing in any item: nothing is sent', async () => {
		const credentials = await threeTenants('={{ $json.nowhere.code }}');
		const updates = codes.map((code, index) => ({ code, values: { maxSeats: 300 + index } }));
		const { outcomes } = await update('aodocs', server, { updates, credentials, onError });
		expect(outcomes).toEqual(['not sent', 'not sent', 'not sent']);
		expect(server.requests).toEqual([]);
	});

	test('an expression that fails is an error of its item, by the error output', async () => {
		const credentials = await threeTenants('={{ $json.code.trim() }}');
		const updates = [{ code: 'code-1', values: { maxSeats: 300 } }, { values: { maxSeats: 301 } }];
		const { outputs, outcomes } = await update('aodocs', server, { updates, credentials, onError: 'continueErrorOutput' });
		expect(outcomes).toEqual(['updated', 'not sent']);
		expect(outputs.map((items) => items.length)).toEqual([1, 1]);
	});

	test('AODocs OAuth2, where n8n signs with the first item’s token: refused if items differ', async () => {
		server = await startTruthServer('aodocs');
		server.tenants.set('access-1', 't1');
		const oauthTokenData: IDataObject = { access_token: 'access-1', refresh_token: 'refresh-1', token_type: 'Bearer' };
		const aodocsOAuth2Api: IDataObject = { baseUrl: server.url, clientId: '={{ $json.client }}', clientSecret: 'secret-1', oauthTokenData };
		const updates = ['client-1', 'client-2'].map((client, index) => ({ client, values: { maxSeats: 300 + index } }));
		const { outcomes } = await update('aodocs', server, {
			updates,
			credentials: { aodocsOAuth2Api } as StoredCredentials,
			parameters: { authentication: 'oAuth2' },
			onError,
		});
		expect(outcomes).toEqual(['not sent', 'not sent']);
		expect(received(server, 'update')).toEqual([]);
	});

	test('a credential without expressions is opened eleven times at most for 100 items', async () => {
		server = await startTruthServer('cudoCompute');
		const updates = Array.from({ length: 100 }, (_, index) => ({ account: `acc${index}`, values: { displayName: 'New' } }));
		const { timesDecrypted } = await update('cudoCompute', server, { updates });
		expect(timesDecrypted.cudoComputeApi).toBeLessThanOrEqual(11);
	});
});

test.each([onError, 'continueErrorOutput'] as const)('%s: a credential that cannot be opened is an error of each item', async (mode) => {
	server = await startTruthServer('cudoCompute');
	const credentials = { cudoComputeApi: { baseUrl: server.url, apiKey: '={{ $("Nobody").first().json.key }}' } };
	const updates = ['acme', 'birch'].map((account) => ({ account, values: { displayName: 'New' } }));
	const { outcomes, outputs } = await update('cudoCompute', server, { updates, credentials, onError: mode });
	expect(outcomes).toEqual(['not sent', 'not sent']);
	expect(outputs.at(-1)).toHaveLength(2);
	expect(server.requests).toEqual([]);
});

test.each([[9007199254740993], [1e21], [NaN], ['undefined'], ['null'], ['NaN'], ['[object Object]'], ['']])(
	'%j is no account: not sent',
	async (account) => {
		server = await startTruthServer('cudoCompute');
		const { outcomes } = await update('cudoCompute', server, { updates: [{ account, values: { displayName: 'New' } }], onError });
		expect(outcomes).toEqual(['not sent']);
		expect(server.requests).toEqual([]);
	},
);

test.each([
	['a user name', (url: string) => url.replace('//', '//someone:word@')],
	['a query', (url: string) => `${url}?tenant=1`],
	['a fragment', (url: string) => `${url}#part`],
])('a base URL with %s is refused', async (_, change) => {
	server = await startTruthServer('cudoCompute');
	const credentials = { cudoComputeApi: { baseUrl: change(server.url), apiKey: SECRET } };
	const { outcomes } = await update('cudoCompute', server, { updates: [{ values: { displayName: 'New' } }], credentials, onError });
	expect(outcomes).toEqual(['not sent']);
	expect(server.requests).toEqual([]);
});
