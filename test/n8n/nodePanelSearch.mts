/** Whether the nodes are found by what people would type. */
import assert from 'node:assert/strict';
import type { Browser, BrowserContext } from 'playwright-core';
import { nodeNames, services } from '../services/index.mts';
import { openWindow, openWorkflow } from './browser.mts';
import type { TestEnvironment } from './environment.mts';
import { openPanelAfter, picturesAreLoaded, searchNodes } from './nodePanel.mts';
import type { Steps } from './steps.mts';
import { createEmptyWorkflow, TRIGGER } from './workflows.mts';

const all = nodeNames.map((name) => services[name].displayName);

/** What is typed, and which of the nodes are to be shown for it. */
const searches: Array<[typed: string, found: string[]]> = [
	['billing', all],
	['update billing', all],
	...Object.values(services).flatMap(({ searches: words, displayName }) => words.map((word): [string, string[]] => [word, [displayName]])),
];

export async function searchInTheNodePanel(
	steps: Steps,
	browser: Browser,
	context: BrowserContext,
	{ api }: TestEnvironment,
): Promise<void> {
	const page = await openWorkflow(context, api, await createEmptyWorkflow(api, 'Search'));
	await openPanelAfter(page, TRIGGER);
	for (const [typed, found] of searches) {
		await steps.step(`"${typed}" shows ${found.join(', ')}`, async () => {
			const shown = await searchNodes(page, typed);
			for (const name of found) assert.ok(shown.includes(name), `${name} is not among ${shown.join(', ')}`);
			await picturesAreLoaded(page.getByTestId('node-creator'));
		});
	}
	await page.close();

	await steps.step('in the dark theme each has its own icon for it', async () => {
		const dark = await openWindow(browser, api, 'dark');
		const darkPage = await openWorkflow(dark, api, await createEmptyWorkflow(api, 'Search in the dark'));
		await openPanelAfter(darkPage, TRIGGER);
		await searchNodes(darkPage, 'billing');
		const panel = darkPage.getByTestId('node-creator');
		for (const icon of nodeNames) {
			await panel.locator(`img[src$="/${icon}.dark.svg"]`).filter({ visible: true }).first().waitFor();
		}
		await picturesAreLoaded(panel);
		await dark.close();
	});
}
