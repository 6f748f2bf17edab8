/**
 * Takes the pictures of docs/screenshots from a running demo (`npm start` in another terminal), in n8n's light and dark theme.
 *
 *   npx tsx demo/screenshots.mts
 *
 * Needs a Chromium: CHROMIUM_PATH, or /usr/bin/chromium. The workflow that is shown is made for the purpose and deleted at the end.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, selectors, type Browser, type Page } from 'playwright-core';
import { billingNodes, withCredentials } from './demoWorkflow.mts';
import { N8nApi, type SavedCredential, type WorkflowContent } from './n8nApi.mts';
import { demoOwner } from './owner.mts';
import { portFromEnvironment } from './ports.mts';
import { servicePorts } from './services.mts';

type Theme = 'light' | 'dark';

const project = join(import.meta.dirname, '..');
const folder = join(project, 'docs', 'screenshots');

/** The forms as the pictures show them: filled in by hand, with a nested field open in each that has one. */
const filledIn: Record<string, Record<string, unknown>> = {
	'Update AODocs': { updateFields: { maxSeats: 300, type: 'STANDARD' }, options: { includeChanges: true } },
	'Update Cudo Compute': {
		billingAccountId: { __rl: true, mode: 'list', value: 'acme-billing', cachedResultName: 'Acme Ltd' },
		updateFields: { billingAddress: { city: 'Berlin', postalCode: '10969' }, displayName: 'Acme GmbH' },
		options: { includeChanges: true, simplify: true },
	},
	'Update UserHub': {
		organizationId: { __rl: true, mode: 'list', value: 'org_sandbox0000001', cachedResultName: 'Acme' },
		updateFields: { address: { city: 'Berlin', lines: ['Lindenstraße 12', 'Aufgang B'] } },
		options: { includeChanges: true, simplify: true },
	},
};

function formsWorkflow(): WorkflowContent {
	const demo = JSON.parse(readFileSync(join(project, 'examples', 'demo.json'), 'utf8')) as WorkflowContent;
	return {
		...demo,
		nodes: demo.nodes.map((node) =>
			node.name in filledIn ? { ...node, parameters: { ...node.parameters, ...filledIn[node.name] } } : node,
		),
	};
}

/** Opens the editor as the demo's owner. */
async function openEditor(browser: Browser, api: N8nApi, theme: Theme, path: string): Promise<Page> {
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: theme });
	await context.addCookies(
		api.cookieHeader.split('; ').map((cookie) => {
			const [name, ...value] = cookie.split('=');
			return { name, value: value.join('='), url: api.url };
		}),
	);
	await context.addInitScript(`localStorage.setItem('N8N_THEME', '${theme}')`);
	// The editor asks the package registry about a community node; nothing here leaves the machine.
	await context.route(
		({ hostname }) => hostname !== '127.0.0.1',
		async (route) => await route.abort(),
	);
	const page = await context.newPage();
	await page.goto(`${api.url}${path}`);
	await page.getByTestId('canvas-node').first().waitFor();
	return page;
}

async function takePictures(browser: Browser, api: N8nApi, theme: Theme, workflowId: string, nodes: string[]): Promise<void> {
	const page = await openEditor(browser, api, theme, `/workflow/${workflowId}`);
	const shoot = async (name: string) => {
		await page.mouse.move(5, 895);
		await page.waitForTimeout(700);
		await page.screenshot({ path: join(folder, `${name}-${theme}.png`) });
		console.log(`docs/screenshots/${name}-${theme}.png`);
	};

	await page.getByTestId('node-creator-plus-button').click();
	await page.getByTestId('node-creator-search-bar').fill('billing');
	await page.getByText('UserHub', { exact: true }).last().waitFor();
	await shoot('node-panel');
	await page.keyboard.press('Escape');
	await page.keyboard.press('Escape');

	await page.getByTestId('execute-workflow-button').first().click();
	await page.getByTestId('canvas-node-status-success').nth(nodes.length + 1).waitFor();
	// The message about the success covers a part of the canvas for some seconds.
	await page.getByRole('alert').first().waitFor({ state: 'hidden', timeout: 15_000 });
	await shoot('executed');

	for (const name of nodes) {
		await page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`).dblclick();
		await page.getByTestId('ndv').waitFor();
		await page.getByTestId('output-panel').getByText('JSON', { exact: true }).click();
		await shoot(name.toLowerCase().replace(/[^a-z0-9]+/g, '-'));
		await page.keyboard.press('Escape');
		await page.getByTestId('ndv').waitFor({ state: 'hidden' });
	}
	await page.context().close();
}

/** Brings the services back to how they started, so that both themes show the same. */
async function resetServices(): Promise<void> {
	const { aodocs, cudoCompute, userHub } = servicePorts();
	for (const { port } of [aodocs, cudoCompute, userHub]) {
		const answer = await fetch(`http://127.0.0.1:${port}/_sandbox/reset`, { method: 'POST' });
		if (!answer.ok) throw new Error(`The stand-in on port ${port} could not be reset: HTTP ${answer.status}.`);
	}
}

async function main(): Promise<void> {
	const url = `http://127.0.0.1:${portFromEnvironment('N8N_PORT', 5678)}`;
	const api = new N8nApi(url, join(project, '.cache', 'n8n'));
	await api.signIn(demoOwner).catch((error: Error) => {
		throw new Error(`There is no demo to be pictured on ${url}: run "npm start" in another terminal. (${error.message})`);
	});
	mkdirSync(folder, { recursive: true });
	const credentials: SavedCredential[] = await api.findCredentials();
	const content = withCredentials(formsWorkflow(), credentials);
	const { id } = await api.createWorkflow(content);
	selectors.setTestIdAttribute('data-test-id');
	const browser = await chromium.launch({
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
	try {
		for (const theme of ['light', 'dark'] as const) {
			await resetServices();
			await takePictures(browser, api, theme, id, billingNodes(content));
		}
		await resetServices();
	} finally {
		await browser.close();
		await api.deleteWorkflow(id);
	}
}

main().catch((error: Error) => {
	console.error(`✖ ${error.message}`);
	process.exitCode = 1;
});
