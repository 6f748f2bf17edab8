/** The panel in which a person looks for a node, and the canvas on which it then stands. */
import type { Locator, Page } from 'playwright-core';

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

/** Types into the search field of the open panel. @returns the names of the nodes that are shown, best first */
export async function searchNodes(page: Page, text: string): Promise<string[]> {
	await page.getByTestId('node-creator-search-bar').fill(text);
	// The list follows the typing after a moment, and there is nothing else to wait for.
	await page.waitForTimeout(400);
	return await page.getByTestId('node-creator-item-name').allInnerTexts();
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

/** The pictures inside an element that could not be loaded. */
export async function missingPictures(within: Locator): Promise<string[]> {
	return await within
		.locator('img')
		.evaluateAll((images) =>
			(images as Array<{ complete: boolean; naturalWidth: number; src: string }>)
				.filter(({ complete, naturalWidth }) => !complete || naturalWidth === 0)
				.map(({ src }) => src),
		);
}
