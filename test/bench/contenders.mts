/** Who is measured: a node each, with its parameters, that sends one PATCH per item. */
import type { WorkflowNode } from '../../demo/n8nApi.mts';
import { services, type NodeName } from '../services/index.mts';

export interface Contender {
	name: string;
	node: Pick<WorkflowNode, 'type' | 'parameters'> & { typeVersion: number; credentialType: string };
	/** Parameters of a dry run that makes the items, before anything is measured. */
	planned?: Record<string, unknown>;
	/** Requests for each item, those of the dry run included; 1 unless given. */
	requestsPerItem?: number;
	/** Goes on after an error; else the node stops at one. */
	goesOn?: boolean;
}

const TYPE = 'n8n-nodes-update-billing';

/**
 * An Update of one of the nodes, with values by expression or mapped from the item.
 *
 * @param fields the fields that the item has values for
 * @param concurrency Max Concurrent Requests; undefined for the default
 */
function updateOf(
	name: NodeName,
	fields: string[],
	concurrency: number | undefined,
	autoMap: boolean,
	more: Record<string, unknown> = {},
): Contender {
	const { displayName, account } = services[name];
	const byExpression = Object.fromEntries(fields.map((field) => [field, `={{ $json.${field} }}`]));
	return {
		name: `${displayName}, ${autoMap ? 'Auto-Map' : 'Define Below'}${'skipIfUnchanged' in more ? ', Skip If Unchanged' : ''}, ${concurrency ?? 'default'}`,
		node: {
			type: `${TYPE}.${name}`,
			typeVersion: 1,
			credentialType: Object.keys(account.credentials)[0],
			parameters: {
				...account.selectionOf('={{ $json.account }}'),
				...(autoMap ? { dataToSend: 'autoMapInputData', fieldsToMap: fields } : { updateFields: byExpression }),
				options: { ...(concurrency !== undefined && { maxConcurrentRequests: concurrency }), ...more },
			},
		},
	};
}

/** UserHub Update. */
export const userHub = (concurrency: number | undefined, autoMap: boolean, more?: Record<string, unknown>) =>
	updateOf('userHub', ['displayName', 'email'], concurrency, autoMap, more);

/** What both sides of the comparison of plans ask for: a name that no account has, so that each is read and updated. */
const renamed = { ...services.userHub.account.selectionOf('={{ $json.account }}'), updateFields: { displayName: '={{ $json.account }}' } };

/** UserHub Update that reads each account first, as Apply Plan does. */
export function updateIfChanged(concurrency: number, more: Record<string, unknown> = {}): Contender {
	const contender = userHub(concurrency, false, { skipIfUnchanged: true, ...more });
	const { options } = contender.node.parameters;
	return { ...contender, node: { ...contender.node, parameters: { ...renamed, options } }, requestsPerItem: 2 };
}

/** UserHub Apply Plan, of the plans for the same. */
export function applyPlan(concurrency: number, more: Record<string, unknown> = {}): Contender {
	const { node } = userHub(concurrency, false);
	const options = { maxConcurrentRequests: concurrency };
	return {
		name: `UserHub, Apply Plan, ${concurrency}`,
		node: { ...node, parameters: { operation: 'applyPlan', plan: '={{ $json.plan }}', options: { ...options, ...more } } },
		planned: { ...renamed, dryRun: true, options },
		requestsPerItem: 3,
	};
}

/** UserHub at so many requests a second: an update of each account, and plans that are applied with and without a check of all of them first. */
export function checkedFirst(perSecond: number, items: number): Contender[] {
	const ceiling = { maxRequestsPerSecond: perSecond };
	const checkTakes = items / perSecond;
	const plans = applyPlan(50, ceiling);
	return [
		updateIfChanged(50, ceiling),
		{ ...plans, name: `${plans.name}, continues on error: no check first`, goesOn: true },
		// What the check has read is used for ten seconds; a longer check has every account read again.
		{ ...plans, name: `${plans.name}, stops on errors: all are checked first`, requestsPerItem: checkTakes > 10 ? 4 : 3 },
	];
}

/** Cudo Compute Update. */
export const cudoCompute = (concurrency: number | undefined, autoMap: boolean) =>
	updateOf('cudoCompute', ['displayName'], concurrency, autoMap);

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
