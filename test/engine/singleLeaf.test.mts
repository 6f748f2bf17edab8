import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { nodeNames, services } from '../services/index.mts';
import { accounts, jsonHeaders } from '../support/accounts.mts';
import { loadContract } from '../support/contract.mts';
import type { Leaf } from '../support/contract.mts';
import { runNode } from '../support/engine.mts';
import { nodes } from '../support/installation.mts';
import type { NodeName } from '../support/installation.mts';
import { toApi } from '../support/leaves.mts';
import { isWithin, put } from '../support/paths.mts';
import { keptAccount } from '../support/keptAccount.mts';
import { closeServices, fakeService } from '../support/service.mts';
import { clearablePaths, inForm, parameterPath, valuesOf } from '../support/updates.mts';

afterEach(closeServices);

const SEED = 20_260_101;

/** The same value of a field in every run of the tests. */
const valueOf = (leaf: Leaf) => fc.sample(valuesOf(leaf), { numRuns: 1, seed: SEED })[0];

/** Updates one account and shows what its service was asked. */
async function update(name: NodeName, parameters: IDataObject) {
	const { baseUrl, route, record, credentials, selection } = accounts[name];
	const service = fakeService(baseUrl, keptAccount(name, record).routes(route));
	const result = await runNode({
		node: name,
		credentials,
		parameters: { operation: 'update', ...selection, ...parameters } as never,
	});
	return { result, requests: service.requests };
}

/** The requests that an update with this body takes, in full. */
function expectedRequests(name: NodeName, body: IDataObject, readFirst: boolean) {
	const { baseUrl, route, query, headers } = accounts[name];
	const path = new URL(`${baseUrl}${route}`).pathname;
	return [
		...(readFirst ? [{ method: 'GET', path, query, headers }] : []),
		{ method: 'PATCH', path, query, headers: jsonHeaders(name), body },
	];
}

describe.each(nodeNames)('Update of %s', (name) => {
	const { leaves } = loadContract(name);
	const { bodyOf, readsFirst } = services[name].update;

	test.each(leaves.map((leaf) => ({ path: leaf.path, leaf })))('sends $path and nothing else', async ({ leaf }) => {
		const value = valueOf(leaf);
		const { result, requests } = await update(name, inForm(nodes[name], put({}, parameterPath(leaf.path), value)));

		expect(result.error).toBeUndefined();
		const asked = { values: { [leaf.path]: toApi(leaf, value) }, clear: [] };
		expect(requests).toEqual(expectedRequests(name, bodyOf(asked, accounts[name].record), readsFirst([leaf.path])));
	});

	test.each(leaves.map((leaf) => ({ path: leaf.path, leaf })))('sends nothing while $path is blank', async ({ leaf }) => {
		const { result, requests } = await update(name, inForm(nodes[name], put({}, parameterPath(leaf.path), '')));

		expect(requests).toEqual([]);
		expect(result.error).toMatchObject({ name: 'NodeOperationError' });
		expect(result.error?.message).toContain('Nothing to update');
	});

	test('sends nothing when no field is chosen', async () => {
		const { result, requests } = await update(name, { updateFields: {} });

		expect(requests).toEqual([]);
		expect(result.error?.message).toContain('Nothing to update');
	});
});

describe.each(nodeNames)('Fields to Clear of %s', (name) => {
	const clearable = clearablePaths(nodes[name]);
	const contract = loadContract(name);

	test('are there if the service can erase', () => {
		expect(clearable.length > 0).toBe(services[name].update.erasable(contract).length > 0);
	});

	for (const path of clearable) {
		test(`erases ${path} and nothing else`, async () => {
			const { result, requests } = await update(name, { fieldsToClear: [path] });

			expect(result.error).toBeUndefined();
			const { bodyOf, readsFirst } = services[name].update;
			expect(requests).toEqual(expectedRequests(name, bodyOf({ values: {}, clear: [path] }, accounts[name].record), readsFirst([path])));
		});

		test(`refuses to clear ${path} where it, or a part of it, is also set`, async () => {
			const leaf = contract.leaves.find((candidate) => isWithin(candidate.path, path))!;
			const { result, requests } = await update(name, {
				...inForm(nodes[name], put({}, parameterPath(leaf.path), valueOf(leaf))),
				fieldsToClear: [path],
			});

			expect(requests).toEqual([]);
			expect(result.error?.message).toContain('both set and cleared');
		});
	}
});
