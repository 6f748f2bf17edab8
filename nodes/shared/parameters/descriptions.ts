import type { INodeProperties } from 'n8n-workflow';

/**
 * The parameters of Update that are the same whatever the service. The nodes put them in their place, between the account and the fields, and
 * after them.
 */

/** Define Below or Auto-Map. Not in the tool version: an agent fills in fields, it has no input item to map. */
export const dataToSend: INodeProperties = {
	displayName: 'Data to Send',
	name: 'dataToSend',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Define Below',
			value: 'defineBelow',
			description: 'Set the value of each field below, fixed or with expressions',
		},
		{
			name: 'Auto-Map Input Data',
			value: 'autoMapInputData',
			description: 'Take the values from the input item, where its keys are named as in the API',
		},
	],
	default: 'defineBelow',
	displayOptions: { hide: { '@tool': [true] } },
	description: 'Where the values of the update come from',
};

export const dryRun: INodeProperties = {
	displayName: 'Dry Run',
	name: 'dryRun',
	type: 'boolean',
	default: false,
	description:
		'Whether to plan the update and not send it. The account is read, and the item comes out with what would change and with a plan that Apply Plan takes.',
};

export const failIfPartlyApplied: INodeProperties = {
	displayName: 'Fail If Partly Applied',
	name: 'failIfPartlyApplied',
	type: 'boolean',
	default: false,
	description:
		'Whether an item is an error when the service applies only a part of the update. Without this option a hint says so. What was applied stays, and Retry On Fail does not send it again.',
};

/** A ceiling for those who know better: how many and how fast is found (docs/performance.md). Beyond 200 at once a run gains nothing but open connections. */
export const maxConcurrentRequests: INodeProperties = {
	displayName: 'Max Concurrent Requests',
	name: 'maxConcurrentRequests',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 1000 },
	default: 200,
	description:
		'The most accounts that are worked on at the same time. The node finds out by itself how many the service can take, so this is only a ceiling. Items for the same account always go one after another.',
};

export const maxRequestsPerSecond: INodeProperties = {
	displayName: 'Max Requests per Second',
	name: 'maxRequestsPerSecond',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 1000 },
	default: 10,
	description:
		'The most requests that are sent in a second. Without this option the node finds out by itself how many the service can take. Add it to leave room for others.',
};

export const maxRetries: INodeProperties = {
	displayName: 'Max Retries',
	name: 'maxRetries',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 10 },
	default: 4,
	description:
		'How often a request is sent again after a failure that is worth another try. A busy service (HTTP 429) costs no retry while it accepts other requests of the run. Where the update may have been applied, the account is read first.',
};

const outputs = {
	record: { name: 'Record', value: 'record', description: "The service's answer" },
	simplified: { name: 'Simplified', value: 'simplified', description: 'The part of the record that a person or an agent needs' },
	recordAndChanges: {
		name: 'Record and Changes',
		value: 'recordAndChanges',
		description: 'The outcome, each field that changed with its former value, a plan that undoes it, and the record',
	},
	changeList: { name: 'Change List', value: 'changeList', description: 'One item for each field that changed, e.g. for a spreadsheet' },
	oneItem: {
		name: 'One Item for All',
		value: 'oneItem',
		description: 'One item with a summary of all accounts, e.g. for an approval or a message',
	},
};

export const output: INodeProperties = {
	displayName: 'Output',
	name: 'output',
	type: 'options',
	options: [outputs.changeList, outputs.oneItem, outputs.record, outputs.recordAndChanges, outputs.simplified],
	default: 'record',
	description: 'What comes out. All choices but Record and Simplified read the account first, to know the former values.',
};

/** The same for reads. */
export const readOutput: INodeProperties = {
	...output,
	options: [outputs.record, outputs.simplified],
	description: 'What comes out',
};

/** Plans to apply. */
const plan: INodeProperties = {
	displayName: 'Plan',
	name: 'plan',
	type: 'json',
	default: '={{ $json.plan ?? $json.error?.plan }}',
	required: true,
	placeholder: 'e.g. {{ $json.undo ?? $json.error?.undo }}',
	description:
		'The plan that Dry Run made, or the undo of an update; or a list of them. It is applied exactly as it was made, or not at all.',
};

export const refusePlansOlderThan: INodeProperties = {
	displayName: 'Refuse Plans Older Than (Days)',
	name: 'refusePlansOlderThan',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 7,
	description: 'A plan that was made longer ago is not sent. It is 7 days also when this is not added.',
};

export const refuseRunsAbove: INodeProperties = {
	displayName: 'Refuse Runs Above (Accounts)',
	name: 'refuseRunsAbove',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 100,
	description: 'The whole run is refused, before anything is read or sent, when it is about more accounts than this',
};

export const refuseChangesAbove: INodeProperties = {
	displayName: 'Refuse Changes Above (%)',
	name: 'refuseChangesAbove',
	// A text: n8n's number box would drop a comma that is typed, and make 125 of 12,5.
	type: 'string',
	default: '50',
	placeholder: 'e.g. 50',
	description:
		'The item fails, and nothing is sent for it, when it would change a number by more than this. A number that was empty or 0, or is erased, has no percentage: such a change is always refused.',
};

export const skipIfUnchanged: INodeProperties = {
	displayName: 'Skip If Unchanged',
	name: 'skipIfUnchanged',
	type: 'boolean',
	default: false,
	description: 'Whether to read the account first and send nothing when it already has all the values',
};

export const timeout: INodeProperties = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 3_600_000 },
	default: 60_000,
	description: 'How long to wait for the answer to one request, in milliseconds',
};

/**
 * The parameters of Apply Plan: account and fields come from the plan.
 *
 * @param own options that not every service has
 */
export function planParameters(own: INodeProperties[]): INodeProperties[] {
	const options = [
		failIfPartlyApplied,
		maxConcurrentRequests,
		maxRequestsPerSecond,
		maxRetries,
		output,
		...own,
		refusePlansOlderThan,
		refuseRunsAbove,
		timeout,
	];
	return [
		{ ...plan, displayOptions: { hide: { '@tool': [true] } } },
		// For an agent there is no plan by expression: $json holds what the chat says there.
		{ ...plan, default: '', displayOptions: { show: { '@tool': [true] } } },
		{
			...dryRun,
			description: 'Whether to check the plan and send nothing',
		},
		{ displayName: 'Options', name: 'options', type: 'collection', placeholder: 'Add Option', default: {}, options },
	];
}
