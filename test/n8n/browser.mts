/** A browser that shows the editor of an n8n, and reaches nothing but this machine. */
import { chromium, selectors, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { N8nApi } from '../../demo/n8nApi.mts';
import { editorIsConnected } from './editorState.mts';

export type Theme = 'light' | 'dark';

/** How long something may take to appear, in milliseconds: far longer than a busy machine needs, so that only what never comes meets it. */
export const PATIENCE = 60_000;

/** Starts Chromium: CHROMIUM_PATH, or where Debian puts it. */
export async function startBrowser(): Promise<Browser> {
	selectors.setTestIdAttribute('data-test-id');
	return await chromium.launch({
		timeout: 2 * PATIENCE,
		executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
			'--no-first-run',
		],
	});
}

/** How a browser with a window names itself: n8n takes no decision from a robot, and one without a window says that it is one. */
const asAPerson = (browser: Browser) =>
	`Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${browser.version().split('.')[0]}.0.0.0 Safari/537.36`;

/** A window with the editor in it, signed in as the owner. Requests to other machines are aborted; the editor makes some about community nodes. */
export async function openWindow(browser: Browser, api: N8nApi, theme: Theme = 'light'): Promise<BrowserContext> {
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: theme, userAgent: asAPerson(browser) });
	context.setDefaultTimeout(PATIENCE);
	await context.addCookies(
		api.cookieHeader.split('; ').map((cookie) => {
			const [name, ...value] = cookie.split('=');
			return { name, value: value.join('='), url: api.url };
		}),
	);
	await context.addInitScript(`localStorage.setItem('N8N_THEME', '${theme}')`);
	await context.route(
		({ hostname }) => hostname !== '127.0.0.1',
		async (route) => await route.abort(),
	);
	return context;
}

/** Opens a workflow in the editor, and waits until its nodes are there and it can be run. */
export async function openWorkflow(context: BrowserContext, api: N8nApi, id: string): Promise<Page> {
	const page = await context.newPage();
	await page.goto(`${api.url}/workflow/${id}`);
	await page.getByTestId('canvas-node').first().waitFor();
	await editorIsConnected(page);
	return page;
}
