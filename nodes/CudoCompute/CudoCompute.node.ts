import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { getMany } from '../shared/operations/getMany';
import { applyPlan } from '../shared/operations/applyPlan';
import { get } from '../shared/operations/get';
import { searchList } from '../shared/operations/searchList';
import { runOperation } from '../shared/operations/operation';
import { update } from '../shared/operations/update';
import { properties } from './description';
import { billingAccounts, cudoCompute } from './service';

const operations = { applyPlan, get, getAll: getMany(billingAccounts), update };

export class CudoCompute implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Cudo Compute',
		name: 'cudoCompute',
		icon: { light: 'file:../../icons/cudoCompute.svg', dark: 'file:../../icons/cudoCompute.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle:
			'={{ ({ applyPlan: $parameter["dryRun"] ? "Check Plan" : "Apply Plan", get: "Get", getAll: "Get Many", update: $parameter["dryRun"] ? "Dry Run" : "Update" }[$parameter["operation"]] ?? "") + ": Billing Account" }}',
		description: 'Get and update Cudo Compute billing accounts: name, address, tax ID and more',
		// n8n would put its own parameters behind the anchor of the address in the codex file, which then leads nowhere.
		documentationUrl: 'https://github.com/n8n-nodes-update-billing/n8n-nodes-update-billing#cudo-compute-1',
		defaults: { name: 'Cudo Compute' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'cudoComputeApi', required: true }],
		properties,
	};

	methods = {
		listSearch: {
			async searchBillingAccounts(this: ILoadOptionsFunctions, filter?: string, paginationToken?: string) {
				return await searchList(this, cudoCompute, billingAccounts, ['displayName'], filter, paginationToken);
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await runOperation(this, cudoCompute, operations);
	}
}
