import nock from 'nock';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { type NodeName, nodeNames, services } from '../services/index.mts';
import { runNode } from '../support/engine.mts';
import { nodes } from '../support/installation.mts';
import { optionValues } from '../support/updates.mts';
import { type Bench, credentialsFor, startBench } from './bench.mts';

let bench: Bench;
beforeAll(async () => {
	nock.restore();
	bench = await startBench(process.cwd());
});
afterAll(async () => await bench.stop());
beforeEach(() => bench.sandbox.reset());

/** The items that come out, with Record and Changes. */
async function run(service: NodeName, parameters: INodeParameters, items: IDataObject[]): Promise<IDataObject[]> {
	const result = await runNode({
		node: service,
		parameters: { ...parameters, options: { output: 'recordAndChanges' } },
		items,
		credentials: credentialsFor(service, bench),
	});
	if (result.error) throw result.error;
	return result.outputs[0].map(({ json }) => json);
}

const applyUndo: INodeParameters = { operation: 'applyPlan', plan: '={{ $json.undo }}' };
const selectionOf = (service: NodeName) => services[service].account.selectionOf('={{ $json.account }}');
const withPlans = nodeNames.filter((name) =>
	nodes[name].description.properties.some((property) => property.name === 'operation' && optionValues(property).includes('applyPlan')),
);

test.each(withPlans)('%s: undo, given to Apply Plan, restores the former records', async (service) => {
	const { accounts, updateFields, readOnlyFields = {}, fieldsToClear = [] } = services[service].faults.undo;
	const records = () => accounts.map((account) => bench.sandbox[service].record(account));
	const former = records();

	const updated = await run(
		service,
		{ operation: 'update', ...selectionOf(service), updateFields, readOnlyFields, fieldsToClear },
		accounts.map((account) => ({ account })),
	);
	records().forEach((record, index) => expect(record).not.toEqual(former[index]));

	await run(service, applyUndo, updated);
	expect(records()).toEqual(former);
});

test('undo of several items of one account, given to Apply Plan at once, restores the former record', async () => {
	const former = bench.sandbox.cudoCompute.record('acme-billing');
	const updated = await run(
		'cudoCompute',
		{ operation: 'update', ...selectionOf('cudoCompute'), updateFields: { displayName: '={{ $json.name }}' } },
		['One', 'Two', 'Three'].map((name) => ({ account: 'acme-billing', name })),
	);
	expect(bench.sandbox.cudoCompute.record('acme-billing')).toMatchObject({ displayName: 'Three' });

	await run('cudoCompute', applyUndo, updated);
	expect(bench.sandbox.cudoCompute.record('acme-billing')).toEqual(former);
});

test('undo of an update that changed nothing is handed on as unchanged, and nothing is sent', async () => {
	const service = 'cudoCompute';
	const { displayName } = bench.sandbox[service].record('acme-billing') as IDataObject;
	const parameters = { operation: 'update', ...selectionOf(service), updateFields: { displayName } as INodeParameters };
	const updated = await run(service, parameters, [{ account: 'acme-billing' }]);
	bench.sandbox[service].log.clear();

	const restored = await run(service, applyUndo, updated);
	expect(restored).toMatchObject([{ outcome: 'unchanged', changes: [] }]);
	expect(bench.sandbox[service].log.entries).toEqual([]);
});
