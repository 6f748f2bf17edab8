import type { INodeParameters } from 'n8n-workflow';

import { accounts } from '../support/accounts.mts';
import { runNode, type NodeRun, type StoredCredentials } from '../support/engine.mts';
import { nodes, type NodeName } from '../support/installation.mts';
import { errorIn } from '../support/items.mts';
import { byId } from '../support/locator.mts';
import { closeServices, fakeService } from '../support/service.mts';
import { optionValues } from '../support/updates.mts';

/** While the node continues on errors, no error leaves it: n8n would hand the input on as if all had gone well. */

afterEach(closeServices);

/** Every operation, with parameters of which those of item 1 are wrong, and what its error says. */
const operations: Array<{ node: NodeName; parameters: INodeParameters; own: RegExp | undefined }> = [
	{ node: 'aodocs', parameters: { operation: 'applyPlan', plan: '={{ $json.plan }}' }, own: undefined },
	{ node: 'aodocs', parameters: { operation: 'get' }, own: undefined },
	{ node: 'aodocs', parameters: { operation: 'update', updateFields: { maxSeats: '={{ $json.seats }}' } }, own: /Max Seats/ },
	{ node: 'cudoCompute', parameters: { operation: 'applyPlan', plan: '={{ $json.plan }}' }, own: undefined },
	{ node: 'cudoCompute', parameters: { operation: 'get', billingAccountId: byId('={{ $json.account }}') }, own: /Billing Account/ },
	{ node: 'cudoCompute', parameters: { operation: 'getAll', limit: '={{ $json.limit }}' }, own: /Limit/ },
	{
		node: 'cudoCompute',
		parameters: { operation: 'update', billingAccountId: byId('={{ $json.account }}'), updateFields: { displayName: 'New' } },
		own: /Billing Account/,
	},
	{ node: 'userHub', parameters: { operation: 'applyPlan', plan: '={{ $json.plan }}' }, own: undefined },
	{ node: 'userHub', parameters: { resource: 'organization', operation: 'getAll', limit: '={{ $json.limit }}' }, own: /Limit/ },
	{
		node: 'userHub',
		parameters: { operation: 'get', accountOf: 'organization', organizationId: byId('={{ $json.account }}') },
		own: /Organization/,
	},
	{
		node: 'userHub',
		parameters: {
			operation: 'update',
			accountOf: 'organization',
			organizationId: byId('={{ $json.account }}'),
			updateFields: { displayName: 'New' },
		},
		own: /Organization/,
	},
];

const items = [
	{ account: 'a', seats: 1, limit: 5 },
	{ account: '', seats: 'many', limit: 0 },
	{ account: 'c', seats: 3, limit: 5 },
];

const changed = (credentials: StoredCredentials, more: object): StoredCredentials =>
	Object.fromEntries(Object.entries(credentials).map(([type, data]) => [type, { ...data, ...more }]));

/** What keeps anything from being sent. */
const causes: Array<{ cause: string; credentials: (usual: StoredCredentials) => StoredCredentials; says: RegExp }> = [
	{ cause: 'the credential was deleted', credentials: () => ({}), says: /could not be opened/ },
	{ cause: 'its base URL is wrong', credentials: (usual) => changed(usual, { baseUrl: 'not an address' }), says: /no valid base URL/ },
	{
		cause: 'its domain is not allowed',
		credentials: (usual) => changed(usual, { allowedHttpRequestDomains: 'domains', allowedDomains: 'other.example' }),
		says: /Domain not allowed/,
	},
];

const cases = operations.flatMap((operation) =>
	(['continueRegularOutput', 'continueErrorOutput'] as const).map((onError) => ({
		...operation,
		onError,
		name: operation.parameters.operation,
	})),
);

/** Runs an operation with a service that must not be asked, and gives the error items. */
async function errorItems(run: NodeRun) {
	const service = fakeService(accounts[run.node].baseUrl, {});
	const { outputs, error } = await runNode({ items, ...run });
	expect(service.requests).toEqual([]);
	expect(error).toBeUndefined();
	const output = run.onError === 'continueErrorOutput' ? 1 : 0;
	expect(outputs.map((each) => each.length)).toEqual(output === 1 ? [0, 3] : [3]);
	expect(outputs[output].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
	return outputs[output].map(({ json }) => json);
}

test.each(Object.keys(nodes) as NodeName[])('every operation of %s is tried here', (node) => {
	const { properties } = nodes[node].description;
	const offered = properties.filter(({ name }) => name === 'operation').flatMap(optionValues);
	const tried = operations.filter((operation) => operation.node === node).map(({ parameters }) => parameters.operation);
	expect([...tried].sort()).toEqual([...offered].sort());
});

describe.each(causes)('$cause', ({ credentials, says }) => {
	test.each(cases)('$node, $name, $onError', async ({ node, parameters, onError, own }) => {
		const errors = await errorItems({ node, parameters, onError, credentials: credentials(accounts[node].credentials) });
		const outcome = ['get', 'getAll'].includes(String(parameters.operation)) ? 'not read' : 'not sent';
		expect(errors.map((json) => errorIn(json)?.outcome)).toEqual([outcome, outcome, outcome]);
		const texts = errors.map((json) => JSON.stringify(json));
		expect(texts[0]).toMatch(says);
		expect(texts[1]).toMatch(own ?? says);
		expect(texts[2]).toMatch(says);
	});
});

test.each(Object.keys(nodes) as NodeName[])('%s does not know the operation: nothing is sent', async (node) => {
	for (const onError of ['continueRegularOutput', 'continueErrorOutput'] as const) {
		const errors = await errorItems({
			node,
			parameters: { ...accounts[node].selection, operation: 'destroy' },
			onError,
			credentials: accounts[node].credentials,
		});
		expect(errors.map((json) => errorIn(json)?.outcome)).toEqual(['not sent', 'not sent', 'not sent']);
		closeServices();
	}
});
