import nock from 'nock';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { runNode } from '../support/engine.mts';
import type { NodeName } from '../support/installation.mts';
import { type Bench, startBench } from './runCase.mts';
import { faultServices, signIn } from './services.mts';

let bench: Bench;
beforeAll(async () => {
	nock.restore();
	bench = await startBench(process.cwd());
});
afterAll(async () => await bench.stop());
beforeEach(() => bench.sandbox.reset());

const byId = (value: string) => ({ __rl: true, mode: 'id', value });

async function run(service: NodeName, parameters: INodeParameters, items: IDataObject[]): Promise<IDataObject[]> {
	const { signIns } = faultServices[service];
	const credentials = signIn(signIns[0], bench.sandbox, (field) => `secret-${field}`, bench.sandbox[service].url, bench.tokenServer);
	const result = await runNode({ node: service, parameters: { operation: 'update', ...parameters }, items, credentials });
	if (result.error) throw result.error;
	return result.outputs[0].map(({ json }) => json);
}

interface Undoing {
	service: NodeName;
	accounts: string[];
	/** Where the account comes from: the input item, and the undo item. */
	selection: INodeParameters;
	updateFields: INodeParameters;
	fieldsToClear?: string[];
	fieldsToMap: string[];
	/** Whether Fields to Clear takes what was empty before. */
	clears: boolean;
}

const cases: Undoing[] = [
	{
		service: 'aodocs',
		accounts: ['domain'],
		selection: {},
		updateFields: { kind: 'other#kind', maxSeats: 400, portalUrl: 'https://billing.example.com/new', type: 'CUSTOM' },
		fieldsToMap: ['kind', 'maxSeats', 'portalUrl', 'type'],
		clears: false,
	},
	{
		service: 'cudoCompute',
		accounts: ['acme-billing', 'birchwood-billing'],
		selection: { billingAccountId: byId('={{ $json.billingAccountId }}') },
		updateFields: {
			displayName: 'Renamed',
			paymentTerms: 'PAYMENT_TERMS_INVOICE',
			// Line 2 is empty before.
			billingAddress: { line2: 'Second Floor', city: 'London' },
			billingThreshold: '750.5',
			creditBalanceRecharge: { autoRecharge: false, low: '30', transactionLatestChargePaid: false },
		},
		fieldsToClear: ['billingAddress.state', 'monthlySpendLimit'],
		fieldsToMap: ['billingAddress', 'billingThreshold', 'creditBalanceRecharge', 'displayName', 'monthlySpendLimit', 'paymentTerms'],
		clears: true,
	},
	{
		service: 'userHub',
		// The first has every field, the second neither phone number nor address.
		accounts: ['org_sandbox0000001', 'org_sandbox0000002'],
		selection: { accountOf: 'organization', organizationId: byId('={{ $json.organizationId }}') },
		updateFields: {
			displayName: 'Renamed',
			phoneNumber: '+442012345678',
			address: { city: 'London', country: 'GB', postalCode: 'N1 1AA', lines: '9 New Street' },
		},
		fieldsToClear: ['email'],
		fieldsToMap: ['address', 'displayName', 'email', 'phoneNumber'],
		clears: true,
	},
];

test.each(cases)('$service: undo, fed back through Auto-Map, restores the former records', async (undoing) => {
	const { service, accounts, selection, updateFields, fieldsToClear, fieldsToMap, clears } = undoing;
	const records = () => accounts.map((account) => bench.sandbox[service].record(account));
	const former = records();
	const selectors = accounts.map((account) => ({ billingAccountId: account, organizationId: account }));

	const updated = await run(
		service,
		{ ...selection, updateFields, ...(fieldsToClear && { fieldsToClear }), options: { includeChanges: true } },
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
	const { service, selection, fieldsToMap } = cases[1];
	const former = bench.sandbox[service].record('acme-billing');
	const updated = await run(
		service,
		{ ...selection, updateFields: { displayName: '={{ $json.name }}' }, options: { includeChanges: true } },
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
