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
import { same } from './same.mts';

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

/** The parts that are sent of the objects that an update touches a part of: what each is now, and what it is sent as where that is nothing. */
function partsToSend(asked: Asked, record: IDataObject): Array<{ path: string; current: unknown; zero: unknown }> {
	const isSet = (outer: string) => Object.keys(asked.values).some((path) => path.startsWith(`${outer}.`));
	return objectsInPart(asked)
		.filter((object) => isSet(object) || record[object])
		.flatMap((object) => {
			const parts = { ...wholeObjects[object], ...(object === 'creditBalanceRecharge' && isSet(TRANSACTION) ? transactionParts : {}) };
			return Object.entries(parts).map(([part, zero]) => {
				const path = `${object}.${part}`;
				return { path, current: asked.clear.includes(path) ? undefined : valueAt(record, path), zero };
			});
		});
}

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
			for (const { path, current, zero } of partsToSend(asked, record)) {
				const value = values[path] ?? (isBlank(current) ? zero : current);
				if (value !== undefined) put(billingAccount, path.split('.'), value);
			}
			for (const [path, value] of Object.entries(values)) put(billingAccount, path.split('.'), value);
			return { billingAccount, updateMask: [...Object.keys(values), ...clear].sort().join(',') };
		},
		isIncomplete: (asked, record) =>
			partsToSend(asked, record).some(({ path, current, zero }) => {
				if (!path.startsWith('creditBalanceRecharge.') || path in asked.values || asked.clear.includes(path) || !isBlank(current))
					return false;
				const around = valueAt(record, path.slice(0, path.lastIndexOf('.')));
				return zero === undefined || (zero !== '' && Object.keys((around ?? {}) as IDataObject).length === 0);
			}),
		readsFirst: (paths) => objectsInPart({ values: {}, clear: paths }).length > 0,
	},

	sandboxCredentials: (baseUrl) => [{ title: 'Cudo Compute', type: 'cudoComputeApi', data: { baseUrl, apiKey: standIn.secrets.apiKey } }],

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
			updateFields: { displayName: '={{ $json.displayName }}' },
			readOnlyFields: { hourlySpendLimit: '={{ $json.hourlySpendLimit.value }}' },
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
			updateFields: {
				displayName: 'Renamed',
				paymentTerms: 'PAYMENT_TERMS_INVOICE',
				// Line 2 is empty before.
				billingAddress: { line2: 'Second Floor', city: 'London' },
				creditBalanceRecharge: { autoRecharge: false, low: '30' },
			},
			readOnlyFields: { billingThreshold: '750.5', creditBalanceRecharge: { transactionLatestChargePaid: false } },
			fieldsToClear: ['billingAddress.state', 'monthlySpendLimit'],
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
		idKey: 'id',
		untouched: ['id', 'createBy'],
		// A decimal that was cleared reads 0 instead of being absent.
		// A path inside an object, in the mask, is cut to the object, refused or ignored.
		habits: ['showsZero', 'cutsMask', 'refusesParts', 'ignoresParts'],
		answers: {
			aborted: { meaning: 'ambiguous', send: { status: 409, headers: {}, body: { code: 10, message: 'Aborted', details: [] } } },
		},
		pools: {},
		// The other parts of an object are taken from the record, so an item that touches a part has a name of its own.
		distinguish(values, clear) {
			if (objectsInPart({ values, clear }).length > 0) values.displayName ??= 'Acme';
		},
		leavesOutZero: true,
		zeroParts: Object.entries({ ...wholeObjects.creditBalanceRecharge, ...transactionParts })
			.filter(([, zero]) => zero !== undefined)
			.map(([part]) => `creditBalanceRecharge.${part}`),
		pathsNamed: ({ updateMask }) => String(updateMask).split(','),
		wantsOtherWay({ updateMask }, { cutsMask, refusesParts, ignoresParts }) {
			if (!String(updateMask).includes('.') || cutsMask || !(refusesParts || ignoresParts)) return undefined;
			const message = `invalid path in update_mask: ${String(updateMask)}`;
			return refusesParts ? { refusal: { status: 400, body: { code: 3, message, details: [] } } } : {};
		},
		apply(leaves, record, { billingAccount, updateMask }, { showsZero, cutsMask, ignoresParts }) {
			const isDecimal = (path: string) => leaves.some((leaf) => leaf.path === path && leaf.type === 'decimal');
			const next = structuredClone(record);
			const paths = String(updateMask)
				.split(',')
				.filter((path) => cutsMask || !ignoresParts || !path.includes('.'))
				.map((path) => (cutsMask ? path.split('.')[0] : path));
			for (const path of paths) {
				const value = valueAt(billingAccount, path);
				if (value !== undefined) put(next, path.split('.'), structuredClone(value));
				else if (showsZero && isDecimal(path)) put(next, path.split('.'), { value: '0' });
				else removeAt(next, path);
			}
			// The service keeps what it only shows.
			const transaction = valueAt(record, TRANSACTION);
			if (next.creditBalanceRecharge && transaction && !paths.includes(TRANSACTION)) {
				next.creditBalanceRecharge = { transaction, ...(next.creditBalanceRecharge as IDataObject) };
			}
			return next;
		},
		// Objects are sent whole, so besides the item's own values the body has those of the record.
		isPatchOf(leaves, { billingAccount, updateMask }, asked) {
			const mask = String(updateMask).split(',').sort();
			const paths = [...Object.keys(asked.values), ...asked.clear];
			const objects = objectsInPart(asked).filter((object) => mask.includes(object));
			const inObject = (path: string, among: string[]) => among.some((object) => path.startsWith(`${object}.`));
			const sent = leavesOf(billingAccount, leaves);
			return (
				same(mask, [...new Set([...paths.filter((path) => !inObject(path, objects)), ...objects])].sort()) &&
				Object.entries(leavesOf(nested(leaves, asked.values), leaves)).every(([path, value]) => same(sent[path], value)) &&
				Object.keys(sent).every((path) => path in asked.values || inObject(path, objectsInPart(asked)))
			);
		},
	},

	tool: {
		parameters: {
			...selectionOf(fromAi('Billing_Account')),
			updateFields: {
				billingAddress: { city: fromAi('City'), line2: fromAi('Line_2') },
				creditBalanceRecharge: { autoRecharge: fromAi('Auto_Recharge'), low: fromAi('Low') },
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
		blanks: { Billing_Account: 'acme-billing', City: 'Rome', Line_2: '', Auto_Recharge: '', Low: '', State: '' },
		wrong: {
			call: { Billing_Account: 'acme-billing', City: '', Line_2: '', Auto_Recharge: '', Low: '1,000 €', State: '' },
			told: [/Credit Balance Recharge > Low is not a decimal number/, /Use digits with a dot for the fraction/],
		},
	},
	searches: [
		'billing account',
		'billing address',
		'invoice',
		'invoice address',
		'phone',
		'VAT',
		'VAT ID',
		'tax ID',
		'payment terms',
		'spend limit',
		'spending limit',
		'budget',
		'credit balance',
		'recharge',
		'auto recharge',
		'top up',
		'prepaid',
		'suspend',
		'GPU cloud',
		'cudo',
		'cudo compute',
	],
};
