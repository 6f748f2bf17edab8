/** A person's way with Cudo Compute, in the editor. */
import assert from 'node:assert/strict';
import type { BrowserContext } from 'playwright-core';
import { sandboxSecrets } from '../../sandbox/sandbox.mts';
import { openWorkflow } from './browser.mts';
import { CredentialForm } from './credentialForm.mts';
import type { TestEnvironment } from './environment.mts';
import { NodeForm } from './nodeForm.mts';
import { addNode, canvasNode, openPanelAfter, searchNodes } from './nodePanel.mts';
import { requests, updatesSent } from './requests.mts';
import type { Steps } from './steps.mts';
import { createEmptyWorkflow, TRIGGER } from './workflows.mts';

const NODE = 'Update billing account';
const LAST_ACCOUNT_ID = 'zephyr-sails-billing';
const LAST_ACCOUNT = `Zephyr Sails Ltd (${LAST_ACCOUNT_ID})`;

export async function cudoComputeInTheEditor(steps: Steps, context: BrowserContext, { api, services }: TestEnvironment): Promise<void> {
	const { cudoCompute } = services.sandbox;
	const page = await openWorkflow(context, api, await createEmptyWorkflow(api, 'Cudo Compute in the editor'));
	const account = cudoCompute.record(LAST_ACCOUNT_ID) as {
		billingAddress: object;
		creditBalanceRecharge: { low: object; high: object };
	};
	// A part of an object is sent with the rest of it; the mask says what is to change.
	const billingAddress = { ...account.billingAddress, city: 'Berlin' };
	const { low, high } = account.creditBalanceRecharge;
	const recharge = { low, high };
	const cityOnly = { billingAccount: { billingAddress }, updateMask: 'billingAddress.city' };
	const form = new NodeForm(page, api);

	await steps.step('found by "spend limit", added with the action "Update billing account"', async () => {
		await openPanelAfter(page, TRIGGER);
		assert.equal((await searchNodes(page, 'spend limit'))[0], 'Cudo Compute');
		assert.equal(await addNode(page, 'Cudo Compute', NODE), NODE);
	});

	await steps.step('credential with a wrong API key: the test fails and says what to check', async () => {
		const credential = await CredentialForm.openNew(page);
		await credential.fill('apiKey', 'not-the-key');
		await credential.fill('baseUrl', cudoCompute.url);
		await credential.save();
		const verdict = await credential.verdict();
		assert.ok(!verdict.connected, 'The test passed');
		assert.match(verdict.message, /API key/i);
		return verdict.message;
	});

	await steps.step('credential with the right one: the test passes', async () => {
		const credential = new CredentialForm(page);
		await credential.fill('apiKey', sandboxSecrets.cudoCompute.apiKey);
		await credential.save();
		await credential.closesByItself();
		const again = await CredentialForm.openCurrent(page);
		assert.deepEqual(await again.verdict(), { connected: true });
		await again.close();
	});

	await steps.step('the account is chosen from the list, by typing a part of its name', async () => {
		cudoCompute.log.clear();
		const shown = await form.pickFromList('billingAccountId', 'zephyr', LAST_ACCOUNT);
		assert.deepEqual(shown, [LAST_ACCOUNT]);
		// It stands on the third page of the service's list.
		assert.ok(requests(cudoCompute, 'GET').some(({ query }) => query.pageToken !== undefined));
		assert.equal(await form.parameters.getByTestId('rlc-input-container').locator('input').inputValue(), LAST_ACCOUNT);
	});

	await steps.step(
		'Billing Address > City set; Auto Recharge, Payment Terms and State left at "Choose…": only the city is sent',
		async () => {
			await form.add('Add Field', 'Billing Address');
			await form.add('Add Address Field', 'City');
			await form.fill('city', 'Berlin');
			await form.add('Add Field', 'Credit Balance Recharge');
			await form.add('Add Recharge Field', 'Auto Recharge');
			await form.add('Add Field', 'Payment Terms');
			await form.add('Add Field', 'State');
			for (const parameter of ['autoRecharge', 'paymentTerms', 'state']) assert.equal(await form.chosen(parameter), 'Choose…');
			cudoCompute.log.clear();
			await form.execute();
			assert.deepEqual(updatesSent(cudoCompute), [cityOnly]);
			await form.output.getByText('Berlin').first().waitFor();
		},
	);

	await steps.step('Off and On are sent as false and true, a chosen State as its value', async () => {
		await form.choose('state', 'Suspended for Payment');
		for (const [choice, autoRecharge] of [
			['Off', false],
			['On', true],
		] as const) {
			await form.choose('autoRecharge', choice);
			assert.equal(await form.chosen('autoRecharge'), choice);
			cudoCompute.log.clear();
			await form.execute();
			assert.deepEqual(updatesSent(cudoCompute), [
				{
					billingAccount: {
						billingAddress,
						creditBalanceRecharge: { ...recharge, autoRecharge },
						state: 'STATE_SUSPENDED_PAYMENT',
					},
					updateMask: 'billingAddress.city,creditBalanceRecharge.autoRecharge,state',
				},
			]);
		}
	});

	await steps.step('chosen once and set back to "Choose…": not sent any more', async () => {
		await form.choose('state', 'Choose…');
		await form.choose('autoRecharge', 'Choose…');
		cudoCompute.log.clear();
		await form.execute();
		assert.deepEqual(updatesSent(cudoCompute), [cityOnly]);
	});

	await steps.step('a decimal with a comma: named with its remedy, nothing is sent', async () => {
		await form.add('Add Read-Only Field', 'Monthly Spend Limit');
		await form.fill('monthlySpendLimit', '1.000,50');
		cudoCompute.log.clear();
		await form.execute();
		const { message, description } = await form.shownError();
		assert.equal(message, 'Monthly Spend Limit is not a decimal number');
		assert.match(description, /1\.000,50.*Use digits with a dot/);
		assert.deepEqual(updatesSent(cudoCompute), []);
		return `${message}. ${description}`;
	});

	await steps.step("an account that does not exist (HTTP 404): the service's words, and what to check", async () => {
		await form.fill('monthlySpendLimit', '1000.50');
		await form.enterId('billingAccountId', 'nobody');
		await form.execute();
		const { message, description } = await form.shownError();
		assert.equal(message, 'Cudo Compute refused the request (HTTP 404)');
		assert.match(description, /^Not Found\..* Check that the account exists/);
		return `${message}: ${description}`;
	});

	await steps.step('On Error > Continue (using error output): the item stands in the error branch', async () => {
		await form.setOnError('Continue (using error output)');
		await form.execute();
		await form.output.getByText('Error Branch (1 item)').click();
		await form.output.getByText('Cudo Compute refused the request (HTTP 404): Not Found').first().waitFor();
		await form.close();
	});

	await steps.step('the canvas shows the error output; a node connected to it gets the item', async () => {
		const outputs = canvasNode(page, NODE).getByTestId('canvas-node-output-handle');
		await outputs.nth(1).waitFor();
		assert.deepEqual(
			(await outputs.allInnerTexts()).map((text) => text.trim().split('\n')[0]),
			['Success', 'Error'],
		);
		await openPanelAfter(page, NODE, 1);
		await searchNodes(page, 'No Operation');
		await page.getByTestId('item-iterator-item').filter({ hasText: 'No Operation' }).first().click();
		const next = (await page.getByTestId('ndv').getByTestId('inline-edit-preview').first().innerText()).trim();
		await form.close();

		const started = page.waitForResponse((response) => new URL(response.url()).pathname.endsWith('/run'));
		await page.getByTestId('execute-workflow-button').first().click();
		const { data } = (await (await started).json()) as { data: { executionId: string } };
		const { nodes, status } = await api.waitForExecution(data.executionId);
		assert.equal(status, 'success');
		const [{ json }] = nodes[next].items;
		assert.deepEqual(Object.keys(json), ['message', 'error']);
		assert.match(JSON.stringify(json.error), /Not Found/);
		await canvasNode(page, next).getByTestId('canvas-node-status-success').waitFor();
		return JSON.stringify(json.error);
	});
	await page.close();
}
