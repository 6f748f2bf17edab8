import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { accounts, jsonHeaders } from '../support/accounts.mts';
import { loadContract } from '../support/contract.mts';
import type { Leaf } from '../support/contract.mts';
import { runNode } from '../support/engine.mts';
import { nodes } from '../support/installation.mts';
import type { NodeName } from '../support/installation.mts';
import { closeServices, fakeService } from '../support/service.mts';
import { clearablePaths, parameterPath, put, toApi, valuesOf } from '../support/updates.mts';

afterEach(closeServices);

const SEED = 20_260_101;

/** The same value of a field in every run of the tests. */
const valueOf = (leaf: Leaf) => fc.sample(valuesOf(leaf), { numRuns: 1, seed: SEED })[0];

/** Updates one account and shows what its service was asked. */
async function update(name: NodeName, parameters: IDataObject) {
	const { baseUrl, route, record, credentials, selection } = accounts[name];
	const service = fakeService(baseUrl, { [`GET ${route}`]: { body: record }, [`PATCH ${route}`]: { body: record } });
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

function expectedBody(name: NodeName, leaf: Leaf, value: unknown): IDataObject {
	const record = put({}, leaf.path.split('.'), toApi(leaf, value));
	if (name === 'cudoCompute') return { billingAccount: record, updateMask: leaf.path };
	if (name === 'userHub' && leaf.path.startsWith('address.')) {
		// The service may replace the whole address, so the rest of it is sent as it is.
		return { address: { ...(accounts.userHub.record.address as IDataObject), ...(record.address as IDataObject) } };
	}
	return record;
}

describe.each(Object.keys(nodes) as NodeName[])('Update of %s', (name) => {
	const { leaves } = loadContract(name);

	test.each(leaves.map((leaf) => ({ path: leaf.path, leaf })))('sends $path and nothing else', async ({ leaf }) => {
		const value = valueOf(leaf);
		const { result, requests } = await update(name, { updateFields: put({}, parameterPath(leaf.path), value) });

		expect(result.error).toBeUndefined();
		expect(requests).toEqual(
			expectedRequests(name, expectedBody(name, leaf, value), name === 'userHub' && leaf.path.startsWith('address.')),
		);
	});

	test.each(leaves.map((leaf) => ({ path: leaf.path, leaf })))('sends nothing while $path is blank', async ({ leaf }) => {
		const { result, requests } = await update(name, { updateFields: put({}, parameterPath(leaf.path), '') });

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

describe('Fields to Clear', () => {
	test.each(clearablePaths(nodes.cudoCompute))('of Cudo Compute names %s in the mask and leaves it out of the body', async (path) => {
		const { result, requests } = await update('cudoCompute', { fieldsToClear: [path] });

		expect(result.error).toBeUndefined();
		expect(requests).toHaveLength(1);
		expect(requests[0].body).toEqual({ billingAccount: {}, updateMask: path });
	});

	test.each(clearablePaths(nodes.userHub))('of UserHub sends null for %s', async (path) => {
		const { result, requests } = await update('userHub', { fieldsToClear: [path] });

		expect(result.error).toBeUndefined();
		expect(requests.at(-1)?.body).toEqual(put({}, path.split('.'), null));
	});

	test.each(['cudoCompute', 'userHub'] as const)('of %s refuses to clear what is also set', async (name) => {
		const { result, requests } = await update(name, {
			updateFields: { displayName: 'Acme' },
			fieldsToClear: ['displayName'],
		});

		expect(requests).toEqual([]);
		expect(result.error?.message).toContain('both set and cleared');
	});

	test.each([
		['cudoCompute', 'billingAddress'],
		['userHub', 'address'],
	] as const)('of %s refuses to clear the address that a part is set of', async (name, address) => {
		const { result, requests } = await update(name, {
			updateFields: { [address]: { city: 'Leeds' } },
			fieldsToClear: [address],
		});

		expect(requests).toEqual([]);
		expect(result.error?.message).toContain('both set and cleared');
	});
});
