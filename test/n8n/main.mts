/**
 * Tests the packed package in a real n8n, in a browser as a person uses it and through the REST API, against the sandbox.
 *
 *   npx tsx test/n8n/main.mts                 everything but the pictures
 *   npx tsx test/n8n/main.mts agent           only the parts whose name contains "agent"
 *   npx tsx test/n8n/main.mts --screenshots   only the pictures of docs/screenshots, which are taken anew
 *
 * The package must have been built. Needs a Chromium: CHROMIUM_PATH, or /usr/bin/chromium.
 */
import '../../demo/nodeVersion.mts';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { project } from '../../demo/folders.mts';
import { killAllGroups, stopAllGroups } from '../../demo/processGroups.mts';
import { nodeNames, services } from '../services/index.mts';
import { agent } from './agent.mts';
import { openWindow, startBrowser } from './browser.mts';
import { aodocsInTheEditor } from './editorAodocs.mts';
import { cells } from './cells.mts';
import { credentials } from './credentials.mts';
import { cudoComputeInTheEditor } from './editorCudoCompute.mts';
import { userHubInTheEditor } from './editorUserHub.mts';
import { startEnvironment, type TestEnvironment } from './environment.mts';
import { examples } from './examples/examples.mts';
import { examplePictures } from './examples/pictures.mts';
import { messages } from './messages.mts';
import { searchInTheNodePanel } from './nodePanelSearch.mts';
import { oauth2 } from './oauth2.mts';
import { outputPreviews } from './previews.mts';
import { plansInTheEditor, plansThroughNodes } from './plans.mts';
import { screenshots } from './screenshots.mts';
import { sessions } from './sessions.mts';
import { spreadsheet } from './spreadsheet.mts';
import { Steps } from './steps.mts';

type Part = [title: string, run: () => Promise<void>];

const [wanted] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));

let browser: Browser | undefined;
let environment: TestEnvironment | undefined;

async function stopAll(): Promise<void> {
	await browser?.close().catch(() => undefined);
	await environment?.stop();
	await stopAllGroups();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.once(signal, () => void stopAll().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143)));
}
process.on('exit', killAllGroups);

async function main(): Promise<number> {
	const started = Date.now();
	const env = await startEnvironment('test-n8n');
	environment = env;
	const window = await openWindow((browser = await startBrowser()), env.api);
	console.log(
		`${env.packed.name} ${env.packed.version} in n8n on ${env.api.url} (started in ${Math.round((Date.now() - started) / 1000)} s)`,
	);

	const failures = join(env.folder, 'failures');
	const steps = new Steps(async (part, step) => {
		mkdirSync(failures, { recursive: true });
		const pages = browser!.contexts().flatMap((context) => context.pages());
		for (const [index, page] of pages.entries()) {
			const file = join(failures, `${`${part} ${step} ${index}`.replace(/[^\w]+/g, '-').slice(0, 100)}.png`);
			await page.screenshot({ path: file });
			console.log(`      ${file}`);
		}
		for (const page of pages) await page.close();
	});

	const tests: Part[] = [
		['Search in the node panel', async () => await searchInTheNodePanel(steps, browser!, window, env)],
		['Output previews', async () => await outputPreviews(steps, window, env)],
		['AODocs in the editor', async () => await aodocsInTheEditor(steps, window, env)],
		['Cudo Compute in the editor', async () => await cudoComputeInTheEditor(steps, window, env)],
		['UserHub in the editor', async () => await userHubInTheEditor(steps, window, env)],
		['AODocs with OAuth2', async () => await oauth2(steps, window, env)],
		['UserHub with an admin key', async () => await sessions(steps, env)],
		['Credentials with expressions, and that cannot be opened', async () => await credentials(steps, env)],
		["Spreadsheet through n8n's own nodes", async () => await spreadsheet(steps, env)],
		['Plans in the editor', async () => await plansInTheEditor(steps, browser!, env)],
		["Plans through n8n's own nodes", async () => await plansThroughNodes(steps, env)],
		['Examples', async () => await examples(steps, browser!, env)],
		["Cells through n8n's own nodes", async () => await cells(steps, env)],
		['Hints and messages in the editor', async () => await messages(steps, window, env)],
		...nodeNames.map(
			(name): Part => [`AI agent with ${services[name].displayName} as its tool`, async () => await agent(steps, window, env, name)],
		),
	];
	const folder = join(project, 'docs', 'screenshots');
	const pictures: Part[] = [
		['Screenshots', async () => await screenshots(steps, browser!, env, folder)],
		['Plans', async () => await plansInTheEditor(steps, browser!, env, folder)],
		['Examples', async () => await examplePictures(steps, browser!, env, join(folder, 'examples'))],
	];
	for (const [title, run] of process.argv.includes('--screenshots') ? pictures : tests) {
		if (wanted !== undefined && !title.toLowerCase().includes(wanted.toLowerCase())) continue;
		env.services.sandbox.reset();
		await steps.part(title, run);
	}

	console.log(`\n${Math.round((Date.now() - started) / 1000)} s`);
	console.log(`${steps.passed} passed, ${steps.failed} failed`);
	return steps.failed === 0 ? 0 : 1;
}

main()
	.catch((error: Error) => {
		console.error(`✗ ${error.stack}`);
		return 1;
	})
	.then(async (code) => {
		await stopAll();
		process.exit(code);
	});
