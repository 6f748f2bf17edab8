/** UserHub with an admin key: the session expires while many updates are in flight. */
import assert from 'node:assert/strict';
import { until } from '../../demo/until.mts';
import { sandboxSecrets } from '../../sandbox/sandbox.mts';
import type { TestEnvironment } from './environment.mts';
import { requests } from './requests.mts';
import type { Steps } from './steps.mts';
import { itemsWorkflow, TRIGGER } from './workflows.mts';

const ORGANIZATIONS = 100;
/** How many the node starts with. */
const IN_FLIGHT = 10;
/** The service is slow to answer, in milliseconds: even on a busy machine as many as the node starts with are in flight before the first is answered. */
const SLOW = 8_000;

export async function sessions(steps: Steps, { api, services }: TestEnvironment): Promise<void> {
	const { userHub } = services.sandbox;
	const { userApiKey, adminApiKey, userId } = sandboxSecrets.userHub;

	await steps.step(`the session expires with ${IN_FLIGHT} of ${ORGANIZATIONS} items in flight: one new session, no item lost`, async () => {
		userHub.reset();
		const ids = Array.from({ length: ORGANIZATIONS }, (_, index) => `org_sandbox${String(index + 1).padStart(7, '0')}`);
		const known = new Set(userHub.ids());
		const plain = userHub.record(userId)!;
		for (const id of ids) if (!known.has(id)) userHub.set(id, plain);

		const credential = await api.saveCredential({
			name: 'UserHub, admin key',
			type: 'userHubApi',
			data: { baseUrl: userHub.url, userApiKey, signInWith: 'adminApiKey', adminApiKey, userId },
		});
		const { id } = await api.createWorkflow(
			itemsWorkflow(
				'UserHub, the session expires',
				ids.map((organization) => ({ organization, name: `New name of ${organization}` })),
				'userHub',
				credential,
				{
					organizationId: { __rl: true, mode: 'id', value: '={{ $json.organization }}' },
					updateFields: { displayName: '={{ $json.name }}' },
					options: { maxConcurrentRequests: IN_FLIGHT },
				},
			),
		);

		const slow = userHub.faults.add({ kind: 'delay', ms: SLOW, match: { method: 'PATCH' }, times: 'always' });
		const inFlight = () => requests(userHub, 'PATCH').filter(({ endedAt }) => endedAt === undefined).length;
		const describe = () => `${inFlight()} are, ${requests(userHub, 'PATCH').length} were sent`;
		const expiry = async () => {
			await until(`${IN_FLIGHT} updates are in flight`, () => inFlight() === IN_FLIGHT, { pause: 10, describe });
			userHub.sessions.expire();
			// Those in flight are answered late all the same.
			slow.remove();
		};
		const [execution] = await Promise.all([api.runWorkflow(id, TRIGGER), expiry()]);

		const created = userHub.sessions.created;
		const refused = requests(userHub, 'PATCH').filter(({ status }) => status === 401).length;
		const applied = requests(userHub, 'PATCH').filter((entry) => entry.applied);
		assert.equal(execution.status, 'success', execution.error?.message);
		assert.equal(execution.nodes.Update.items.length, ORGANIZATIONS);
		assert.deepEqual(applied.map(({ account }) => account).sort(), ids);
		for (const organization of ids) assert.equal(userHub.record(organization)?.displayName, `New name of ${organization}`);
		assert.equal(userHub.log.mostRequestsAtOnce, IN_FLIGHT);
		// One at the start, one when it expired.
		assert.equal(created, 2);
		const { executionTime } = execution.nodes.Update;
		return `${IN_FLIGHT} in flight, ${refused} updates refused with 401, ${created - 1} new session, ${applied.length} of ${ORGANIZATIONS} updates applied once each, ${executionTime} ms`;
	});
	userHub.reset();
}
