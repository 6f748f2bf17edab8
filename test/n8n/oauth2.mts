/** AODocs with Google sign-in: connected in the browser, and renewed in the middle of a run. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { BrowserContext } from 'playwright-core';
import { openWorkflow } from './browser.mts';
import { CredentialForm } from './credentialForm.mts';
import { databaseFiles, type TestEnvironment } from './environment.mts';
import { NodeForm } from './nodeForm.mts';
import { addNode, openPanelAfter, searchNodes } from './nodePanel.mts';
import { requests } from './requests.mts';
import type { Steps } from './steps.mts';
import { createEmptyWorkflow, itemsWorkflow, TRIGGER } from './workflows.mts';

const ITEMS = 100;
/** Stands beside the quoted token, to find the place where it would be. */
const MARK = 'quoted-by-the-service';
/** So many updates have been answered when the access token expires. */
const GOOD_UPDATES = 50;

export async function oauth2(
	steps: Steps,
	context: BrowserContext,
	{ api, n8n, services, onRequest, folder }: TestEnvironment,
): Promise<void> {
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

	await steps.step('a service that quotes the renewed token: it is in no item, no execution data, and not in the database', async () => {
		const credential = (await api.findCredentials()).find(({ type }) => type === 'aodocsOAuth2Api');
		assert.ok(credential);
		const items = [501, 502, 503, 504].map((seats) => ({ seats }));
		const { id } = await api.createWorkflow(
			itemsWorkflow(
				'AODocs, the renewed token is quoted',
				items,
				'aodocs',
				credential,
				{ authentication: 'oAuth2', updateFields: { maxSeats: '={{ $json.seats }}' } },
				'continueErrorOutput',
			),
		);
		let token: string | undefined;
		let expired = false;
		const stopListening = onRequest(() => {
			const applied = requests(aodocs, 'PATCH').filter((entry) => entry.applied);
			if (!expired && applied.length === 1) {
				expired = true;
				google.expire();
			}
			if (token !== undefined || applied.length < 2) return;
			// The first update that was sent with the renewed token.
			token = String(applied[1].headers.authorization).replace('Bearer ', '');
			const record = { ...aodocs.record('domain'), maxSeats: 503, portalUrl: `https://billing.example.com/?token=${token}` };
			const quotes = { message: `${MARK}: Bearer ${token} (${encodeURIComponent(token)}) must not do this` };
			aodocs.faults.add({ kind: 'body', body: JSON.stringify(record), match: { method: 'PATCH' } });
			aodocs.faults.add({ kind: 'status', status: 400, body: { error: { code: 400, ...quotes } }, match: { method: 'PATCH' } });
		});
		aodocs.log.clear();
		const execution = await api.runWorkflow(id, TRIGGER);
		stopListening();
		assert.ok(token, 'no token was renewed');
		const { items: updated, errorItems } = execution.nodes.Update;
		assert.equal(updated.length, 3);
		assert.match(String(updated[2].json.portalUrl), /token=/);
		assert.match(JSON.stringify(errorItems), new RegExp(MARK));
		const files = databaseFiles(folder).map((file) => readFileSync(file));
		// What was quoted is in the database, so it is read in the right place.
		assert.ok(files.some((bytes) => bytes.includes(MARK)));
		const places = { items: JSON.stringify([updated, errorItems]), 'execution data': JSON.stringify(execution) };
		for (const [place, text] of Object.entries(places)) assert.ok(!text.includes(token), `in ${place}`);
		assert.ok(!files.some((bytes) => bytes.includes(token!)), 'in the database');
		assert.ok(!readFileSync(n8n.logFile).includes(token), 'in the log');
		return `quoted as ${String(updated[2].json.portalUrl)} and "${String(errorItems[0].json.message)}"`;
	});
	aodocs.reset();
}
