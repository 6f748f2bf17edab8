/** Many sign-ins at one limit of the service: each finds it by itself, and none of them may be kept out until it gives up. */
import type { IDataObject } from 'n8n-workflow';

import type { Reply } from '../../nodes/shared/http/limiter.ts';
import { accounts } from '../support/accounts.mts';
import { Clock } from '../support/clock.mts';
import { runNode } from '../support/engine.mts';
import { nodes } from '../support/installation.mts';
import { bucket, seeded } from '../support/modelServices.mts';
import { closeServices, fakeService } from '../support/service.mts';

const clock = new Clock();

jest.mock('n8n-workflow', () => {
	const actual = jest.requireActual<object>('n8n-workflow');
	return { ...actual, sleep: async (ms: number, signal?: AbortSignal) => await clock.sleep(ms, signal) };
});
// The log of long runs sleeps too, to no end here.
jest.mock('../../nodes/shared/operations/progress.ts', () => ({
	tellingProgress: async (_context: unknown, _run: unknown, _what: unknown, _progress: unknown, work: () => Promise<void>) => await work(),
}));

const { baseUrl, selectionOf } = accounts.userHub;

beforeAll(() => clock.install());
afterEach(async () => {
	await clock.runDown();
	jest.restoreAllMocks();
	closeServices();
});
afterAll(() => clock.remove());

/** A service that bears so many updates a second, and a few at once. */
function limitedService(perSecond: number, burst: number): { applied: string[] } {
	const applied: string[] = [];
	const limit = bucket(perSecond, burst);
	const random = seeded(1);
	const from = Date.now();
	fakeService(baseUrl, {
		'PATCH /user/v1/billingAccount': async ({ body, query }) => {
			const now = Date.now() - from;
			const { at, reply } = await new Promise<{ at: number; reply: Reply }>((answer) =>
				limit.receive(now, random, (at, reply) => answer({ at, reply })),
			);
			if (reply.kind === 'accepted') applied.push(query.organizationId);
			await clock.serve(at - now);
			return reply.kind === 'accepted' ? { body: { state: 'USER_MANAGED', ...(body as IDataObject) } } : { status: 429, body: {} };
		},
	});
	return { applied };
}

test.each([
	{ signIns: 200, perSecond: 50, burst: 10 },
	{ signIns: 300, perSecond: 20, burst: 5 },
	{ signIns: 100, perSecond: 10, burst: 10 },
])(
	'$signIns sign-ins with an item each, $perSecond a second for all of them: everything is applied once, within half a minute',
	async (given) => {
		const service = limitedService(given.perSecond, given.burst);
		clock.followRunsOf(nodes.userHub);
		// Waits are spread by chance, the same chance every time.
		jest.spyOn(Math, 'random').mockImplementation(seeded(1));
		const names = Array.from({ length: given.signIns }, (_, index) => `a${index}`);
		const from = Date.now();

		const { outputs } = await runNode({
			node: 'userHub',
			credentials: {
				userHubApi: { baseUrl, userApiKey: 'user-api-key-1', signInWith: 'userAccessToken', userAccessToken: '={{ $json.token }}' },
			},
			parameters: { ...selectionOf('={{ $json.account }}'), updateFields: { displayName: '={{ $json.account }}' } },
			items: names.map((account) => ({ account, token: `token-of-${account}` })),
			onError: 'continueRegularOutput',
		});

		expect(outputs[0].filter(({ json }) => json.error !== undefined)).toEqual([]);
		expect([...service.applied].sort()).toEqual([...names].sort());
		expect(Date.now() - from).toBeLessThan(30_000);
	},
);
