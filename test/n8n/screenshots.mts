/** The pictures of the documentation: the editor in n8n's light and dark theme, with what the packed package shows in it. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { billingNodes, withCredentials } from '../../demo/demoWorkflow.mts';
import type { SavedCredential, WorkflowContent } from '../../demo/n8nApi.mts';
import { demoCredentials } from '../../demo/services.mts';
import { until } from '../../demo/until.mts';
import { fromAi } from '../support/fromAi.mts';
import { byId } from '../support/locator.mts';
import { openWindow, openWorkflow, type Theme } from './browser.mts';
import { startChatModel } from './chatModel.mts';
import { CredentialForm } from './credentialForm.mts';
import type { TestEnvironment } from './environment.mts';
import { readExample } from './examples/files.mts';
import { NodeForm } from './nodeForm.mts';
import { canvasNode, closePanel, openPanelAfter, picturesAreLoaded, searchNodes } from './nodePanel.mts';
import type { Steps } from './steps.mts';
import { closeToasts, toastAppears } from './toasts.mts';
import { agentWorkflow, createEmptyWorkflow, dryRunWorkflow, TRIGGER } from './workflows.mts';

/** The forms as the pictures show them: filled in by hand, with a nested field open in each that has one. */
const filledIn: Record<string, Record<string, unknown>> = {
	'Update AODocs': { updateFields: { maxSeats: 300, type: 'STANDARD' }, options: { output: 'recordAndChanges' } },
	'Update Cudo Compute': {
		billingAccountId: { __rl: true, mode: 'list', value: 'acme-billing', cachedResultName: 'Acme Ltd (acme-billing)' },
		updateFields: { billingAddress: { city: 'Berlin', postalCode: '10969' }, displayName: 'Acme GmbH' },
		options: { output: 'recordAndChanges' },
	},
	'Update UserHub': {
		organizationId: { __rl: true, mode: 'list', value: 'org_sandbox0000001', cachedResultName: 'Acme (org_sandbox0000001)' },
		updateFields: { address: { city: 'Berlin', lines: ['Lindenstraße 12', 'Aufgang B'] } },
		options: { output: 'recordAndChanges' },
	},
};

/** The three nodes of the demo one after another, run by hand, stopping on errors. */
function chainOfForms(): WorkflowContent {
	const demo = readExample('address-change-form');
	const names = ['Run by Hand', 'Sample Answers', ...billingNodes(demo)];
	const fromAnswers = (parameters: Record<string, unknown>) =>
		JSON.parse(JSON.stringify(parameters).replaceAll('$json', "$('Sample Answers').item.json")) as Record<string, unknown>;
	return {
		...demo,
		name: 'Update billing at AODocs, Cudo Compute and UserHub',
		nodes: names.map((name, index) => {
			const { onError: _goesOn, ...node } = demo.nodes.find((each) => each.name === name)!;
			return {
				...node,
				position: [240 * index, 0],
				parameters: fromAnswers({ ...node.parameters, ...filledIn[name] }),
			};
		}),
		connections: Object.fromEntries(
			names.slice(1).map((name, index) => [names[index], { main: [[{ node: name, type: 'main', index: 0 }]] }]),
		),
	};
}

/** How far apart two pictures are taken that must be the same, in milliseconds: a slow movement shows within that. */
const REST = 300;

/**
 * A picture of the page when nothing on it moves any more: the second of two that are the same.
 * @param clip which part of it
 */
export async function pictureAtRest(page: Page, clip?: { x: number; y: number; width: number; height: number }): Promise<Buffer> {
	let last: Buffer | undefined;
	return await until(
		'nothing on the page moves',
		async () => {
			const before = last;
			last = await page.screenshot({ clip });
			return before?.equals(last) && last;
		},
		{ pause: REST },
	);
}

/**
 * Takes all pictures.
 * @param folder where they go, as `<name>-<theme>.png`
 */
export async function screenshots(steps: Steps, browser: Browser, environment: TestEnvironment, folder: string): Promise<void> {
	const { api, services } = environment;
	mkdirSync(folder, { recursive: true });
	const model = await startChatModel();
	const saved: SavedCredential[] = [];
	for (const content of demoCredentials(services)) saved.push(await api.saveCredential(content));
	const modelCredential = await api.saveCredential({ name: 'OpenAI', type: 'openAiApi', data: { apiKey: 'none', url: model.url } });
	const chain = withCredentials(chainOfForms(), saved);
	const nodes = billingNodes(chain);
	const assistant = agentWorkflow('Billing assistant', modelCredential, {
		name: 'Cudo Compute',
		type: 'cudoCompute',
		credential: saved.find(({ type }) => type === 'cudoComputeApi')!,
		parameters: {
			billingAccountId: byId(fromAi('Billing_Account')),
			updateFields: { billingAddress: { city: fromAi('City') }, displayName: fromAi('Display_Name') },
		},
	});

	const dryRunThenApply = dryRunWorkflow('Plan, then apply', 'cudoCompute', saved.find(({ type }) => type === 'cudoComputeApi')!, {
		...filledIn['Update Cudo Compute'],
		options: {},
	});

	try {
		for (const theme of ['light', 'dark'] as const) {
			await takePictures(theme);
		}
	} finally {
		await model.stop();
	}

	async function takePictures(theme: Theme): Promise<void> {
		const context = await openWindow(browser, api, theme);
		/** Opens a workflow that nobody has opened yet: n8n lets only one page write, and takes its time to hand that on. */
		const open = async (content: WorkflowContent) => {
			services.sandbox.reset();
			return await openWorkflow(context, api, (await api.createWorkflow(content)).id);
		};
		const picture = async (page: Page, name: string) => {
			// The mouse must hover over nothing, and what moves must have come to rest.
			await page.mouse.move(5, 895);
			await picturesAreLoaded(page.locator('body'));
			writeFileSync(join(folder, `${name}-${theme}.png`), await pictureAtRest(page));
		};

		await steps.step(`${theme}: the node panel`, async () => {
			const page = await openWorkflow(context, api, await createEmptyWorkflow(api, 'Update billing'));
			await openPanelAfter(page, TRIGGER);
			await searchNodes(page, 'billing');
			await picture(page, 'node-panel');
			await closePanel(page);
			await page.close();
		});

		await steps.step(`${theme}: the workflow of the demo, after a run`, async () => {
			const page = await open(withCredentials(readExample('address-change-form'), saved));
			await canvasNode(page, TRIGGER).hover();
			await page.getByTestId(`execute-workflow-button-${TRIGGER}`).click();
			await canvasNode(page, 'Was It the Form?').getByTestId('canvas-node-status-success').waitFor();
			await toastAppears(page);
			await closeToasts(page);
			await picture(page, 'executed');
			await page.close();
		});

		await steps.step(`${theme}: the three forms with their output`, async () => {
			const page = await open(chain);
			await page.getByTestId('execute-workflow-button').first().click();
			await page
				.getByTestId('canvas-node-status-success')
				.nth(nodes.length + 1)
				.waitFor();
			await toastAppears(page);
			await closeToasts(page);
			for (const name of nodes) {
				const form = await NodeForm.open(page, api, name);
				await form.output.getByText('JSON', { exact: true }).click();
				await picture(page, name.toLowerCase().replace(/[^a-z0-9]+/g, '-'));
				await form.close();
			}
			await page.close();
		});

		await steps.step(`${theme}: the list of accounts, an error, and the error output`, async () => {
			const page = await open(chain);
			const form = await NodeForm.open(page, api, 'Update Cudo Compute');
			await form.openList('billingAccountId');
			await picture(page, 'account-list');
			await page.keyboard.press('Escape');
			await form.add('Add Read-Only Field', 'Monthly Spend Limit');
			await form.fill('monthlySpendLimit', '1.000,50');
			await form.execute();
			await form.shownError();
			await picture(page, 'error');
			await form.setOnError('Continue (using error output)');
			await form.execute();
			await form.output.getByText('Error Branch (1 item)').click();
			await form.output.getByText('JSON', { exact: true }).click();
			await picture(page, 'error-output');
			await form.close();
			await page.close();
		});

		await steps.step(`${theme}: a dry run, and its plan applied`, async () => {
			const page = await open(dryRunThenApply);
			await page.getByTestId('execute-workflow-button').first().click();
			await page.getByTestId('canvas-node-status-success').nth(4).waitFor();
			await toastAppears(page);
			await closeToasts(page);
			for (const name of ['Dry Run', 'Apply Plan']) {
				const form = await NodeForm.open(page, api, name);
				await form.output.getByText('JSON', { exact: true }).click();
				await picture(page, name.toLowerCase().replace(' ', '-'));
				await form.close();
			}
			await page.close();
		});

		await steps.step(`${theme}: a credential`, async () => {
			const page = await open(chain);
			// Tall enough for the whole form.
			await page.setViewportSize({ width: 1440, height: 1160 });
			const form = await NodeForm.open(page, api, 'Update UserHub');
			const credential = await CredentialForm.openCurrent(page);
			assert.deepEqual(await credential.verdict(), { connected: true });
			await picture(page, 'credential-userhub');
			await credential.close();
			await form.close();
			await page.close();
		});

		await steps.step(`${theme}: a node as the tool of an AI agent`, async () => {
			const page = await open(assistant);
			await NodeForm.open(page, api, 'Cudo Compute');
			await picture(page, 'agent-tool');
			await page.close();
		});
		await context.close();
	}
}
