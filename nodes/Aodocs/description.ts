import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import * as shared from '../shared/parameters/descriptions';

/** The fields of ApiBillingStatus. A field that is added sends nothing until it has a value. */
export const updateFields: INodeProperties = {
	displayName: 'Update Fields',
	name: 'updateFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	description: 'The fields to change. All others keep their value.',
	options: [
		{
			displayName: 'Kind',
			name: 'kind',
			type: 'string',
			default: '',
			placeholder: 'e.g. aodocs#billingStatus',
			description:
				'The type tag of the resource. AODocs publishes no values for it, sets it by itself on other resources (there it looks like aodocs#…), and does not say whether it can be changed here.',
		},
		{
			displayName: 'Max Seats',
			name: 'maxSeats',
			// A text: n8n's number box would drop a comma that is typed, and make 25 of 2,5.
			type: 'string',
			default: '',
			placeholder: 'e.g. 250',
			description: 'How many seats the domain may use, as a whole number. Elsewhere in the AODocs API, 0 means unlimited seats.',
		},
		{
			displayName: 'Portal URL',
			name: 'portalUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://billing.example.com/acme',
			description: 'The address of the billing portal of the domain',
		},
		{
			displayName: 'Type',
			name: 'type',
			type: 'string',
			default: '',
			placeholder: 'e.g. STANDARD',
			description:
				'The type of billing. AODocs does not publish the values, so any text is taken; the billing type of a domain elsewhere in the API is TRIAL, STANDARD or CUSTOM.',
		},
	],
};

const refuseChangesAbove: INodeProperties = {
	...shared.refuseChangesAbove,
	description:
		'The item fails, and nothing is sent for it, when it would change the seats by more than this. 0 seats counts as unlimited, so a change to or from 0 is always refused.',
};

const updateParameters: INodeProperties[] = [
	{
		displayName:
			'This updates the billing status of the whole domain that the credential belongs to, once for each input item. AODocs calls this part of its API beta: it may change.',
		name: 'domainNotice',
		type: 'notice',
		default: '',
	},
	shared.dataToSend,
	{ ...updateFields, displayOptions: { hide: { dataToSend: ['autoMapInputData'] } } },
	{
		displayName: 'Fields to Map',
		name: 'fieldsToMap',
		type: 'multiOptions',
		options: [
			{ name: 'Kind', value: 'kind' },
			{ name: 'Max Seats', value: 'maxSeats' },
			{ name: 'Portal URL', value: 'portalUrl' },
			{ name: 'Type', value: 'type' },
		],
		default: ['maxSeats', 'portalUrl', 'type'],
		displayOptions: { show: { dataToSend: ['autoMapInputData'] } },
		description:
			'Only these are taken from the input item, under the names kind, maxSeats, portalUrl and type. Blank values are left out. AODocs does not document what can be updated; kind is not preset, because AODocs sets it by itself on other resources.',
	},
	shared.dryRun,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			shared.failIfPartlyApplied,
			shared.maxConcurrentRequests,
			shared.maxRequestsPerSecond,
			shared.maxRetries,
			shared.output,
			refuseChangesAbove,
			shared.refuseRunsAbove,
			shared.skipIfUnchanged,
			shared.timeout,
		],
	},
];

export const properties: INodeProperties[] = [
	{
		displayName: 'Authentication',
		name: 'authentication',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'OAuth2', value: 'oAuth2', description: 'Sign in with Google' },
			{ name: 'Security Code', value: 'securityCode', description: 'A code with the access level Super Administrator' },
		],
		default: 'securityCode',
		description: 'How to sign in to AODocs. The editor asks for it together with the credential.',
	},
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: [{ name: 'Billing Status', value: 'billingStatus' }],
		default: 'billingStatus',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['billingStatus'] } },
		options: [
			{
				name: 'Apply Plan',
				value: 'applyPlan',
				action: 'Apply plan to billing status',
				description: 'Apply a plan exactly as it was reviewed, or undo an update',
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get billing status',
				description: 'Get the billing status of the domain',
			},
			{
				name: 'Update',
				value: 'update',
				action: 'Update billing status',
				description: 'Update the seats, portal URL or type of the billing of the domain',
			},
		],
		default: 'update',
	},
	...updateDisplayOptions({ show: { resource: ['billingStatus'], operation: ['update'] } }, updateParameters),
	...updateDisplayOptions({ show: { resource: ['billingStatus'], operation: ['applyPlan'] } }, shared.planParameters([refuseChangesAbove])),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		displayOptions: { show: { resource: ['billingStatus'], operation: ['get'] } },
		options: [shared.maxConcurrentRequests, shared.maxRequestsPerSecond, shared.maxRetries, shared.readOutput, shared.timeout],
	},
];
