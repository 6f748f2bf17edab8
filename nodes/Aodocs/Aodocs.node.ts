import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { applyPlan } from '../shared/operations/applyPlan';
import { get } from '../shared/operations/get';
import { runOperation } from '../shared/operations/operation';
import { update } from '../shared/operations/update';
import { properties } from './description';
import { aodocs } from './service';

const operations = { applyPlan, get, update };

export class Aodocs implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'AODocs',
		name: 'aodocs',
		icon: { light: 'file:../../icons/aodocs.svg', dark: 'file:../../icons/aodocs.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle:
			'={{ ({ applyPlan: $parameter["dryRun"] ? "Check Plan" : "Apply Plan", get: "Get", update: $parameter["dryRun"] ? "Dry Run" : "Update" }[$parameter["operation"]] ?? "") + ": Billing Status" }}',
		description: 'Get and update the billing status of an AODocs domain: seats, portal URL and type',
		// n8n would put its own parameters behind the anchor of the address in the codex file, which then leads nowhere.
		documentationUrl: 'https://github.com/n8n-nodes-update-billing/n8n-nodes-update-billing#aodocs-1',
		defaults: { name: 'AODocs' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{
				name: 'aodocsSecurityCodeApi',
				required: true,
				displayOptions: { show: { authentication: ['securityCode'] } },
			},
			{
				name: 'aodocsOAuth2Api',
				required: true,
				displayOptions: { show: { authentication: ['oAuth2'] } },
			},
		],
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runOperation(this, aodocs, operations);
	}
}
