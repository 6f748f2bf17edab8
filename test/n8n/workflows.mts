/** The workflows that the tests build on. */
import type { N8nApi, SavedCredential, WorkflowContent, WorkflowNode } from '../../demo/n8nApi.mts';
import { byId } from '../support/locator.mts';

export const TRIGGER = 'Run by Hand';

const packageName = 'n8n-nodes-update-billing';

/** The order in which the editor's new workflows run; without it n8n takes an older one. */
const settings = { executionOrder: 'v1' };

function node(
	name: string,
	type: string,
	typeVersion: number,
	position: [number, number],
	parameters: Record<string, unknown> = {},
): WorkflowNode {
	return { id: name, name, type, typeVersion, position, parameters };
}

const link = (to: string, type = 'main') => ({ [type]: [[{ node: to, type, index: 0 }]] });

function withCredential(target: WorkflowNode, { id, name, type }: SavedCredential): WorkflowNode {
	return { ...target, credentials: { [type]: { id, name } } };
}

/** A workflow with a trigger and nothing else. */
export async function createEmptyWorkflow(api: N8nApi, name: string): Promise<string> {
	const { id } = await api.createWorkflow({
		name,
		nodes: [node(TRIGGER, 'n8n-nodes-base.manualTrigger', 1, [0, 0])],
		connections: {},
		settings,
	});
	return id;
}

/** What a node does with an item that fails. */
export type OnError = 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';

/** A workflow that gives the same items to each of some nodes, one after another. */
export function besideWorkflow(name: string, items: Array<Record<string, unknown>>, targets: WorkflowNode[]): WorkflowContent {
	const targetLinks = targets.map((target) => ({ node: target.name, type: 'main', index: 0 }));
	return {
		name,
		nodes: [
			node(TRIGGER, 'n8n-nodes-base.manualTrigger', 1, [0, 0]),
			node('Items', 'n8n-nodes-base.set', 3.4, [200, 0], { mode: 'raw', jsonOutput: JSON.stringify({ items }) }),
			node('Split', 'n8n-nodes-base.splitOut', 1, [400, 0], { fieldToSplitOut: 'items', options: {} }),
			...targets.map((target, index) => ({ ...target, position: [600, 200 * index] })),
		],
		connections: { [TRIGGER]: link('Items'), Items: link('Split'), Split: { main: [targetLinks] } },
		settings,
	};
}

/** A node of the package that is named Update. */
export function updateNode(
	type: string,
	credential: SavedCredential,
	parameters: Record<string, unknown>,
	onError: OnError = 'stopWorkflow',
): WorkflowNode {
	return { ...withCredential(node('Update', `${packageName}.${type}`, 1, [600, 0], parameters), credential), onError };
}

/** n8n's own node for requests, named HTTP Request, that sends a PATCH with a JSON body. */
export function httpRequestNode(
	url: string,
	credential: SavedCredential,
	jsonBody: string,
	onError: OnError = 'stopWorkflow',
): WorkflowNode {
	const isGeneric = credential.type.startsWith('http');
	const parameters = {
		method: 'PATCH',
		url,
		authentication: isGeneric ? 'genericCredentialType' : 'predefinedCredentialType',
		[isGeneric ? 'genericAuthType' : 'nodeCredentialType']: credential.type,
		sendBody: true,
		specifyBody: 'json',
		jsonBody,
		options: {},
	};
	return { ...withCredential(node('HTTP Request', 'n8n-nodes-base.httpRequest', 4.2, [600, 200], parameters), credential), onError };
}

/** A workflow that gives items to one node of the package. */
export function itemsWorkflow(
	name: string,
	items: Array<Record<string, unknown>>,
	type: string,
	credential: SavedCredential,
	parameters: Record<string, unknown>,
	onError?: OnError,
): WorkflowContent {
	return besideWorkflow(name, items, [updateNode(type, credential, parameters, onError)]);
}

/** A workflow that fetches a file, makes an item of each of its rows with n8n's own node, and updates what each row says. */
export function cellsWorkflow(name: string, url: string, fileFormat: 'csv' | 'xlsx', target: WorkflowNode): WorkflowContent {
	return {
		name,
		nodes: [
			node(TRIGGER, 'n8n-nodes-base.manualTrigger', 1, [0, 0]),
			node('File', 'n8n-nodes-base.httpRequest', 4.2, [200, 0], { url, options: { response: { response: { responseFormat: 'file' } } } }),
			node('Rows', 'n8n-nodes-base.spreadsheetFile', 2, [400, 0], { operation: 'fromFile', fileFormat, options: {} }),
			target,
		],
		connections: { [TRIGGER]: link('File'), File: link('Rows'), Rows: link(target.name) },
		settings,
	};
}

/** A workflow that fetches a CSV file, makes items of its rows, and updates the Cudo Compute account that each row names. */
export function spreadsheetWorkflow(
	name: string,
	url: string,
	credential: SavedCredential,
	onError: 'stopWorkflow' | 'continueErrorOutput',
): WorkflowContent {
	const update = node('Update', `${packageName}.cudoCompute`, 1, [600, 0], {
		billingAccountId: byId('={{ $json.account }}'),
		dataToSend: 'autoMapInputData',
		fieldsToMap: ['billingAddress', 'creditBalanceRecharge', 'displayName', 'monthlySpendLimit'],
		options: { maxConcurrentRequests: 50 },
	});
	return {
		name,
		nodes: [
			node(TRIGGER, 'n8n-nodes-base.manualTrigger', 1, [0, 0]),
			node('File', 'n8n-nodes-base.httpRequest', 4.2, [200, 0], { url, options: { response: { response: { responseFormat: 'file' } } } }),
			// Extract From File reads a CSV with this node's code, but needs a peer dependency that this installation leaves out.
			node('Rows', 'n8n-nodes-base.spreadsheetFile', 2, [400, 0], { operation: 'fromFile', fileFormat: 'csv', options: {} }),
			withCredential({ ...update, onError }, credential),
			node('Explained', 'n8n-nodes-base.noOp', 1, [800, 100]),
		],
		connections: {
			[TRIGGER]: link('File'),
			File: link('Rows'),
			Rows: link('Update'),
			...(onError === 'continueErrorOutput' && { Update: { main: [[], ...link('Explained').main] } }),
		},
		settings,
	};
}

/** A workflow that plans an update with a dry run, and applies the plan. */
export function dryRunWorkflow(
	name: string,
	type: string,
	credential: SavedCredential,
	parameters: Record<string, unknown>,
): WorkflowContent {
	const start = itemsWorkflow(name, [{}], type, credential, {});
	const dryRun = { ...updateNode(type, credential, { ...parameters, dryRun: true }), name: 'Dry Run', id: 'Dry Run' };
	const apply = { ...updateNode(type, credential, { operation: 'applyPlan' }), name: 'Apply Plan', id: 'Apply Plan', position: [800, 0] };
	return {
		...start,
		nodes: [...start.nodes.filter((each) => each.name !== 'Update'), dryRun, apply],
		connections: { ...start.connections, Split: link(dryRun.name), [dryRun.name]: link(apply.name) },
	};
}

/** A workflow in which each operation of a node is followed by another node of its kind, to see what that one is offered before the first run. */
export function previewWorkflow(name: string, type: string, operations: Array<{ resource: string; operation: string }>): WorkflowContent {
	const pairs = operations.map((parameters, index) => {
		const title = `${parameters.resource} ${parameters.operation}`;
		const place = (column: number): [number, number] => [250 * column, 200 * index];
		return [
			node(title, `${packageName}.${type}`, 1, place(1), parameters),
			node(`After ${title}`, `${packageName}.${type}`, 1, place(2), { dataToSend: 'autoMapInputData' }),
		];
	});
	return {
		name,
		nodes: [node(TRIGGER, 'n8n-nodes-base.manualTrigger', 1, [0, 0]), ...pairs.flat()],
		connections: {
			[TRIGGER]: { main: [pairs.flatMap(([first]) => link(first.name).main[0])] },
			...Object.fromEntries(pairs.map(([first, second]) => [first.name, link(second.name)])),
		},
		settings,
	};
}

/** A workflow in which an AI agent has one node of the package as its tool. */
export function agentWorkflow(
	name: string,
	model: SavedCredential,
	tool: { name: string; type: string; credential: SavedCredential; parameters: Record<string, unknown> },
): WorkflowContent {
	const chatModel = node('Chat Model', '@n8n/n8n-nodes-langchain.lmChatOpenAi', 1.3, [160, 220], {
		model: byId('stand-in'),
		responsesApiEnabled: false,
		options: {},
	});
	return {
		name,
		nodes: [
			node(TRIGGER, 'n8n-nodes-base.manualTrigger', 1, [0, 0]),
			node('AI Agent', '@n8n/n8n-nodes-langchain.agent', 3.1, [220, 0], {
				promptType: 'define',
				text: 'Update the billing as agreed.',
				options: {},
			}),
			withCredential(chatModel, model),
			withCredential(node(tool.name, `${packageName}.${tool.type}Tool`, 1, [420, 220], tool.parameters), tool.credential),
		],
		connections: {
			[TRIGGER]: link('AI Agent'),
			'Chat Model': link('AI Agent', 'ai_languageModel'),
			[tool.name]: link('AI Agent', 'ai_tool'),
		},
		settings,
	};
}
