/** The panel in which a person looks for a node, and the canvas on which it then stands. */
import type { Locator, Page } from 'playwright-core';
import { until } from '../../demo/until.mts';
import { PATIENCE } from './browser.mts';

/** A node on the canvas. */
export function canvasNode(page: Page, name: string): Locator {
	return page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
}

/** Opens the panel from the plus sign at an output of a node, so that what is chosen is connected to it. */
export async function openPanelAfter(page: Page, name: string, output = 0): Promise<void> {
	await canvasNode(page, name).getByTestId('canvas-handle-plus').nth(output).click();
	await page.getByTestId('node-creator-search-bar').waitFor();
}

export async function closePanel(page: Page): Promise<void> {
	await page.keyboard.press('Escape');
	await page.getByTestId('node-creator').waitFor({ state: 'hidden' });
}

/** What no node is found by. */
const NONSENSE = 'zzzz no such node';

/**
 * Types into the search field of the open panel.
 * @returns the names of the nodes that are then shown, best first
 */
export async function searchNodes(page: Page, text: string): Promise<string[]> {
	const field = page.getByTestId('node-creator-search-bar');
	const names = page.getByTestId('node-creator-item-name');
	// The list follows the typing after a moment. It is emptied first, so that what it shows next is found by the text.
	await field.fill(NONSENSE);
	await page.getByTestId('node-creator-no-results').waitFor();
	await field.fill(text);
	await names.first().waitFor();
	return await names.allInnerTexts();
}

/**
 * Chooses a node that the open panel shows and one of its actions; the node's form opens.
 * @returns the name that the node was given
 */
export async function addNode(page: Page, node: string, action: string): Promise<string> {
	const item = (text: string) =>
		page.getByTestId('item-iterator-item').filter({ has: page.getByTestId('node-creator-item-name').getByText(text, { exact: true }) });
	await item(node).click();
	await item(action).click();
	await page.getByTestId('ndv').waitFor();
	return (await page.getByTestId('ndv').getByTestId('inline-edit-preview').first().innerText()).trim();
}

/** The pictures inside an element that are not there: still on their way, or not to be had. */
async function missingPictures(within: Locator): Promise<string[]> {
	return await within
		.locator('img')
		.evaluateAll((images) =>
			(images as Array<{ complete: boolean; naturalWidth: number; src: string }>)
				.filter(({ complete, naturalWidth }) => !complete || naturalWidth === 0)
				.map(({ src }) => src),
		);
}

/**
 * Waits until all pictures inside an element are there.
 * @throws Error that names those which are missing when it is given up
 */
export async function picturesAreLoaded(within: Locator): Promise<void> {
	let missing: string[] = [];
	const areLoaded = async () => {
		missing = await missingPictures(within);
		return missing.length === 0;
	};
	await until('all pictures are loaded', areLoaded, { patience: PATIENCE, describe: () => `Missing: ${missing.join(', ')}` });
}
