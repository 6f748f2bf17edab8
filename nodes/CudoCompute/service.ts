import { readAccountId } from '../shared/parameters/accountId';
import { nameFields } from '../shared/parameters/readUpdate';
import { isRecord } from '../shared/fields/record';
import type { Listing } from '../shared/http/paging';
import type { Changes, Response, Service, ServiceFault } from '../shared/service';
import { clearable, responseOnly, updateFields } from './description';

const PATH = '/v1/billing-accounts';

export const billingAccounts: Listing = { path: PATH, records: 'billingAccounts', nextToken: 'pageToken', pageSize: 100 };

/**
 * The update mask: exactly the paths that are set or cleared, each at the depth at which it was given. A protobuf FieldMask: comma-separated
 * lowerCamelCase paths, no spaces. A decimal is one field, so its `value` is not named.
 */
export function maskOf({ set, clear }: Changes): string {
	return [...set.keys(), ...clear].sort().join(',');
}

/** `{ code, message, details }`, with google.rpc details: field violations, the delay to wait, and the reason. */
function faultOf({ json }: Response): ServiceFault {
	if (!isRecord(json)) return {};
	const fault: ServiceFault = {};
	if (typeof json.message === 'string') fault.message = json.message;
	if (typeof json.status === 'string') fault.code = json.status;
	for (const detail of Array.isArray(json.details) ? json.details.filter(isRecord) : []) {
		if (typeof detail.reason === 'string') fault.code = detail.reason;
		const seconds = /^(\d+(?:\.\d+)?)s$/.exec(String(detail.retryDelay ?? ''))?.[1];
		if (seconds !== undefined) fault.retryAfterMs = Math.ceil(Number(seconds) * 1000);
		if (Array.isArray(detail.fieldViolations)) {
			const violations: unknown[] = detail.fieldViolations;
			fault.violations = violations
				.filter(isRecord)
				.map(({ field, description }) => ({ field: String(field ?? ''), description: String(description ?? '') }));
		}
	}
	return fault;
}

/** gRPC's ABORTED, by name or by number: a conflict that passes. */
function isAborted({ json }: Response): boolean {
	return isRecord(json) && (json.status === 'ABORTED' || json.code === 10);
}

export const cudoCompute: Service = {
	name: 'Cudo Compute',
	fields: nameFields(
		[
			{ path: 'billingAddress.city', type: 'text' },
			{ path: 'billingAddress.country', type: 'text', meaning: 'country' },
			{ path: 'billingAddress.line1', type: 'text' },
			{ path: 'billingAddress.line2', type: 'text' },
			{ path: 'billingAddress.name', type: 'text' },
			{ path: 'billingAddress.phone', type: 'text', meaning: 'phone' },
			{ path: 'billingAddress.postalCode', type: 'text' },
			{ path: 'billingAddress.state', type: 'text' },
			{ path: 'billingThreshold', type: 'decimal' },
			{ path: 'creditBalance', type: 'decimal' },
			{ path: 'creditBalanceRecharge.autoRecharge', type: 'boolean' },
			{ path: 'creditBalanceRecharge.high', type: 'decimal' },
			{ path: 'creditBalanceRecharge.low', type: 'decimal' },
			{ path: 'creditBalanceRecharge.transaction.amount', type: 'decimal' },
			{ path: 'creditBalanceRecharge.transaction.createTime', type: 'dateTime' },
			{ path: 'creditBalanceRecharge.transaction.description', type: 'text' },
			{ path: 'creditBalanceRecharge.transaction.id', type: 'text' },
			{ path: 'creditBalanceRecharge.transaction.lastPaymentError.code', type: 'text' },
			{ path: 'creditBalanceRecharge.transaction.lastPaymentError.declineCode', type: 'text' },
			{ path: 'creditBalanceRecharge.transaction.latestCharge.amount', type: 'decimal' },
			{ path: 'creditBalanceRecharge.transaction.latestCharge.createTime', type: 'dateTime' },
			{ path: 'creditBalanceRecharge.transaction.latestCharge.failureCode', type: 'text' },
			{ path: 'creditBalanceRecharge.transaction.latestCharge.paid', type: 'boolean' },
			{ path: 'creditBalanceRecharge.transaction.latestCharge.refunded', type: 'boolean' },
			{ path: 'creditBalanceRecharge.transaction.latestCharge.status', type: 'text' },
			{ path: 'creditBalanceRecharge.transaction.status', type: 'text' },
			{ path: 'creditBalanceRecharge.transaction.succeeded', type: 'boolean' },
			{ path: 'displayName', type: 'text' },
			{ path: 'hourlySpendLimit', type: 'decimal' },
			{ path: 'hourlySpendRate', type: 'decimal' },
			{ path: 'monthlySpendLimit', type: 'decimal' },
			{ path: 'nextInvoiceTotal', type: 'decimal' },
			{ path: 'paymentTerms', type: 'enum' },
			{ path: 'state', type: 'enum' },
			{ path: 'stripeRef', type: 'text' },
			{ path: 'taxId.type', type: 'text' },
			{ path: 'taxId.value', type: 'text', meaning: 'taxNumber' },
		],
		updateFields,
	),
	recordKeys: ['id', 'displayName', 'billingAddress', 'creditBalance', 'paymentTerms', 'createTime'],
	clearable,
	responseOnly,
	guarded: [
		{ path: 'billingThreshold' },
		{ path: 'creditBalance' },
		{ path: 'creditBalanceRecharge.high' },
		{ path: 'creditBalanceRecharge.low' },
		{ path: 'hourlySpendLimit' },
		{ path: 'hourlySpendRate' },
		{ path: 'monthlySpendLimit' },
		{ path: 'nextInvoiceTotal' },
	],
	credentialType: () => 'cudoComputeApi',
	secretsOf: ({ apiKey }) => [apiKey],
	renewal: () => 'none',
	target(parameters, itemIndex) {
		const remedy = 'Choose a billing account, or make sure that the expression gives an ID for every item.';
		const billingAccountId = readAccountId(parameters, 'billingAccountId', itemIndex, 'Billing Account', remedy);
		return { key: billingAccountId, label: `billing account ${billingAccountId}`, selector: { billingAccountId } };
	},
	read: ({ key }) => ({ method: 'GET', path: `${PATH}/${encodeURIComponent(key)}` }),
	needsRecord: () => false,
	update(target, changes, billingAccount, { updateMask }) {
		const body = { billingAccount, updateMask: updateMask ?? maskOf(changes) };
		return { method: 'PATCH', path: `${PATH}/${encodeURIComponent(target.key)}`, body };
	},
	simplify: ({
		id,
		displayName,
		state,
		paymentTerms,
		creditBalance,
		hourlySpendLimit,
		monthlySpendLimit,
		monthlySpend,
		billingAddress,
		taxId,
	}) => ({
		id,
		displayName,
		state,
		paymentTerms,
		creditBalance,
		hourlySpendLimit,
		monthlySpendLimit,
		monthlySpend,
		billingAddress,
		taxId,
	}),
	faultOf,
	isPassing: isAborted,
};
