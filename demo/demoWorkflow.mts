/** The demo's workflow: one of examples/ with the demo's credentials chosen in its nodes. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { nodeNames, services, type NodeName } from '../test/services/index.mts';
import { N8nApiError, type N8nApi, type SavedCredential, type WorkflowContent, type WorkflowNode } from './n8nApi.mts';

/** Which node of the package a workflow's node is, as such or as a tool, by the last part of its type. */
function serviceOf({ type }: WorkflowNode): NodeName | undefined {
	const [packageName, last] = type.split('.');
	return packageName === 'n8n-nodes-update-billing' ? nodeNames.find((name) => last === name || last === `${name}Tool`) : undefined;
}

/** The credential type that a node of the package signs in with: the one of most people, unless it is set to OAuth2. */
function credentialTypeOf(service: NodeName, { parameters }: WorkflowNode): string {
	const types = services[service].credentialTypes.map(({ name }) => name);
	const isOAuth2 = parameters.authentication === 'oAuth2';
	return types.find((name) => name.endsWith('OAuth2Api') === isOAuth2) ?? types[0];
}

/** The names of the nodes of a workflow that belong to the package, in the order in which they stand in it. */
export function billingNodes(workflow: WorkflowContent): string[] {
	return workflow.nodes.filter((node) => serviceOf(node) !== undefined).map(({ name }) => name);
}

/** The workflow with credentials in its nodes, which an exported workflow does not carry. */
export function withCredentials(workflow: WorkflowContent, saved: SavedCredential[]): WorkflowContent {
	return {
		...workflow,
		nodes: workflow.nodes.map((node) => {
			const service = serviceOf(node);
			if (service === undefined) return node;
			const type = credentialTypeOf(service, node);
			const credential = saved.find((candidate) => candidate.type === type);
			if (!credential) throw new Error(`There is no credential of the type ${type} for the node "${node.name}".`);
			return { ...node, credentials: { [type]: { id: credential.id, name: credential.name } } };
		}),
	};
}

async function exists(api: N8nApi, id: string): Promise<boolean> {
	try {
		return !(await api.readWorkflow(id)).isArchived;
	} catch (error) {
		if (error instanceof N8nApiError && (error.status === 404 || error.status === 403)) return false;
		throw error;
	}
}

/**
 * Brings a workflow file into n8n: new the first time and when it was deleted there, replaced when the file or a credential changed.
 * Otherwise the workflow is left as it is, with whatever was changed in the editor.
 * @param memory file that remembers what was brought in last
 */
export async function saveDemoWorkflow(
	api: N8nApi,
	file: string,
	saved: SavedCredential[],
	memory: string,
): Promise<{ id: string; content: WorkflowContent; state: 'created' | 'replaced' | 'kept' }> {
	const content = withCredentials(JSON.parse(readFileSync(file, 'utf8')) as WorkflowContent, saved);
	const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
	const last = existsSync(memory) ? (JSON.parse(readFileSync(memory, 'utf8')) as { id: string; hash: string }) : undefined;

	if (last && (await exists(api, last.id))) {
		if (last.hash === hash) return { id: last.id, content: await api.readWorkflow(last.id), state: 'kept' };
		await api.updateWorkflow(last.id, content);
		writeFileSync(memory, JSON.stringify({ id: last.id, hash }));
		return { id: last.id, content, state: 'replaced' };
	}
	const { id } = await api.createWorkflow(content);
	writeFileSync(memory, JSON.stringify({ id, hash }));
	return { id, content, state: 'created' };
}
