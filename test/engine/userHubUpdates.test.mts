import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { type Sandbox, sandboxSecrets, startSandbox } from '../../sandbox/sandbox.mts';
import { loadContract } from '../support/contract.mts';
import { runNode, searchList } from '../support/engine.mts';
import type { NodeRun } from '../support/engine.mts';
import { byId } from '../support/locator.mts';

/** What UserHub leaves open, each reading played, and what its SDKs show. */

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => await sandbox.stop());
beforeEach(() => sandbox.reset());

const ACCOUNT = 'org_sandbox0000001';
const { userApiKey, userAccessToken } = sandboxSecrets.userHub;
const credentials = () => ({ userHubApi: { baseUrl: sandbox.userHub.url, userApiKey, userAccessToken } });

const run = (parameters: INodeParameters, more: Partial<NodeRun> = {}) =>
	runNode({
		node: 'userHub',
		credentials: credentials(),
		parameters: { operation: 'update', organizationId: byId(ACCOUNT), ...parameters },
		...more,
	});
const account = () => sandbox.userHub.record(ACCOUNT) as Record<string, IDataObject>;
const bodies = () => sandbox.userHub.log.entries.filter(({ method }) => method === 'PATCH').map(({ body }) => body);

describe.each(['merge', 'replace'] as const)('Where a partial address would %s', (address) => {
	beforeEach(() => {
		sandbox.userHub.options.address = address;
	});

	test.each(['lines', 'city', 'state', 'postalCode', 'country'])('%s can be cleared alone', async (part) => {
		const { [part]: erased, ...rest } = account().address;
		const { error } = await run({ fieldsToClear: [`address.${part}`] });

		expect(error).toBeUndefined();
		expect(erased).toBeDefined();
		expect(account().address).toEqual(rest);
		expect(bodies()).toEqual([{ address: { ...rest, [part]: part === 'lines' ? [] : '' } }]);
	});

	test('parts can be set and cleared at once', async () => {
		const { error } = await run({ updateFields: { address: { city: 'Rome', country: 'IT' } }, fieldsToClear: ['address.state'] });

		expect(error).toBeUndefined();
		expect(account().address).toEqual({ lines: ['1 Main Street', 'Suite 2'], city: 'Rome', postalCode: '10001', country: 'IT' });
	});
});

test('texts are cleared with an empty one, the address with null', async () => {
	const { error } = await run({ fieldsToClear: ['displayName', 'email', 'phoneNumber', 'address'] });

	expect(error).toBeUndefined();
	expect(bodies()).toEqual([{ displayName: '', email: '', phoneNumber: '', address: null }]);
	expect(account()).not.toHaveProperty('displayName');
	expect(account()).not.toHaveProperty('address');
});

test('a null that is ignored is told', async () => {
	sandbox.userHub.options.null = 'isIgnored';
	const { error } = await run({ fieldsToClear: ['address'] });

	expect(error?.message).toContain('accepted the update, but did not apply it');
	expect(account().address).toBeDefined();
});

test('a refusal to clear says so', async () => {
	const body = { code: 'INVALID_ARGUMENT', message: 'Invalid email', param: 'email' };
	sandbox.userHub.faults.add({ kind: 'status', status: 400, body, match: { method: 'PATCH' } });
	const { error } = await run({ updateFields: { displayName: 'New' }, fieldsToClear: ['email'] });

	expect(error?.description).toContain('The update erases Email, which the service may not allow.');
	expect(error?.context.data).toMatchObject({ counts: '1 not applied' });
});

test.each(['isLeftOut', 'isNull'] as const)('an answer in which no value %s is a record', async (noValue) => {
	sandbox.userHub.options.noValue = noValue;
	const { error } = await run({
		organizationId: byId('org_sandbox0000002'),
		updateFields: { address: { city: 'Rome' } },
		options: { skipIfUnchanged: true },
	});

	expect(error).toBeUndefined();
	expect(bodies()).toEqual([{ address: { city: 'Rome' } }]);
});

describe('The forms in which the four SDKs send an address', () => {
	const contract = loadContract('userHub');
	const given = { lines: ['9 New Street'], city: 'London', state: '', postalCode: 'N1 1AA', country: 'GB' };
	const forms = {
		'all five parts, those not given empty': given,
		'all five parts, those not given null': { ...given, state: null },
		'the parts that are given': { lines: given.lines, city: given.city, postalCode: given.postalCode, country: given.country },
		null: null,
	};

	test.each(Object.entries(forms))('are taken: %s', async (_, address) => {
		const answer = await fetch(`${sandbox.userHub.url}/user/v1/billingAccount?organizationId=${ACCOUNT}`, {
			method: 'PATCH',
			headers: { 'content-type': 'application/json', 'userhub-api-key': userApiKey, authorization: `Bearer ${userAccessToken}` },
			body: JSON.stringify({ address }),
		});

		expect(contract.faultsOfUpdate({ address })).toEqual([]);
		expect(answer.status).toBe(200);
		const record = (await answer.json()) as IDataObject;
		expect(contract.faultsOfAnswer(record)).toEqual([]);
		expect(record.address).toEqual(
			address === null ? undefined : { lines: given.lines, city: given.city, postalCode: given.postalCode, country: given.country },
		);
	});
});

describe('Organizations', () => {
	const list = (query: string) =>
		fetch(`${sandbox.userHub.url}/user/v1/organizations?${query}`, {
			headers: { 'userhub-api-key': userApiKey, authorization: `Bearer ${userAccessToken}` },
		}).then(async (answer) => (await answer.json()) as { organizations: IDataObject[]; nextPageToken: string; previousPageToken?: string });

	test('are listed in pages whose tokens are as documented', async () => {
		const first = await list('pageSize=4');
		const second = await list(`pageSize=4&pageToken=${first.nextPageToken}`);
		const third = await list(`pageSize=4&pageToken=${second.nextPageToken}`);

		expect(first.previousPageToken).toBeUndefined();
		expect(second.previousPageToken).toBe('');
		expect(third.previousPageToken).toMatch(/./);
		expect(third.nextPageToken).toBe('');
	});

	test('are read with Get Many, all of them', async () => {
		const { outputs, error } = await run({ resource: 'organization', operation: 'getAll', returnAll: true });

		expect(error).toBeUndefined();
		expect(outputs[0]).toHaveLength(12);
		expect(outputs[0][0].json).toMatchObject({ id: expect.stringMatching(/^org_/), displayName: expect.any(String) });
	});

	test('stand in the editor sorted by name', async () => {
		const { results } = await searchList('userHub', 'searchOrganizations', { credentials: credentials() });
		const names = results.map(({ name }) => name);

		expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)));
	});
});
