import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';

import * as shared from '../shared/parameters/descriptions';

/**
 * The fields of the billing account that the PATCH takes. A field that is added sends nothing until it has a value. The address is a collection,
 * because a fixedCollection would send its siblings' defaults.
 */
export const updateFields: INodeProperties = {
	displayName: 'Update Fields',
	name: 'updateFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	description: 'The fields to change. All others keep their value.',
	options: [
		{
			displayName: 'Address',
			name: 'address',
			type: 'collection',
			placeholder: 'Add Address Field',
			default: {},
			description:
				'The billing address. UserHub does not say whether the parts that are left out are kept, so the current address is read first and sent whole, with the parts below changed.',
			options: [
				{
					displayName: 'City',
					name: 'city',
					type: 'string',
					default: '',
					placeholder: 'e.g. Brooklyn',
					description: 'The city, district, suburb, town or village',
				},
				{
					displayName: 'Country',
					name: 'country',
					type: 'string',
					default: '',
					placeholder: 'e.g. US',
					description: 'The two-letter country code, in capitals',
				},
				{
					displayName: 'Lines',
					name: 'lines',
					type: 'string',
					typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Line' },
					default: [],
					placeholder: 'e.g. 42 Main Street',
					description: 'The lines of the street address. They replace all lines that the address has now.',
				},
				{
					displayName: 'Postal Code',
					name: 'postalCode',
					type: 'string',
					default: '',
					placeholder: 'e.g. 11222',
					description: 'The postal or ZIP code',
				},
				{
					displayName: 'State',
					name: 'state',
					type: 'string',
					default: '',
					placeholder: 'e.g. NY',
					description: 'The state, county, province or region',
				},
			],
		},
		{
			displayName: 'Display Name',
			name: 'displayName',
			type: 'string',
			default: '',
			placeholder: 'e.g. Acme',
			description: 'The name of the billing account as people see it, at most 200 characters. The billing provider may allow fewer.',
		},
		{
			displayName: 'Email',
			name: 'email',
			type: 'string',
			default: '',
			placeholder: 'e.g. billing@example.com',
			description: 'The e-mail address of the billing account, at most 320 characters. The billing provider may allow fewer.',
		},
		{
			displayName: 'Phone Number',
			name: 'phoneNumber',
			type: 'string',
			default: '',
			placeholder: 'e.g. +12125550123',
			description: 'The phone number in E.164 format: a plus sign, the country code, then digits only',
		},
	],
};

const organization: INodeProperties = {
	displayName: 'Organization',
	name: 'organizationId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The organization whose billing account it is. A blank one is an error: it never means your own account.',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select an organization…',
			typeOptions: { searchListMethod: 'searchOrganizations', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. org_28seyVGVL1got6',
		},
	],
};

const fieldsToClear: INodeProperties = {
	displayName: 'Fields to Clear',
	name: 'fieldsToClear',
	type: 'multiOptions',
	options: [
		{ name: 'Address', value: 'address' },
		{ name: 'Address > City', value: 'address.city' },
		{ name: 'Address > Country', value: 'address.country' },
		{ name: 'Address > Lines', value: 'address.lines' },
		{ name: 'Address > Postal Code', value: 'address.postalCode' },
		{ name: 'Address > State', value: 'address.state' },
		{ name: 'Display Name', value: 'displayName' },
		{ name: 'Email', value: 'email' },
		{ name: 'Phone Number', value: 'phoneNumber' },
	],
	default: [],
	description:
		'The fields to erase. Texts are sent empty and the whole address as null, as the SDKs of UserHub do; UserHub does not document what that does. With a part of the address, the rest of it is sent as it is. Blank values elsewhere never erase anything.',
};

/** The paths that can be erased. */
export const clearable = fieldsToClear.options!.map((option) => (option as { value: string }).value);

const updateParameters: INodeProperties[] = [
	{
		displayName: 'UserHub marks this call of its API as a preview, so it may change.',
		name: 'previewNotice',
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
			{ name: 'Address', value: 'address' },
			{ name: 'Display Name', value: 'displayName' },
			{ name: 'Email', value: 'email' },
			{ name: 'Phone Number', value: 'phoneNumber' },
		],
		default: ['address', 'displayName', 'email', 'phoneNumber'],
		displayOptions: { show: { dataToSend: ['autoMapInputData'] } },
		description:
			'Only these are taken from the input item, under their API names, nested or with dots: displayName, address.city. Blank values are left out.',
	},
	fieldsToClear,
	shared.dryRun,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		// Refuse Changes Above is not among them: this update has no numbers.
		options: [
			shared.failIfPartlyApplied,
			shared.maxConcurrentRequests,
			shared.maxRequestsPerSecond,
			shared.maxRetries,
			shared.output,
			shared.refuseRunsAbove,
			shared.skipIfUnchanged,
			shared.timeout,
		],
	},
];

export const properties: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Billing Account', value: 'billingAccount' },
			{ name: 'Organization', value: 'organization' },
		],
		default: 'billingAccount',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['billingAccount'] } },
		options: [
			{
				name: 'Apply Plan',
				value: 'applyPlan',
				action: 'Apply plan to billing account',
				description: 'Apply a plan exactly as it was reviewed, or undo an update',
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get billing account',
				description: 'Get the billing account of an organization or of the signed-in user',
			},
			{
				name: 'Update',
				value: 'update',
				action: 'Update billing account',
				description: 'Update the name, email, phone number or address of a billing account',
			},
		],
		default: 'update',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['organization'] } },
		options: [
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many organizations',
				description: 'Get a list of the organizations of the signed-in user, e.g. to update the billing account of each',
			},
		],
		default: 'getAll',
	},
	{
		displayName: 'Account Of',
		name: 'accountOf',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Organization',
				value: 'organization',
				description: 'The billing account of an organization that the user manages',
			},
			{
				name: 'Signed-In User',
				value: 'user',
				description: 'The billing account of the user that the credential signs in as',
			},
		],
		default: 'organization',
		displayOptions: { show: { resource: ['billingAccount'], operation: ['get', 'update'] } },
		description: 'Whose billing account it is',
	},
	{
		...organization,
		displayOptions: { show: { resource: ['billingAccount'], operation: ['get', 'update'], accountOf: ['organization'] } },
	},
	...updateDisplayOptions({ show: { resource: ['billingAccount'], operation: ['update'] } }, updateParameters),
	...updateDisplayOptions({ show: { resource: ['billingAccount'], operation: ['applyPlan'] } }, shared.planParameters([])),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		displayOptions: { show: { resource: ['billingAccount'], operation: ['get'] } },
		options: [shared.maxConcurrentRequests, shared.maxRequestsPerSecond, shared.maxRetries, shared.readOutput, shared.timeout],
	},
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		displayOptions: { show: { resource: ['organization'], operation: ['getAll'] } },
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: { show: { resource: ['organization'], operation: ['getAll'], returnAll: [false] } },
		description: 'Max number of results to return',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		displayOptions: { show: { resource: ['organization'], operation: ['getAll'] } },
		options: [shared.maxRetries, shared.readOutput, shared.timeout],
	},
];
