/** Every workflow of examples/, imported by n8n's own import, set up as its notes say, and run. */
import assert from 'node:assert/strict';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { n8nFolder } from '../../../demo/folders.mts';
import type { Execution, N8nApi, SavedCredential, WorkflowContent } from '../../../demo/n8nApi.mts';
import { runN8nCommand } from '../../../demo/n8nServer.mts';
import { demoCredentials } from '../../../demo/services.mts';
import { until } from '../../../demo/until.mts';
import { openWindow, openWorkflow, PATIENCE } from '../browser.mts';
import { startChatModel, type ChatModel } from '../chatModel.mts';
import type { TestEnvironment } from '../environment.mts';
import { canvasNode } from '../nodePanel.mts';
import { requests, updatesSent } from '../requests.mts';
import type { Steps } from '../steps.mts';
import { executionsOf } from '../queue/executions.mts';
import { decide, openApprovalForm, untilItWaits } from './approvalForm.mts';
import { exampleNames, examplesFolder, exampleText, readExample, setUp } from './files.mts';
import { startWebsites, type Websites } from './websites.mts';

/** What the examples are run with. */
export interface ExampleSetUp {
	environment: TestEnvironment;
	websites: Websites;
	model: ChatModel;
	saved: SavedCredential[];
	stop(): Promise<void>;
}

export async function setUpExamples(environment: TestEnvironment): Promise<ExampleSetUp> {
	const { api, services } = environment;
	const websites = await startWebsites();
	const model = await startChatModel();
	const openAi = { name: 'OpenAI', type: 'openAiApi', data: { apiKey: 'none', url: model.url } };
	const saved = [];
	for (const content of [...demoCredentials(services), openAi]) saved.push(await api.saveCredential(content));
	const stop = async () => {
		await websites.stop();
		await model.stop();
	};
	return { environment, websites, model, saved, stop };
}

/** Imports all files of the folder with n8n's command. */
async function importAll({ api, folder }: TestEnvironment): Promise<void> {
	await runN8nCommand(n8nFolder, folder, ['import:workflow', '--separate', `--input=${examplesFolder}`]);
	for (const name of exampleNames) {
		const found = await api.findWorkflows(readExample(name).name);
		assert.equal(found.length, 1, `${name} was imported ${found.length} times`);
	}
}

/**
 * Sets an imported example up.
 * @param websites what its placeholders become; they stay unless given
 * @returns its ID
 */
export async function prepare({ environment: { api }, saved }: ExampleSetUp, name: string, websites?: Websites): Promise<string> {
	const [{ id }] = await api.findWorkflows(readExample(name).name);
	await api.updateWorkflow(id, setUp(await api.readWorkflow(id), saved, websites));
	return id;
}

/** Pastes an example into an empty workflow, as a person does who copied it from the repository. @returns the page */
async function paste(window: BrowserContext, { api }: TestEnvironment, name: string): Promise<Page> {
	await window.grantPermissions(['clipboard-read', 'clipboard-write']);
	const page = await window.newPage();
	await page.goto(`${api.url}/workflow/new`, { waitUntil: 'domcontentloaded' });
	await page.getByTestId('canvas-add-button').waitFor();
	await page
		.locator('.vue-flow__pane')
		.first()
		.click({ position: { x: 30, y: 300 } });
	await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(exampleText(name))})`);
	await page.keyboard.press('Control+V');
	const { nodes } = readExample(name);
	const shown = page.locator('.vue-flow__node');
	await until(`${name} is pasted`, async () => (await shown.count()) === nodes.length, { patience: PATIENCE });
	return page;
}

/** Nodes without what differs from one import to the next. */
function comparable({ nodes }: WorkflowContent): unknown[] {
	return nodes
		.map(({ name, type, typeVersion, parameters }) => ({ name, type, typeVersion, parameters }))
		.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What the agent wants to change at Cudo Compute. */
export const ADDRESS_CHANGE = {
	Billing_Account: 'acme-billing',
	Display_Name: 'Acme GmbH',
	Street: '',
	Postal_Code: '10969',
	City: 'Berlin',
};

const succeeded = (execution: Execution) => assert.equal(execution.status, 'success', execution.error?.message);

/** The text of a file that a node made. */
async function fileOf(api: N8nApi, execution: Execution, node: string): Promise<string> {
	const [{ binary }] = execution.nodes[node].items as unknown as Array<{ binary: { data: { id: string } } }>;
	return await api.readFile(binary.data.id);
}

export async function examples(steps: Steps, browser: Browser, environment: TestEnvironment): Promise<void> {
	const { api, services } = environment;
	const { aodocs, cudoCompute, userHub } = services.sandbox;
	const example = await setUpExamples(environment);
	const { websites, model } = example;
	const window = await openWindow(browser, api);

	try {
		await steps.step("all are imported by n8n's command, and nothing of a machine is in them", async () => {
			await importAll(environment);
			for (const name of exampleNames) {
				const content = readExample(name);
				assert.deepEqual(Object.keys(content), ['name', 'nodes', 'connections', 'settings']);
				assert.ok(
					content.nodes.every(({ credentials }) => credentials === undefined),
					`${name} has credentials`,
				);
			}
			return exampleNames.join(', ');
		});

		await steps.step('each can be pasted into the editor, and nothing of it is lost', async () => {
			for (const name of exampleNames) {
				const page = await paste(window, environment, name);
				for (const { name: node, type } of readExample(name).nodes)
					if (!type.endsWith('.stickyNote')) assert.equal(await canvasNode(page, node).count(), 1, `${name}: ${node}`);
				await page.close();
			}
			for (const name of exampleNames) {
				const [{ id }] = await api.findWorkflows(readExample(name).name);
				assert.deepEqual(comparable(await api.readWorkflow(id)), comparable(readExample(name)));
			}
		});

		/** Runs the monthly example up to its form. */
		async function askForSeats(sheet: string) {
			aodocs.reset();
			websites.messages.length = 0;
			websites.put('/seats.csv', sheet);
			const executionId = await api.startWorkflow(await prepare(example, 'monthly-seats', websites), 'First of the Month');
			return { executionId, form: await openApprovalForm(window, api, executionId, websites) };
		}
		const SEATS = 'department,seats\nSales,120\nSupport,80\nFinance,\nEngineering,112\n';

		await steps.step('monthly seats: the approver reads a table, and what was approved is applied', async () => {
			const { executionId, form } = await askForSeats(SEATS);
			assert.deepEqual(await form.locator('table td').allInnerTexts(), [
				'AODocs Security Code (Demo) (domain)',
				'Max Seats',
				'250',
				'→\u00a0312',
				'planned',
			]);
			assert.equal(requests(aodocs, 'PATCH').length, 0, 'Something was sent before the approval');
			await decide(form, 'Apply');
			const execution = await api.waitForExecution(executionId);
			succeeded(execution);
			assert.deepEqual(updatesSent(aodocs), [{ maxSeats: 312 }]);
			await form.close();
			return execution.nodes['Apply Plan'].hints[0];
		});

		await steps.step('monthly seats: another changes them while the form waits: nothing is sent, and the error says what is', async () => {
			const { executionId, form } = await askForSeats(SEATS);
			aodocs.set('domain', { ...aodocs.record('domain')!, maxSeats: 400 });
			await decide(form, 'Apply');
			const execution = await api.waitForExecution(executionId);
			assert.equal(execution.status, 'error');
			assert.match(
				`${execution.error!.message} ${execution.error!.description}`,
				/changed since the plan was made.*was 250, is 400, planned is 312/s,
			);
			assert.equal(requests(aodocs, 'PATCH').length, 0);
			await form.close();
			return execution.error!.message;
		});

		await steps.step('monthly seats: rejected, nothing is sent; and where nothing changes nobody is asked', async () => {
			const { executionId, form } = await askForSeats(SEATS);
			await decide(form, 'Reject');
			const rejected = await api.waitForExecution(executionId);
			succeeded(rejected);
			assert.equal(rejected.nodes['Apply Plan'], undefined);
			await form.close();
			websites.messages.length = 0;
			websites.put('/seats.csv', 'department,seats\nAll,250\n');
			const quiet = await api.runWorkflow(await prepare(example, 'monthly-seats', websites), 'First of the Month');
			succeeded(quiet);
			assert.equal(websites.messages.length, 0);
			assert.equal(requests(aodocs, 'PATCH').length, 0);
		});

		await steps.step('spreadsheet of accounts: a list of what changed, and the bad rows with what to mend', async () => {
			const [first, second, third] = cudoCompute.ids();
			const rows = [`${first},Acme GmbH,Berlin,`, `${second},,,`, `${third},Cobalt AG,,DE129273398`, `nobody,Nobody,,`];
			websites.put('/accounts.csv', ['account,displayName,billingAddress.city,taxId.value', ...rows].join('\n'));
			const execution = await api.runWorkflow(await prepare(example, 'spreadsheet-of-accounts', websites), 'Run by Hand');
			succeeded(execution);
			assert.equal(cudoCompute.record(first)!.displayName, 'Acme GmbH');
			assert.equal(cudoCompute.record(third)!.displayName, 'Cobalt AG');
			const changes = (await fileOf(api, execution, 'Change List as CSV')).trim().split('\n');
			assert.match(changes[0], /^\W*account,accountName,field,from,to,outcome,error,time,executionId/);
			assert.match(changes.join('\n'), /acme-billing,.*Billing Address > City,Bournemouth,Berlin,updated/);
			const bad = await fileOf(api, execution, 'Rows to Mend as CSV');
			assert.match(bad, /^\W*account,whatToMend,displayName/);
			assert.match(bad, new RegExp(`${second}.*Nothing to update`, 'is'));
			assert.match(bad, /nobody,.*HTTP 404.*,Nobody$/m);
			return `${changes.length - 1} changes, ${bad.trim().split('\n').length - 1} rows to mend`;
		});

		await steps.step('address change: the form updates all three, and its last page says what was changed', async () => {
			services.sandbox.reset();
			const id = await prepare(example, 'address-change-form', websites);
			const page = await openWorkflow(window, api, id);
			const form = await openAddressForm(window, page);
			await fillAddressForm(form);
			await form.getByRole('button', { name: 'Submit' }).click();
			await form.getByText('This is what became of it').waitFor();
			const cells = await form.locator('td').allInnerTexts();
			for (const cell of ['Portal URL', 'Billing Address > City', '→\u00a0Berlin', 'Address > City', 'updated'])
				assert.ok(cells.includes(cell), cell);
			assert.deepEqual(
				[aodocs, cudoCompute, userHub].map((service) => requests(service, 'PATCH').length),
				[1, 1, 1],
			);
			await form.close();
			await page.close();
		});

		await steps.step('address change, with the sample answers: one service fails, the others are updated', async () => {
			services.sandbox.reset();
			cudoCompute.faults.add({ kind: 'status', status: 412, match: { method: 'PATCH' } });
			const execution = await api.runWorkflow(await prepare(example, 'address-change-form', websites), 'Run by Hand');
			succeeded(execution);
			const counts = execution.nodes['Put Results Together'].items.map(({ json }) => json.counts);
			assert.deepEqual(counts, [{ updated: 1 }, { 'not applied': 1 }, { updated: 1 }]);
			assert.equal((userHub.record('org_sandbox0000001')!.address as { city: string }).city, 'Berlin');
		});

		await steps.step('nightly reconciliation: one message for what changed and what was refused, none for a quiet night', async () => {
			services.sandbox.reset();
			websites.messages.length = 0;
			const customer = (id: string, change: Record<string, unknown> = {}) => {
				const { displayName, billingAddress, creditBalanceRecharge } = cudoCompute.record(id) as Record<string, Record<string, unknown>>;
				const { line1: street, postalCode, city } = billingAddress;
				const high = (creditBalanceRecharge?.high as { value: string } | undefined)?.value;
				return { billingAccount: id, company: displayName, street, postalCode, city, rechargeUpTo: high ?? '', ...change };
			};
			const [first, second, third] = cudoCompute.ids();
			const company = (id: string) => ({ company: (cudoCompute.record(id)!.billingAddress as { name: string }).name });
			const quiet = [first, second, third].map((id) => customer(id, company(id)));
			websites.put('/api/customers', quiet);
			const id = await prepare(example, 'nightly-reconciliation', websites);
			succeeded(await api.runWorkflow(id, 'Every Night'));
			assert.equal(websites.messages.length, 0);
			assert.equal(requests(cudoCompute, 'PATCH').length, 0);

			websites.put('/api/customers', [{ ...quiet[0], city: 'Poole' }, { ...quiet[1], rechargeUpTo: '90000' }, quiet[2]]);
			succeeded(await api.runWorkflow(id, 'Every Night'));
			assert.equal(websites.messages.length, 1);
			assert.match(websites.messages[0], /City Bournemouth → Poole/);
			assert.match(websites.messages[0], /Credit Balance Recharge > High/);
			assert.equal(requests(cudoCompute, 'PATCH').length, 1);
			return websites.messages[0].split('\n').join(' | ');
		});

		await steps.step('nightly reconciliation: more accounts than expected: nothing is sent, and the message says so', async () => {
			websites.messages.length = 0;
			cudoCompute.log.clear();
			websites.put(
				'/api/customers',
				Array.from({ length: 501 }, (_, index) => ({ billingAccount: `account-${index}`, company: `Company ${index}` })),
			);
			succeeded(await api.runWorkflow(await prepare(example, 'nightly-reconciliation', websites), 'Every Night'));
			assert.equal(cudoCompute.log.entries.length, 0);
			assert.equal(websites.messages.length, 1);
			return websites.messages[0].slice(0, 200);
		});

		/** Asks the agent in the chat of the editor, and gives the page when a person is asked. */
		async function askAgent(request: string, tool: string, call: Record<string, unknown>): Promise<Page> {
			services.sandbox.reset();
			model.callWith(call, tool);
			const id = await prepare(example, 'billing-agent', websites);
			const page = await openWorkflow(window, api, id);
			await askInChat(page, request);
			const execution = (await executionsOf(api, id)).at(-1)!;
			await untilItWaits(api, execution.id);
			return page;
		}

		await steps.step('agent: nothing is sent before a person has agreed; then exactly that is', async () => {
			const page = await askAgent('Acme has moved to Berlin, 10969, and is Acme GmbH now.', 'Cudo_Compute', ADDRESS_CHANGE);
			await page.getByText('Postal Code: 10969').waitFor();
			assert.equal(requests(cudoCompute, 'PATCH').length, 0);
			await page.getByText('Apply', { exact: true }).click();
			await page.getByText('Done.').waitFor();
			assert.equal(cudoCompute.record('acme-billing')!.displayName, 'Acme GmbH');
			assert.equal((cudoCompute.record('acme-billing')!.billingAddress as { city: string }).city, 'Berlin');
			await page.close();
			return model.toolAnswer;
		});

		await steps.step('agent: rejected, nothing is sent, and the agent is told; each of the three tools can be called', async () => {
			const calls = [
				['Cudo_Compute', ADDRESS_CHANGE, cudoCompute],
				['AODocs', { Max_Seats: '300', Portal_URL: '' }, aodocs],
				['UserHub', { Organization: 'org_sandbox0000002', Display_Name: 'Birchwood GmbH', Email: '', Phone_Number: '' }, userHub],
			] as const;
			for (const [tool, call, service] of calls) {
				const page = await askAgent('Please do what I said.', tool, call);
				await page.getByText('Reject', { exact: true }).click();
				await page.getByText('Done.').waitFor();
				assert.equal(requests(service, 'PATCH').length, 0, tool);
				assert.ok(model.toolAnswer, `${tool}: the agent was told nothing`);
				await page.close();
			}
			return model.toolAnswer;
		});

		await steps.step("undo yesterday: the stored plans take all of yesterday's run back, and leave what was changed since", async () => {
			services.sandbox.reset();
			const ids = cudoCompute.ids().slice(0, 4);
			const former = ids.map((id) => cudoCompute.record(id));
			const rows = [`${ids[0]},First GmbH`, `${ids[1]},Second GmbH`, `${ids[0]},First AG`, `${ids[2]},`, `${ids[3]},Fourth GmbH`];
			websites.put('/accounts.csv', ['account,displayName', ...rows].join('\n'));
			const id = await prepare(example, 'undo-yesterday', websites);
			succeeded(await api.runWorkflow(id, 'Every Morning'));
			assert.equal(cudoCompute.record(ids[0])!.displayName, 'First AG');
			// A day passes, and somebody changes the fourth account.
			const isoDay = (daysAgo: number) =>
				new Date(Date.now() - daysAgo * 86_400_000).toLocaleDateString('sv', { timeZone: 'America/New_York' });
			await api.updateDataTable('billing-undo', { day: isoDay(0) }, { day: isoDay(1) });
			cudoCompute.set(ids[3], { ...cudoCompute.record(ids[3])!, displayName: 'Somebody else' });
			const undone = await api.runWorkflow(id, 'Undo by Hand');
			succeeded(undone);
			assert.deepEqual(
				ids.slice(0, 3).map((account) => cudoCompute.record(account)),
				former.slice(0, 3),
			);
			assert.equal(cudoCompute.record(ids[3])!.displayName, 'Somebody else');
			const told = undone.nodes.Undo.items.map(({ json }) => String(json.message ?? json.outcome));
			assert.match(told.at(-1)!, /has changed since the plan was made/);
			return undone.nodes.Undo.hints[0];
		});
	} finally {
		await window.close();
		await example.stop();
		services.sandbox.reset();
	}
}

/** Starts the address change in the editor, which opens its form. */
export async function openAddressForm(window: BrowserContext, page: Page): Promise<Page> {
	const popup = window.waitForEvent('page');
	await canvasNode(page, 'Address Form').hover();
	await page.getByTestId('execute-workflow-button-Address Form').click();
	return await popup;
}

/** Fills in the form of the address change. */
export async function fillAddressForm(form: Page): Promise<void> {
	const answers = [
		'Acme GmbH',
		'Lindenstraße 12',
		'10969',
		'Berlin',
		'Berlin',
		'DE',
		'+49301234567',
		'billing@acme.example',
		'https://billing.example.com/acme-gmbh',
	];
	await form.getByRole('button', { name: 'Submit' }).waitFor();
	const inputs = form.locator('form input:visible');
	for (const [index, answer] of answers.entries()) await inputs.nth(index).fill(answer);
}

/** Writes to the agent in the chat below the canvas, and waits until a person is asked. */
export async function askInChat(page: Page, request: string): Promise<void> {
	// The editor remembers whether the chat is open.
	const button = page.getByTestId('workflow-chat-button');
	if ((await button.innerText()).includes('Open')) await button.click();
	const input = page.getByTestId('chat-input');
	await input.fill(request);
	await page.keyboard.press('Enter');
	await page.getByText('Please approve').waitFor();
}
