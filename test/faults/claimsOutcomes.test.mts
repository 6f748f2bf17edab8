import nock from 'nock';

import { isErrorItem } from './storedTruth/claims.mts';
import { captureLog, startNode } from './storedTruth/harness.mts';
import { nodeRun, received, update } from './storedTruth/oneRun.mts';
import { signInFor } from './storedTruth/signIns.mts';
import { startTruthServer, type Script, type Step, type TruthServer } from './storedTruth/truthServer.mts';

const LATE_MS = 800;
const OUT_OF_TIME = { timeout: 150 };

let server: TruthServer;
beforeAll(() => nock.restore());
afterEach(async () => await server.stop());

/** A server that does this with every update. */
async function serverThat(service: Parameters<typeof startTruthServer>[0], step: Step, read?: Step): Promise<void> {
	server = await startTruthServer(service);
	server.script = ({ kind }) => (kind === 'update' ? step : kind === 'read' && received(server, 'update').length > 0 ? read : undefined);
}

/** Steps for one update after the other; the last goes on. */
const inTurn =
	(...steps: Step[]): Script =>
	({ kind, nth }) =>
		kind === 'update' ? steps[Math.min(nth, steps.length) - 1] : undefined;

const seats = [{ values: { maxSeats: 1000 } }];
const name = [{ values: { displayName: 'New name' } }];

describe('a refusal that does not prove that nothing was stored', () => {
	test.each([
		[503, {}],
		[503, { 'x-aodocs-retryable': 'true' }],
		[500, { 'x-aodocs-retryable': 'true' }],
		[499, {}],
		[408, {}],
		[302, { location: 'http://127.0.0.1:9/' }],
	])('stored, then %s %j: the account is read, and it is updated', async (status, headers) => {
		await serverThat('aodocs', { status, headers, body: () => '{}' });
		const { outcomes } = await update('aodocs', server, { updates: seats, onError: 'continueRegularOutput' });
		expect(received(server, 'read').length).toBeGreaterThan(1);
		expect(outcomes).toEqual(['updated']);
	});

	test.each([503, 499, 302])('not stored when read, after %s: unknown, because it may come later', async (status) => {
		await serverThat('userHub', { status, storeAfterMs: LATE_MS, body: () => '{}', headers: { location: '/' } });
		const { outcomes } = await update('userHub', server, { updates: name, onError: 'continueRegularOutput' });
		expect(outcomes).toEqual(['unknown']);
	});

	test.each([
		[429, 'userHub'],
		[409, 'aodocs'],
	] as const)('%s is certain: not applied', async (status, service) => {
		await serverThat(service, { status, store: false, body: () => '{}', headers: { 'retry-after': '600' } });
		const { outcomes } = await update(service, server, { updates: service === 'aodocs' ? seats : name, onError: 'continueRegularOutput' });
		expect(outcomes).toEqual(['not applied']);
	});
});

describe('an accepted answer that does not show what was asked', () => {
	test.each([
		['an ID only', { body: () => ({ id: 'acme' }) }],
		['a state only', { body: () => ({ state: 'PENDING' }) }],
		['a problem document', { body: () => ({ title: 'Bad', status: 400 }) }],
		['the record as it was', { body: ({ before }) => before }],
		['202', { status: 202, body: ({ before }) => before }],
		['207', { status: 207, body: ({ before }) => before }],
	] as Array<[string, Step]>)('stored, answered with %s: updated', async (_, step) => {
		await serverThat('cudoCompute', step);
		const { outcomes } = await update('cudoCompute', server, { updates: name });
		expect(outcomes).toEqual(['updated']);
	});

	test('a zero is left out of the answer: updated', async () => {
		const withoutZero = ({ after }: { after: Record<string, unknown> }) => ({ ...after, maxSeats: undefined });
		await serverThat('aodocs', { body: withoutZero }, { body: withoutZero });
		const { outcomes } = await update('aodocs', server, { updates: [{ values: { maxSeats: 0 } }] });
		expect(outcomes).toEqual(['updated']);
	});

	test.each([202, 207])('%s that shows the record as asked and is not carried out: unknown', async (status) => {
		await serverThat('userHub', { status, store: false, body: ({ before }) => ({ ...before, displayName: 'New name' }) });
		const { outcomes } = await update('userHub', server, { updates: name, onError: 'continueRegularOutput' });
		expect(outcomes).toEqual(['unknown']);
	});
});

describe('one read is no proof', () => {
	test.each([0, 2])('no answer in time, stored later, Max Retries %s: unknown', async (maxRetries) => {
		await serverThat('userHub', { instead: 'hang', storeAfterMs: LATE_MS + maxRetries * 1500 });
		const { outcomes } = await update('userHub', server, {
			updates: name,
			onError: 'continueRegularOutput',
			options: { ...OUT_OF_TIME, maxRetries },
		});
		expect(outcomes).toEqual(['unknown']);
	});

	test('the read asks for a fresh answer', async () => {
		await serverThat('userHub', { status: 500, body: () => '{}' });
		await update('userHub', server, { updates: name, onError: 'continueRegularOutput' });
		expect(received(server, 'read').at(-1)!.headers['cache-control']).toMatch(/no-cache|no-store/);
	});

	test('an account of which it is open what became of it is closed to its later items', async () => {
		await serverThat('cudoCompute', { instead: 'hang', storeAfterMs: LATE_MS });
		const updates = ['First', 'Second', 'Third'].map((displayName) => ({ values: { displayName } }));
		const { outcomes } = await update('cudoCompute', server, { updates, onError: 'continueRegularOutput', options: OUT_OF_TIME });
		expect(outcomes).toEqual(['unknown', 'not sent', 'not sent']);
		expect(received(server, 'update')).toHaveLength(1);
	});
});

test.each([409, 429, 400, 403, 404])('an open attempt is not forgotten when the next is refused with %s: unknown', async (status) => {
	server = await startTruthServer('aodocs');
	server.script = inTurn(
		{ instead: 'hang', storeAfterMs: 2500 },
		{ store: false, status, body: () => '{}', headers: { 'retry-after': '600' } },
	);
	const { outcomes } = await update('aodocs', server, {
		updates: seats,
		onError: 'continueRegularOutput',
		options: { ...OUT_OF_TIME, maxRetries: 1 },
	});
	expect(outcomes).toEqual(['unknown']);
});

describe('the service makes something else of the value', () => {
	test('maxSeats 1000 is stored as 500: updated, from 250 to 500, with an undo', async () => {
		await serverThat('aodocs', { store: () => 500 });
		const { claims } = await update('aodocs', server, { updates: seats, onError: 'continueRegularOutput' });
		expect(claims[0].outcome).toBe('updated');
		expect(claims[0].changes).toEqual([expect.objectContaining({ field: 'maxSeats', from: 250, to: 500 })]);
		expect(claims[0].text).toContain('"undo"');
	});

	test.each([
		['in capitals', 'Acme Ltd', 'ACME LTD'],
		['without double spaces', 'Acme  Ltd', 'Acme Ltd'],
	])('a name stored %s: updated, and the form it is stored as is told', async (_, asked, stored) => {
		await serverThat('userHub', { store: () => stored });
		const { claims } = await update('userHub', server, { updates: [{ values: { displayName: asked } }] });
		expect(claims[0]).toMatchObject({ outcome: 'updated', disclosed: ['displayName'] });
	});

	test.each([
		['another Unicode form', 'userHub', { displayName: 'Café' }, 'Café'.normalize('NFD')],
		['other line ends', 'userHub', { displayName: 'Acme\nLtd' }, 'Acme\r\nLtd'],
		['a last slash', 'aodocs', { portalUrl: 'https://a.example' }, 'https://a.example/'],
	] as const)('%s is the same value: the next run with Skip If Unchanged sends nothing', async (_, service, values, stored) => {
		await serverThat(service, { store: () => stored });
		const first = await update(service, server, { updates: [{ values }] });
		expect(first.outcomes).toEqual(['updated']);
		const second = await update(service, server, { updates: [{ values }], options: { skipIfUnchanged: true } });
		expect(second.outcomes).toEqual(['unchanged']);
		expect(received(server, 'update')).toHaveLength(1);
	});
});

test('a read whose answer breaks off is made again', async () => {
	server = await startTruthServer('userHub');
	server.script = ({ kind, nth }) => (kind === 'read' && nth === 1 ? { headers: { 'content-length': '9999' } } : undefined);
	const { outcomes } = await update('userHub', server, {
		updates: name,
		parameters: { operation: 'get' },
		options: { maxRetries: 1 },
		onError: 'continueRegularOutput',
	});
	expect(received(server, 'read')).toHaveLength(2);
	expect(outcomes).toEqual(['read']);
});

describe('whose record it is', () => {
	test('an answer about another account proves nothing of this one', async () => {
		await serverThat('cudoCompute', { store: false, body: ({ before }) => ({ ...before, id: 'birch', displayName: 'New name' }) });
		const { outcomes } = await update('cudoCompute', server, { updates: name, onError: 'continueRegularOutput' });
		expect(outcomes).toEqual(['not applied']);
	});

	test('Get: a record of another account is an error', async () => {
		server = await startTruthServer('cudoCompute');
		server.script = () => ({ body: ({ after }) => ({ ...after, id: 'birch' }) });
		const { error } = await update('cudoCompute', server, { updates: name, parameters: { operation: 'get' } });
		expect(error).toBeDefined();
	});

	test.each(['get', 'update'])('%s: 200 with an error in it is an error with the service’s words', async (operation) => {
		server = await startTruthServer('userHub');
		server.script = ({ nth, kind }) =>
			operation === 'get' || (kind === 'update' && nth > 0)
				? { store: false, body: () => ({ error: { message: 'Not on Sundays' } }) }
				: undefined;
		const { error, outputs } = await update('userHub', server, { updates: name, parameters: { operation } });
		expect(outputs.flat()).toEqual([]);
		expect(JSON.stringify([error?.message, error?.description, error?.context])).toContain('Not on Sundays');
	});
});

describe('nothing took effect, or not all', () => {
	test('nothing: the item is an error, and leaves by the error output', async () => {
		await serverThat('userHub', { store: false });
		const { outputs, outcomes } = await update('userHub', server, { updates: name, onError: 'continueErrorOutput' });
		expect(outcomes).toEqual(['not applied']);
		expect(outputs.map((items) => items.length)).toEqual([0, 1]);
	});

	test('one of two, with Fail If Partly Applied: an error that says updated, and is not sent again by Retry On Fail', async () => {
		await serverThat('userHub', { only: (path) => path === 'email' });
		const { outcomes, error } = await update('userHub', server, {
			updates: [{ values: { displayName: 'New name', email: 'new@example.com' } }],
			options: { failIfPartlyApplied: true },
			retryOnFail: true,
			maxTries: 3,
		});
		expect(error).toBeDefined();
		expect(outcomes).toEqual(['updated']);
		expect(received(server, 'update')).toHaveLength(1);
	});
});

test('after a 401 no item whose update was received is called not sent', async () => {
	await serverThat('cudoCompute', { store: false, status: 401, body: () => '{}', delayMs: 100 });
	const updates = ['a', 'b', 'c', 'd', 'e'].map((account) => ({ account, values: { displayName: `New ${account}` } }));
	const { claims } = await update('cudoCompute', server, { updates, onError: 'continueRegularOutput' });
	const wasReceived = (item: number) => received(server, 'update').some(({ account }) => account === `t1/${updates[item].account}`);
	expect(claims.map(({ item, outcome }) => ({ item, outcome }))).toEqual(
		updates.map((_, item) => ({ item, outcome: wasReceived(item) ? 'not applied' : 'not sent' })),
	);
});

test('a renewed token is refused too, and ends the run: no item whose update was received is called not sent', async () => {
	server = await startTruthServer('userHub');
	// Reads are answered, so that each renewal succeeds. The slow update is refused when the other has ended the run.
	server.script = ({ kind, account }) =>
		kind === 'update' ? { store: false, status: 401, body: () => '{}', delayMs: account.endsWith('slow') ? 700 : 0 } : undefined;
	const { credentials, parameters } = signInFor({ signIn: 'renewed' }, 'userHub', server, server.url);
	const updates = ['org_quick', 'org_slow'].map((account) => ({ account, values: { displayName: 'New' } }));
	const { outcomes } = await update('userHub', server, { updates, credentials, parameters, onError: 'continueRegularOutput' });
	expect(received(server, 'update').map(({ account }) => account)).toContain('t1/org_slow');
	expect(outcomes).toEqual(['not applied', 'not applied']);
});

test('cancelled: one line of the log names the accounts that were updated or are unknown', async () => {
	const log = captureLog();
	server = await startTruthServer('cudoCompute');
	const { promise: stuck, resolve } = deferred();
	server.script = ({ kind, account }) => {
		if (kind !== 'update' || account !== 't1/birch-stuck') return undefined;
		resolve();
		return { instead: 'hang' };
	};
	const updates = ['acme-done', 'birch-stuck', 'cobalt-later'].map((account) => ({ account, values: { displayName: 'New' } }));
	const run = startNode(nodeRun('cudoCompute', server, { updates, options: { maxConcurrentRequests: 1 } }));
	await stuck;
	run.cancel();
	await run.result;
	// n8n's own lines are for debugging, or tell of the error that ended the node.
	const nodesLines = () => log.filter((line) => line.includes('birch-stuck') && !/^debug|error-reporter/.test(line));
	await untilIsTrue(() => nodesLines().length > 0);
	const lines = nodesLines();
	expect(lines).toHaveLength(1);
	expect(lines[0]).toMatch(/acme-done/);
	expect(lines[0]).not.toMatch(/cobalt-later/);
	expect(received(server, 'update')).toHaveLength(2);
});

test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
	'%s: a failure is { message, error }, whatever went wrong, so that every n8n knows it for one',
	async (onError) => {
		server = await startTruthServer('userHub');
		server.script = ({ kind, account }) =>
			kind === 'update' && account.endsWith('org_refused') ? { store: false, status: 403, body: () => '{"message":"No"}' } : undefined;
		const { outputs } = await update('userHub', server, {
			updates: [
				{ account: 'org_refused', values: { displayName: 'New' } },
				{ account: '', values: { displayName: 'New' } },
				{ account: 'org_good', values: { displayName: 'New' } },
			],
			onError,
		});
		const errors = outputs.flat().filter(isErrorItem);
		expect(errors).toHaveLength(2);
		expect(outputs.at(-1)).toHaveLength(onError === 'continueErrorOutput' ? 2 : 3);
		for (const { json, error, pairedItem } of errors) {
			// On the error output n8n puts the keys of the input beside them.
			const own = Object.keys(json).filter((key) => onError !== 'continueErrorOutput' || !['account', 'values'].includes(key));
			expect(own.sort()).toEqual(['error', 'message']);
			expect(json.message).toEqual(expect.any(String));
			expect(json.error).toMatchObject({ outcome: expect.any(String) });
			expect(error).toBeUndefined();
			expect(pairedItem).toBeDefined();
		}
		expect(errors[0].json.error).toMatchObject({ account: expect.stringContaining('org_refused'), outcome: 'not applied' });
	},
);

function deferred(): { promise: Promise<void>; resolve: () => void } {
	let resolve = () => {};
	const promise = new Promise<void>((done) => {
		resolve = done;
	});
	return { promise, resolve };
}

/** Waits until something has happened, two seconds at most. */
async function untilIsTrue(happened: () => boolean): Promise<void> {
	const end = Date.now() + 2000;
	while (!happened() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
}
