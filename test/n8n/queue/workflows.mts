/** The workflows of the queue mode tests: a webhook that answers at once, then an update. */
import type { SavedCredential, WorkflowContent, WorkflowNode } from '../../../demo/n8nApi.mts';
import { services, type NodeName } from '../../services/index.mts';
import { byId } from '../../support/locator.mts';

const packageName = 'n8n-nodes-update-billing';

function node(name: string, type: string, typeVersion: number, x: number, parameters: Record<string, unknown>): WorkflowNode {
	return { id: name, name, type, typeVersion, position: [x, 0], parameters };
}

function webhook(path: string): WorkflowNode {
	return {
		...node('Webhook', 'n8n-nodes-base.webhook', 2.1, 0, { httpMethod: 'POST', path, responseMode: 'onReceived', options: {} }),
		webhookId: path,
	};
}

function workflow(name: string, nodes: WorkflowNode[], credential: SavedCredential): WorkflowContent {
	const { id, name: credentialName, type } = credential;
	const last = nodes[nodes.length - 1];
	return {
		name,
		nodes: [...nodes.slice(0, -1), { ...last, credentials: { [type]: { id, name: credentialName } } }],
		connections: Object.fromEntries(
			nodes.slice(0, -1).map((from, index) => [from.name, { main: [[{ node: nodes[index + 1].name, type: 'main', index: 0 }]] }]),
		),
		settings: { executionOrder: 'v1' },
	};
}

/** Sets the display name of one account to what the call of the webhook says. */
export function updateOne(service: NodeName, path: string, credential: SavedCredential): WorkflowContent {
	const update = node('Update', `${packageName}.${service}`, 1, 200, {
		...services[service].account.selectionOf('={{ $json.body.account }}'),
		updateFields: { displayName: '={{ $json.body.displayName }}' },
	});
	return workflow(`One account of ${service}`, [webhook(path), update], credential);
}

/** What n8n runs when another workflow fails. */
export function errorWorkflow(): WorkflowContent {
	return {
		name: 'When a workflow fails',
		nodes: [node('Error Trigger', 'n8n-nodes-base.errorTrigger', 1, 0, {}), node('Noted', 'n8n-nodes-base.noOp', 1, 200, {})],
		connections: { 'Error Trigger': { main: [[{ node: 'Noted', type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	};
}

/**
 * Sets the display names of many accounts of Cudo Compute, two at once.
 *
 * @param settings of the workflow
 */
export function updateMany(
	path: string,
	credential: SavedCredential,
	options: Record<string, unknown>,
	settings: Record<string, unknown> = {},
): WorkflowContent {
	const split = node('Split', 'n8n-nodes-base.splitOut', 1, 200, { fieldToSplitOut: 'body.accounts', options: {} });
	const update = node('Update', `${packageName}.cudoCompute`, 1, 400, {
		billingAccountId: byId('={{ $json.account }}'),
		updateFields: { displayName: '={{ $json.displayName }}' },
		options: { maxConcurrentRequests: 2, ...options },
	});
	const content = workflow(`Many accounts, ${path}`, [webhook(path), split, update], credential);
	return { ...content, settings: { ...content.settings, ...settings } };
}
