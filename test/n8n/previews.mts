/**
 * What the editor shows of each operation's output before its first run: in the input panel of the node that follows, its fields. It shows none to
 * n8n's own core nodes, e.g. Edit Fields (its RunData.vue asks for previews only where the open node has not the category "Core Nodes").
 */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { project } from '../../demo/folders.mts';
import { nodeNames, services, type NodeName } from '../services/index.mts';
import { openWorkflow } from './browser.mts';
import type { TestEnvironment } from './environment.mts';
import { NodeForm } from './nodeForm.mts';
import type { Steps } from './steps.mts';
import { previewWorkflow } from './workflows.mts';

interface Schema {
	properties?: Record<string, Schema>;
	items?: Schema;
}

/** The paths of all fields of a schema in the order of the panel, e.g. `address`, `address.lines`, `address.lines[0]`. */
function pathsOf({ properties = {}, items }: Schema, path = ''): string[] {
	const inner = items
		? [[`${path}[0]`, items] as const]
		: Object.entries(properties).map(([name, field]) => [path ? `${path}.${name}` : name, field] as const);
	return inner.flatMap(([at, field]) => [at, ...pathsOf(field, at)]);
}

/** The operations for which the built package has a preview, each with the fields that it lists. */
function previewsOfTheBuild(service: NodeName): Array<{ resource: string; operation: string; paths: string[] }> {
	const folder = join(project, 'dist', 'nodes', service[0].toUpperCase() + service.slice(1), '__schema__', 'v1.0.0');
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.json'))
		.map((file) => {
			const [resource, operation] = file.replace(/\.json$/, '').split(sep);
			return { resource, operation, paths: pathsOf(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Schema) };
		});
}

interface Pill {
	dataset: Record<string, string>;
	getBoundingClientRect(): { top: number };
}

/** The fields that the input panel offers as previewed, as the expressions that they are mapped with. The panel draws only what is in sight, in any order. */
async function previewedFields(page: Page): Promise<string[]> {
	return await page
		.getByTestId('ndv-input-panel')
		.locator('[data-test-id="run-data-schema-node-name"].pill--preview')
		.evaluateAll((pills) =>
			(pills as Pill[])
				.toSorted((one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top)
				.map(({ dataset }) => dataset.value),
		);
}

export async function outputPreviews(steps: Steps, context: BrowserContext, { api, folder }: TestEnvironment): Promise<void> {
	for (const service of nodeNames) {
		const { displayName } = services[service];
		const previews = previewsOfTheBuild(service);
		const { id } = await api.createWorkflow(previewWorkflow(`${displayName}, not run yet`, service, previews));
		const page = await openWorkflow(context, api, id);
		for (const { resource, operation, paths } of previews) {
			await steps.step(`${displayName}, ${resource}: ${operation}, not run yet: the node after it is offered its fields`, async () => {
				const form = await NodeForm.open(page, api, `After ${resource} ${operation}`);
				await page.getByTestId('schema-preview-warning').waitFor();
				const fields = await previewedFields(page);
				assert.ok(fields.length > 2, `Only ${fields.length} fields are shown`);
				assert.deepEqual(
					fields,
					paths.slice(0, fields.length).map((path) => `{{ $json.${path} }}`),
				);
				const pictures = join(folder, 'previews');
				mkdirSync(pictures, { recursive: true });
				await page.screenshot({ path: join(pictures, `${service}-${resource}-${operation}.png`) });
				await form.close();
				return `${fields.length} of ${paths.length} in sight`;
			});
		}
		await page.close();
	}
}
