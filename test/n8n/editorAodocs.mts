/** A person's way with AODocs, in the editor. */
import assert from 'node:assert/strict';
import type { BrowserContext } from 'playwright-core';
import { sandboxSecrets } from '../../sandbox/sandbox.mts';
import { openWorkflow } from './browser.mts';
import { CredentialForm } from './credentialForm.mts';
import type { TestEnvironment } from './environment.mts';
import { NodeForm } from './nodeForm.mts';
import { addNode, openPanelAfter, searchNodes } from './nodePanel.mts';
import { requests, updatesSent } from './requests.mts';
import type { Steps } from './steps.mts';
import { createEmptyWorkflow, TRIGGER } from './workflows.mts';

export async function aodocsInTheEditor(steps: Steps, context: BrowserContext, { api, services }: TestEnvironment): Promise<void> {
	const { aodocs } = services.sandbox;
	const page = await openWorkflow(context, api, await createEmptyWorkflow(api, 'AODocs in the editor'));
	const form = new NodeForm(page, api);

	await steps.step('found by "seats", added with the action "Update billing status"', async () => {
		await openPanelAfter(page, TRIGGER);
		assert.equal((await searchNodes(page, 'seats'))[0], 'AODocs');
		assert.equal(await addNode(page, 'AODocs', 'Update billing status'), 'Update billing status');
		for (const label of ['Operation', 'Data to Send', 'Update Fields', 'Dry Run', 'Options']) {
			await form.labelled(label).waitFor();
		}
	});

	await steps.step('credential with a wrong security code: the test fails and says what to check', async () => {
		const credential = await CredentialForm.openNew(page);
		await credential.fill('secretCode', 'expired-code');
		await credential.fill('baseUrl', aodocs.url);
		await credential.save();
		const verdict = await credential.verdict();
		assert.ok(!verdict.connected, 'The test passed');
		assert.match(verdict.message, /security code/i);
		return verdict.message;
	});

	await steps.step('credential with the right one: the test passes, the code travels in the header', async () => {
		aodocs.log.clear();
		const credential = new CredentialForm(page);
		await credential.fill('secretCode', sandboxSecrets.aodocs.secretCode);
		await credential.save();
		await credential.closesByItself();
		const [test] = requests(aodocs, 'GET');
		assert.equal(test.status, 200);
		assert.equal(test.headers.authorization, `securityCode ${sandboxSecrets.aodocs.secretCode}`);
		const again = await CredentialForm.openCurrent(page);
		assert.deepEqual(await again.verdict(), { connected: true });
		await again.close();
	});

	await steps.step('Max Seats and Type set, Portal URL added and left blank: only the two are sent, the answer is shown', async () => {
		await form.add('Add Field', 'Max Seats');
		await form.fill('maxSeats', '300');
		await form.add('Add Field', 'Type');
		await form.fill('type', 'STANDARD');
		await form.add('Add Field', 'Portal URL');
		aodocs.log.clear();
		await form.execute();
		assert.deepEqual(updatesSent(aodocs), [{ maxSeats: 300, type: 'STANDARD' }]);
		await form.output.getByText('300', { exact: true }).waitFor();
		assert.equal(aodocs.record('domain')?.maxSeats, 300);
	});

	await steps.step('Max Seats with a comma or a dot: refused as it was typed, nothing is sent', async () => {
		const messages: string[] = [];
		for (const typed of ['2,5', '1.000', '1.000,5']) {
			await form.fill('maxSeats', typed);
			aodocs.log.clear();
			await form.execute();
			const { message, description } = await form.shownError();
			assert.equal(message, 'Max Seats is not a whole number');
			assert.ok(description.includes(typed), description);
			assert.deepEqual(updatesSent(aodocs), []);
			messages.push(typed);
		}
		await form.fill('maxSeats', '300');
		return messages.join('; ');
	});

	await steps.step('the Docs link leads to the section of README, as it is written in the node', async () => {
		const address = await page.getByRole('link', { name: 'Docs' }).getAttribute('href');
		assert.match(String(address), /^https:\/\/github\.com\/[^?]+#aodocs-1$/);
		return String(address);
	});

	await steps.step('a Portal URL that is none: named with its remedy, nothing is sent', async () => {
		await form.fill('portalUrl', 'billing page');
		aodocs.log.clear();
		await form.execute();
		const { message, description } = await form.shownError();
		assert.equal(message, 'Portal URL is not a web address');
		assert.match(description, /Start with https:\/\//);
		assert.deepEqual(updatesSent(aodocs), []);
		return `${message}. ${description}`;
	});

	await steps.step('an error of the service (HTTP 412) is shown in its own words', async () => {
		await form.fill('portalUrl', 'https://billing.example.com/new');
		aodocs.faults.add({ kind: 'status', status: 412, match: { method: 'PATCH' } });
		await form.execute();
		const { message, description } = await form.shownError();
		assert.equal(message, 'AODocs refused the request (HTTP 412)');
		assert.match(description, /Precondition Failed/);
		return `${message}: ${description}`;
	});
	await page.close();
}
