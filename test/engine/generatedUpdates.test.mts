import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { untouched } from '../model/serviceModel.mts';
import type { Asked, UpdateFixture } from '../services/fixture.mts';
import { services } from '../services/index.mts';
import { accounts } from '../support/accounts.mts';
import { loadContract } from '../support/contract.mts';
import { runNode } from '../support/engine.mts';
import { nodes } from '../support/installation.mts';
import type { NodeName } from '../support/installation.mts';
import { leavesOf, nested, toApi } from '../support/leaves.mts';
import { overlap, put } from '../support/paths.mts';
import { keptAccount } from '../support/keptAccount.mts';
import { closeServices, fakeService } from '../support/service.mts';
import { clearablePaths, entriesFor, inForm, parameterPath, valuesOf } from '../support/updates.mts';

const RUNS = 120;

afterEach(closeServices);

/** An update as a person may put it together: values by path, and paths to clear that do not overlap with them. */
interface GeneratedUpdate {
	values: Record<string, unknown>;
	cleared: string[];
}

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
	const { baseUrl, route, record: fullRecord, credentials, selection } = accounts[name];
	const { recordIn, bodyOf: expectedBodyOf, isIncomplete } = services[name].update as UpdateFixture;

	/** The body that an update of an account sends; undefined where the item is an error and nothing is sent. */
	async function bodyOf({ values, cleared }: GeneratedUpdate, how: 'defineBelow' | 'autoMapInputData', record = fullRecord) {
		const service = fakeService(baseUrl, keptAccount(name, record).routes(route));
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
				...(how === 'defineBelow' ? inForm(nodes[name], updateFields) : { fieldsToMap: entriesFor(nodes[name], Object.keys(values)) }),
				fieldsToClear: cleared,
			} as never,
		});
		closeServices();
		const updates = service.requests.filter(({ method }) => method === 'PATCH');
		expect(updates).toHaveLength(result.error ? 0 : 1);
		return updates[0]?.body as IDataObject | undefined;
	}

	/** A body in a form that can be compared: the record leaf by leaf, and a mask as a sorted list. */
	function partsOf(body: IDataObject) {
		if (recordIn === undefined) return { record: leavesOf(body, contract.leaves) };
		const { [recordIn]: inner, ...rest } = body;
		return {
			record: leavesOf(inner, contract.leaves),
			rest: Object.entries(rest).map(([key, list]) => [key, String(list).split(',').sort()]),
		};
	}

	/** The body that an update must have. */
	function expectedBody(update: GeneratedUpdate, record = fullRecord): IDataObject {
		return expectedBodyOf(askedOf(update), record);
	}

	function askedOf({ values, cleared }: GeneratedUpdate): Asked {
		const asked = Object.entries(values).map(([path, value]) => [path, toApi(byPath.get(path)!, value)]);
		return { values: Object.fromEntries(asked), clear: cleared };
	}

	/** A record that has any of the fields. */
	const records = fc
		.record(Object.fromEntries(contract.leaves.map((leaf) => [leaf.path, valuesOf(leaf)])), { requiredKeys: [] })
		.map((values) => ({ ...untouched(name), ...nested(contract.leaves, values) }));

	test.each(['defineBelow', 'autoMapInputData'] as const)(
		'keeps to the contract and sends what was asked, no more and no less (%s)',
		async (how) => {
			await fc.assert(
				fc.asyncProperty(generatedUpdates(name), async (update) => {
					const body = await bodyOf(update, how);

					expect(contract.faultsOfUpdate(body)).toEqual([]);
					expect(partsOf(body!)).toEqual(partsOf(expectedBody(update)));
				}),
				{ numRuns: RUNS },
			);
		},
		120_000,
	);

	test('keeps to the contract whatever the account has, or is an error because parts are missing that go together', async () => {
		await fc.assert(
			fc.asyncProperty(generatedUpdates(name), records, async (update, record) => {
				const body = await bodyOf(update, 'defineBelow', record);

				expect(body === undefined).toBe(isIncomplete?.(askedOf(update), record) ?? false);
				if (!body) return;
				expect(contract.faultsOfUpdate(body)).toEqual([]);
				expect(partsOf(body)).toEqual(partsOf(expectedBody(update, record)));
			}),
			{ numRuns: RUNS },
		);
	}, 120_000);

	test('keeps to the contract with every field at once', async () => {
		const values = Object.fromEntries(contract.leaves.map((leaf) => [leaf.path, fc.sample(valuesOf(leaf), { numRuns: 1, seed: 7 })[0]]));
		const body = await bodyOf({ values, cleared: [] }, 'defineBelow');

		expect(contract.faultsOfUpdate(body)).toEqual([]);
		expect(partsOf(body!)).toEqual(partsOf(expectedBody({ values, cleared: [] })));
	});
});
