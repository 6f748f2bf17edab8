import { Records } from './records.mts';
import type { Answer, ServiceRequest, StandIn, StandInEntry } from './standIn.mts';

/** Id of the only record: the billing status of the credential's domain. */
export const AODOCS_RECORD = 'domain';

export interface AodocsOptions {
	/** The security code that is good. */
	secretCode: string;
	/** The access token that is good, unless `isTokenGood` decides. */
	accessToken: string;
	/** Whether an access token is good; for a sandbox behind a local authorization server. */
	isTokenGood?: (token: string) => boolean | Promise<boolean>;
}

const REASONS: Record<number, [reason: string, message: string]> = {
	400: ['badRequest', 'Bad Request'],
	401: ['authError', 'Invalid Credentials'],
	403: ['forbidden', 'Forbidden'],
	404: ['notFound', 'Not Found'],
	405: ['httpMethodNotAllowed', 'Method Not Allowed'],
	409: ['conflict', 'Conflict'],
	412: ['conditionNotMet', 'Precondition Failed'],
	415: ['badContent', 'Unsupported Media Type'],
	429: ['rateLimitExceeded', 'Too Many Requests'],
	500: ['backendError', 'Internal Server Error'],
	502: ['backendError', 'Bad Gateway'],
	503: ['backendError', 'Service Unavailable'],
	504: ['backendError', 'Gateway Timeout'],
};

/** An error in AODocs' envelope; the failures that pass are marked as such. */
function error(status: number, message?: string, reason?: string): Answer {
	const [usualReason, usualMessage] = REASONS[status] ?? ['unknown', `HTTP ${status}`];
	const text = message ?? usualMessage;
	return {
		status,
		...((status >= 500 || status === 409) && { headers: { 'X-aodocs-retryable': 'true' } }),
		body: {
			error: { code: status, message: text, errors: [{ domain: 'global', reason: reason ?? usualReason, message: text }] },
		},
	};
}

function credentialIn({ headers: { authorization = '' } }: ServiceRequest, scheme: string): string | undefined {
	const [name, ...rest] = authorization.split(' ');
	return name.toLowerCase() === scheme.toLowerCase() ? rest.join(' ').trim() : undefined;
}

function create(options: AodocsOptions): StandIn<AodocsOptions> {
	const records = new Records(() => ({
		[AODOCS_RECORD]: {
			kind: 'domain#billingStatus',
			maxSeats: 250,
			portalUrl: 'https://billing.example.com/acme',
			type: 'STANDARD',
		},
	}));

	return {
		contract: 'aodocs',
		readOperation: 'domain:v1beta1.BillingStatus.get',
		options,
		records,
		credentials: {
			securityCodeHeader: (request) => credentialIn(request, 'securityCode') === options.secretCode,
			securityCodeQuery: ({ query }) => query.securityCode === options.secretCode,
			googleOAuth2: (request) => {
				const token = credentialIn(request, 'Bearer');
				if (token === undefined) return false;
				return options.isTokenGood ? options.isTokenGood(token) : token === options.accessToken;
			},
		},
		operations: {
			'domain:v1beta1.BillingStatus.get': () => ({ status: 200, body: records.get(AODOCS_RECORD) }),
			'domain:v1beta1.BillingStatus.patch': ({ body }, effects) => ({
				status: 200,
				body: records.update(AODOCS_RECORD, { ...records.get(AODOCS_RECORD), ...(body as object) }, effects),
			}),
		},
		accountOf: (path) => (path === '/domain/v1beta1/billingStatus' ? AODOCS_RECORD : undefined),
		unauthorized: (request) => {
			const hasCode = credentialIn(request, 'securityCode') !== undefined || request.query.securityCode !== undefined;
			if (hasCode) return error(403, 'Invalid security code');
			return request.headers.authorization === undefined ? error(401, 'Login Required', 'required') : error(401);
		},
		invalid: ([{ in: part, field, message }]) => {
			const what = field === '' ? message : `${field} ${message}`;
			return part === 'body' ? error(400, `Parse Error: ${what}`, 'parseError') : error(400, what);
		},
		error: (status, { message } = {}) => error(status, message),
		extras: {},
	};
}

const secrets = { secretCode: 'sandbox-security-code', accessToken: 'sandbox-google-token' };

/** The stand-in for AODocs. */
export const aodocs = {
	displayName: 'AODocs',
	port: 4401,
	secrets,
	defaults: { ...secrets },
	create,
} satisfies StandInEntry<AodocsOptions>;
