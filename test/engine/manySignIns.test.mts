/** Many sign-ins at one limit of the service: each finds it by itself, and none of them may be kept out until it gives up. */
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { accounts } from '../support/accounts.mts';
import { Clock } from '../support/clock.mts';
import { runNode } from '../support/engine.mts';
import { nodes } from '../support/installation.mts';
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
const ANSWER_MS = 20;

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
	let tokens = burst;
	let at = Date.now();
	fakeService(baseUrl, {
		'PATCH /user/v1/billingAccount': async ({ body, query }) => {
			tokens = Math.min(burst, tokens + ((Date.now() - at) * perSecond) / 1000);
			at = Date.now();
			const isRefused = tokens < 1;
			if (!isRefused) {
				tokens -= 1;
				applied.push(query.organizationId);
			}
			await clock.serve(ANSWER_MS);
			return isRefused ? { status: 429, body: {} } : { body: { state: 'USER_MANAGED', ...(body as IDataObject) } };
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
		const execute = Object.getPrototypeOf(nodes.userHub).execute as (this: IExecuteFunctions) => Promise<INodeExecutionData[][]>;
		jest.spyOn(nodes.userHub, 'execute').mockImplementation(async function (this: IExecuteFunctions) {
			clock.follow(this);
			return await execute.call(this);
		});
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
