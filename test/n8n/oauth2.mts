/** AODocs with Google sign-in: connected in the browser, and renewed in the middle of a run. */
import assert from 'node:assert/strict';
import type { BrowserContext } from 'playwright-core';
import { openWorkflow } from './browser.mts';
import { CredentialForm } from './credentialForm.mts';
import type { TestEnvironment } from './environment.mts';
import { NodeForm } from './nodeForm.mts';
import { addNode, openPanelAfter, searchNodes } from './nodePanel.mts';
import { requests } from './requests.mts';
import type { Steps } from './steps.mts';
import { createEmptyWorkflow, itemsWorkflow, TRIGGER } from './workflows.mts';

const ITEMS = 100;
/** So many updates have been answered when the access token expires. */
const GOOD_UPDATES = 50;

export async function oauth2(steps: Steps, context: BrowserContext, { api, services, onRequest }: TestEnvironment): Promise<void> {
	const { google, sandbox } = services;
	const { aodocs } = sandbox;
	const page = await openWorkflow(context, api, await createEmptyWorkflow(api, 'AODocs with OAuth2'));
	const form = new NodeForm(page, api);

	await steps.step('OAuth2 is offered in the credential of AODocs; signing in happens in a window of its own', async () => {
		await openPanelAfter(page, TRIGGER);
		await searchNodes(page, 'aodocs');
		await addNode(page, 'AODocs', 'Update billing status');
		const credential = await CredentialForm.openNew(page);
		await credential.chooseMode('OAuth2');
		await credential.fill('clientId', 'client');
		await credential.fill('clientSecret', 'client-secret');
		await credential.fill('baseUrl', aodocs.url);
		const popup = page.waitForEvent('popup');
		await credential.form.getByTestId('quick-connect-button').click();
		const window = await popup;
		if (!window.isClosed()) await window.waitForEvent('close');
		await credential.closesByItself();
		const again = await CredentialForm.openCurrent(page);
		await again.form.getByText('Account connected').waitFor();
		await again.close();
	});

	await steps.step('a step run with it sends the token of the authorization server', async () => {
		await form.add('Add Field', 'Max Seats');
		await form.fill('maxSeats', '275');
		aodocs.log.clear();
		await form.execute();
		const [update] = requests(aodocs, 'PATCH');
		assert.deepEqual(update.body, { maxSeats: 275 });
		assert.ok(google.isTokenGood(String(update.headers.authorization).replace('Bearer ', '')));
	});
	await page.close();

	await steps.step(`the token expires after ${GOOD_UPDATES} of ${ITEMS} items: renewed once, no item lost`, async () => {
		const credential = (await api.findCredentials()).find(({ type }) => type === 'aodocsOAuth2Api');
		assert.ok(credential);
		const items = Array.from({ length: ITEMS }, (_, index) => ({ seats: 1000 + index }));
		const { id } = await api.createWorkflow(
			itemsWorkflow('AODocs, the token expires', items, 'aodocs', credential, {
				authentication: 'oAuth2',
				updateFields: { maxSeats: '={{ $json.seats }}' },
			}),
		);
		aodocs.log.clear();
		let expired = false;
		const stopListening = onRequest(() => {
			if (expired || requests(aodocs, 'PATCH').filter(({ applied }) => applied).length < GOOD_UPDATES) return;
			expired = true;
			google.expire();
		});
		const renewalsBefore = google.renewals;
		const execution = await api.runWorkflow(id, TRIGGER);
		stopListening();
		assert.equal(execution.status, 'success', execution.error?.message);
		assert.ok(expired);
		assert.deepEqual(
			execution.nodes.Update.items.map(({ json }) => json.maxSeats),
			items.map(({ seats }) => seats),
		);
		const updates = requests(aodocs, 'PATCH');
		assert.deepEqual(
			updates.filter(({ applied }) => applied).map(({ body }) => (body as { maxSeats: number }).maxSeats),
			items.map(({ seats }) => seats),
		);
		const refused = aodocs.log.entries.filter(({ status }) => status === 401).length;
		assert.equal(google.renewals - renewalsBefore, 1);
		return `${google.renewals - renewalsBefore} renewal, ${refused} requests refused with 401, ${updates.filter(({ applied }) => applied).length} of ${ITEMS} updates applied, ${execution.nodes.Update.executionTime} ms`;
	});
}
