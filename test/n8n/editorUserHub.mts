/** A person's way with UserHub, in the editor. */
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

export async function userHubInTheEditor(steps: Steps, context: BrowserContext, { api, services }: TestEnvironment): Promise<void> {
	const { userHub } = services.sandbox;
	const { userApiKey, userAccessToken, adminApiKey, userId } = sandboxSecrets.userHub;
	const page = await openWorkflow(context, api, await createEmptyWorkflow(api, 'UserHub in the editor'));
	const form = new NodeForm(page, api);

	await steps.step('found by its name, added with the action "Update billing account"', async () => {
		await openPanelAfter(page, TRIGGER);
		assert.equal((await searchNodes(page, 'userhub'))[0], 'UserHub');
		await addNode(page, 'UserHub', 'Update billing account');
	});

	await steps.step('credential with a wrong user access token: the test fails and says what to check', async () => {
		const credential = await CredentialForm.openNew(page);
		await credential.fill('userApiKey', userApiKey);
		await credential.fill('userAccessToken', 'expired-token');
		await credential.fill('baseUrl', userHub.url);
		await credential.save();
		const verdict = await credential.verdict();
		assert.ok(!verdict.connected, 'The test passed');
		assert.match(verdict.message, /user access token/i);
		return verdict.message;
	});

	await steps.step('with a wrong user API key', async () => {
		const credential = new CredentialForm(page);
		await credential.fill('userApiKey', 'not-the-key');
		await credential.fill('userAccessToken', userAccessToken);
		await credential.save();
		const verdict = await credential.verdict();
		assert.ok(!verdict.connected, 'The test passed');
		assert.match(verdict.message, /API key/i);
		return verdict.message;
	});

	await steps.step('with the right user access token: the test passes', async () => {
		const credential = new CredentialForm(page);
		await credential.fill('userApiKey', userApiKey);
		await credential.save();
		await credential.closesByItself();
	});

	await steps.step('changed to an admin key and a user ID: the test passes, with a session of that user', async () => {
		const credential = await CredentialForm.openCurrent(page);
		await credential.verdict();
		const before = userHub.sessions.created;
		await credential.choose('signInWith', 'Admin Key and User ID');
		await credential.fill('adminApiKey', adminApiKey);
		await credential.fill('userId', userId);
		await credential.save();
		assert.deepEqual(await credential.verdict(), { connected: true });
		assert.equal(userHub.sessions.created, before + 1);
		await credential.close();
	});

	await steps.step('opened again after the session has expired: the test passes, with a new session', async () => {
		const before = userHub.sessions.created;
		userHub.sessions.expire();
		const credential = await CredentialForm.openCurrent(page);
		assert.deepEqual(await credential.verdict(), { connected: true });
		assert.equal(userHub.sessions.created, before + 1);
		await credential.close();
	});

	await steps.step('the organization is chosen from the list, by typing a part of its name', async () => {
		const shown = await form.pickFromList('organizationId', 'kestrel', 'Kestrel Air');
		assert.deepEqual(shown, ['Kestrel Air (org_sandbox0000011)']);
	});

	await steps.step('Address > City and two Lines set: the whole address is sent, the answer is shown', async () => {
		await form.pickFromList('organizationId', 'acme', 'Acme');
		await form.add('Add Field', 'Address');
		await form.add('Add Address Field', 'City');
		await form.fill('city', 'Berlin');
		await form.add('Add Address Field', 'Lines');
		const addLine = form.parameters.getByRole('button', { name: 'Add Line' });
		await addLine.waitFor();
		for (const [index, line] of ['Lindenstraße 12', 'Aufgang B'].entries()) {
			if (index > 0 || (await form.input('lines').count()) === 0) await addLine.click();
			await form.fill('lines', line, index);
		}
		userHub.log.clear();
		await form.execute();
		assert.deepEqual(updatesSent(userHub), [
			{ address: { lines: ['Lindenstraße 12', 'Aufgang B'], city: 'Berlin', state: 'NY', postalCode: '10001', country: 'US' } },
		]);
		assert.equal(requests(userHub, 'PATCH')[0].query.organizationId, 'org_sandbox0000001');
		await form.output.getByText('Lindenstraße 12').first().waitFor();
	});

	await steps.step('a phone number with spaces: named with its remedy, nothing is sent', async () => {
		await form.add('Add Field', 'Phone Number');
		await form.fill('phoneNumber', '030 1234567');
		userHub.log.clear();
		await form.execute();
		const { message, description } = await form.shownError();
		assert.equal(message, 'Phone Number is not a phone number in E.164 format');
		assert.match(description, /Start with \+ and the country code/);
		assert.deepEqual(updatesSent(userHub), []);
		return `${message}. ${description}`;
	});

	await steps.step("an organization that does not exist (HTTP 404): the service's words, and what to check", async () => {
		await form.fill('phoneNumber', '+49301234567');
		await form.enterId('organizationId', 'org_nobody');
		await form.execute();
		const { message, description } = await form.shownError();
		assert.equal(message, 'UserHub refused the request (HTTP 404)');
		assert.match(description, /Not Found.*Check that the account exists/);
		return `${message}: ${description}`;
	});
	await page.close();
}
