/** Who is measured: a node each, with its parameters, that sends one PATCH per item. */
import type { WorkflowNode } from '../../demo/n8nApi.mts';

export interface Contender {
	name: string;
	node: Pick<WorkflowNode, 'type' | 'parameters'> & { typeVersion: number; credentialType: string };
}

const byExpression = { __rl: true, mode: 'id', value: '={{ $json.account }}' };
const fields = { displayName: '={{ $json.displayName }}', email: '={{ $json.email }}' };

/** @param concurrency Max Concurrent Requests; undefined for the default */
function optionsWith(concurrency: number | undefined, more: Record<string, unknown> = {}): Record<string, unknown> {
	return concurrency === undefined ? more : { maxConcurrentRequests: concurrency, ...more };
}

/** UserHub Update, with values by expression or mapped from the item. */
export function userHub(concurrency: number | undefined, autoMap: boolean, more: Record<string, unknown> = {}): Contender {
	return {
		name: `UserHub, ${autoMap ? 'Auto-Map' : 'Define Below'}${'skipIfUnchanged' in more ? ', Skip If Unchanged' : ''}, ${concurrency ?? 'default'}`,
		node: {
			type: 'n8n-nodes-update-billing.userHub',
			typeVersion: 1,
			credentialType: 'userHubApi',
			parameters: {
				organizationId: byExpression,
				...(autoMap ? { dataToSend: 'autoMapInputData', fieldsToMap: ['displayName', 'email'] } : { updateFields: fields }),
				options: optionsWith(concurrency, more),
			},
		},
	};
}

/** Cudo Compute Update, likewise. */
export function cudoCompute(concurrency: number | undefined, autoMap: boolean): Contender {
	return {
		name: `Cudo Compute, ${autoMap ? 'Auto-Map' : 'Define Below'}, ${concurrency ?? 'default'}`,
		node: {
			type: 'n8n-nodes-update-billing.cudoCompute',
			typeVersion: 1,
			credentialType: 'cudoComputeApi',
			parameters: {
				billingAccountId: byExpression,
				...(autoMap
					? { dataToSend: 'autoMapInputData', fieldsToMap: ['displayName'] }
					: { updateFields: { displayName: fields.displayName } }),
				options: optionsWith(concurrency),
			},
		},
	};
}

/** What people use now: n8n's HTTP Request node in the version that the editor adds, with the same credential. It has no limit of its own. */
export function httpRequest(baseUrl: string): Contender {
	return {
		name: 'HTTP Request',
		node: {
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.5,
			credentialType: 'userHubApi',
			parameters: {
				method: 'PATCH',
				url: `=${baseUrl}/user/v1/billingAccount?organizationId={{ $json.account }}`,
				authentication: 'predefinedCredentialType',
				nodeCredentialType: 'userHubApi',
				sendBody: true,
				specifyBody: 'json',
				jsonBody: '={{ { displayName: $json.displayName, email: $json.email } }}',
				options: {},
			},
		},
	};
}

/** n8n's HTTP helper with nothing around it. */
export function bareLoop(baseUrl: string, concurrency: number): Contender {
	return {
		name: `bare loop, ${concurrency}`,
		node: { type: 'CUSTOM.benchLoop', typeVersion: 1, credentialType: 'userHubApi', parameters: { baseUrl, concurrency } },
	};
}
