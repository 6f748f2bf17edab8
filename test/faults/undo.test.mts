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

async function run(service: NodeName, parameters: INodeParameters, items: IDataObject[]): Promise<IDataObject[]> {
	const result = await runNode({
		node: service,
		parameters: { operation: 'update', ...parameters },
		items,
		credentials: credentialsFor(service, bench),
	});
	if (result.error) throw result.error;
	return result.outputs[0].map(({ json }) => json);
}

test.each(nodeNames)('%s: undo, fed back through Auto-Map, restores the former records', async (service) => {
	const { accounts, selection, updateFields, readOnlyFields = {}, fieldsToClear, fieldsToMap, clears } = services[service].faults.undo;
	const records = () => accounts.map((account) => bench.sandbox[service].record(account));
	const former = records();
	const selectors = accounts.map((account) => ({ billingAccountId: account, organizationId: account }));

	const updated = await run(
		service,
		{ ...selection, updateFields, readOnlyFields, ...(fieldsToClear && { fieldsToClear }), options: { output: 'recordAndChanges' } },
		selectors,
	);
	records().forEach((record, index) => expect(record).not.toEqual(former[index]));

	await run(
		service,
		{
			...selection,
			dataToSend: 'autoMapInputData',
			fieldsToMap,
			...(clears && { fieldsToClear: '={{ $json.fieldsToClear ?? [] }}' }),
		},
		updated.map(({ undo }) => undo as IDataObject),
	);
	expect(records()).toEqual(former);
});

test('undo of several items of one account, fed back in reverse, restores the former record', async () => {
	const service = 'cudoCompute';
	const { selection, fieldsToMap } = services[service].faults.undo;
	const former = bench.sandbox[service].record('acme-billing');
	const updated = await run(
		service,
		{ ...selection, updateFields: { displayName: '={{ $json.name }}' }, options: { output: 'recordAndChanges' } },
		['One', 'Two', 'Three'].map((name) => ({ billingAccountId: 'acme-billing', name })),
	);
	expect(bench.sandbox[service].record('acme-billing')).toMatchObject({ displayName: 'Three' });
	await run(
		service,
		{ ...selection, dataToSend: 'autoMapInputData', fieldsToMap },
		updated.map(({ undo }) => undo as IDataObject).reverse(),
	);
	expect(bench.sandbox[service].record('acme-billing')).toEqual(former);
});
