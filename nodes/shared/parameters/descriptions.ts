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

export const includeChanges: INodeProperties = {
	displayName: 'Include Changes',
	name: 'includeChanges',
	type: 'boolean',
	default: false,
	description:
		'Whether to read the record first and return, beside it, the outcome, each field that changed with its former value, and an undo item for Auto-Map Input Data',
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

export const refuseChangesAbove: INodeProperties = {
	displayName: 'Refuse Changes Above (%)',
	name: 'refuseChangesAbove',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 50,
	description:
		'The item fails, and nothing is sent for it, when it would change a number by more than this. Setting a number that was empty or 0, or erasing it, counts as endless.',
};

export const simplify: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: false,
	description: 'Whether to return a simplified version of the response instead of the raw data',
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
