/** A spreadsheet of 1,000 accounts with three bad rows, read and handed on by n8n's own nodes. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sandboxSecrets } from '../../sandbox/sandbox.mts';
import type { TestEnvironment } from './environment.mts';
import { requests } from './requests.mts';
import type { Steps } from './steps.mts';
import { spreadsheetWorkflow, TRIGGER } from './workflows.mts';

const ROWS = 1000;
/** The bad rows, by index: a decimal as people write it, a cell left blank, and a word where only true and false are known. */
const BAD: Record<number, Partial<Record<'account' | 'limit' | 'recharge', string>>> = {
	17: { limit: '"1,250.50"' },
	503: { account: '' },
	999: { recharge: 'sometimes' },
};

/** The file, as a spreadsheet saves it. */
function csv(ids: string[]): string {
	const rows = ids.map((id, index) => {
		const { account = id, limit = `${index + 1}.50`, recharge = index % 3 === 0 ? 'TRUE' : 'false' } = BAD[index] ?? {};
		return `${account},"Company ""${index}"", Ltd",${index % 2 === 0 ? 'Poole' : ''},${limit},${recharge}`;
	});
	return ['account,displayName,billingAddress.city,monthlySpendLimit,creditBalanceRecharge.autoRecharge', ...rows].join('\r\n');
}

export async function spreadsheet(steps: Steps, { api, services }: TestEnvironment): Promise<void> {
	const { cudoCompute } = services.sandbox;
	const ids = Array.from({ length: ROWS }, (_, index) => `account-${index}`);
	const plain = cudoCompute.record(cudoCompute.ids()[0])!;
	for (const id of ids) cudoCompute.set(id, { ...plain, id });
	const file = createServer((_request, response) => response.writeHead(200, { 'content-type': 'text/csv' }).end(csv(ids))).listen(
		0,
		'127.0.0.1',
	);
	await once(file, 'listening');
	const address = `http://127.0.0.1:${(file.address() as AddressInfo).port}/accounts.csv`;
	const credential = await api.saveCredential({
		name: 'Cudo Compute, spreadsheet',
		type: 'cudoComputeApi',
		data: { baseUrl: cudoCompute.url, apiKey: sandboxSecrets.cudoCompute.apiKey },
	});

	await steps.step('node set to stop: none of 1,000 rows is sent, and the first bad one is named', async () => {
		const { id } = await api.createWorkflow(spreadsheetWorkflow('Spreadsheet, stop', address, credential, 'stopWorkflow'));
		const execution = await api.runWorkflow(id, TRIGGER);
		assert.equal(execution.status, 'error');
		assert.match(
			execution.error!.message,
			/^Item 17, billing account account-17: Monthly Spend Limit is not a decimal number \(1000 not sent\)/,
		);
		assert.match(
			execution.error!.description!,
			/Item 503: Billing Account is blank.*Item 999, billing account account-999: .*Auto Recharge is neither true nor false/,
		);
		assert.equal(requests(cudoCompute, 'PATCH').length, 0);
		return `${requests(cudoCompute, 'PATCH').length} updates sent`;
	});

	await steps.step('node with error output: 997 updated, 3 explained with their row intact', async () => {
		const { id } = await api.createWorkflow(spreadsheetWorkflow('Spreadsheet, error output', address, credential, 'continueErrorOutput'));
		const execution = await api.runWorkflow(id, TRIGGER);
		assert.equal(execution.status, 'success', execution.error?.message);
		const explained = execution.nodes.Explained.items;
		assert.equal(execution.nodes.Update.items.length, ROWS - 3);
		assert.equal(explained.length, 3);
		assert.deepEqual(
			explained.map(({ json }) => json.displayName),
			['Company "17", Ltd', 'Company "503", Ltd', 'Company "999", Ltd'],
		);
		for (const { json } of explained) assert.match(String(json.message), /not a decimal|is blank|neither true nor false/);
		for (const [index, account] of ids.entries()) {
			const { displayName, billingAddress, monthlySpendLimit } = cudoCompute.record(account) as typeof plain & {
				billingAddress?: { city?: string };
			};
			if (BAD[index]) {
				assert.equal(displayName, plain.displayName);
				continue;
			}
			assert.equal(displayName, `Company "${index}", Ltd`);
			assert.deepEqual(monthlySpendLimit, { value: `${index + 1}.50` });
			// A blank cell leaves the city as it was.
			assert.equal(billingAddress?.city, index % 2 === 0 ? 'Poole' : (plain.billingAddress as { city?: string }).city);
		}
		const { executionTime } = execution.nodes.Update;
		return `${requests(cudoCompute, 'PATCH').length} updates sent, ${explained.length} explained, ${executionTime} ms`;
	});
	file.close();
	cudoCompute.reset();
}
