import nock from 'nock';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { type NodeName, nodeNames, services } from '../services/index.mts';
import { runNode } from '../support/engine.mts';
import { type Bench, credentialsFor, startBench } from './bench.mts';

let bench: Bench;
beforeAll(async () => {
	nock.restore();
	bench = await startBench(process.cwd());
});
afterAll(async () => await bench.stop());
beforeEach(() => bench.sandbox.reset());

/** Runs an operation, and gives what comes out for each item. */
async function run(service: NodeName, parameters: INodeParameters, items: IDataObject[]): Promise<IDataObject[]> {
	const result = await runNode({
		node: service,
		parameters: { options: { output: 'recordAndChanges' }, ...parameters },
		items,
		credentials: credentialsFor(service, bench),
	});
	if (result.error) throw result.error;
	return result.outputs[0].map(({ json }) => json);
}

/** Takes updates back: what they put out goes to Apply Plan, with the expression that its placeholder names. */
const takeBack = async (service: NodeName, updated: IDataObject[]) =>
	await run(service, { operation: 'applyPlan', plan: '={{ $json.undo ?? $json.error?.undo }}' }, updated);

test.each(nodeNames)('%s: undo, given to Apply Plan, restores the former records', async (service) => {
	const { accounts, selection, updateFields, readOnlyFields = {}, fieldsToClear } = services[service].faults.undo;
	const records = () => accounts.map((account) => bench.sandbox[service].record(account));
	const former = records();
	const selectors = accounts.map((account) => ({ billingAccountId: account, organizationId: account }));

	const updated = await run(
		service,
		{ operation: 'update', ...selection, updateFields, readOnlyFields, ...(fieldsToClear && { fieldsToClear }) },
		selectors,
	);
	records().forEach((record, index) => expect(record).not.toEqual(former[index]));

	const restored = await takeBack(service, updated);
	expect(restored.map(({ outcome }) => outcome)).toEqual(accounts.map(() => 'updated'));
	expect(records()).toEqual(former);
});

test('undo of several items of one account restores the former record: the newest goes first', async () => {
	const service = 'cudoCompute';
	const { selection } = services[service].faults.undo;
	const former = bench.sandbox[service].record('acme-billing');
	const updated = await run(
		service,
		{ operation: 'update', ...selection, updateFields: { displayName: '={{ $json.name }}' } },
		['One', 'Two', 'Three'].map((name) => ({ billingAccountId: 'acme-billing', name })),
	);
	expect(bench.sandbox[service].record('acme-billing')).toMatchObject({ displayName: 'Three' });
	const restored = await takeBack(service, updated);
	expect(restored.map(({ outcome }) => outcome)).toEqual(['updated', 'updated', 'updated']);
	expect(bench.sandbox[service].record('acme-billing')).toEqual(former);
});

test('undo of an update that changed nothing is handed on as unchanged, and nothing is sent', async () => {
	const service = 'cudoCompute';
	const { selection } = services[service].faults.undo;
	const { displayName } = bench.sandbox[service].record('acme-billing') as IDataObject;
	const item = { billingAccountId: 'acme-billing' };
	const updated = await run(service, { operation: 'update', ...selection, updateFields: { displayName } as INodeParameters }, [item]);
	bench.sandbox[service].log.clear();
	const restored = await takeBack(service, updated);
	expect(restored).toMatchObject([{ outcome: 'unchanged', changes: [] }]);
	expect(bench.sandbox[service].log.entries).toEqual([]);
});
