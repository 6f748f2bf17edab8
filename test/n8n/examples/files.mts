/** The workflows of examples/, and what their notes tell a person to set up in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withCredentials } from '../../../demo/demoWorkflow.mts';
import { project } from '../../../demo/folders.mts';
import type { SavedCredential, WorkflowContent } from '../../../demo/n8nApi.mts';

export const examplesFolder = join(project, 'examples');

export const exampleNames = readdirSync(examplesFolder)
	.filter((file) => file.endsWith('.json'))
	.map((file) => file.replace(/\.json$/, ''))
	.sort();

/** The text of an example, as a person copies it. */
export function exampleText(name: string): string {
	return readFileSync(join(examplesFolder, `${name}.json`), 'utf8');
}

export function readExample(name: string): WorkflowContent {
	return JSON.parse(exampleText(name)) as WorkflowContent;
}

/** Where the examples say that the address of a sheet, a CRM or a chat has to be entered. */
const PLACEHOLDER = /^https:\/\/\w+\.example\.com(?=\/)/;

/**
 * An imported example, set up: with credentials chosen in its nodes, and addresses in place of the placeholders.
 * @param websites what the placeholders become; they stay unless given
 */
export function setUp<Content extends WorkflowContent>(workflow: Content, saved: SavedCredential[], websites?: { url: string }): Content {
	const model = saved.find(({ type }) => type === 'openAiApi');
	const nodes = withCredentials(workflow, saved).nodes.map((node) => {
		const { url } = node.parameters;
		if (websites && typeof url === 'string')
			return { ...node, parameters: { ...node.parameters, url: url.replace(PLACEHOLDER, websites.url) } };
		if (node.type.endsWith('.lmChatOpenAi') && model) return { ...node, credentials: { openAiApi: { id: model.id, name: model.name } } };
		return node;
	});
	return { ...workflow, nodes };
}
