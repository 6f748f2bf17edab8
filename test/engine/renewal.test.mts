import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';

import { accounts } from '../support/accounts.mts';
import { Clock } from '../support/clock.mts';
import { runNode, startNode, type NodeRun } from '../support/engine.mts';
import { nodes, type NodeName } from '../support/installation.mts';
import { errorIn } from '../support/items.mts';
import { seeded } from '../support/modelServices.mts';
import { closeServices, fakeService, type Answer, type SeenRequest } from '../support/service.mts';

// Waits take no time: the clock is moved on when all wait for it.
const clock = new Clock();
let isQuick = false;
jest.mock('n8n-workflow', () => {
	const actual = jest.requireActual<typeof import('n8n-workflow')>('n8n-workflow');
	return {
		...actual,
		sleep: async (ms: number, signal?: AbortSignal) => await (isQuick ? clock.sleep(ms, signal) : actual.sleep(ms)),
	};
});

// The log of a long run naps beside the requests, which would move this clock on while n8n is at work.
jest.mock('../../nodes/shared/operations/progress.ts', () => ({
	tellingProgress: async (_context: unknown, _run: unknown, _what: unknown, _progressOf: unknown, work: () => Promise<void>) =>
		await work(),
}));

afterEach(async () => {
	await clock.runDown();
	isQuick = false;
	clock.remove();
	jest.restoreAllMocks();
	closeServices();
});

/** Runs a node on the quick clock. */
async function runQuickly(run: NodeRun) {
	isQuick = true;
	clock.install();
	clock.followRunsOf(nodes[run.node as NodeName]);
	// Waits are spread by chance, the same chance every time.
	jest.spyOn(Math, 'random').mockImplementation(seeded(1));
	const from = Date.now();
	const result = await runNode(run);
	return { ...result, tookMs: Date.now() - from };
}

const { baseUrl, route, selectionOf } = accounts.userHub;
const CREATE_SESSION = '/admin/v1/users/usr_1:createApiSession';
const adminKey = { userApiKey: 'pk_1', signInWith: 'adminApiKey', adminApiKey: 'admin-key-1', userId: 'usr_1' };
const withoutSession = { userHubApi: adminKey };
const withSession = (sessionToken: string) => ({ userHubApi: { ...adminKey, sessionToken, sessionOwner: `usr_1 ${baseUrl}` } });

/** A UserHub whose sessions end after some updates, and which makes another one as the test says. */
class SessionService {
	/** The token that is good now. */
	valid = '';
	/** When each session was asked for. */
	readonly posts: number[] = [];
	/** The names by account. */
	readonly stored = new Map<string, string>();
	/** Accounts whose update was refused with 401. */
	readonly refused = new Set<string>();
	/** What was asked, in order. */
	readonly log: Array<{ method: string; at: number }> = [];
	readonly service;

	constructor(make: (post: number) => Answer, expiresAfter = Infinity) {
		const seen = ({ method }: SeenRequest) => void this.log.push({ method, at: Date.now() });
		const isGood = ({ headers }: SeenRequest) => this.valid !== '' && headers.authorization === `Bearer ${this.valid}`;
		this.service = fakeService(baseUrl, {
			[`POST ${CREATE_SESSION}`]: (request) => {
				seen(request);
				this.posts.push(Date.now());
				const answer = make(this.posts.length);
				const token = (answer.body as IDataObject | undefined)?.accessToken;
				if (typeof token === 'string') this.valid = token;
				return answer;
			},
			[`GET ${route}`]: (request) => {
				seen(request);
				return isGood(request) ? { body: { state: 'USER_MANAGED', displayName: 'Old' } } : { status: 401 };
			},
			[`PATCH ${route}`]: (request) => {
				seen(request);
				const account = request.query.organizationId;
				if (!isGood(request)) {
					this.refused.add(account);
					return { status: 401, body: { message: 'Token expired' } };
				}
				const { displayName } = request.body as { displayName: string };
				this.stored.set(account, displayName);
				if (this.stored.size === expiresAfter) this.valid = '';
				return { body: { state: 'USER_MANAGED', displayName } };
			},
		});
	}
}

/** Updates so many accounts, each with one item. */
const updateOf = (count: number, options: INodeParameters = {}, onError: INode['onError'] = 'continueRegularOutput') => ({
	node: 'userHub' as const,
	parameters: { ...selectionOf('={{ $json.account }}'), updateFields: { displayName: '={{ $json.name }}' }, options },
	items: Array.from({ length: count }, (_, index) => ({ account: `a${index}`, name: `n${index}` })),
	onError,
});

/** Updates the AODocs domain with an access token that has expired. */
const oAuth2Update = (options: INodeParameters = {}): NodeRun => ({
	node: 'aodocs',
	parameters: { authentication: 'oAuth2', updateFields: { maxSeats: 250 }, options },
	credentials: {
		aodocsOAuth2Api: {
			clientId: 'client-id-1',
			clientSecret: 'client-secret-1',
			oauthTokenData: { access_token: 'access-token-1', refresh_token: 'refresh-token-1', token_type: 'Bearer' },
		},
	},
	onError: 'continueRegularOutput',
});

const good: Answer = { body: { accessToken: 'session-new' } };
const always = (answer: Answer) => (): Answer => answer;
const first =
	(times: number, answer: Answer) =>
	(post: number): Answer =>
		post <= times ? answer : good;
const refusedFor = (headers: Record<string, string> = {}): Answer => ({ status: 429, headers, body: { message: 'Slow down' } });

interface Case {
	what: string;
	make: (post: number) => Answer;
	/** How often a session is asked for. */
	posts: number | { atMost: number };
	/** The least time between the first time and the last, in milliseconds. */
	overMs?: number;
	/** And the longest. */
	atMostMs?: number;
	/** Why there is none, where there is none in the end. */
	reason?: string;
}

const cases: Case[] = [
	{ what: 'is made at once', make: always(good), posts: 1 },
	{ what: '429 twice', make: first(2, refusedFor()), posts: 3, atMostMs: 2000 },
	{ what: '429 with Retry-After 2', make: first(1, refusedFor({ 'retry-after': '2' })), posts: 2, overMs: 2000, atMostMs: 3000 },
	{
		what: '429 with nothing left for 50 s',
		make: first(1, refusedFor({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '50' })),
		posts: 2,
		overMs: 50_000,
		atMostMs: 52_000,
	},
	{ what: '429 six times with Retry-After 10', make: first(6, refusedFor({ 'retry-after': '10' })), posts: 7, overMs: 60_000 },
	{
		what: '429 for ever',
		make: always(refusedFor()),
		posts: { atMost: 60 },
		overMs: 110_000,
		atMostMs: 135_000,
		reason: 'UserHub has accepted no request of this kind for two minutes because it is busy (HTTP 429)',
	},
	{
		what: '429 with Retry-After 120',
		make: always(refusedFor({ 'retry-after': '120' })),
		posts: 1,
		reason: 'UserHub asks to wait 120 s (HTTP 429)',
	},
	{ what: '500 twice', make: first(2, { status: 500 }), posts: 3 },
	{ what: '503 with Retry-After 20', make: first(1, { status: 503, headers: { 'retry-after': '20' } }), posts: 2, overMs: 20_000 },
	{ what: '500 for ever', make: always({ status: 500 }), posts: 5, reason: 'UserHub failed to process the request (HTTP 500)' },
	{ what: 'no connection once', make: first(1, { fault: 'ECONNREFUSED' }), posts: 2 },
	{ what: 'no connection', make: always({ fault: 'ECONNREFUSED' }), posts: 5, reason: 'the service could not be reached' },
	{ what: 'a broken connection', make: always({ fault: 'ECONNRESET' }), posts: 5, reason: 'the connection broke off before the answer' },
	{
		what: 'a redirect',
		make: always({ status: 302, headers: { location: 'https://elsewhere.example/' } }),
		posts: 1,
		reason: 'UserHub answered with a redirect, which is not followed (HTTP 302)',
	},
	{ what: '401', make: always({ status: 401 }), posts: 1, reason: 'UserHub refused the request (HTTP 401)' },
	{ what: '403', make: always({ status: 403 }), posts: 1, reason: 'UserHub refused the request (HTTP 403)' },
	{
		what: '200 without a token',
		make: always({ body: { access_token: 'under-another-name' } }),
		posts: 1,
		reason: 'UserHub answered without one (HTTP 200)',
	},
	{ what: '200 and no JSON', make: always({ body: '<html>' }), posts: 1, reason: 'UserHub answered without one (HTTP 200)' },
];

/** Where the session is missing at the start, and where it ends under the updates. */
const times = [
	{ when: 'at the start', credentials: withoutSession, token: '', applied: 0 },
	{ when: 'in mid-run', credentials: withSession('session-old'), token: 'session-old', applied: 7 },
];
const sizes = [
	{ items: 1, atOnce: 1 },
	{ items: 50, atOnce: 1 },
	{ items: 50, atOnce: 20 },
];

describe.each(times)('a session that UserHub is asked for $when', ({ credentials, token, applied }) => {
	describe.each(sizes)('$items items, $atOnce at once', ({ items, atOnce }) => {
		test.each(cases)('$what', async ({ make, posts, overMs = 0, atMostMs = Infinity, reason }) => {
			const hub = new SessionService(make, applied);
			// Where there is one item, its session has ended before.
			hub.valid = items > 1 ? token : '';
			const { outputs } = await runQuickly({ ...updateOf(items, { maxConcurrentRequests: atOnce }), credentials });

			if (typeof posts === 'number') expect(hub.posts).toHaveLength(posts);
			else expect(hub.posts.length).toBeLessThanOrEqual(posts.atMost);
			const took = hub.posts.at(-1)! - hub.posts[0];
			expect(took).toBeGreaterThanOrEqual(overMs);
			expect(took).toBeLessThanOrEqual(atMostMs);

			const became = outputs[0].map(({ json }) => errorIn(json)?.outcome ?? 'updated');
			const happened = outputs[0].map((_, index) => {
				const account = `a${index}`;
				if (hub.stored.has(account)) return hub.stored.get(account) === `n${index}` ? 'updated' : 'another name';
				return hub.refused.has(account) ? 'not applied' : 'not sent';
			});
			expect(became).toEqual(happened);
			const failed = outputs[0].filter(({ json }) => errorIn(json));
			if (reason === undefined) expect(failed).toEqual([]);
			else expect(failed).toHaveLength(items - (items > 1 ? applied : 0));
			for (const { json } of failed) expect(json.message).toContain(`No valid access token could be obtained: ${reason}`);
			expect(hub.service.mostOpen).toBeLessThanOrEqual(atOnce);
			expect(JSON.stringify(outputs)).not.toContain('under-another-name');
		});
	});
});

test('a service that gives the same token again is believed', async () => {
	const hub = new SessionService(always({ body: { accessToken: 'session-same' } }));
	const { outputs, credentials } = await runQuickly({ ...updateOf(3), credentials: withSession('session-same') });

	expect(outputs[0].map(({ json }) => json.displayName)).toEqual(['n0', 'n1', 'n2']);
	expect(hub.posts).toHaveLength(1);
	expect(credentials.userHubApi.sessionToken).toBe('session-same');
});

test('a session that ends again and again is made again and again, once each', async () => {
	const hub = new SessionService((post) => ({ body: { accessToken: `session-${post}` } }));
	const endsAt = new Set([5, 12, 30]);
	const { set } = hub.stored;
	hub.stored.set = function (account, name) {
		if (endsAt.has(this.size + 1)) hub.valid = '';
		return set.call(this, account, name);
	};
	const { outputs } = await runQuickly({ ...updateOf(40, { maxConcurrentRequests: 10 }), credentials: withoutSession });

	expect(outputs[0].filter(({ json }) => errorIn(json))).toEqual([]);
	expect(hub.posts).toHaveLength(4);
});

describe('a token that n8n asks Google for by itself', () => {
	const { baseUrl: aodocsUrl, route: aodocsRoute, record } = accounts.aodocs;
	const token: Answer = { body: { access_token: 'access-token-2', token_type: 'Bearer' } };

	interface TokenCase {
		what: string;
		make: (request: number) => Answer;
		/** How often n8n asks for a token. */
		asked: number | { atMost: number };
		/** Why there is none; each version of n8n has its own words. */
		reason?: string | RegExp;
	}
	const tokenCases: TokenCase[] = [
		{ what: 'is given at once', make: () => token, asked: 1 },
		{ what: '429 twice', make: (request) => (request <= 2 ? { status: 429 } : token), asked: 3 },
		{
			what: '429 for ever',
			make: always({ status: 429 }),
			asked: { atMost: 30 },
			reason: 'has accepted no request of this kind for two minutes',
		},
		{ what: '500 twice', make: (request) => (request <= 2 ? { status: 500 } : token), asked: 3 },
		{ what: '500 for ever', make: always({ status: 500 }), asked: 5, reason: 'the sign-in failed to process the request' },
		{ what: 'no connection', make: always({ fault: 'ECONNREFUSED' }), asked: 5, reason: 'the service could not be reached' },
		// Google's own form of an error, in which n8n hides the status.
		{
			what: '429 once, with an error that is an object',
			make: (request) =>
				request === 1 ? { status: 429, body: { error: { code: 429, message: 'Rate', status: 'RESOURCE_EXHAUSTED' } } } : token,
			asked: 2,
		},
		{
			what: '429 once, with an error that is no refusal',
			make: (request) => (request === 1 ? { status: 429, body: { error: 'rate' } } : token),
			asked: 2,
		},
		{
			what: 'an error that is an object, for ever',
			make: always({ status: 403, body: { error: { code: 403, message: 'Not allowed', status: 'PERMISSION_DENIED' } } }),
			asked: 1,
			reason: /HTTP 403.*Not allowed/,
		},
		{
			what: 'an error that an object describes, for ever',
			make: always({ status: 429, body: { error: 'rate', error_description: { text: 'Rate' } } }),
			asked: 5,
			reason: 'the sign-in gave none',
		},
		{
			what: 'a description without an error, for ever',
			make: always({ status: 429, body: { error_description: 'Slow down' } }),
			asked: 5,
			reason: 'the sign-in gave none',
		},
		{
			what: 'null instead of an error',
			make: always({ status: 400, body: 'null', headers: { 'content-type': 'application/json' } }),
			asked: 1,
			reason: 'n8n could not send the request',
		},
		{
			what: 'a client that is not known',
			make: always({ status: 401, body: { error: 'invalid_client', error_description: 'The OAuth client was not found.' } }),
			asked: 1,
			reason: /the credential was refused|Client authentication failed/,
		},
		{
			what: 'a token that was revoked',
			make: always({ status: 400, body: { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' } }),
			asked: 1,
			reason: /reconnect|expired/,
		},
	];

	test.each(tokenCases)('$what', async ({ make, asked, reason }) => {
		let updates = 0;
		const guarded = ({ method, headers }: SeenRequest): Answer => {
			const isGood = headers.authorization === 'Bearer access-token-2';
			if (isGood && method === 'PATCH') updates += 1;
			return isGood ? { body: record } : { status: 401 };
		};
		const aodocs = fakeService(aodocsUrl, { [`GET ${aodocsRoute}`]: guarded, [`PATCH ${aodocsRoute}`]: guarded });
		const google = fakeService('https://oauth2.googleapis.com', { 'POST /token': () => make(google.requests.length) });
		const { outputs } = await runQuickly({ ...oAuth2Update(), items: [{}, {}, {}] });

		if (typeof asked === 'number') expect(google.requests).toHaveLength(asked);
		else expect(google.requests.length).toBeLessThanOrEqual(asked.atMost);
		const became = outputs[0].map(({ json }) => errorIn(json)?.outcome ?? 'updated');
		if (reason === undefined) expect([became, updates]).toEqual([['updated', 'updated', 'updated'], 3]);
		else expect([became, updates]).toEqual([['not applied', 'not sent', 'not sent'], 0]);
		for (const { json } of reason ? outputs[0] : []) {
			expect(json.message).toMatch(reason!);
			// What JavaScript says instead of words.
			expect(json.message).not.toMatch(/\[object|Cannot read|Unexpected/);
		}
		expect(aodocs.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(reason ? 1 : 4);
	});
});

describe('what AODocs says after a renewal is told as its own words, not as those of the sign-in', () => {
	const { baseUrl: aodocsUrl, route: aodocsRoute } = accounts.aodocs;
	const another: Answer = { body: { access_token: 'access-token-2', token_type: 'Bearer' } };
	const refusal: Answer = { status: 401, body: { error: { code: 401, message: 'This client is not allowed', errors: [] } } };
	const failure: Answer = { status: 500, body: { error: { code: 500, message: 'Out of order', errors: [] } } };

	test.each<[what: string, given: Answer, then: Answer, said: string]>([
		['gives another token, AODocs refuses it', another, refusal, 'AODocs refused the request (HTTP 401): This client is not allowed'],
		['gives another token, AODocs fails', another, failure, 'AODocs failed to process the request (HTTP 500): Out of order'],
		['answers without a token', { body: { note: 'none' } }, refusal, 'AODocs refused the request (HTTP 401): This client is not allowed'],
	])('Google %s', async (_, given, then, said) => {
		const guarded = ({ headers }: SeenRequest) => (headers.authorization === 'Bearer access-token-1' ? refusal : then);
		fakeService(aodocsUrl, { [`GET ${aodocsRoute}`]: guarded, [`PATCH ${aodocsRoute}`]: refusal });
		const google = fakeService('https://oauth2.googleapis.com', { 'POST /token': given });
		const { outputs } = await runQuickly(oAuth2Update());

		expect(google.requests).toHaveLength(1);
		expect(outputs[0][0].json.message).toBe(`No valid access token could be obtained: ${said}`);
	});
});

describe('Max Requests per Second is a ceiling of all that leaves', () => {
	/** Most requests within any second. */
	const mostInASecond = (log: Array<{ at: number }>) =>
		Math.max(...log.map(({ at }) => log.filter((other) => other.at >= at && other.at < at + 990).length));

	test.each(times)('with a session that is made $when', async ({ credentials, token, applied }) => {
		const hub = new SessionService(first(2, { status: 500 }), applied);
		hub.valid = token;
		await runQuickly({ ...updateOf(20, { maxRequestsPerSecond: 4, maxConcurrentRequests: 10 }), credentials });

		expect(hub.stored.size).toBe(20);
		expect(mostInASecond(hub.log)).toBeLessThanOrEqual(4);
	});

	test('with a token that n8n renews by OAuth2, with the second read that n8n sends by itself', async () => {
		const { baseUrl: aodocsUrl, route: aodocsRoute, record } = accounts.aodocs;
		const log: Array<{ method: string; at: number }> = [];
		const guarded = ({ method, headers }: SeenRequest): Answer => {
			log.push({ method, at: Date.now() });
			// The first token ends after four updates.
			const isGood = headers.authorization === 'Bearer access-token-2' || (method === 'PATCH' && log.length <= 4);
			return isGood ? { body: record } : { status: 401 };
		};
		fakeService(aodocsUrl, { [`GET ${aodocsRoute}`]: guarded, [`PATCH ${aodocsRoute}`]: guarded });
		fakeService('https://oauth2.googleapis.com', { 'POST /token': { body: { access_token: 'access-token-2', token_type: 'Bearer' } } });
		const { outputs } = await runQuickly({ ...oAuth2Update({ maxRequestsPerSecond: 4 }), items: Array(8).fill({}) });

		expect(outputs[0].filter(({ json }) => errorIn(json))).toEqual([]);
		expect(log.filter(({ method }) => method === 'PATCH')).toHaveLength(9);
		expect(mostInASecond(log)).toBeLessThanOrEqual(4);
	});
});

describe('nobody waits for a session in vain', () => {
	test('a run that is over because another item failed ends at once', async () => {
		const posts: string[] = [];
		fakeService(baseUrl, {
			'POST /admin/v1/users/usr_a:createApiSession': { body: { accessToken: 'session-a' } },
			'POST /admin/v1/users/usr_b:createApiSession': () => {
				posts.push('b');
				return refusedFor({ 'retry-after': '50' });
			},
			[`PATCH ${route}`]: () => ({ status: 400, body: { message: 'No' } }),
		});
		const { error, tookMs } = await runQuickly({
			...updateOf(0, {}, 'stopWorkflow'),
			items: [
				{ user: 'usr_b', account: 'b', name: 'B' },
				{ user: 'usr_a', account: 'a', name: 'A' },
			],
			credentials: { userHubApi: { ...adminKey, userId: '={{ $json.user }}' } },
		});
		const over = Date.now();
		await clock.runDown();

		expect(error?.context.data).toMatchObject({ items: [{ outcome: 'not sent' }, { outcome: 'not applied' }] });
		expect(tookMs).toBeLessThan(5000);
		expect(over).toBeLessThanOrEqual(Date.now());
		expect(posts).toEqual(['b']);
	});

	test('a run that is cancelled ends at once', async () => {
		let started!: () => void;
		const asked = new Promise<void>((resolve) => (started = resolve));
		const hub = new SessionService(() => {
			started();
			return refusedFor({ 'retry-after': '50' });
		});
		const execution = startNode({ ...updateOf(5), credentials: withoutSession });
		await asked;
		const from = Date.now();
		execution.cancel();
		const { status } = await execution.result;

		expect(status).toBe('canceled');
		expect(Date.now() - from).toBeLessThan(5000);
		expect(hub.posts).toHaveLength(1);
		expect(hub.log.map(({ method }) => method)).toEqual(['POST']);
	});
});
