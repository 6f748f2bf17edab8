/** Workflows around plans. */
import type { N8nApi, SavedCredential, WorkflowContent, WorkflowNode } from '../../demo/n8nApi.mts';
import { byId } from '../support/locator.mts';
import { UNDO } from '../support/keptAccounts.mts';
import { TRIGGER } from './workflows.mts';

type Items = Array<Record<string, unknown>>;
type Draft = [name: string, type: string, typeVersion: number, parameters: Record<string, unknown>, more?: Record<string, unknown>];

const CONTINUE = { onError: 'continueRegularOutput' };

/** Nodes one after another. */
function chain(name: string, drafts: Draft[]): WorkflowContent {
	const all: Draft[] = [[TRIGGER, 'n8n-nodes-base.manualTrigger', 1, {}], ...drafts];
	return {
		name,
		nodes: all.map(
			([title, type, typeVersion, parameters, more], index): WorkflowNode => ({
				id: title,
				name: title,
				type,
				typeVersion,
				position: [220 * index, 0],
				parameters,
				...more,
			}),
		),
		connections: Object.fromEntries(
			all.slice(1).map(([title], index) => [all[index][0], { main: [[{ node: title, type: 'main', index: 0 }]] }]),
		),
		settings: { executionOrder: 'v1' },
	};
}

function itemsOf(items: Items): Draft[] {
	return [
		['Items', 'n8n-nodes-base.set', 3.4, { mode: 'raw', jsonOutput: JSON.stringify({ items }) }],
		['Split', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: 'items', options: {} }],
	];
}

/** @param credential of Cudo Compute */
export function planWorkflows(credential: SavedCredential) {
	const { id, name: credentialName, type } = credential;
	const billing = (name: string, parameters: Record<string, unknown>, more = {}): Draft => [
		name,
		'n8n-nodes-update-billing.cudoCompute',
		1,
		parameters,
		{ credentials: { [type]: { id, name: credentialName } }, ...more },
	];
	const update = (name: string, parameters: Record<string, unknown>, more = {}) =>
		billing(
			name,
			{
				operation: 'update',
				billingAccountId: byId('={{ $json.account }}'),
				updateFields: { displayName: '={{ $json.name }}' },
				readOnlyFields: { monthlySpendLimit: '={{ $json.limit }}' },
				...parameters,
			},
			more,
		);
	const tableNode = (name: string, table: string, parameters: Record<string, unknown>): Draft => [
		name,
		'n8n-nodes-base.dataTable',
		1,
		{ resource: 'row', dataTableId: byId(table), ...parameters },
	];

	return {
		/** Dry run, a person's approval in a form, Apply Plan. */
		approved: (name: string, items: Items) =>
			chain(name, [
				...itemsOf(items),
				update('Dry Run', { dryRun: true, options: { output: 'oneItem' } }),
				[
					'Approval',
					'n8n-nodes-base.wait',
					1.1,
					{
						resume: 'form',
						formTitle: 'Billing changes',
						formDescription: '={{ $json.summary.text }}',
						formFields: {
							values: [
								{
									fieldLabel: 'Decision',
									fieldType: 'dropdown',
									fieldOptions: { values: [{ option: 'Apply' }, { option: 'Reject' }] },
									requiredField: true,
								},
							],
						},
						options: {},
					},
					{ webhookId: crypto.randomUUID() },
				],
				billing('Apply Plan', { operation: 'applyPlan', plan: "={{ $('Dry Run').first().json.plans }}" }),
			]),

		/** Plans into a data table. */
		store: (items: Items, table: string) =>
			chain('Plans into a table', [
				...itemsOf(items),
				update('Dry Run', { dryRun: true }),
				tableNode('Store', table, {
					operation: 'insert',
					columns: { mappingMode: 'defineBelow', value: { plan: '={{ $json.plan }}' }, matchingColumns: [], schema: [] },
					options: {},
				}),
			]),

		/** Plans out of a data table. */
		applyStored: (table: string) =>
			chain('Plans out of a table', [
				tableNode('Read', table, { operation: 'get', returnAll: true }),
				billing('Apply Plan', { operation: 'applyPlan', plan: '={{ $json.plan ?? $json.error?.plan }}' }),
			]),

		/** An update, and its undo. */
		undone: (items: Items) =>
			chain('Update and undo', [
				...itemsOf(items),
				update('Update', { options: { output: 'recordAndChanges', skipIfUnchanged: true } }, CONTINUE),
				billing('Undo', { operation: 'applyPlan', plan: UNDO, options: { output: 'recordAndChanges' } }, CONTINUE),
			]),

		/** A change list, as a file and as a table. */
		reported(items: Items): WorkflowContent {
			const content = chain('Report for finance', [
				...itemsOf(items),
				update('Update', { options: { output: 'changeList' } }, CONTINUE),
				['CSV', 'n8n-nodes-base.convertToFile', 1.1, { operation: 'csv', options: {} }],
				['HTML Table', 'n8n-nodes-base.html', 1.2, { operation: 'convertToHtmlTable', options: {} }],
			]);
			// Both take the rows.
			const both = ['CSV', 'HTML Table'].map((node) => ({ node, type: 'main', index: 0 }));
			return { ...content, connections: { ...content.connections, Update: { main: [both] }, CSV: { main: [[]] } } };
		},

		/** Makes a data table with text columns. @returns its ID */
		async createTable(api: N8nApi, name: string, columns: string[]): Promise<string> {
			return await api.createDataTable(
				name,
				columns.map((column) => ({ name: column, type: 'string' })),
			);
		},
	};
}
