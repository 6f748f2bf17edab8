import { randomBytes } from 'node:crypto';
import { pageOf } from './paging.mts';
import { Records } from './records.mts';
import { sampleCompanies } from './sampleCompanies.mts';
import type { Answer, JsonObject, ServiceRequest, StandIn, StandInEntry } from './standIn.mts';

export interface UserHubOptions {
	/** The user key that is good. */
	userApiKey: string;
	/** User access tokens that are good and do not expire. */
	userAccessTokens: string[];
	/** The admin key that is good. */
	adminApiKey: string;
	/** Id of the only user, and of the user's own billing account. */
	userId: string;
	/** How long the access token of a session lives, in ms. */
	sessionLifetime: number;
	/** How many organizations there are to begin with. */
	organizations: number;
	/** Most organizations on one page of the list, whatever page size is asked for. UserHub documents 100. */
	maxPageSize: number;
	/** What a partial address does to the current one. */
	address: 'merge' | 'replace';
	/** What null does in an update. An empty text always clears. */
	null: 'clears' | 'isIgnored';
	/** How answers show what has no value. */
	noValue: 'isLeftOut' | 'isNull';
}

/** The sessions of the only user. */
interface UserHubSessions {
	/** How many sessions were created since the start or the last reset. */
	readonly created: number;
	/** Lets all sessions expire now, so that their tokens are no longer good. */
	expire(): void;
}

/** What only this stand-in has. */
export interface UserHubExtras {
	sessions: UserHubSessions;
}

/** Code and message that go with an HTTP status. */
const CODES: Record<number, [code: string, message: string]> = {
	400: ['INVALID_ARGUMENT', 'Invalid Argument'],
	401: ['UNAUTHENTICATED', 'Unauthenticated'],
	403: ['PERMISSION_DENIED', 'Permission Denied'],
	404: ['NOT_FOUND', 'Not Found'],
	405: ['UNIMPLEMENTED', 'Method Not Allowed'],
	409: ['ABORTED', 'Aborted'],
	412: ['FAILED_PRECONDITION', 'Failed Precondition'],
	415: ['INVALID_ARGUMENT', 'Unsupported Media Type'],
	429: ['RESOURCE_EXHAUSTED', 'Too Many Requests'],
	500: ['INTERNAL', 'Internal Error'],
	502: ['UNAVAILABLE', 'Bad Gateway'],
	503: ['UNAVAILABLE', 'Service Unavailable'],
	504: ['DEADLINE_EXCEEDED', 'Gateway Timeout'],
};

function error(status: number, { message, ...details }: { message?: string; reason?: string; param?: string } = {}): Answer {
	const [code, usualMessage] = CODES[status] ?? ['UNKNOWN', `HTTP ${status}`];
	return { status, body: { code, message: message ?? usualMessage, metadata: {}, ...details } };
}

const first = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

const bearerOf = ({ headers }: ServiceRequest) => /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];

const organizationId = (index: number) => `org_sandbox${String(index + 1).padStart(7, '0')}`;

/** An account with everything that an account can have. */
function fullAccount(name: string, slug: string): JsonObject {
	const paymentMethod = {
		id: 'pm_sandbox0000001',
		type: 'CARD',
		displayName: 'Visa ending in 4242',
		fullName: 'Jane Doe',
		address: { lines: ['1 Main Street'], city: 'New York', state: 'NY', postalCode: '10001', country: 'US' },
		default: true,
		lastPaymentError: {
			code: 'FAILED_PRECONDITION',
			message: 'Card declined',
			reason: 'CARD_DECLINED',
			param: 'paymentMethod',
			metadata: {},
			localeMessage: 'Your card was declined.',
		},
		card: { brand: 'VISA', last4: '4242', expMonth: 12, expYear: 2030, fundingType: 'CREDIT' },
		createTime: '2025-01-10T09:30:00Z',
		updateTime: '2025-06-10T09:30:00Z',
	};
	const team = { id: 'prod_sandbox0001', uniqueId: 'team', displayName: 'Team' };
	const storage = { id: 'prod_sandbox0002', uniqueId: 'storage', displayName: 'Storage' };
	const monthly = { quantity: 1, unit: 'MONTH' };
	const seatPrice = {
		id: 'price_sandbox0001',
		currencyCode: 'USD',
		billingMode: 'FIXED_TERM',
		interval: monthly,
		fixed: { amount: '9.95', transformQuantity: { divisor: 1, round: 'UP' } },
	};
	const storagePrice = {
		id: 'price_sandbox0002',
		currencyCode: 'USD',
		billingMode: 'USAGE_BASED',
		interval: monthly,
		tiered: {
			mode: 'GRADUATED',
			tiers: [
				{ upper: 100, unitAmount: '0.10', flatAmount: '0' },
				{ unitAmount: '0.05', flatAmount: '5' },
			],
		},
	};
	return {
		state: 'USER_MANAGED',
		displayName: name,
		email: `billing@${slug}.example`,
		phoneNumber: '+12125550123',
		address: { lines: ['1 Main Street', 'Suite 2'], city: 'New York', state: 'NY', postalCode: '10001', country: 'US' },
		currencyCode: 'USD',
		balanceAmount: '-25.50',
		checkouts: [{ type: 'UPGRADE_PLAN' }, { type: 'CHANGE_SEATS' }, { type: 'CANCEL' }],
		paymentMethods: [paymentMethod],
		subscription: {
			id: 'sub_sandbox00001',
			state: 'ACTIVE',
			currencyCode: 'USD',
			plan: {
				id: 'pln_sandbox00001',
				state: 'AVAILABLE',
				uniqueId: 'team-monthly',
				displayName: 'Team',
				description: 'For teams',
				currencyCode: 'USD',
				interval: monthly,
				revision: { id: 'plr_sandbox00001' },
				default: true,
				trial: { days: 14 },
				items: [
					{ type: 'SEAT', product: team, price: seatPrice },
					{ type: 'PLAN_ADDON', product: storage, price: storagePrice },
				],
			},
			paymentMethod,
			renewCanceled: false,
			startTime: '2025-01-10T09:30:00Z',
			trial: { startTime: '2024-12-27T09:30:00Z', endTime: '2025-01-10T09:30:00Z', days: 14, remainingDays: null },
			currentPeriod: { startTime: '2025-11-10T09:30:00Z', endTime: '2025-12-10T09:30:00Z' },
			items: [
				{ id: 'si_sandbox000001', product: team, price: seatPrice, quantity: 12 },
				{ id: 'si_sandbox000002', product: storage, price: storagePrice, quantity: 1 },
			],
			seats: [
				{
					state: 'AVAILABLE',
					product: team,
					currentQuantity: 12,
					assignedQuantity: 9,
					unassignedQuantity: 3,
					reservedQuantity: 1,
					availableQuantity: 2,
					totalQuantity: 12,
				},
			],
			createTime: '2025-01-10T09:30:00Z',
			updateTime: '2025-11-10T09:30:00Z',
		},
	};
}

/** An account that has hardly been used. */
const plainAccount = (name: string, slug: string): JsonObject => ({
	state: 'USER_MANAGED',
	displayName: name,
	email: `billing@${slug}.example`,
	currencyCode: 'USD',
	balanceAmount: '0',
	checkouts: [],
	paymentMethods: [],
});

function sampleAccounts({ organizations, userId }: UserHubOptions): Record<string, JsonObject> {
	const accounts = sampleCompanies(organizations).map(({ name, slug }, index) => [
		organizationId(index),
		index === 0 ? fullAccount(name, slug) : plainAccount(name, slug),
	]);
	return { ...Object.fromEntries(accounts), [userId]: plainAccount('Jane Doe', 'jane') };
}

const isEmpty = (value: unknown) => value === '' || value === null || (Array.isArray(value) && value.length === 0);

/** An object with the members of an update: an empty text or list clears a member, and so does null unless it is ignored. The others stay. */
function laidOver(current: JsonObject, update: JsonObject, options: UserHubOptions): JsonObject {
	const result = { ...current };
	for (const [key, value] of Object.entries(update)) {
		if (value === null && options.null === 'isIgnored') continue;
		if (isEmpty(value)) delete result[key];
		else result[key] = value;
	}
	return result;
}

/** A record with the fields of an update. An address of which nothing is left is none. */
function applyUpdate(account: JsonObject, update: JsonObject, options: UserHubOptions): JsonObject {
	const { address, ...others } = update;
	if (!address) return laidOver(account, update, options);
	const current = options.address === 'merge' ? ((account.address ?? {}) as JsonObject) : {};
	const whole = laidOver(current, address as JsonObject, options);
	return laidOver(account, { ...others, address: Object.keys(whole).length > 0 ? whole : '' }, options);
}

function create(options: UserHubOptions): StandIn<UserHubOptions, UserHubExtras> {
	const records = new Records(() => sampleAccounts(options));
	/** End of each session by its token, in ms since 1970. */
	const sessionEnds = new Map<string, number>();
	let created = 0;

	const shown = (account: JsonObject) => (options.noValue === 'isNull' ? { address: null, subscription: null, ...account } : account);
	const hasUser = (request: ServiceRequest) => {
		const token = bearerOf(request);
		return token !== undefined && (options.userAccessTokens.includes(token) || (sessionEnds.get(token) ?? 0) > Date.now());
	};
	/** Organizations are the accounts that are not the user's own. An empty id counts as none, as everywhere in protobuf. */
	const accountId = (query: ServiceRequest['query']) => first(query.organizationId) || options.userId;
	const noOrganization = () => error(404, { reason: 'ORGANIZATION_NOT_FOUND', param: 'organizationId' });
	const organizations = () =>
		records
			.ids()
			.filter((id) => id !== options.userId)
			.map((id) => {
				const { displayName, email } = records.get(id) as JsonObject;
				return { id, displayName, email, emailVerified: true, memberCount: 3, disabled: false };
			});
	const user = () => ({
		id: options.userId,
		displayName: 'Jane Doe',
		email: 'jane@example.com',
		emailVerified: true,
		disabled: false,
	});

	return {
		contract: 'userhub',
		readOperation: 'user.billingAccount.get',
		options,
		records,
		credentials: {
			userApiKey: ({ headers }) => headers['userhub-api-key'] === options.userApiKey,
			userAccessToken: hasUser,
			adminApiKey: (request) => bearerOf(request) === options.adminApiKey,
		},
		operations: {
			'user.billingAccount.get': ({ query }) => {
				const account = records.get(accountId(query));
				return account ? { status: 200, body: shown(account) } : noOrganization();
			},
			'user.billingAccount.update': ({ query, body }, effects) => {
				const id = accountId(query);
				const account = records.get(id);
				if (!account) return noOrganization();
				const updated = applyUpdate(account, body as JsonObject, options);
				return { status: 200, body: shown(records.update(id, updated, effects)) };
			},
			'user.organizations.list': ({ query }) => {
				const asked = Number(first(query.pageSize) ?? 0);
				if (asked < 0) return error(400, { message: 'pageSize must not be negative', param: 'pageSize' });
				const order = first(query.orderBy);
				if (order !== undefined && order !== 'displayName') return error(400, { message: 'Invalid order', param: 'orderBy' });
				const listed = organizations();
				if (order) listed.sort((a, b) => String(a.displayName).localeCompare(String(b.displayName)));
				const page = pageOf(listed, Math.min(asked || 20, options.maxPageSize), first(query.pageToken));
				if (!page) return error(400, { message: 'Invalid page token', param: 'pageToken' });
				return {
					status: 200,
					// No token: there is no page before. An empty one: the page before is the first.
					body: {
						organizations: page.items,
						nextPageToken: page.next,
						...(page.previous !== undefined && { previousPageToken: page.previous }),
					},
				};
			},
			'user.session.get': (request) => {
				if (!hasUser(request)) return { status: 200, body: { user: null, memberships: [], scopes: [] } };
				const end = sessionEnds.get(bearerOf(request) as string);
				return {
					status: 200,
					body: {
						user: user(),
						memberships: organizations().map((organization) => ({ organization })),
						...(end !== undefined && { expireTime: new Date(end).toISOString() }),
						scopes: ['user'],
					},
				};
			},
			'admin.users.createApiSession': ({ params: { userId } }) => {
				if (userId !== options.userId) return error(404, { reason: 'USER_NOT_FOUND', param: 'userId' });
				created += 1;
				const accessToken = `session_${created}_${randomBytes(12).toString('hex')}`;
				const end = Date.now() + options.sessionLifetime;
				sessionEnds.set(accessToken, end);
				return { status: 200, body: { accessToken, expireTime: new Date(end).toISOString() } };
			},
		},
		accountOf: (path, query) => (path === '/user/v1/billingAccount' ? accountId(query) : undefined),
		unauthorized: () => error(401),
		invalid: ([{ field, message }]) => error(400, { message: `${field || 'body'} ${message}`, ...(field && { param: field }) }),
		error: (status, { message } = {}) => error(status, { message }),
		reset: () => {
			sessionEnds.clear();
			created = 0;
		},
		extras: {
			sessions: {
				get created() {
					return created;
				},
				expire: () => sessionEnds.clear(),
			},
		},
	};
}

const secrets = {
	userApiKey: 'sandbox-user-key',
	userAccessToken: 'sandbox-user-token',
	adminApiKey: 'sandbox-admin-key',
	userId: 'usr_sandbox0000001',
};

const defaults: UserHubOptions = {
	userApiKey: secrets.userApiKey,
	userAccessTokens: [secrets.userAccessToken],
	adminApiKey: secrets.adminApiKey,
	userId: secrets.userId,
	sessionLifetime: 60 * 60 * 1000,
	organizations: 12,
	maxPageSize: 5,
	address: 'replace',
	null: 'clears',
	noValue: 'isLeftOut',
};

/** The stand-in for UserHub. */
export const userHub = { displayName: 'UserHub', port: 4403, secrets, defaults, create } satisfies StandInEntry<
	UserHubOptions,
	UserHubExtras
>;
