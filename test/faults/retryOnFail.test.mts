import nock from 'nock';
import type { IDataObject, INode } from 'n8n-workflow';

import type { Fault } from '../../sandbox/faults.mts';
import type { CaseItem } from '../services/fixture.mts';
import { type NodeName, nodeNames, services } from '../services/index.mts';
import { recordOf } from '../services/recordOf.mts';
import { runNode } from '../support/engine.mts';
import { outcomeIn } from '../support/items.mts';
import { valueAt } from '../support/paths.mts';
import { type Bench, credentialsFor, startBench } from './bench.mts';

let bench: Bench;
beforeAll(async () => {
	nock.restore();
	bench = await startBench(process.cwd());
});
afterAll(async () => await bench.stop());
beforeEach(() => bench.sandbox.reset());

const refusal = (service: NodeName, account: string, more: Partial<Fault> = {}): Fault =>
	({
		kind: 'status',
		status: 403,
		body: services[service].faults.errorBody(403, 'Not now'),
		...more,
		match: { method: 'PATCH', account },
	}) as Fault;

const itemsFor = (service: NodeName, count = 5): CaseItem[] =>
	Array.from({ length: count }, (_, index) => services[service].faults.item(1, index, false));

async function runWithRetries(service: NodeName, items: CaseItem[], onError: INode['onError'] = 'stopWorkflow') {
	const { parameters } = services[service].faults;
	const result = await runNode({
		node: service,
		parameters: { operation: 'update', ...parameters, options: { maxRetries: 0 } },
		items: items.map(({ json }) => json),
		credentials: credentialsFor(service, bench),
		onError,
		retryOnFail: true,
		maxTries: 3,
		waitBetweenTries: 1,
	});
	const { outputs, error } = result;
	const outcomes = error
		? (error.context.data as { items: IDataObject[] }).items.map(({ outcome }) => outcome)
		: outputs[0].map(({ json }) => outcomeIn(json) ?? 'updated');
	return { ...result, outcomes };
}

/** The items whose updates were applied, by index, in the order in which that happened. */
const applied = (service: NodeName, items: CaseItem[]) =>
	bench.sandbox[service].log.entries
		.filter((entry) => entry.method === 'PATCH' && entry.applied)
		.map(({ body }) => items.findIndex(({ leaves: [{ path, value }] }) => valueAt(recordOf(services[service], body), path) === value));

/** By index, in numerical order. */
const sorted = (indexes: number[]) => [...indexes].sort((a, b) => a - b);

/** Each account has the values of its last item. */
function expectEndState(service: NodeName, items: CaseItem[]): void {
	for (const { account } of items) {
		const last = items.filter((item) => item.account === account).at(-1)!;
		for (const { path, value } of last.leaves) expect(valueAt(bench.sandbox[service].record(account), path)).toBe(value);
	}
}

describe.each(nodeNames)('%s with Retry On Fail', (service) => {
	const victim = 1;
	const isOneAccount = new Set(services[service].faults.accounts).size === 1;
	/** Updates of the victim's account before its own. */
	const after = isOneAccount ? victim : 0;

	test('sends nothing twice that was applied, when the next try succeeds', async () => {
		const items = itemsFor(service);
		bench.sandbox[service].faults.add(refusal(service, items[victim].account, { after }));
		const { error } = await runWithRetries(service, items);

		expect(error).toBeUndefined();
		expect(sorted(applied(service, items))).toEqual([0, 1, 2, 3, 4]);
		expectEndState(service, items);
	});

	test('sends nothing twice that was applied, when all tries fail', async () => {
		const items = itemsFor(service);
		bench.sandbox[service].faults.add(refusal(service, items[victim].account, { after, times: 'always' }));
		const { error, outcomes } = await runWithRetries(service, items);

		expect(error).toBeDefined();
		expect(outcomes[victim]).toBe('not applied');
		const once = applied(service, items);
		expect(once).toEqual([...new Set(once)]);
		expect(bench.sandbox[service].log.entries.filter(({ status }) => status === 403)).toHaveLength(3);
	});

	test('sends an update that was applied before the connection broke only once', async () => {
		const items = itemsFor(service);
		const { account } = items[victim];
		const { faults } = bench.sandbox[service];
		faults.add({ kind: 'drop', when: 'afterApply', match: { method: 'PATCH', account }, after });
		// The first try cannot read back: it is left open whether it was applied.
		const readsBefore = items.slice(0, victim + 1).filter((item) => item.account === account).length;
		faults.add({ kind: 'status', status: 500, match: { method: 'GET', account }, after: readsBefore });
		const { error } = await runWithRetries(service, items);

		expect(error).toBeUndefined();
		expect(sorted(applied(service, items))).toEqual([0, 1, 2, 3, 4]);
		expectEndState(service, items);
	});

	test('goes on to the end state when the first of several items of an account fails and the node continues', async () => {
		const items = itemsFor(service);
		bench.sandbox[service].faults.add(refusal(service, items[0].account));
		const { error, outcomes } = await runWithRetries(service, items, 'continueRegularOutput');

		expect(error).toBeUndefined();
		expect(outcomes).toHaveLength(items.length);
		const once = applied(service, items);
		expect(once).toEqual([...new Set(once)]);
		expectEndState(service, items);
	});
});

test('an item of which a later one overwrites only a part is sent in full, and the later one keeps the last word', async () => {
	const service = 'cudoCompute';
	const [first, second] = [services[service].faults.item(1, 0, false), services[service].faults.item(1, 3, false)];
	// The second item changes the name alone.
	const items = [first, { ...second, json: { ...second.json, hourlySpendLimit: { value: '' } }, leaves: [second.leaves[0]] }];
	bench.sandbox[service].faults.add(refusal(service, first.account));
	const { error } = await runWithRetries(service, items, 'continueRegularOutput');

	expect(error).toBeUndefined();
	const record = bench.sandbox[service].record(first.account);
	expect(record).toMatchObject({ displayName: second.leaves[0].value, hourlySpendLimit: { value: first.leaves[1].value } });
});

test('values that go back and forth end as the last item says', async () => {
	const service = 'cudoCompute';
	const account = 'acme-billing';
	const item = (displayName: string, hourlySpendLimit: string): CaseItem => ({
		json: { account, displayName, hourlySpendLimit: { value: hourlySpendLimit } },
		account,
		leaves: [{ field: 'displayName', path: 'displayName', value: displayName }],
	});
	const items = [item('Two', '1'), item('One', '2'), item('Two', '3')];
	bench.sandbox[service].faults.add(refusal(service, account, { after: 2 }));
	const { error } = await runWithRetries(service, items);

	expect(error).toBeUndefined();
	expect(bench.sandbox[service].record(account)).toMatchObject({ displayName: 'Two', hourlySpendLimit: { value: '3' } });
	expect(bench.sandbox[service].log.entries.filter(({ applied: wasApplied }) => wasApplied)).toHaveLength(3);
});
