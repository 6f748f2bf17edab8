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
		'Whether to send no update and show instead what would be sent, and what it would change. The current record is read for that.',
};

export const failIfPartlyApplied: INodeProperties = {
	displayName: 'Fail If Partly Applied',
	name: 'failIfPartlyApplied',
	type: 'boolean',
	default: false,
	description:
		'Whether an item is an error when the service applies only a part of what it asks. Without this a hint tells of it. What the service applied stays, and Retry On Fail does not send it again.',
};

/**
 * 20 is a compromise. Beyond n8n's own cost of a request, the time of a run falls with the number at once (docs/performance.md). But what lies behind
 * billing accounts bears only so much: Stripe takes 100 requests a second, Chargebee's plans 150 to 3,500 a minute. A service that answers in
 * 200 ms gets 100 a second with 20 at once; whoever knows that theirs bears more can say so.
 */
export const maxConcurrentRequests: INodeProperties = {
	displayName: 'Max Concurrent Requests',
	name: 'maxConcurrentRequests',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 200 },
	default: 20,
	description:
		'How many accounts are worked on at the same time at most. It is reached by a gentle start, and halved when the service says that it is too much. Items for the same account always go one after another.',
};

export const maxRetries: INodeProperties = {
	displayName: 'Max Retries',
	name: 'maxRetries',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 10 },
	default: 4,
	description:
		'How often a request is sent again after a failure that may pass. After a failure that leaves open whether the update was applied, the account is read first.',
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
	description: 'What comes out. All but Record and Simplified read the current record first.',
};

/** The same for reads. */
export const readOutput: INodeProperties = {
	...output,
	options: [outputs.record, outputs.simplified],
	description: 'What comes out',
};

/** Plans to apply. */
export const plan: INodeProperties = {
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
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 50,
	description:
		'The item fails, and nothing is sent for it, when it would change a number by more than this. Setting a number that was empty or 0, or erasing it, counts as endless.',
};

export const skipIfUnchanged: INodeProperties = {
	displayName: 'Skip If Unchanged',
	name: 'skipIfUnchanged',
	type: 'boolean',
	default: false,
	description: 'Whether to read the record first and send nothing when it already has all the values',
};

export const timeout: INodeProperties = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 3_600_000 },
	default: 60_000,
	description: 'How long to wait for an answer to one request, in milliseconds',
};

/**
 * The parameters of Apply Plan: account and fields come from the plan.
 *
 * @param own options that not every service has
 */
export function planParameters(own: INodeProperties[]): INodeProperties[] {
	const options = [failIfPartlyApplied, maxConcurrentRequests, maxRetries, output, ...own, refusePlansOlderThan, refuseRunsAbove, timeout];
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
