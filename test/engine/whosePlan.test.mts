import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { planKeyOf } from '../../nodes/shared/plan/signature.ts';
import { accounts } from '../support/accounts.mts';
import { runNode, type StoredCredentials } from '../support/engine.mts';
import type { NodeName } from '../support/installation.mts';
import { keptAccount } from '../support/keptAccount.mts';
import { closeServices, fakeService } from '../support/service.mts';

/** A plan belongs to one sign-in at one address. The same sign-in applies it, however its secret is pasted and whatever was renewed on the way. */

afterEach(closeServices);

const TEST_SYSTEM = 'https://cudo-test.example';
/** UserHub makes a session for each user. */
const sessions = Object.fromEntries(
	['usr_1', 'usr_2'].map((user) => [`POST /admin/v1/users/${user}:createApiSession`, { body: { accessToken: `session-of-${user}` } }]),
);

const cudo = (more: IDataObject) => ({ cudoComputeApi: { apiKey: 'cudo-api-key-1', ...more } }) as StoredCredentials;
const withToken = (more: IDataObject) =>
	({ userHubApi: { userApiKey: 'pk_1', signInWith: 'userAccessToken', userAccessToken: 'token-1', ...more } }) as StoredCredentials;
const withAdminKey = (more: IDataObject) =>
	({
		userHubApi: { userApiKey: 'pk_1', signInWith: 'adminApiKey', adminApiKey: 'admin-1', userId: 'usr_1', ...more },
	}) as StoredCredentials;
const withOAuth2 = (access_token: string, refresh_token: string) => {
	const oauthTokenData = { access_token, refresh_token, token_type: 'Bearer' };
	return { aodocsOAuth2Api: { clientId: 'client-1', clientSecret: 'secret-1', oauthTokenData } } as StoredCredentials;
};

/** Plans an update with one credential, and applies the plan with another. */
async function planThenApply(node: NodeName, planned: StoredCredentials, applied: StoredCredentials) {
	const { baseUrl, route, selection, record } = accounts[node];
	const routes = { ...keptAccount(node, record).routes(route), ...sessions };
	const services = [baseUrl, TEST_SYSTEM].map((url) => fakeService(url, routes));
	const signIn: INodeParameters = 'aodocsOAuth2Api' in planned ? { authentication: 'oAuth2' } : {};
	const run = async (credentials: StoredCredentials, parameters: INodeParameters, items: IDataObject[]) => {
		const { outputs } = await runNode({
			node,
			credentials,
			parameters: { ...signIn, ...parameters },
			items,
			onError: 'continueRegularOutput',
		});
		return outputs[0].map(({ json }) => json);
	};
	const updateFields: INodeParameters = node === 'aodocs' ? { maxSeats: 300 } : { displayName: 'New' };
	const plans = await run(planned, { ...selection, dryRun: true, updateFields }, [{}]);
	expect(plans).toMatchObject([{ outcome: 'planned' }]);
	const [item] = await run(applied, { operation: 'applyPlan', plan: '={{ $json.plan }}' }, plans);
	const updates = services.flatMap(({ requests }) => requests).filter(({ method }) => method === 'PATCH');
	return { item, updates };
}

test.each<[string, NodeName, StoredCredentials, StoredCredentials]>([
	['the same key at another address', 'cudoCompute', cudo({}), cudo({ baseUrl: TEST_SYSTEM })],
	['another access token', 'userHub', withToken({}), withToken({ userAccessToken: 'token-2' })],
	['another user of the same admin key', 'userHub', withAdminKey({}), withAdminKey({ userId: 'usr_2' })],
	['another refresh token', 'aodocs', withOAuth2('access-1', 'refresh-1'), withOAuth2('access-1', 'refresh-2')],
])('%s (%s): the plan is of another credential, and nothing is sent', async (_, node, planned, applied) => {
	const { item, updates } = await planThenApply(node, planned, applied);
	expect(item).toMatchObject({
		message: 'The plan was made with another credential, or its secret was renewed since',
		error: { outcome: 'not sent' },
	});
	expect(updates).toEqual([]);
});

test.each<[string, NodeName, StoredCredentials, StoredCredentials]>([
	['white space around the key', 'cudoCompute', cudo({}), cudo({ apiKey: ' cudo-api-key-1\n' })],
	['another user key, which is no secret', 'userHub', withToken({}), withToken({ userApiKey: 'pk_2' })],
	['another session of the same user', 'userHub', withAdminKey({}), withAdminKey({ sessionToken: 'session-2' })],
	['a renewed access token', 'aodocs', withOAuth2('access-1', 'refresh-1'), withOAuth2('access-2', 'refresh-1')],
])('%s (%s): the plan is applied', async (_, node, planned, applied) => {
	const { item, updates } = await planThenApply(node, planned, applied);
	expect(item).not.toHaveProperty('error');
	expect(updates).toHaveLength(1);
});

describe('the key of a sign-in', () => {
	const key = planKeyOf(['secret'], 'https://a.example', 'typeA');

	test.each([
		['secret', planKeyOf(['other'], 'https://a.example', 'typeA')],
		['address', planKeyOf(['secret'], 'https://b.example', 'typeA')],
		['credential type', planKeyOf(['secret'], 'https://a.example', 'typeB')],
	])('is another one with another %s', (_, other) => {
		expect(other.id).not.toBe(key.id);
		expect(other.sign({ set: {} })).not.toBe(key.sign({ set: {} }));
	});
});
