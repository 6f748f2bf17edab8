/** Pictures of the examples in the editor, light and dark, and of what their people see: the forms and the request for a review. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openWindow, openWorkflow, type Theme } from '../browser.mts';
import type { TestEnvironment } from '../environment.mts';
import { picturesAreLoaded } from '../nodePanel.mts';
import { pictureAtRest } from '../screenshots.mts';
import type { Steps } from '../steps.mts';
import { decide, openApprovalForm } from './approvalForm.mts';
import { ADDRESS_CHANGE, askInChat, fillAddressForm, openAddressForm, prepare, setUpExamples } from './examples.mts';
import { exampleNames, readExample } from './files.mts';
import { canvasArea, untidy } from './layout.mts';

/** Large enough that the notes of a whole workflow can be read. */
const CANVAS = { width: 2080, height: 1240 };

/** @param folder where they go, as `<name>-<theme>.png` */
export async function examplePictures(steps: Steps, browser: Browser, environment: TestEnvironment, folder: string): Promise<void> {
	const { api, services } = environment;
	const example = await setUpExamples(environment);
	const { websites, model } = example;
	mkdirSync(folder, { recursive: true });
	for (const name of exampleNames) await api.createWorkflow(readExample(name));
	try {
		for (const theme of ['light', 'dark'] as const) await takePictures(theme);
	} finally {
		await example.stop();
		services.sandbox.reset();
	}

	async function takePictures(theme: Theme): Promise<void> {
		const window = await openWindow(browser, api, theme);
		const save = (name: string, picture: Buffer) => writeFileSync(join(folder, `${name}-${theme}.png`), picture);
		const open = async (name: string) => {
			services.sandbox.reset();
			return await openWorkflow(window, api, await prepare(example, name));
		};

		for (const name of exampleNames) {
			await steps.step(`${theme}: ${name}`, async () => {
				const page = await open(name);
				await page.setViewportSize(CANVAS);
				await page.getByTestId('zoom-to-fit').click();
				await page.mouse.move(5, 5);
				await picturesAreLoaded(page.locator('body'));
				await pictureAtRest(page);
				assert.deepEqual(await untidy(page), []);
				save(name, await pictureAtRest(page, await canvasArea(page)));
				await page.close();
			});
		}

		await steps.step(`${theme}: the form in which a person approves`, async () => {
			services.sandbox.reset();
			websites.messages.length = 0;
			websites.put('/seats.csv', 'department,seats\nSales,120\nSupport,80\nEngineering,112\n');
			const execution = await api.startWorkflow(await prepare(example, 'monthly-seats', websites), 'First of the Month');
			const form = await openApprovalForm(window, api, execution, websites);
			await saveForm('approval', form, 460);
			await decide(form, 'Reject');
			await api.waitForExecution(execution);
			await form.close();
		});

		await steps.step(`${theme}: the form for a new address, and its last page`, async () => {
			const page = await open('address-change-form');
			const form = await openAddressForm(window, page);
			await fillAddressForm(form);
			await saveForm('address-form', form, 1160);
			await form.getByRole('button', { name: 'Submit' }).click();
			await form.getByText('This is what became of it').waitFor();
			await saveForm('address-result', form, 700);
			await form.close();
			await page.close();
		});

		await steps.step(`${theme}: the request to review what the agent wants`, async () => {
			model.callWith(ADDRESS_CHANGE, 'Cudo_Compute');
			const page = await open('billing-agent');
			// High enough that the chat shows the whole request.
			await page.setViewportSize({ width: 1440, height: 1800 });
			await askInChat(page, 'Acme has moved to 10969 Berlin, and is Acme GmbH now.');
			// The editor counts the seconds; only the chat is at rest.
			const chat = page.getByTestId('canvas-chat');
			save('review', await pictureAtRest(page, (await chat.boundingBox())!));
			await page.getByText('Reject', { exact: true }).click();
			await page.close();
		});
		await window.close();

		async function saveForm(name: string, form: Page, height: number): Promise<void> {
			await form.setViewportSize({ width: 900, height });
			save(name, await pictureAtRest(form));
		}
	}
}
