import { updateDisplayOptions, type INodeProperties, type INodePropertyOptions } from 'n8n-workflow';

import * as shared from '../shared/parameters/descriptions';

/** The blank one stands first, then the states by name. */
const stateOptions: INodePropertyOptions[] = [
	{ name: 'Choose…', value: '' },
	{ name: 'Active', value: 'STATE_ACTIVE' },
	{ name: 'Deleted', value: 'STATE_DELETED' },
	{ name: 'Suspended for Abuse', value: 'STATE_SUSPENDED_ABUSE' },
	{ name: 'Suspended for Payment', value: 'STATE_SUSPENDED_PAYMENT' },
	{ name: 'Unspecified', value: 'STATE_UNSPECIFIED' },
];

/**
 * The fields of the billing account that the PATCH takes. A field that is added sends nothing until it has a value; below the second level the
 * names are joined. Nested objects are collections, because a fixedCollection would send its siblings' defaults.
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
			displayName: 'Billing Address',
			name: 'billingAddress',
			type: 'collection',
			placeholder: 'Add Address Field',
			default: {},
			description:
				'The address on invoices. Cudo Compute documents it as updatable. Only the parts that are given are changed; the current address is read first and sent whole, because Cudo Compute does not say what a part alone does.',
			options: [
				{
					displayName: 'City',
					name: 'city',
					type: 'string',
					default: '',
					placeholder: 'e.g. Bournemouth',
					description: 'The city or town',
				},
				{
					displayName: 'Country',
					name: 'country',
					type: 'string',
					default: '',
					placeholder: 'e.g. GB',
					description: 'The country. Cudo Compute does not say whether it takes a code or a name.',
				},
				{
					displayName: 'Line 1',
					name: 'line1',
					type: 'string',
					default: '',
					placeholder: 'e.g. 1 High Street',
					description: 'The first line of the street address',
				},
				{
					displayName: 'Line 2',
					name: 'line2',
					type: 'string',
					default: '',
					placeholder: 'e.g. Second Floor',
					description: 'The second line of the street address',
				},
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. Acme Ltd',
					description: 'The person or company at the address',
				},
				{
					displayName: 'Phone',
					name: 'phone',
					type: 'string',
					default: '',
					placeholder: 'e.g. +441202000000',
					description: 'The phone number. Cudo Compute does not say in which format.',
				},
				{
					displayName: 'Postal Code',
					name: 'postalCode',
					type: 'string',
					default: '',
					placeholder: 'e.g. BH1 1AA',
					description: 'The postal or ZIP code',
				},
				{
					displayName: 'State',
					name: 'state',
					type: 'string',
					default: '',
					placeholder: 'e.g. Dorset',
					description: 'The state, county, province or region',
				},
			],
		},
		{
			displayName: 'Credit Balance Recharge',
			name: 'creditBalanceRecharge',
			type: 'collection',
			placeholder: 'Add Recharge Field',
			default: {},
			description:
				'How the credit balance is topped up by itself. Cudo Compute does not document this as updatable, and may accept it without effect. Where it is not set up yet, Low, High and Auto Recharge are needed together.',
			options: [
				{
					displayName: 'Auto Recharge',
					name: 'autoRecharge',
					type: 'options',
					options: [
						{ name: 'Choose…', value: '' },
						{ name: 'Off', value: false },
						{ name: 'On', value: true },
					],
					default: '',
					description: 'Whether the balance is topped up by itself (true or false)',
				},
				{
					displayName: 'High',
					name: 'high',
					type: 'string',
					default: '',
					placeholder: 'e.g. 200.00',
					description: 'The balance up to which it is topped up, as a decimal',
				},
				{
					displayName: 'Low',
					name: 'low',
					type: 'string',
					default: '',
					placeholder: 'e.g. 20.00',
					description: 'The balance at which it is topped up, as a decimal',
				},
			],
		},
		{
			displayName: 'Display Name',
			name: 'displayName',
			type: 'string',
			default: '',
			placeholder: 'e.g. Acme Ltd',
			description: 'The name of the account as people see it. Cudo Compute documents it as updatable.',
		},
		{
			displayName: 'Payment Terms',
			name: 'paymentTerms',
			type: 'options',
			options: [
				{ name: 'Choose…', value: '' },
				{ name: 'Invoice', value: 'PAYMENT_TERMS_INVOICE' },
				{ name: 'Prepaid', value: 'PAYMENT_TERMS_PREPAID' },
				{ name: 'Unspecified', value: 'PAYMENT_TERMS_UNSPECIFIED' },
			],
			default: '',
			description:
				'Whether the account pays in advance or on invoice. Cudo Compute does not document this as updatable, and may accept it without effect.',
		},
		{
			displayName: 'State',
			name: 'state',
			type: 'options',
			options: stateOptions,
			default: '',
			description: 'The state of the account. Cudo Compute does not document this as updatable, and may accept it without effect.',
		},
		{
			displayName: 'Stripe Ref',
			name: 'stripeRef',
			type: 'string',
			default: '',
			placeholder: 'e.g. cus_9s6XKzkNRiz8i3',
			description:
				'The reference of the account at Stripe. Cudo Compute does not document this as updatable, and may accept it without effect.',
		},
		{
			displayName: 'Tax ID',
			name: 'taxId',
			type: 'collection',
			placeholder: 'Add Tax ID Field',
			default: {},
			description:
				'The tax ID of the owner of the account. Cudo Compute documents it as updatable. Type and value belong together: the one that is not given is sent as it is.',
			options: [
				{
					displayName: 'Type',
					name: 'type',
					type: 'string',
					default: '',
					placeholder: 'e.g. gb_vat',
					description: 'The kind of tax ID. Cudo Compute does not publish the values.',
				},
				{
					displayName: 'Value',
					name: 'value',
					type: 'string',
					default: '',
					placeholder: 'e.g. GB123456789',
					description: 'The tax ID itself',
				},
			],
		},
	],
};

/**
 * The fields of the PATCH that Cudo Compute marks as read-only in its own Swagger document. They stand apart, so that Update Fields holds what can work.
 */
export const readOnlyFields: INodeProperties = {
	displayName: 'Read-Only Fields',
	name: 'readOnlyFields',
	type: 'collection',
	placeholder: 'Add Read-Only Field',
	default: {},
	description:
		'Fields that the update takes by its specification and that Cudo Compute marks as read-only elsewhere. Expect them to be refused, or accepted without effect.',
	options: [
		{
			displayName: 'Billing Threshold',
			name: 'billingThreshold',
			type: 'string',
			default: '',
			placeholder: 'e.g. 250.00',
			description:
				'The amount owed at which the account is billed, as a decimal. Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
		},
		{
			displayName: 'Credit Balance',
			name: 'creditBalance',
			type: 'string',
			default: '',
			placeholder: 'e.g. 100.00',
			description:
				'The credit left on the account, as a decimal. Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
		},
		{
			displayName: 'Credit Balance Recharge',
			name: 'creditBalanceRecharge',
			type: 'collection',
			placeholder: 'Add Transaction Field',
			default: {},
			description:
				'The payment that topped up the balance. Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
			options: [
				{
					displayName: 'Transaction Amount',
					name: 'transactionAmount',
					type: 'string',
					default: '',
					placeholder: 'e.g. 180.00',
					description:
						'The amount of the payment that topped up the balance, as a decimal. Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
				},
				{
					displayName: 'Transaction Create Time',
					name: 'transactionCreateTime',
					type: 'dateTime',
					default: '',
					placeholder: 'e.g. 2026-01-31T09:00:00Z',
					description:
						'When the payment was made. Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
				},
				{
					displayName: 'Transaction Description',
					name: 'transactionDescription',
					type: 'string',
					default: '',
					placeholder: 'e.g. Automatic top-up',
					description: 'What the payment was for. Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
				},
				{
					displayName: 'Transaction ID',
					name: 'transactionId',
					type: 'string',
					default: '',
					placeholder: 'e.g. txn_8f2c1',
					description: 'The ID of the payment. Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
				},
				{
					displayName: 'Transaction Last Payment Error Code',
					name: 'transactionLastPaymentErrorCode',
					type: 'string',
					default: '',
					placeholder: 'e.g. card_declined',
					description:
						'Why the payment failed the last time, as a code. Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
				},
				{
					displayName: 'Transaction Last Payment Error Decline Code',
					name: 'transactionLastPaymentErrorDeclineCode',
					type: 'string',
					default: '',
					placeholder: 'e.g. insufficient_funds',
					description:
						'Why the card was declined the last time, as a code. Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
				},
				{
					displayName: 'Transaction Latest Charge Amount',
					name: 'transactionLatestChargeAmount',
					type: 'string',
					default: '',
					placeholder: 'e.g. 180.00',
					description:
						'The amount of the latest charge, as a decimal. Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
				},
				{
					displayName: 'Transaction Latest Charge Create Time',
					name: 'transactionLatestChargeCreateTime',
					type: 'dateTime',
					default: '',
					placeholder: 'e.g. 2026-01-31T09:00:00Z',
					description:
						'When the latest charge was made. Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
				},
				{
					displayName: 'Transaction Latest Charge Failure Code',
					name: 'transactionLatestChargeFailureCode',
					type: 'string',
					default: '',
					placeholder: 'e.g. card_declined',
					description:
						'Why the latest charge failed, as a code. Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
				},
				{
					displayName: 'Transaction Latest Charge Paid',
					name: 'transactionLatestChargePaid',
					type: 'options',
					options: [
						{ name: 'Choose…', value: '' },
						{ name: 'No', value: false },
						{ name: 'Yes', value: true },
					],
					default: '',
					description:
						'Whether the latest charge was paid (true or false). Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
				},
				{
					displayName: 'Transaction Latest Charge Refunded',
					name: 'transactionLatestChargeRefunded',
					type: 'options',
					options: [
						{ name: 'Choose…', value: '' },
						{ name: 'No', value: false },
						{ name: 'Yes', value: true },
					],
					default: '',
					description:
						'Whether the latest charge was refunded (true or false). Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
				},
				{
					displayName: 'Transaction Latest Charge Status',
					name: 'transactionLatestChargeStatus',
					type: 'string',
					default: '',
					placeholder: 'e.g. succeeded',
					description:
						'The status of the latest charge. Cudo Compute does not publish the values. Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
				},
				{
					displayName: 'Transaction Status',
					name: 'transactionStatus',
					type: 'string',
					default: '',
					placeholder: 'e.g. succeeded',
					description:
						'The status of the payment. Cudo Compute does not publish the values. Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
				},
				{
					displayName: 'Transaction Succeeded',
					name: 'transactionSucceeded',
					type: 'options',
					options: [
						{ name: 'Choose…', value: '' },
						{ name: 'No', value: false },
						{ name: 'Yes', value: true },
					],
					default: '',
					description:
						'Whether the payment succeeded (true or false). Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
				},
			],
		},
		{
			displayName: 'Hourly Spend Limit',
			name: 'hourlySpendLimit',
			type: 'string',
			default: '',
			placeholder: 'e.g. 25.00',
			description:
				'The most that the account may spend in an hour, as a decimal. Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
		},
		{
			displayName: 'Hourly Spend Rate',
			name: 'hourlySpendRate',
			type: 'string',
			default: '',
			placeholder: 'e.g. 1.25',
			description:
				'What the account spends in an hour at present, as a decimal. Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
		},
		{
			displayName: 'Monthly Spend Limit',
			name: 'monthlySpendLimit',
			type: 'string',
			default: '',
			placeholder: 'e.g. 5000.00',
			description:
				'The most that the account may spend in a month, as a decimal. Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
		},
		{
			displayName: 'Next Invoice Total',
			name: 'nextInvoiceTotal',
			type: 'string',
			default: '',
			placeholder: 'e.g. 812.40',
			description:
				'The total of the next invoice so far, as a decimal. Cudo Compute marks it as read-only: expect it to be refused, or accepted without effect.',
		},
	],
};

const billingAccount: INodeProperties = {
	displayName: 'Billing Account',
	name: 'billingAccountId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The billing account. There is no other account to fall back to: a blank one is an error.',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a billing account…',
			typeOptions: { searchListMethod: 'searchBillingAccounts', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. acme-billing',
		},
	],
};

/** Read-only fields come last where fields are chosen by name. */
const readOnlyPaths: INodePropertyOptions[] = [
	{ name: 'Billing Threshold (Read-Only)', value: 'billingThreshold' },
	{ name: 'Credit Balance (Read-Only)', value: 'creditBalance' },
	{ name: 'Credit Balance Recharge > Transaction (Read-Only)', value: 'creditBalanceRecharge.transaction' },
	{ name: 'Hourly Spend Limit (Read-Only)', value: 'hourlySpendLimit' },
	{ name: 'Hourly Spend Rate (Read-Only)', value: 'hourlySpendRate' },
	{ name: 'Monthly Spend Limit (Read-Only)', value: 'monthlySpendLimit' },
	{ name: 'Next Invoice Total (Read-Only)', value: 'nextInvoiceTotal' },
];

/** What an erased field looks like to Cudo: named by the mask, and absent from the body. Enums and booleans have a value for that instead. */
const fieldsToClear: INodeProperties = {
	displayName: 'Fields to Clear',
	name: 'fieldsToClear',
	type: 'multiOptions',
	options: [
		{ name: 'Billing Address', value: 'billingAddress' },
		{ name: 'Billing Address > City', value: 'billingAddress.city' },
		{ name: 'Billing Address > Country', value: 'billingAddress.country' },
		{ name: 'Billing Address > Line 1', value: 'billingAddress.line1' },
		{ name: 'Billing Address > Line 2', value: 'billingAddress.line2' },
		{ name: 'Billing Address > Name', value: 'billingAddress.name' },
		{ name: 'Billing Address > Phone', value: 'billingAddress.phone' },
		{ name: 'Billing Address > Postal Code', value: 'billingAddress.postalCode' },
		{ name: 'Billing Address > State', value: 'billingAddress.state' },
		{ name: 'Credit Balance Recharge', value: 'creditBalanceRecharge' },
		{ name: 'Credit Balance Recharge > High', value: 'creditBalanceRecharge.high' },
		{ name: 'Credit Balance Recharge > Low', value: 'creditBalanceRecharge.low' },
		{ name: 'Display Name', value: 'displayName' },
		{ name: 'Stripe Ref', value: 'stripeRef' },
		{ name: 'Tax ID', value: 'taxId' },
		{ name: 'Tax ID > Type', value: 'taxId.type' },
		{ name: 'Tax ID > Value', value: 'taxId.value' },
		...readOnlyPaths,
	],
	default: [],
	description:
		'The fields to erase. They are named in the update mask and left out of the body, which is how APIs with an update mask erase; Cudo Compute does not document it. The parts of Credit Balance Recharge go together, so a part of it is sent as 0. Blank values elsewhere never erase anything.',
};

/** Parts of the objects that Cudo Compute shows and does not take. */
export const responseOnly = ['taxId.id'];

/** The paths that can be erased. */
export const clearable = fieldsToClear.options!.map((option) => (option as { value: string }).value);

const updateParameters: INodeProperties[] = [
	shared.dataToSend,
	{ ...updateFields, displayOptions: { hide: { dataToSend: ['autoMapInputData'] } } },
	{ ...readOnlyFields, displayOptions: { hide: { dataToSend: ['autoMapInputData'], '@tool': [true] } } },
	{
		displayName: 'Fields to Map',
		name: 'fieldsToMap',
		type: 'multiOptions',
		options: [
			{ name: 'Billing Address', value: 'billingAddress' },
			{ name: 'Credit Balance Recharge', value: 'creditBalanceRecharge' },
			{ name: 'Display Name', value: 'displayName' },
			{ name: 'Payment Terms', value: 'paymentTerms' },
			{ name: 'State', value: 'state' },
			{ name: 'Stripe Ref', value: 'stripeRef' },
			{ name: 'Tax ID', value: 'taxId' },
			...readOnlyPaths,
		],
		default: ['billingAddress', 'displayName', 'taxId'],
		displayOptions: { show: { dataToSend: ['autoMapInputData'] } },
		description:
			'Only these are taken from the input item, under their API names, nested or with dots: displayName, billingAddress.city. Blank values are left out. Credit Balance Recharge is taken without its transaction, which has an entry of its own. Preset are the fields that Cudo Compute documents as updatable.',
	},
	fieldsToClear,
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
			shared.refuseChangesAbove,
			shared.refuseRunsAbove,
			shared.skipIfUnchanged,
			shared.timeout,
			{
				displayName: 'Update Mask',
				name: 'updateMask',
				type: 'string',
				default: '',
				placeholder: 'e.g. displayName,billingAddress.city',
				description:
					'The update mask to send instead of the one that is made from exactly the fields set and cleared. Paths in lowerCamelCase, separated by commas, without spaces. It is sent as given: a field it names that has no value is erased, and an object it names is replaced by exactly what is set.',
			},
		],
	},
];

export const properties: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: [{ name: 'Billing Account', value: 'billingAccount' }],
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
				description: 'Get one billing account',
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many billing accounts',
				description: 'Get a list of the billing accounts that the API key may see',
			},
			{
				name: 'Update',
				value: 'update',
				action: 'Update billing account',
				description: 'Update the billing address, tax ID, name or other fields of a billing account',
			},
		],
		default: 'update',
	},
	{
		...billingAccount,
		displayOptions: { show: { resource: ['billingAccount'], operation: ['get', 'update'] } },
	},
	...updateDisplayOptions({ show: { resource: ['billingAccount'], operation: ['update'] } }, updateParameters),
	...updateDisplayOptions(
		{ show: { resource: ['billingAccount'], operation: ['applyPlan'] } },
		shared.planParameters([shared.refuseChangesAbove]),
	),
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		displayOptions: { show: { resource: ['billingAccount'], operation: ['getAll'] } },
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: { show: { resource: ['billingAccount'], operation: ['getAll'], returnAll: [false] } },
		description: 'Max number of results to return',
	},
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
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		displayOptions: { show: { resource: ['billingAccount'], operation: ['getAll'] } },
		options: [shared.maxRetries, shared.readOutput, shared.timeout],
	},
];
