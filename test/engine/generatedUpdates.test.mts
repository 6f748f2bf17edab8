import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { accounts } from '../support/accounts.mts';
import { loadContract } from '../support/contract.mts';
import { runNode } from '../support/engine.mts';
import { nodes } from '../support/installation.mts';
import type { NodeName } from '../support/installation.mts';
import { closeServices, fakeService } from '../support/service.mts';
import { clearablePaths, leavesOf, parameterPath, put, toApi, valuesOf } from '../support/updates.mts';

const RUNS = 120;

afterEach(closeServices);

/** An update as a person may put it together: values by path, and paths to clear that do not overlap with them. */
interface GeneratedUpdate {
	values: Record<string, unknown>;
	cleared: string[];
}

const within = (path: string, outer: string) => path === outer || path.startsWith(`${outer}.`);
const overlap = (a: string, b: string) => within(a, b) || within(b, a);

function generatedUpdates(name: NodeName): fc.Arbitrary<GeneratedUpdate> {
	const { leaves } = loadContract(name);
	const clearable = clearablePaths(nodes[name]);
	return fc
		.record({
			values: fc.record(Object.fromEntries(leaves.map((leaf) => [leaf.path, valuesOf(leaf)])), { requiredKeys: [] }),
			wanted: fc.subarray(clearable, { maxLength: Math.min(clearable.length, 4) }),
		})
		.map(({ values, wanted }) => ({
			values,
			cleared: wanted.filter(
				(path, index) =>
					!Object.keys(values).some((set) => overlap(set, path)) && !wanted.slice(0, index).some((earlier) => overlap(earlier, path)),
			),
		}))
		.filter(({ values, cleared }) => Object.keys(values).length + cleared.length > 0);
}

describe.each(Object.keys(nodes) as NodeName[])('Any update of %s', (name) => {
	const contract = loadContract(name);
	const byPath = new Map(contract.leaves.map((leaf) => [leaf.path, leaf]));
	const { baseUrl, route, record, credentials, selection } = accounts[name];

	async function bodyOf({ values, cleared }: GeneratedUpdate, how: 'defineBelow' | 'autoMapInputData') {
		const service = fakeService(baseUrl, { [`GET ${route}`]: { body: record }, [`PATCH ${route}`]: { body: record } });
		const json: IDataObject = {};
		const updateFields: IDataObject = {};
		for (const [path, value] of Object.entries(values)) {
			put(json, path.split('.'), toApi(byPath.get(path)!, value));
			put(updateFields, parameterPath(path), value);
		}
		const result = await runNode({
			node: name,
			credentials,
			items: [json],
			parameters: {
				operation: 'update',
				...selection,
				dataToSend: how,
				...(how === 'defineBelow' ? { updateFields } : { fieldsToMap: [...new Set(Object.keys(json))] }),
				fieldsToClear: cleared,
			} as never,
		});
		closeServices();
		expect(result.error).toBeUndefined();
		const updates = service.requests.filter(({ method }) => method === 'PATCH');
		expect(updates).toHaveLength(1);
		return updates[0].body as IDataObject;
	}

	/** What the record part of the body must hold, leaf by leaf. */
	function expectedLeaves({ values, cleared }: GeneratedUpdate): Record<string, unknown> {
		const leaves: Record<string, unknown> = {};
		for (const [path, value] of Object.entries(values)) leaves[path] = toApi(byPath.get(path)!, value);
		if (name !== 'userHub') return leaves;
		for (const path of cleared) leaves[path] = null;
		const setsAddress = Object.keys(values).some((path) => path.startsWith('address.'));
		return setsAddress ? { ...leavesOf({ address: record.address }, contract.leaves), ...leaves } : leaves;
	}

	test.each(['defineBelow', 'autoMapInputData'] as const)(
		'keeps to the contract and sends what was asked, no more and no less (%s)',
		async (how) => {
			await fc.assert(
				fc.asyncProperty(generatedUpdates(name), async (update) => {
					const body = await bodyOf(update, how);

					expect(contract.faultsOfUpdate(body)).toEqual([]);
					const sent = leavesOf(name === 'cudoCompute' ? body.billingAccount : body, contract.leaves);
					expect(sent).toEqual(expectedLeaves(update));
					if (name === 'cudoCompute') {
						expect(String(body.updateMask).split(',').sort()).toEqual([...Object.keys(update.values), ...update.cleared].sort());
					}
				}),
				{ numRuns: RUNS },
			);
		},
		120_000,
	);

	test('keeps to the contract with every field at once', async () => {
		const values = Object.fromEntries(contract.leaves.map((leaf) => [leaf.path, fc.sample(valuesOf(leaf), { numRuns: 1, seed: 7 })[0]]));
		const body = await bodyOf({ values, cleared: [] }, 'defineBelow');

		expect(contract.faultsOfUpdate(body)).toEqual([]);
		expect(leavesOf(name === 'cudoCompute' ? body.billingAccount : body, contract.leaves)).toEqual(expectedLeaves({ values, cleared: [] }));
	});
});
