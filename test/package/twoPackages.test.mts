import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PackageDirectoryLoader } from 'n8n-core';
import type { ICredentialType, INodeType } from 'n8n-workflow';

import { userHub } from '../services/userHub.mts';
import { closeServices, fakeService } from '../support/service.mts';

/**
 * Somebody installs the package of all three services and that of one. Node types carry their package's name, credential types do not: of two with one
 * name, n8n takes the one that it loaded last (`getCredential` of its load-nodes-and-credentials.ts).
 */

const ALL = 'n8n-nodes-update-billing';
const ONE = 'n8n-nodes-userhub-billing';
const root = process.cwd();
const folders = { [ALL]: root, [ONE]: join(root, '.cache/packages', ONE) };

const { account, update } = userHub;
const loaders: Record<string, PackageDirectoryLoader> = {};
/** What the engine of these tests finds installed. */
const installed: { nodes: Record<string, INodeType>; credentialTypes: Record<string, ICredentialType> } = {
	nodes: {},
	credentialTypes: {},
};
let runNode: typeof import('../support/engine.mts').runNode;

beforeAll(async () => {
	if (!existsSync(folders[ONE])) throw new Error('Run "npm run packages" first.');
	execFileSync('npm', ['run', 'build'], { cwd: folders[ONE], stdio: 'pipe' });
	for (const [name, folder] of Object.entries(folders)) {
		loaders[name] = new PackageDirectoryLoader(folder);
		await loaders[name].loadAll();
	}
	jest.doMock('../support/installation.mts', () => installed);
	({ runNode } = await import('../support/engine.mts'));
}, 120_000);
afterEach(() => {
	closeServices();
	jest.restoreAllMocks();
});

/** The credential types that n8n knows after it has loaded packages in this order. */
function knownAfter(order: string[]): Record<string, ICredentialType> {
	return Object.fromEntries(
		order.flatMap((name) => Object.entries(loaders[name].credentialTypes).map(([type, loaded]) => [type, loaded.type])),
	);
}

test('both have the node, under names of their own', () => {
	expect(loaders[ONE].nodeTypes).toHaveProperty('userHub');
	expect(loaders[ALL].nodeTypes).toHaveProperty('userHub');
	expect(loaders[ONE].packageName).not.toBe(loaders[ALL].packageName);
});

test('both have the credential type, under one name', () => {
	expect(Object.keys(loaders[ONE].credentialTypes)).toEqual(['userHubApi']);
	expect(loaders[ALL].credentialTypes).toHaveProperty('userHubApi');
});

describe.each([[[ALL, ONE]], [[ONE, ALL]]])('loaded in the order %j', (order) => {
	beforeEach(() => (installed.credentialTypes = knownAfter(order)));

	test('the credential type is that of the last, for the nodes of both', () => {
		expect(installed.credentialTypes.userHubApi).toBe(loaders[order[1]].credentialTypes.userHubApi.type);
	});

	test.each([ALL, ONE])('the node of %s signs in with it, and updates', async (name) => {
		installed.nodes = { userHub: loaders[name].nodeTypes.userHub.type as INodeType };
		const authenticate = jest.spyOn(installed.credentialTypes.userHubApi, 'authenticate' as never);
		const service = fakeService(account.baseUrl, {
			[`PATCH ${account.route}`]: ({ body }) => ({ body: { ...account.record, ...(body as object) } }),
		});

		const { outputs, error } = await runNode({
			node: 'userHub',
			credentials: account.credentials,
			parameters: { ...account.selection, updateFields: { displayName: 'Acme' } },
		});

		expect(error).toBeUndefined();
		expect(authenticate).toHaveBeenCalled();
		expect(service.requests).toMatchObject([{ method: 'PATCH', headers: account.headers }]);
		expect(service.requests[0].body).toEqual(update.bodyOf({ values: { displayName: 'Acme' }, clear: [] }, account.record));
		expect(outputs[0][0].json).toMatchObject({ displayName: 'Acme' });
	});

	test('a plan that one has made is applied by the other', async () => {
		const record = { ...account.record };
		fakeService(account.baseUrl, {
			[`GET ${account.route}`]: () => ({ body: record }),
			[`PATCH ${account.route}`]: ({ body }) => ({ body: Object.assign(record, body) }),
		});
		const run = async (name: string, parameters: object, items = [{}]) => {
			installed.nodes = { userHub: loaders[name].nodeTypes.userHub.type as INodeType };
			const { outputs, error } = await runNode({ node: 'userHub', credentials: account.credentials, parameters: { ...parameters }, items });
			expect(error).toBeUndefined();
			return outputs[0].map(({ json }) => json);
		};

		const planned = await run(order[0], { ...account.selection, dryRun: true, updateFields: { displayName: 'Planned' } });
		await run(order[1], { operation: 'applyPlan', plan: '={{ $json.plan }}' }, planned);

		expect(record).toMatchObject({ displayName: 'Planned' });
	});
});
