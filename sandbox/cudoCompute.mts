import { applyMask, type MaskReading, parseMask, readAs } from './fieldMask.mts';
import { pageOf } from './paging.mts';
import { valueAt } from './paths.mts';
import { Records } from './records.mts';
import { sampleCompanies } from './sampleCompanies.mts';
import type { Answer, JsonObject, StandIn, StandInEntry } from './standIn.mts';

export interface CudoComputeOptions {
	/** The API key that is good. */
	apiKey: string;
	/** How many accounts there are to begin with. */
	accounts: number;
	/** Most accounts on one page of the list, whatever page size is asked for. */
	maxPageSize: number;
	/** Whether fields that Cudo does not document as updatable are accepted but ignored. */
	ignoreNotUpdatable: boolean;
	/** What becomes of a path inside an object, such as `billingAddress.city`, in the mask. */
	mask: MaskReading;
	/** Whether answers leave out zero values (false, 0 and empty texts), as proto3 does. */
	leaveOutZeros: boolean;
}

/** The fields of the update that Cudo documents as updatable. */
const UPDATABLE = ['billingAddress', 'displayName', 'taxId'];

/** gRPC code and name that go with an HTTP status. */
const CODES: Record<number, [code: number, name: string, message: string]> = {
	400: [3, 'INVALID_ARGUMENT', 'Invalid fields in request.'],
	401: [16, 'UNAUTHENTICATED', 'Unauthenticated'],
	403: [7, 'PERMISSION_DENIED', 'Permission Denied'],
	404: [5, 'NOT_FOUND', 'Not Found'],
	405: [12, 'UNIMPLEMENTED', 'Method Not Allowed'],
	409: [10, 'ABORTED', 'The account was changed by another request.'],
	412: [9, 'FAILED_PRECONDITION', 'The account is not in a state that allows this.'],
	415: [3, 'INVALID_ARGUMENT', 'The body must be application/json.'],
	429: [8, 'RESOURCE_EXHAUSTED', 'Too many requests.'],
	500: [13, 'INTERNAL', 'Internal error.'],
	502: [14, 'UNAVAILABLE', 'Bad gateway.'],
	503: [14, 'UNAVAILABLE', 'The service is not available at the moment.'],
	504: [4, 'DEADLINE_EXCEEDED', 'The service took too long.'],
};

const DETAIL = 'type.googleapis.com/google.rpc.';

/** An error in the shape that was seen in practice: `code` is the gRPC code. */
function gatewayError(status: number): Answer {
	const [code, , message] = CODES[status] ?? [2, 'UNKNOWN', `HTTP ${status}`];
	return { status, body: { code, message, details: [] } };
}

/** An error in the documented shape: `code` is the HTTP status. */
function documentedError(status: number, message?: string, details: JsonObject[] = []): Answer {
	const [, name, usualMessage] = CODES[status] ?? [2, 'UNKNOWN', `HTTP ${status}`];
	return { status, body: { code: status, status: name, message: message ?? usualMessage, details } };
}

const violations = (fieldViolations: { field: string; description: string }[]) =>
	documentedError(400, undefined, [{ '@type': `${DETAIL}BadRequest`, fieldViolations }]);

const first = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

function sampleAccounts(count: number): Record<string, JsonObject> {
	return Object.fromEntries(
		sampleCompanies(count).map(({ name, slug }, index) => {
			const id = `${slug}-billing`;
			const day = String((index % 28) + 1).padStart(2, '0');
			return [
				id,
				{
					id,
					displayName: `${name} Ltd`,
					billingAddress: {
						name: `${name} Ltd`,
						line1: `${index + 1} High Street`,
						city: 'Bournemouth',
						state: 'Dorset',
						postalCode: `BH${(index % 25) + 1} 1AA`,
						country: 'GB',
						phone: '+441202000000',
					},
					billingThreshold: { value: '500' },
					createBy: `owner@${slug}.example`,
					createTime: `2025-01-${day}T09:30:00Z`,
					creditBalance: { value: `${index * 12}.50` },
					creditBalanceRecharge: {
						autoRecharge: true,
						low: { value: '20' },
						high: { value: '200' },
						transaction: {
							id: `txn_${index + 1}`,
							amount: { value: '180' },
							createTime: `2025-09-${day}T10:00:00Z`,
							description: 'Credit balance recharge',
							status: 'succeeded',
							succeeded: true,
							lastPaymentError: { code: '', declineCode: '' },
							latestCharge: {
								amount: { value: '180' },
								createTime: `2025-09-${day}T10:00:00Z`,
								failureCode: '',
								paid: true,
								refunded: false,
								status: 'succeeded',
							},
						},
					},
					hourlySpendLimit: { value: '10' },
					hourlySpendRate: { value: '1.25' },
					invoiceTime: '2025-12-01T00:00:00Z',
					monthlySpend: '812.40',
					monthlySpendLimit: { value: '2000' },
					nextInvoiceTotal: { value: '812.40' },
					paymentTerms: 'PAYMENT_TERMS_PREPAID',
					state: 'STATE_ACTIVE',
					stripeRef: `cus_sandbox${String(index + 1).padStart(4, '0')}`,
					taxId: { id: `txi_${index + 1}`, type: 'gb_vat', value: `GB${100000000 + index}` },
				},
			];
		}),
	);
}

/** An object as proto3 writes it: without what holds a zero value. A decimal is an object with a text, so a decimal of 0 is one without any. */
function withoutZeros(object: JsonObject): JsonObject {
	const isZero = (key: string, value: unknown) => value === false || value === '' || (key === 'value' && value === '0');
	return Object.fromEntries(
		Object.entries(object)
			.filter(([key, value]) => !isZero(key, value))
			.map(([key, value]) => [key, typeof value === 'object' && value !== null ? withoutZeros(value as JsonObject) : value]),
	);
}

function create(options: CudoComputeOptions): StandIn<CudoComputeOptions> {
	const records = new Records(() => sampleAccounts(options.accounts));
	const shown = (account: JsonObject) => (options.leaveOutZeros ? withoutZeros(account) : account);

	return {
		contract: 'cudo-compute',
		readOperation: 'GetBillingAccount',
		options,
		records,
		credentials: {
			apiKey: ({ headers }) => headers.authorization === `Bearer ${options.apiKey}`,
		},
		operations: {
			ListBillingAccounts: ({ query }) => {
				const asked = Number(first(query.pageSize) ?? 0);
				if (asked < 0) return violations([{ field: 'pageSize', description: 'must not be negative' }]);
				const pageSize = Math.min(asked || options.maxPageSize, options.maxPageSize);
				const page = pageOf(records.ids(), pageSize, first(query.pageToken));
				if (!page) return violations([{ field: 'pageToken', description: 'is not a token of this list' }]);
				const billingAccounts = page.items.map((id) => shown(records.get(id) as JsonObject));
				return { status: 200, body: { billingAccounts, pageToken: page.next, pageSize } };
			},
			GetBillingAccount: ({ params: { id } }) => {
				const account = records.get(id);
				return account ? { status: 200, body: shown(account) } : gatewayError(404);
			},
			UpdateBillingAccount: ({ params: { id }, body }, effects, bodySchema) => {
				const account = records.get(id);
				if (!account) return gatewayError(404);
				const { billingAccount = {}, updateMask } = body as { billingAccount?: JsonObject; updateMask: string };
				const mask = parseMask(updateMask, bodySchema?.properties?.billingAccount);
				const read = readAs(mask.paths, options.mask);
				const invalid = [...new Set([...mask.unknown, ...read.invalid])];
				if (invalid.length > 0) {
					return violations(invalid.map((path) => ({ field: 'updateMask', description: `invalid path "${path}"` })));
				}
				const paths = options.ignoreNotUpdatable ? read.effective.filter((path) => UPDATABLE.includes(path.split('.')[0])) : read.effective;
				const updated = applyMask(account, billingAccount, paths);
				// The service gives the tax ID its id; replacing the tax ID as a whole does not take it away.
				// Nor does replacing the recharge as a whole take away the transaction, which it only shows.
				const transaction = valueAt(account, 'creditBalanceRecharge.transaction');
				if (updated.creditBalanceRecharge && transaction && !paths.includes('creditBalanceRecharge.transaction')) {
					updated.creditBalanceRecharge = { transaction, ...updated.creditBalanceRecharge };
				}
				if (updated.taxId) updated.taxId = { id: valueAt(account, 'taxId.id') ?? `txi_${id}`, ...updated.taxId };
				return { status: 200, body: shown(records.update(id, updated, effects)) };
			},
		},
		accountOf: (path) => {
			const id = /^\/v1\/billing-accounts\/([^/]+)$/.exec(path)?.[1];
			return id === undefined ? undefined : decodeId(id);
		},
		unauthorized: () => gatewayError(401),
		invalid: (problems) => violations(problems.map(({ field, message }) => ({ field: field || 'body', description: message }))),
		error: (status, { message, retryDelay } = {}) => {
			if (message === undefined && retryDelay === undefined && status >= 401 && status <= 405) return gatewayError(status);
			const details = retryDelay === undefined ? [] : [{ '@type': `${DETAIL}RetryInfo`, retryDelay: `${retryDelay}s` }];
			return documentedError(status, message, details);
		},
		extras: {},
	};
}

/** A path segment decoded; as it is where it is not well encoded. */
function decodeId(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
}

const secrets = { apiKey: 'sandbox-api-key' };

/** The stand-in for Cudo Compute. */
export const cudoCompute = {
	displayName: 'Cudo Compute',
	port: 4402,
	secrets,
	defaults: { ...secrets, accounts: 25, maxPageSize: 10, ignoreNotUpdatable: false, mask: 'nested', leaveOutZeros: false },
	create,
} satisfies StandInEntry<CudoComputeOptions>;
