import nock from 'nock';
import type { IDataObject } from 'n8n-workflow';

import { type Sandbox, sandboxSecrets, startSandbox } from '../../sandbox/sandbox.mts';
import { runNode, type NodeResult, type NodeRun, type StoredCredentials } from '../support/engine.mts';
import { outcomeIn } from '../support/items.mts';
import { byId } from '../support/locator.mts';

const ORGANIZATIONS = 80;
/** As many as start together, however busy the machine is: whether more follow depends on how quick the answers are. */
const IN_FLIGHT = 10;
const SESSION = 'createApiSession';

let sandbox: Sandbox;
beforeAll(async () => {
	nock.restore();
	sandbox = await startSandbox({ userHub: { organizations: ORGANIZATIONS } });
});
afterAll(async () => await sandbox.stop());
beforeEach(() => sandbox.reset());

/** After so many quick answers the node has as many requests in flight as it may. */
const QUICK_ANSWERS = IN_FLIGHT + 20;
/** The service is slow to answer the next ones, in milliseconds: even on a busy machine all are in flight before the first is answered. */
const SLOW = 2_000;

const slowDown = () =>
	sandbox.userHub.faults.add({ kind: 'delay', ms: SLOW, match: { method: 'PATCH' }, after: QUICK_ANSWERS, times: IN_FLIGHT });

const organizations = () => sandbox.userHub.ids().filter((id) => id.startsWith('org_'));
const nameFor = (organization: string) => `Renamed ${organization}`;
const sent = (method: string, path = '') =>
	sandbox.userHub.log.entries.filter((entry) => entry.method === method && entry.path.includes(path));
const inFlight = () => sent('PATCH').filter(({ endedAt, faults }) => endedAt === undefined && faults.includes('delay')).length;

const withAdminKey = (): StoredCredentials => {
	const { userApiKey, adminApiKey, userId } = sandboxSecrets.userHub;
	return { userHubApi: { baseUrl: sandbox.userHub.url, userApiKey, signInWith: 'adminApiKey', adminApiKey, userId, sessionToken: '' } };
};

/** Renames every organization. */
const renameAll = (credentials: StoredCredentials, onError?: NodeRun['onError']) =>
	runNode({
		node: 'userHub',
		parameters: {
			resource: 'billingAccount',
			operation: 'update',
			organizationId: byId('={{ $json.organization }}'),
			updateFields: { displayName: '={{ $json.name }}' },
			options: { maxConcurrentRequests: IN_FLIGHT },
		},
		items: organizations().map((organization) => ({ organization, name: nameFor(organization) })),
		credentials,
		onError,
	});

/** Waits until so many updates that are answered slowly are in flight at once. */
async function whenInFlight(count: number): Promise<void> {
	const end = Date.now() + 60_000;
	while (inFlight() < count) {
		if (Date.now() > end) throw new Error(`Only ${inFlight()} updates are in flight, ${sent('PATCH').length} were sent`);
		await new Promise((resolve) => setTimeout(resolve, 2));
	}
}

/** The credential as n8n has stored it after a run, with the session that the run made. */
async function withSession(): Promise<StoredCredentials> {
	const { credentials } = await renameAll(withAdminKey());
	for (const id of organizations()) sandbox.userHub.set(id, { ...sandbox.userHub.record(id), displayName: 'As before' });
	sandbox.userHub.log.clear();
	slowDown();
	return credentials;
}

function expectAllRenamedOnce({ error }: NodeResult): void {
	expect(error).toBeUndefined();
	expect(sandbox.userHub.log.mostRequestsAtOnce).toBe(IN_FLIGHT);
	for (const id of organizations()) expect(sandbox.userHub.record(id)).toMatchObject({ displayName: nameFor(id) });
	expect(sent('PATCH').filter(({ applied }) => applied)).toHaveLength(ORGANIZATIONS);
}

const outcomesOf = ({ error, outputs }: NodeResult): string[] =>
	error
		? (error.context.data as { items: IDataObject[] }).items.map(({ outcome }) => String(outcome))
		: outputs[0].map(({ json }) => outcomeIn(json) ?? 'updated');

describe(`with ${IN_FLIGHT} requests in flight, one session is made`, () => {
	test('on a cold start', async () => {
		slowDown();
		const result = await renameAll(withAdminKey());

		expect(sandbox.userHub.sessions.created).toBe(1);
		expect(sent('POST', SESSION)).toHaveLength(1);
		expect(sent('PATCH')).toHaveLength(ORGANIZATIONS);
		expectAllRenamedOnce(result);
	});

	test('where the stored one has expired before the run', async () => {
		const credentials = await withSession();
		sandbox.userHub.sessions.expire();
		const result = await renameAll(credentials);

		expect(sent('POST', SESSION)).toHaveLength(1);
		expectAllRenamedOnce(result);
	});

	test('where it expires under all of them', async () => {
		const credentials = await withSession();
		const running = renameAll(credentials);
		await whenInFlight(IN_FLIGHT);
		sandbox.userHub.sessions.expire();
		const result = await running;

		expect(sent('POST', SESSION)).toHaveLength(1);
		expect(sent('PATCH').filter(({ status }) => status === 401)).toHaveLength(IN_FLIGHT);
		expect(sent('PATCH')).toHaveLength(ORGANIZATIONS + IN_FLIGHT);
		expectAllRenamedOnce(result);
	});
});

describe.each([403, 401])('where a new session is refused with %i', (status) => {
	const refuse = () =>
		sandbox.userHub.faults.add({ kind: 'status', status, match: { method: 'POST', pathIncludes: SESSION }, times: 'always' });

	test('on a cold start, no update is sent', async () => {
		refuse();
		const result = await renameAll(withAdminKey());

		expect(sent('PATCH')).toHaveLength(0);
		expect(sent('POST', SESSION)).toHaveLength(1);
		expect(outcomesOf(result)).toEqual(Array(ORGANIZATIONS).fill('not sent'));
	});

	test.each(['stopWorkflow', 'continueRegularOutput'] as const)('nothing is sent beyond what is in flight (%s)', async (onError) => {
		const credentials = await withSession();
		refuse();
		const running = renameAll(credentials, onError);
		await whenInFlight(IN_FLIGHT);
		const before = sent('PATCH').length;
		sandbox.userHub.sessions.expire();
		const result = await running;

		expect(sent('PATCH')).toHaveLength(before);
		expect(sent('POST', SESSION)).toHaveLength(1);
		expect(sent('GET')).toHaveLength(0);
		const patches = new Map(sent('PATCH').map((entry) => [entry.account, entry]));
		const expected = organizations().map((id) => {
			const patch = patches.get(id);
			if (patch === undefined) return 'not sent';
			return patch.applied ? 'updated' : 'not applied';
		});
		expect(outcomesOf(result)).toEqual(expected);
	});
});
