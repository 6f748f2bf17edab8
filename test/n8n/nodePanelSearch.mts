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

/** What every node of the package is found by. */
const FIND_ALL = ['billing', 'update billing', 'update billing account', 'update account', 'patch'];

/** What is typed, and which of the nodes are to be shown for it: those whose service has what the word means. */
const searches = new Map(FIND_ALL.map((word) => [word, all]));
for (const { searches: words, displayName } of Object.values(services)) {
	for (const word of words) searches.set(word, [...(searches.get(word) ?? []), displayName]);
}

const sameNames = (some: string[], others: string[]) => some.toSorted().join() === others.toSorted().join();
const places = (names: string[], shown: string[]) => names.map((name) => `${name} (place ${shown.indexOf(name) + 1})`).join(', ');

export async function searchInTheNodePanel(
	steps: Steps,
	browser: Browser,
	context: BrowserContext,
	{ api }: TestEnvironment,
): Promise<void> {
	const page = await openWorkflow(context, api, await createEmptyWorkflow(api, 'Search'));
	await openPanelAfter(page, TRIGGER);
	await steps.step(`each of ${searches.size} words finds the nodes whose service has it, before the others of the package`, async () => {
		const table: string[] = [];
		const wrong: string[] = [];
		for (const [typed, found] of searches) {
			const shown = await searchNodes(page, typed);
			const ours = shown.filter((name) => all.includes(name));
			const row = `${typed.padEnd(24)}${places(ours, shown) || 'none of them'}`;
			table.push(row);
			if (!sameNames(ours.slice(0, found.length), found)) wrong.push(`${row}; to be found: ${found.join(', ')}`);
		}
		assert.deepEqual(wrong, []);
		return `\n${table.map((row) => `      ${row}`).join('\n')}`;
	});
	await steps.step('its icons are there', async () => {
		await searchNodes(page, 'billing');
		await picturesAreLoaded(page.getByTestId('node-creator'));
	});
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
