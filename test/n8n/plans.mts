/** Plans between n8n's own nodes: approved in a form, kept in a data table, undone, reported. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { sandboxSecrets } from '../../sandbox/sandbox.mts';
import { openWindow, openWorkflow, type Theme } from './browser.mts';
import type { TestEnvironment } from './environment.mts';
import { NodeForm } from './nodeForm.mts';
import { planWorkflows } from './planWorkflows.mts';
import { executionsOf } from './queue/executions.mts';
import { requests } from './requests.mts';
import type { Steps } from './steps.mts';
import { closeToasts } from './toasts.mts';
import { TRIGGER } from './workflows.mts';

/** What the records of the sandbox are to become. */
const changesOf = (ids: string[]) => ids.map((account, index) => ({ account, name: `Renamed ${index}`, limit: `${4000 + index}` }));

/** Workflows with a credential for the stand-in. */
async function workflowsFor({ api, services: { sandbox } }: TestEnvironment) {
	const credential = await api.saveCredential({
		name: 'Cudo Compute, plans',
		type: 'cudoComputeApi',
		data: { baseUrl: sandbox.cudoCompute.url, apiKey: sandboxSecrets.cudoCompute.apiKey },
	});
	return planWorkflows(credential);
}

/** @param pictures where pictures go; none are taken unless given */
export async function plansInTheEditor(steps: Steps, browser: Browser, environment: TestEnvironment, pictures?: string): Promise<void> {
	const { api, services } = environment;
	const { cudoCompute } = services.sandbox;
	const ids = cudoCompute.ids().slice(0, 3);
	const workflows = await workflowsFor(environment);
	if (pictures) mkdirSync(pictures, { recursive: true });

	async function picture(page: Page, name: string, theme: Theme): Promise<void> {
		if (pictures) writeFileSync(join(pictures, `${name}-${theme}.png`), await page.screenshot());
	}

	/** Runs the workflow in the editor, approves it in the form that n8n opens, and gives the execution. */
	async function approve(name: string, theme: Theme, whileItWaits: () => void) {
		cudoCompute.reset();
		const window = await openWindow(browser, api, theme);
		const { id } = await api.createWorkflow(workflows.approved(name, changesOf(ids)));
		const page = await openWorkflow(window, api, id);
		const popup = window.waitForEvent('page');
		await page.getByTestId('execute-workflow-button').first().click();
		const form = await popup;
		await form.getByRole('button', { name: 'Submit' }).waitFor();
		assert.equal(requests(cudoCompute, 'PATCH').length, 0, 'Something was sent before the approval');
		await form.setViewportSize({ width: 1000, height: 900 });
		await picture(form, 'plan-approval', theme);
		const planned = await NodeForm.open(page, api, 'Dry Run');
		await picture(page, 'plan-dry-run', theme);
		await planned.close();
		whileItWaits();
		await form.locator('select').selectOption({ label: 'Apply' });
		await form.getByRole('button', { name: 'Submit' }).click();
		const [{ id: executionId }] = await executionsOf(api, id);
		const execution = await api.waitForExecution(executionId);
		await closeToasts(page);
		await NodeForm.open(page, api, 'Apply Plan');
		await picture(page, name.includes('drift') ? 'plan-drifted' : 'plan-applied', theme);
		await window.close();
		return execution;
	}

	for (const theme of pictures ? (['light', 'dark'] as const) : (['light'] as const)) {
		await steps.step(`${theme}: dry run, approval in a form, Apply Plan: exactly what was shown is applied`, async () => {
			const execution = await approve('Approved', theme, () => {});
			assert.equal(execution.status, 'success', execution.error?.message);
			assert.deepEqual(
				ids.map((id) => cudoCompute.record(id)!.displayName),
				['Renamed 0', 'Renamed 1', 'Renamed 2'],
			);
			return execution.nodes['Apply Plan'].hints[0];
		});

		await steps.step(
			`${theme}: an account changes while the form waits: nothing is sent for any, and the error says what changed`,
			async () => {
				const execution = await approve('Approved, with drift', theme, () => {
					cudoCompute.set(ids[1], { ...cudoCompute.record(ids[1])!, monthlySpendLimit: { value: '9000' } });
				});
				assert.equal(execution.status, 'error');
				assert.match(execution.error!.message, /has changed since the plan was made \(3 not sent\)/);
				assert.match(execution.error!.description!, /Monthly Spend Limit was .* is "9000", planned is "4001"/);
				assert.equal(requests(cudoCompute, 'PATCH').length, 0);
				return execution.error!.message;
			},
		);
	}

	cudoCompute.reset();
}

export async function plansThroughNodes(steps: Steps, environment: TestEnvironment): Promise<void> {
	const { api, services } = environment;
	const { cudoCompute } = services.sandbox;
	const ids = cudoCompute.ids().slice(0, 3);
	const workflows = await workflowsFor(environment);

	await steps.step('plans through a data table: stored, read in another execution, applied', async () => {
		cudoCompute.reset();
		const table = await workflows.createTable(api, 'Plans', ['plan']);
		const stored = await api.runWorkflow((await api.createWorkflow(workflows.store(changesOf(ids), table))).id, TRIGGER);
		assert.equal(stored.status, 'success', stored.error?.message);
		assert.equal(requests(cudoCompute, 'PATCH').length, 0);
		const applied = await api.runWorkflow((await api.createWorkflow(workflows.applyStored(table))).id, TRIGGER);
		assert.equal(applied.status, 'success', applied.error?.message);
		assert.deepEqual(
			ids.map((id) => cudoCompute.record(id)!.displayName),
			['Renamed 0', 'Renamed 1', 'Renamed 2'],
		);
		return applied.nodes['Apply Plan'].hints[0];
	});

	await steps.step('a run of 20 accounts with mixed outcomes, undone by one node with one expression', async () => {
		cudoCompute.reset();
		const plain = cudoCompute.record(ids[0])!;
		const many = Array.from({ length: 20 }, (_, index) => `account-${index}`);
		for (const [index, id] of many.entries()) cudoCompute.set(id, { ...plain, id, displayName: `Former ${index}` });
		const items: Array<Record<string, unknown>> = changesOf(many);
		// As it is already, refused by the node, refused by the service, and applied but answered with an error.
		items[3] = { account: many[3], name: 'Former 3' };
		items[5] = { account: many[5], limit: 'plenty' };
		cudoCompute.faults.add({ kind: 'status', status: 412, match: { method: 'PATCH', pathIncludes: 'account-7' }, times: 'always' });
		const former = many.map((id) => cudoCompute.record(id));
		const { id } = await api.createWorkflow(workflows.undone(items));
		const execution = await api.runWorkflow(id, TRIGGER);
		assert.equal(execution.status, 'success', execution.error?.message);
		const outcomes = (node: string) =>
			execution.nodes[node].items.map(({ json }) => ((json.error as { outcome?: string } | undefined) ?? json).outcome as string);
		assert.deepEqual(new Set(outcomes('Update')), new Set(['updated', 'unchanged', 'not sent', 'not applied']));
		assert.deepEqual(new Set(outcomes('Undo')), new Set(['updated', 'unchanged']));
		assert.deepEqual(
			many.map((account) => cudoCompute.record(account)),
			former,
		);
		return `${execution.nodes.Update.hints[0]} Undo: ${execution.nodes.Undo.hints[0]}`;
	});

	await steps.step('the report for finance: a CSV file and an HTML table, each by one node of n8n', async () => {
		cudoCompute.reset();
		const items: Array<Record<string, unknown>> = [...changesOf(ids), { account: ids[0], limit: 'plenty' }];
		const { id } = await api.createWorkflow(workflows.reported(items));
		const execution = await api.runWorkflow(id, TRIGGER);
		assert.equal(execution.status, 'success', execution.error?.message);
		const rows = execution.nodes.Update.items.map(({ json }) => json);
		assert.equal(rows.length, 7);
		assert.deepEqual(Object.keys(rows[0]), ['account', 'accountName', 'field', 'from', 'to', 'outcome', 'error', 'time', 'executionId']);
		const table = String(Object.values(execution.nodes['HTML Table'].items[0].json)[0]);
		for (const cell of ['Monthly Spend Limit', 'Renamed 1', 'not sent', 'is not a decimal number']) assert.ok(table.includes(cell), cell);
		const csv = (execution.nodes.CSV.items[0] as unknown as { binary: { data: { data: string; fileSize?: string } } }).binary.data;
		return `${rows.length} rows; the file has ${csv.fileSize ?? 'some bytes'}`;
	});
	cudoCompute.reset();
}
