import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import nock from 'nock';

import { received, update } from './storedTruth/oneRun.mts';
import { signInFor } from './storedTruth/signIns.mts';
import { standIns } from './storedTruth/standIns.mts';
import { startTruthServer, type Step, type TruthServer } from './storedTruth/truthServer.mts';

/** A run with this Timeout and no retries is over in a few of them. */
const TIMEOUT = 500;
const A_FEW_TIMEOUTS = 6000;
const MEGABYTE = 1024 * 1024;

let server: TruthServer;
beforeAll(() => nock.restore());
afterEach(async () => await server.stop());

const onError = 'continueRegularOutput';
const name = [{ values: { displayName: 'New name' } }];

async function timed<T>(work: Promise<T>): Promise<T & { ms: number }> {
	const began = Date.now();
	return { ...(await work), ms: Date.now() - began };
}

/** Waits until something is so, a few timeouts at most. */
async function until(isSo: () => boolean): Promise<void> {
	const end = Date.now() + A_FEW_TIMEOUTS;
	while (!isSo()) {
		if (Date.now() > end) throw new Error('It did not come to be so');
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}

describe('Timeout is a deadline', () => {
	test.each(['trickle', 'upgrade', 'hang'] as const)('the answer to an update: %s', async (instead) => {
		server = await startTruthServer('userHub');
		server.script = ({ kind }) => (kind === 'update' ? { instead } : undefined);
		const { ms, outcomes } = await timed(update('userHub', server, { updates: name, onError, options: { timeout: TIMEOUT } }));
		expect(ms).toBeLessThan(A_FEW_TIMEOUTS);
		expect(outcomes).toEqual(['updated']);
	});

	test.each(['trickle', 'hang'] as const)('the answer to a read: %s', async (instead) => {
		server = await startTruthServer('userHub');
		server.script = ({ kind }) => (kind === 'read' ? { instead } : undefined);
		const run = update('userHub', server, { updates: name, parameters: { operation: 'get' }, options: { timeout: TIMEOUT }, onError });
		const { ms, outcomes } = await timed(run);
		expect(ms).toBeLessThan(A_FEW_TIMEOUTS);
		expect(outcomes).toEqual(['not read']);
	});

	test('an answer that trickles is not read beyond it', async () => {
		server = await startTruthServer('userHub');
		server.script = ({ kind }) => (kind === 'update' ? { instead: 'trickle' } : undefined);
		await update('userHub', server, { updates: name, onError, options: { timeout: TIMEOUT } });
		// The answer would take longer by far.
		await until(() => server.connections() === 0);
	});

	test.each(['aodocs', 'userHub'] as const)('%s: the renewal of the token', async (service) => {
		server = await startTruthServer(service);
		server.script = ({ kind }) => (kind === 'token' || kind === 'session' ? { instead: 'hang' } : undefined);
		const { credentials, parameters } = signInFor({ signIn: 'renewed' }, service, server, server.url);
		const updates = [{ values: standIns[service].values(0) as never }];
		const { ms, claims } = await timed(
			update(service, server, { updates, credentials, parameters, options: { timeout: TIMEOUT }, onError }),
		);
		expect(ms).toBeLessThan(A_FEW_TIMEOUTS);
		expect(claims).toHaveLength(1);
	});

	test.each(['get', 'update'])('%s: a stopped execution leaves no unhandled rejection', async (operation) => {
		server = await startTruthServer('cudoCompute');
		// A process of its own: Node.js ends it with an error at the first unhandled rejection.
		const script = join(process.cwd(), 'test/faults/storedTruth/stopped.mts');
		const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, operation]);
		expect(stdout).toContain('ended in order');
	});
});

describe('told to wait', () => {
	const waits: Array<[string, Step]> = [
		['Retry-After 600', { headers: { 'retry-after': '600' } }],
		[
			'a date 600 s after the answer’s own',
			{ headers: { date: new Date(Date.now() - 7_200_000).toUTCString(), 'retry-after': new Date(Date.now() - 6_600_000).toUTCString() } },
		],
		['RateLimit reset 600', { headers: { 'ratelimit-limit': '10', 'ratelimit-remaining': '0', 'ratelimit-reset': '600' } }],
	];

	test.each(waits)('429 with %s: one more account is tried, then the credential’s part of the run ends', async (_, step) => {
		server = await startTruthServer('cudoCompute');
		server.script = ({ kind }) => (kind === 'update' ? { ...step, status: 429, store: false, body: () => '{}' } : undefined);
		const updates = Array.from({ length: 60 }, (__, index) => ({ account: `acc${index}`, values: { displayName: 'New' } }));
		const { outcomes } = await update('cudoCompute', server, { updates, onError, options: { maxConcurrentRequests: 1 } });
		expect(received(server, 'update')).toHaveLength(2);
		expect(outcomes).toEqual(['not applied', 'not applied', ...Array(58).fill('not sent')]);
	});

	test('the one that is tried is answered plainly: the others go on', async () => {
		server = await startTruthServer('cudoCompute');
		server.script = ({ kind, account }) =>
			kind === 'update' && account === 't1/acc0'
				? { status: 429, store: false, headers: { 'retry-after': '600' }, body: () => '{}' }
				: undefined;
		const updates = Array.from({ length: 10 }, (_, index) => ({ account: `acc${index}`, values: { displayName: 'New' } }));
		const { outcomes } = await update('cudoCompute', server, { updates, onError });
		expect(outcomes).toEqual(['not applied', ...Array(9).fill('updated')]);
	});

	test.each(['soon', '-5', 'Wed, 21 Oct 2015 07:28:00 GMT', '1e9'])('Retry-After "%s" says nothing: backoff', async (retryAfter) => {
		server = await startTruthServer('userHub');
		server.script = ({ kind, nth }) =>
			kind === 'update' && nth === 1 ? { status: 429, store: false, headers: { 'retry-after': retryAfter }, body: () => '{}' } : undefined;
		const { outcomes } = await update('userHub', server, { updates: name, onError, options: { maxRetries: 1 } });
		expect(outcomes).toEqual(['updated']);
	});
});

describe('Get Many ends', () => {
	const list = { operation: 'getAll', returnAll: true };
	const page = (pageToken: string) => ({ billingAccounts: [{ id: 'acme' }], pageToken });

	test('a token that was seen before is an error', async () => {
		server = await startTruthServer('cudoCompute');
		const tokens: Record<string, string> = { '': 'a', a: 'b', b: 'a' };
		server.script = ({ query }) =>
			server.requests.length < 50 ? { body: () => page(tokens[query.get('pageToken') ?? '']) } : { status: 400 };
		const { error } = await update('cudoCompute', server, { updates: name, parameters: list });
		expect(error).toBeDefined();
		expect(server.requests.length).toBeLessThanOrEqual(4);
	});

	test.each([{}, { billingAccounts: null }, { billingAccounts: {} }, { message: 'ok' }])(
		'a page without a list, %j, is an error',
		async (body) => {
			server = await startTruthServer('cudoCompute');
			server.script = () => ({ body: () => body });
			const { error } = await update('cudoCompute', server, { updates: name, parameters: list });
			expect(error?.message).toBe('Cudo Compute answered, but not with a list');
		},
	);

	test.each([0, -1, 1.5, NaN, 'many', ''])('a Limit of %j is an error of its item', async (limit) => {
		server = await startTruthServer('cudoCompute');
		server.script = () => ({ body: () => page('') });
		const parameters = { operation: 'getAll', returnAll: false, limit: '={{ $json.limit }}' };
		const { claims } = await update('cudoCompute', server, { updates: [{ limit, values: { displayName: '' } }], parameters, onError });
		expect(claims).toEqual([expect.objectContaining({ isError: true })]);
		expect(server.requests).toEqual([]);
	});
});

test('an answer over 10 MB is not read, and the update is read back', async () => {
	server = await startTruthServer('userHub');
	server.script = ({ kind }) => (kind === 'update' ? { instead: 'huge' } : undefined);
	const { outcomes } = await update('userHub', server, { updates: name, onError, options: { timeout: 10_000 } });
	expect(outcomes).toEqual(['updated']);
	// What the system has in its buffers comes on top.
	expect(received(server, 'update')[0].sentBytes).toBeLessThan(16 * MEGABYTE);
});
