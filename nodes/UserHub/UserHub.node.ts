import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { applyPlan } from '../shared/operations/applyPlan';
import { get } from '../shared/operations/get';
import { getMany } from '../shared/operations/getMany';
import { searchList } from '../shared/operations/searchList';
import { runOperation } from '../shared/operations/operation';
import { update } from '../shared/operations/update';
import { properties } from './description';
import { organizations, userHub } from './service';

const operations = { applyPlan, get, getAll: getMany(organizations), update };

export class UserHub implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'UserHub',
		name: 'userHub',
		icon: { light: 'file:../../icons/userHub.svg', dark: 'file:../../icons/userHub.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle:
			'={{ { applyPlan: ($parameter["dryRun"] ? "Check Plan" : "Apply Plan") + ": Billing Account", get: "Get: Billing Account", getAll: "Get Many: Organization", update: ($parameter["dryRun"] ? "Dry Run" : "Update") + ": Billing Account" }[$parameter["operation"]] ?? "" }}',
		description: 'Get and update the billing account of a UserHub organization or user',
		// n8n would put its own parameters behind the anchor of the address in the codex file, which then leads nowhere.
		documentationUrl: 'https://github.com/n8n-nodes-update-billing/n8n-nodes-update-billing#userhub-1',
		defaults: { name: 'UserHub' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'userHubApi', required: true }],
		properties,
	};

	methods = {
		listSearch: {
			async searchOrganizations(this: ILoadOptionsFunctions, filter?: string, paginationToken?: string) {
				return await searchList(this, userHub, organizations, ['displayName', 'uniqueId'], filter, paginationToken);
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runOperation(this, userHub, operations);
	}
}
