import type { IDataObject } from 'n8n-workflow';

import { readAccountId } from '../shared/parameters/accountId';
import { nameFields } from '../shared/parameters/nameFields';
import { isRecord, textOf } from '../shared/fields/record';
import type { Listing } from '../shared/http/paging';
import type { Response, Service, ServiceFault, Target, Violation } from '../shared/service';
import { clearable, readOnlyFields, responseOnly, updateFields } from './description';
import { adjustToMask, maskGiven, maskOf } from './updateMask';
import { needsWholeObjects, objectsToNameWhole, withWholeObjects } from './wholeObjects';

const PATH = '/v1/billing-accounts';

export const billingAccounts: Listing = { path: PATH, records: 'billingAccounts', nextToken: 'pageToken', pageSize: 100 };

/** gRPC's ABORTED, by name or by number: a conflict, after which the call may be made again. It does not say that nothing was applied. */
function isAborted(json: IDataObject): boolean {
	return json.status === 'ABORTED' || json.code === 10;
}

/** google.rpc.BadRequest: which fields are wrong, and why. */
function violationsOf(detail: IDataObject): Violation[] | undefined {
	if (!Array.isArray(detail.fieldViolations)) return undefined;
	return (detail.fieldViolations as unknown[])
		.filter(isRecord)
		.map(({ field, description }) => ({ field: textOf(field) ?? '', description: textOf(description) ?? '' }));
}

/** `{ code, message, details }`, with google.rpc details: field violations, the delay to wait, and the reason. */
function faultOf({ json, status }: Response): ServiceFault {
	if (!isRecord(json)) return {};
	const fault: ServiceFault = { message: textOf(json.message), code: textOf(json.status) };
	if (status >= 400 && isAborted(json)) fault.retryable = 'open';
	for (const detail of Array.isArray(json.details) ? json.details.filter(isRecord) : []) {
		fault.code = textOf(detail.reason) ?? fault.code;
		const seconds = /^(\d{1,12}(?:\.\d+)?)s$/.exec(textOf(detail.retryDelay) ?? '')?.[1];
		if (seconds !== undefined) fault.retryAfterMs = Math.max(fault.retryAfterMs ?? 0, Math.ceil(Number(seconds) * 1000));
		fault.violations = violationsOf(detail) ?? fault.violations;
	}
	return fault;
}

function targetOf(billingAccountId: string): Target {
	return {
		key: billingAccountId,
		id: billingAccountId,
		label: `billing account ${billingAccountId}`,
		selector: { billingAccountId },
	};
}

/** A decimal as a person reads it: `"1.5"` for `{ value: "1.5" }`. */
function unwrapped(decimal: IDataObject[string]): IDataObject[string] {
	return isRecord(decimal) && 'value' in decimal ? decimal.value : decimal;
}

export const cudoCompute: Service = {
	name: 'Cudo Compute',
	node: 'cudoCompute',
	fields: {
		all: nameFields(
			[
				{ path: 'billingAddress.city', type: 'text' },
				{ path: 'billingAddress.country', type: 'text', meaning: 'country' },
				{ path: 'billingAddress.line1', type: 'text' },
				{ path: 'billingAddress.line2', type: 'text' },
				{ path: 'billingAddress.name', type: 'text' },
				{ path: 'billingAddress.phone', type: 'text', meaning: 'phone' },
				{ path: 'billingAddress.postalCode', type: 'text' },
				{ path: 'billingAddress.state', type: 'text' },
				{ path: 'billingThreshold', type: 'decimal', guard: {} },
				{ path: 'creditBalance', type: 'decimal', guard: {} },
				{ path: 'creditBalanceRecharge.autoRecharge', type: 'boolean' },
				{ path: 'creditBalanceRecharge.high', type: 'decimal', guard: {} },
				{ path: 'creditBalanceRecharge.low', type: 'decimal', guard: {} },
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
				{ path: 'hourlySpendLimit', type: 'decimal', guard: {} },
				{ path: 'hourlySpendRate', type: 'decimal', guard: {} },
				{ path: 'monthlySpendLimit', type: 'decimal', guard: {} },
				{ path: 'nextInvoiceTotal', type: 'decimal', guard: {} },
				{ path: 'paymentTerms', type: 'enum' },
				{ path: 'state', type: 'enum' },
				{ path: 'stripeRef', type: 'text' },
				{ path: 'taxId.type', type: 'text' },
				{ path: 'taxId.value', type: 'text', meaning: 'taxNumber' },
			],
			updateFields,
			readOnlyFields,
		),
		clearable,
		responseOnly,
		recordKeys: ['id', 'displayName', 'billingAddress', 'creditBalance', 'paymentTerms', 'createTime'],
		zeroIsLeftOut: true,
	},
	signIn: {
		credentialType: () => 'cudoComputeApi',
		secretsOf: ({ apiKey }) => [apiKey],
		neededOf: ({ apiKey }) => ({ 'API Key': apiKey }),
		madeIn: 'The API key is made in the Cudo Compute console, as a user who may manage the billing accounts.',
		planSecretsOf: ({ apiKey }) => [apiKey],
	},
	account: {
		target(parameters, itemIndex) {
			const remedy = 'Choose a billing account, or make sure that the expression gives an ID for every item.';
			return targetOf(readAccountId(parameters, 'billingAccountId', itemIndex, 'Billing Account', remedy));
		},
		select: ({ billingAccountId }) =>
			typeof billingAccountId === 'string' && billingAccountId !== '' ? targetOf(billingAccountId) : undefined,
		nameOf: ({ displayName }) => displayName,
		read: ({ key }) => ({ method: 'GET', path: `${PATH}/${encodeURIComponent(key)}` }),
		adjust: adjustToMask,
		needsRecord: needsWholeObjects,
		update(parts) {
			const given = maskGiven(parts.options);
			const built = given === undefined ? withWholeObjects(parts, cudoCompute.fields.all) : { billingAccount: parts.body };
			if ('failure' in built) return built;
			const updateMask = given ?? maskOf(parts.changes, parts.ways);
			const body = { billingAccount: built.billingAccount, updateMask };
			return { method: 'PATCH', path: `${PATH}/${encodeURIComponent(parts.target.key)}`, body };
		},
		otherWays: objectsToNameWhole,
		idOf: ({ id }) => id,
		simplify: ({ id, displayName, state, paymentTerms, monthlySpend, billingAddress, taxId, ...record }) => ({
			id,
			displayName,
			state,
			paymentTerms,
			creditBalance: unwrapped(record.creditBalance),
			hourlySpendLimit: unwrapped(record.hourlySpendLimit),
			monthlySpendLimit: unwrapped(record.monthlySpendLimit),
			monthlySpend,
			billingAddress,
			taxId,
		}),
	},
	faultOf,
};
