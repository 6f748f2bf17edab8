import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { sandboxSecrets, startSandbox } from '../../sandbox/sandbox.mts';
import type { Sandbox } from '../../sandbox/sandbox.mts';
import { runNode } from '../support/engine.mts';
import type { NodeRun } from '../support/engine.mts';
import { byId } from '../support/locator.mts';
import { fromCsv, toCsv } from './csv.mts';
import type { Row } from './csv.mts';

/** A spreadsheet of 1,000 accounts with three bad rows, mapped automatically and sent over real sockets. */

const ROWS = 1000;
const COLUMNS = [
	'account',
	'displayName',
	'billingAddress.line1',
	'billingAddress.city',
	'taxId.value',
	'monthlySpendLimit',
	'creditBalanceRecharge.autoRecharge',
	'note',
];

/** The bad rows, by index: a decimal as people write it, a cell left blank, and a word where there is no choice. */
const BAD: Record<number, Row> = {
	17: { monthlySpendLimit: '1,250.50' },
	503: { account: '' },
	999: { 'creditBalanceRecharge.autoRecharge': 'sometimes' },
};
const EXPLAINED = {
	17: 'Monthly Spend Limit is not a decimal number',
	503: 'Billing Account is blank',
	999: 'Credit Balance Recharge > Auto Recharge is neither true nor false',
};

let sandbox: Sandbox;
let ids: string[];
beforeAll(async () => {
	sandbox = await startSandbox({ cudoCompute: { accounts: ROWS } });
	ids = sandbox.cudoCompute.ids();
}, 60_000);
beforeEach(() => sandbox.reset());
afterAll(async () => await sandbox.stop());

function spreadsheet(bad: Record<number, Row> = BAD): Row[] {
	const rows = ids.map(
		(account, index): Row => ({
			account,
			displayName: `Company "${index}", Ltd`,
			'billingAddress.line1': `${index} New Street`,
			// Half of the cells are blank: those accounts keep their city.
			'billingAddress.city': index % 2 === 0 ? 'Poole' : '',
			'taxId.value': String(900_000_000 + index),
			monthlySpendLimit: `${index + 1}.50`,
			'creditBalanceRecharge.autoRecharge': index % 3 === 0 ? 'TRUE' : 'false',
			note: `row ${index + 2}`,
			...bad[index],
		}),
	);
	return fromCsv(toCsv(COLUMNS, rows));
}

const parameters: INodeParameters = {
	billingAccountId: byId('={{ $json.account }}'),
	dataToSend: 'autoMapInputData',
	fieldsToMap: ['billingAddress', 'creditBalanceRecharge', 'displayName', 'monthlySpendLimit', 'taxId'],
};

const run = (items: IDataObject[], more: Partial<NodeRun> = {}) =>
	runNode({
		node: 'cudoCompute',
		parameters,
		items,
		credentials: { cudoComputeApi: { apiKey: sandboxSecrets.cudoCompute.apiKey, baseUrl: sandbox.cudoCompute.url } },
		...more,
	});

const updates = () => sandbox.cudoCompute.log.entries.filter(({ method }) => method === 'PATCH');

test('with an error output: 997 accounts are updated, 3 rows come out of it, explained and as they were', async () => {
	const rows = spreadsheet();
	const before = ids.map((id) => sandbox.cudoCompute.record(id)!);
	const { outputs, error } = await run(rows, { onError: 'continueErrorOutput' });
	expect(error).toBeUndefined();
	const [updated, failed] = outputs;

	expect(updated).toHaveLength(ROWS - 3);
	expect(updates()).toHaveLength(ROWS - 3);
	expect(updated.map(({ pairedItem }) => pairedItem)).toEqual(rows.map((_, item) => ({ item })).filter(({ item }) => !(item in BAD)));
	for (const [index, id] of ids.entries()) {
		const stored = sandbox.cudoCompute.record(id);
		if (index in BAD) {
			expect(stored).toEqual(before[index]);
			continue;
		}
		expect(stored).toEqual({
			...before[index],
			displayName: `Company "${index}", Ltd`,
			billingAddress: {
				...(before[index].billingAddress as object),
				line1: `${index} New Street`,
				...(index % 2 === 0 && { city: 'Poole' }),
			},
			taxId: { ...(before[index].taxId as object), value: String(900_000_000 + index) },
			monthlySpendLimit: { value: `${index + 1}.50` },
			creditBalanceRecharge: { ...(before[index].creditBalanceRecharge as object), autoRecharge: index % 3 === 0 },
		});
	}

	expect(failed.map(({ json }) => (json.error as IDataObject).message)).toEqual(Object.values(EXPLAINED));
	for (const { json, pairedItem } of failed) {
		const { item } = pairedItem as { item: number };
		expect(json).toMatchObject(rows[item]);
		expect(json.note).toBe(`row ${item + 2}`);
	}
}, 120_000);

test('the node stops on errors: nothing is sent, and all 3 rows are listed', async () => {
	const { error } = await run(spreadsheet());
	expect(updates()).toEqual([]);
	expect(sandbox.cudoCompute.log.entries).toEqual([]);
	expect(error).toMatchObject({
		message: expect.stringMatching(`^Item 17, billing account .*: ${EXPLAINED[17]} \\(${ROWS} not sent\\)$`),
		description: expect.stringMatching(
			`<br>Item 503: ${EXPLAINED[503]}.<br>Item 999, billing account .*: ${EXPLAINED[999].replace('>', '&gt;')}\\.`,
		),
	});
	const { items } = error!.context.data as { items: IDataObject[] };
	expect(items).toHaveLength(ROWS);
	const explained = items.filter(({ message }) => Object.values<unknown>(EXPLAINED).includes(message));
	expect(explained).toMatchObject(Object.keys(EXPLAINED).map((item) => ({ item: Number(item), outcome: 'not sent' })));
}, 60_000);

test('mended and run again with Skip If Unchanged: only the 3 rows are sent', async () => {
	await run(spreadsheet(), { onError: 'continueErrorOutput' });
	sandbox.cudoCompute.log.clear();
	const { outputs, error } = await run(spreadsheet({}), { parameters: { ...parameters, options: { skipIfUnchanged: true } } });
	expect(error).toBeUndefined();
	expect(outputs[0]).toHaveLength(ROWS);
	expect(
		updates()
			.map(({ account }) => account)
			.sort(),
	).toEqual([17, 503, 999].map((index) => ids[index]).sort());
}, 120_000);
