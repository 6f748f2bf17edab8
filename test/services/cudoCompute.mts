import type { IDataObject } from 'n8n-workflow';

import { cudoCompute as standIn } from '../../sandbox/cudoCompute.mts';
import { CudoComputeApi } from '../../credentials/CudoComputeApi.credentials.ts';
import { CudoCompute } from '../../nodes/CudoCompute/CudoCompute.node.ts';
import { fromAi } from '../support/fromAi.mts';
import { leavesOf, nested } from '../support/leaves.mts';
import { byId } from '../support/locator.mts';
import { put, removeAt, valueAt } from '../support/paths.mts';
import type { Asked, ServiceFixture } from './fixture.mts';
import { grpcCodes } from './grpcCodes.mts';
import { same, sorted } from './same.mts';

/** The objects that are sent whole where a part of them is touched: their parts, each with what it is sent as where it has no value but is required. */
const wholeObjects: Record<string, Record<string, unknown>> = {
	billingAddress: Object.fromEntries(
		['name', 'line1', 'line2', 'city', 'state', 'postalCode', 'country', 'phone'].map((part) => [part, undefined]),
	),
	taxId: { type: undefined, value: undefined },
	creditBalanceRecharge: { autoRecharge: false, high: { value: '0' }, low: { value: '0' } },
};

/** Only sent where a part of it is set. */
const transactionParts: Record<string, unknown> = {
	'transaction.amount': { value: '0' },
	'transaction.createTime': undefined,
	'transaction.description': '',
	'transaction.id': '',
	'transaction.lastPaymentError.code': '',
	'transaction.lastPaymentError.declineCode': '',
	'transaction.latestCharge.amount': { value: '0' },
	'transaction.latestCharge.createTime': undefined,
	'transaction.latestCharge.failureCode': '',
	'transaction.latestCharge.paid': false,
	'transaction.latestCharge.refunded': false,
	'transaction.latestCharge.status': '',
	'transaction.status': '',
	'transaction.succeeded': false,
};
const TRANSACTION = 'creditBalanceRecharge.transaction';

const isBlank = (value: unknown) => value === undefined || value === null || value === '';

/** The objects of which an update touches a part. */
const objectsInPart = ({ values, clear }: Asked) =>
	Object.keys(wholeObjects).filter((object) => [...Object.keys(values), ...clear].some((path) => path.startsWith(`${object}.`)));

/** Whether a request that names this mask is about a part of an object. */
const namesParts = (mask: unknown) => String(mask).includes('.');

const selectionOf = (id: string) => ({ billingAccountId: byId(id) });
const routeOf = (account: string) => `/v1/billing-accounts/${encodeURIComponent(account)}`;

/** Cudo Compute in tests, benchmark and demo. */
export const cudoCompute: ServiceFixture = {
	displayName: standIn.displayName,
	contract: 'cudo-compute',
	node: new CudoCompute(),
	credentialTypes: [new CudoComputeApi()],

	account: {
		baseUrl: 'https://rest.compute.cudo.org',
		credentials: { cudoComputeApi: { apiKey: 'cudo-api-key-1' } },
		selection: selectionOf('acme-billing'),
		selectionOf,
		route: routeOf('acme-billing'),
		query: {},
		headers: { authorization: 'Bearer cudo-api-key-1' },
		record: {
			id: 'acme-billing',
			displayName: 'Acme Ltd',
			billingAddress: {
				name: 'Acme Ltd',
				line1: '1 High Street',
				line2: '',
				city: 'London',
				state: '',
				postalCode: 'N1 1AA',
				country: 'GB',
				phone: '+442012345678',
			},
			taxId: { id: 'txi_1', type: 'gb_vat', value: 'GB123456789' },
			paymentTerms: 'PAYMENT_TERMS_PREPAID',
			state: 'STATE_ACTIVE',
			billingThreshold: { value: '100' },
			creditBalance: { value: '25.50' },
			creditBalanceRecharge: {
				autoRecharge: true,
				low: { value: '10' },
				high: { value: '50' },
				transaction: {
					id: 'txn_1',
					amount: { value: '40' },
					createTime: '2025-10-31T09:00:00Z',
					description: 'Credit balance recharge',
					status: 'succeeded',
					succeeded: true,
					lastPaymentError: { code: '', declineCode: '' },
					latestCharge: {
						amount: { value: '40' },
						createTime: '2025-10-31T09:00:00Z',
						failureCode: '',
						paid: true,
						refunded: false,
						status: 'succeeded',
					},
				},
			},
			hourlySpendLimit: { value: '5' },
			hourlySpendRate: { value: '0.4' },
			monthlySpend: '120.10',
			monthlySpendLimit: { value: '1000' },
			nextInvoiceTotal: { value: '120.10' },
			stripeRef: 'cus_1',
			createBy: 'ann',
			createTime: '2025-01-31T09:00:00Z',
		},
	},

	update: {
		recordIn: 'billingAccount',
		// What is in the mask and not in the body is erased.
		erasable: ({ paths }) => paths,
		bodyOf(asked, record) {
			const { values, clear } = asked;
			const billingAccount: IDataObject = {};
			for (const object of objectsInPart(asked)) {
				const setsTransaction = Object.keys(values).some((path) => path.startsWith(`${TRANSACTION}.`));
				const isSet = Object.keys(values).some((path) => path.startsWith(`${object}.`));
				// Where there is no such object, nothing of it can be cleared.
				if (!isSet && !record[object]) continue;
				const parts = { ...wholeObjects[object], ...(object === 'creditBalanceRecharge' && setsTransaction ? transactionParts : {}) };
				for (const [part, zero] of Object.entries(parts)) {
					const path = `${object}.${part}`;
					const current = clear.includes(path) ? undefined : valueAt(record, path);
					const value = values[path] ?? (isBlank(current) ? zero : current);
					if (value !== undefined) put(billingAccount, path.split('.'), value);
				}
			}
			for (const [path, value] of Object.entries(values)) put(billingAccount, path.split('.'), value);
			return { billingAccount, updateMask: [...Object.keys(values), ...clear].sort().join(',') };
		},
		readsFirst: (paths) => objectsInPart({ values: {}, clear: paths }).length > 0,
	},

	sandboxCredentials: (baseUrl) => [{ title: 'Cudo Compute', type: 'cudoComputeApi', data: { baseUrl, apiKey: standIn.secrets.apiKey } }],
	secretHeaders: [],
	secretParameters: [],

	faults: {
		accounts: ['acme-billing', 'birchwood-billing', 'cobalt-works-billing', 'acme-billing', 'birchwood-billing'],
		signIns: [
			{
				name: 'apiKey',
				credentials({ sandbox, secret, baseUrl }) {
					const apiKey = secret('apiKey');
					sandbox.cudoCompute.options.apiKey = apiKey;
					return { cudoComputeApi: { baseUrl, apiKey } };
				},
			},
		],
		item(caseNumber, index) {
			const displayName = `Case ${caseNumber} item ${index}`;
			const hourlySpendLimit = `${caseNumber}.${index}5`;
			return {
				json: { account: this.accounts[index], displayName, hourlySpendLimit: { value: hourlySpendLimit }, note: `row ${index}` },
				account: this.accounts[index],
				leaves: [
					{ field: 'displayName', path: 'displayName', value: displayName },
					{ field: 'hourlySpendLimit', path: 'hourlySpendLimit.value', value: hourlySpendLimit },
				],
			};
		},
		parameters: {
			resource: 'billingAccount',
			...selectionOf('={{ $json.account }}'),
			updateFields: { displayName: '={{ $json.displayName }}', hourlySpendLimit: '={{ $json.hourlySpendLimit.value }}' },
		},
		errorBody: (status, message, retryDelay) => ({
			code: status,
			status: grpcCodes[status] ?? 'UNKNOWN',
			message,
			details: [
				{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field: message, description: message }] },
				...(retryDelay === undefined ? [] : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryDelay}s` }]),
			],
		}),
		ignoreNotUpdatable(sandbox) {
			sandbox.cudoCompute.options.ignoreNotUpdatable = true;
		},
		undo: {
			accounts: ['acme-billing', 'birchwood-billing'],
			selection: selectionOf('={{ $json.billingAccountId }}'),
			updateFields: {
				displayName: 'Renamed',
				paymentTerms: 'PAYMENT_TERMS_INVOICE',
				// Line 2 is empty before.
				billingAddress: { line2: 'Second Floor', city: 'London' },
				billingThreshold: '750.5',
				creditBalanceRecharge: { autoRecharge: false, low: '30', transactionLatestChargePaid: false },
			},
			fieldsToClear: ['billingAddress.state', 'monthlySpendLimit'],
			fieldsToMap: ['billingAddress', 'billingThreshold', 'creditBalanceRecharge', 'displayName', 'monthlySpendLimit', 'paymentTerms'],
			clears: true,
		},
	},

	model: {
		share: 0.5,
		hasOneAccount: false,
		routeOf,
		accountIn(route) {
			const id = /^\/v1\/billing-accounts\/([^/]+)$/.exec(route)?.[1];
			return id === undefined ? undefined : decodeURIComponent(id);
		},
		guarded: [
			'billingThreshold',
			'creditBalance',
			'creditBalanceRecharge.high',
			'creditBalanceRecharge.low',
			'hourlySpendLimit',
			'hourlySpendRate',
			'monthlySpendLimit',
			'nextInvoiceTotal',
		],
		untouched: ['id', 'createBy'],
		// A decimal that was cleared reads 0 instead of being absent.
		habits: ['showsZero'],
		answers: {
			aborted: { meaning: 'passing', send: { status: 409, headers: {}, body: { code: 10, message: 'Aborted', details: [] } } },
		},
		pools: {},
		apply(leaves, record, { billingAccount, updateMask }, { showsZero }) {
			const isDecimal = (path: string) => leaves.some((leaf) => leaf.path === path && leaf.type === 'decimal');
			const next = structuredClone(record);
			for (const path of String(updateMask).split(',')) {
				const value = valueAt(billingAccount, path);
				if (value !== undefined) put(next, path.split('.'), structuredClone(value));
				else if (showsZero && isDecimal(path)) put(next, path.split('.'), { value: '0' });
				else removeAt(next, path);
			}
			return next;
		},
		isPatchOf: (leaves, { billingAccount, updateMask }, { values, clear }) =>
			same(String(updateMask).split(',').sort(), [...Object.keys(values), ...clear].sort()) &&
			same(sorted(leavesOf(billingAccount, leaves)), sorted(leavesOf(nested(leaves, values), leaves))),
	},

	tool: {
		parameters: {
			...selectionOf(fromAi('Billing_Account')),
			updateFields: {
				billingAddress: { city: fromAi('City'), line2: fromAi('Line_2') },
				creditBalanceRecharge: { autoRecharge: fromAi('Auto_Recharge') },
				monthlySpendLimit: fromAi('Monthly_Spend_Limit'),
				state: fromAi('State'),
			},
		},
		required: {
			call: { Billing_Account: 'acme-billing', City: 'Rome' },
			sent: {
				billingAccount: {
					billingAddress: {
						name: 'Acme Ltd',
						line1: '1 High Street',
						city: 'Rome',
						state: 'Dorset',
						postalCode: 'BH1 1AA',
						country: 'GB',
						phone: '+441202000000',
					},
				},
				updateMask: 'billingAddress.city',
			},
		},
		blanks: { Billing_Account: 'acme-billing', City: 'Rome', Line_2: '', Auto_Recharge: '', Monthly_Spend_Limit: '', State: '' },
		wrong: {
			call: { Billing_Account: 'acme-billing', City: '', Line_2: '', Auto_Recharge: '', Monthly_Spend_Limit: '1,000 €', State: '' },
			told: [/Monthly Spend Limit is not a decimal number/, /Use digits with a dot for the fraction/],
		},
	},
	searches: ['spend limit', 'tax ID', 'cudo'],
};
