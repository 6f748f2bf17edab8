import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { accounts } from '../support/accounts.mts';
import { runNode, type NodeResult } from '../support/engine.mts';
import { errorIn, outcomeIn } from '../support/items.mts';
import { nodes, type NodeName } from '../support/installation.mts';
import { keptAccount } from '../support/keptAccount.mts';
import { keptAccounts, UNDO, type KeptAccounts } from '../support/keptAccounts.mts';
import { put, valueAt } from '../support/paths.mts';
import { closeServices, fakeService } from '../support/service.mts';
import { inForm } from '../support/updates.mts';

/** Undo is a plan, and what comes out tells a person and the next node what became of each account. */

afterEach(() => {
	closeServices();
	jest.restoreAllMocks();
});

const KEEP_GOING = { onError: 'continueRegularOutput' } as const;
const acme = { displayName: 'Acme', monthlySpendLimit: { value: '2000' } };
const outcomes = ({ outputs }: NodeResult) => outputs.flat().map(({ json }) => outcomeIn(json));
const jsons = ({ outputs }: NodeResult) => outputs.flat().map(({ json }) => json);
/** Undoes what a run put out, by the expression that the placeholder of Plan names. */
const undo = async (kept: KeptAccounts, result: NodeResult) =>
	await kept.apply(jsons(result), { output: 'recordAndChanges' }, KEEP_GOING, { plan: UNDO });

describe('undo', () => {
	test('of a mixed run restores every account by one expression', async () => {
		const ids = ['updated', 'unchanged', 'refused', 'invalid'];
		const kept = keptAccounts(Object.fromEntries(ids.map((id) => [id, acme])), (account, id) => ({
			[`PATCH /v1/billing-accounts/${id}`]: (request) => (id === 'refused' ? { status: 412 } : account.update(request)),
		}));
		const former = ids.map((id) => structuredClone(kept.record(id)));
		const updated = await kept.update(
			[
				{ account: 'updated', limit: '4000' },
				{ account: 'unchanged', limit: '2000' },
				{ account: 'refused', limit: '4000' },
				{ account: 'invalid', limit: 'plenty' },
			],
			{ output: 'recordAndChanges', skipIfUnchanged: true },
			KEEP_GOING,
		);
		expect(outcomes(updated)).toEqual(['updated', 'unchanged', 'not applied', 'not sent']);
		expect(outcomes(await undo(kept, updated))).toEqual(['updated', 'unchanged', 'unchanged', 'unchanged']);
		expect(ids.map((id) => kept.record(id))).toEqual(former);
	});

	test.each([
		['had been applied: restored', true, 'updated'],
		['had not: left alone', false, 'unchanged'],
	])('of an update of which it is unknown whether it was applied, and which %s', async (_, isApplied, expected) => {
		let isDown = true;
		const kept = keptAccounts({ a: acme }, (account) => ({
			'PATCH /v1/billing-accounts/a': (request) => {
				if (!isDown) return account.update(request);
				if (isApplied) account.update(request);
				return { status: 500 };
			},
			'GET /v1/billing-accounts/a': (request) => (isDown && kept.updated().length > 0 ? { status: 403 } : account.read(request)),
		}));
		const updated = await kept.update([{ account: 'a', limit: '4000' }], { output: 'recordAndChanges', maxRetries: 0 }, KEEP_GOING);
		expect(outcomes(updated)).toEqual(['unknown']);
		isDown = false;
		const undone = await kept.apply(jsons(updated), { output: 'recordAndChanges' }, KEEP_GOING, { plan: UNDO });
		expect(outcomes(undone)).toEqual([expected]);
		expect(kept.record('a')).toMatchObject(acme);
	});

	// Same value, other spelling: Skip If Unchanged does not send it, but what is sent is stored as it was asked.
	describe.each<[NodeName, string, string, string, IDataObject]>([
		['userHub', 'email', 'billing@acme.com', 'BILLING@acme.com', { displayName: 'New' }],
		['userHub', 'phoneNumber', '+44 1202 000000', '+441202000000', { displayName: 'New' }],
		['userHub', 'address.country', 'gb', 'GB', { displayName: 'New' }],
		['aodocs', 'portalUrl', 'https://billing.example.com/acme', 'https://billing.example.com/acme/', { maxSeats: 300 }],
		['cudoCompute', 'billingAddress.phone', '+441202000000', '+44 (1202) 000000', { displayName: 'New' }],
		['cudoCompute', 'billingAddress.country', 'gb', 'GB', { displayName: 'New' }],
	])('%s: %s in another spelling', (node, path, stored, asked, others) => {
		test.each([
			['alone', {}],
			['with another field', others],
		])('%s: told by the dry run, changed, told, and restored', async (_, more) => {
			const { baseUrl, credentials, selection, route, record } = accounts[node];
			const first = structuredClone(record);
			put(first, path.split('.'), stored);
			const kept = keptAccount(node, first);
			const former = structuredClone(kept.record);
			fakeService(baseUrl, kept.routes(route));
			const run = async (parameters: INodeParameters, items: IDataObject[] = [{}]) => {
				const { outputs, error } = await runNode({ node, credentials, items, parameters: { ...selection, ...parameters } });
				expect(error).toBeUndefined();
				return outputs[0].map(({ json }) => json);
			};
			const wanted: IDataObject = { ...more };
			put(wanted, path.split('.'), asked);
			const update = inForm(nodes[node], wanted);
			const change = { field: path, from: stored, to: asked };

			const [planned] = await run({ ...update, dryRun: true });
			expect(planned.changes).toContainEqual(expect.objectContaining(change));
			expect(kept.record).toEqual(former);

			const [applied] = await run({ operation: 'applyPlan', plan: '={{ $json.plan }}', options: { output: 'recordAndChanges' } }, [
				planned,
			]);
			expect(valueAt(kept.record, path)).toBe(asked);
			expect(applied).toMatchObject({ outcome: 'updated', changes: expect.arrayContaining([expect.objectContaining(change)]) });

			const [again] = await run({ operation: 'applyPlan', plan: '={{ $json.plan }}', options: { output: 'recordAndChanges' } }, [planned]);
			expect(again.outcome).toBe('unchanged');

			await run({ operation: 'applyPlan', plan: UNDO }, [applied]);
			expect(kept.record).toEqual(former);
		});
	});

	test('of several updates of one account: the newest first', async () => {
		const kept = keptAccounts({ a: acme });
		const updated = await kept.update(
			['One', 'Two', 'Three'].map((name) => ({ account: 'a', name })),
			{ output: 'recordAndChanges' },
		);
		await undo(kept, updated);
		expect(kept.record('a')).toMatchObject(acme);
	});

	test('of several updates of one account within a millisecond: the newest first', async () => {
		const kept = keptAccounts({ a: acme });
		jest.spyOn(Date, 'now').mockReturnValue(Date.now());
		const updated = await kept.update(
			['One', 'Two', 'Three'].map((name) => ({ account: 'a', name })),
			{ output: 'recordAndChanges' },
		);
		jest.restoreAllMocks();
		await undo(kept, updated);
		expect(kept.record('a')).toMatchObject(acme);
	});

	test('given with a plan that is none: in the order in which they are given', async () => {
		const kept = keptAccounts({ a: acme });
		const [plan] = await kept.plan([{ account: 'a', limit: '3000' }]);
		const updated = await kept.update([{ account: 'a', limit: '4000' }], { output: 'recordAndChanges' });
		await kept.apply([{ plan: [jsons(updated)[0].undo, plan] } as IDataObject]);
		expect(kept.record('a')).toMatchObject({ monthlySpendLimit: { value: '3000' } });
	});

	test('of one item for all: its list of undo plans, empty where nothing changed', async () => {
		const kept = keptAccounts({ a: acme, b: acme });
		const updated = await kept.update(
			['a', 'b'].map((account) => ({ account, limit: '4000' })),
			{ output: 'oneItem' },
		);
		await undo(kept, updated);
		expect(kept.record('b')).toMatchObject(acme);
		const again = await kept.update([{ account: 'a', limit: '2000' }], { output: 'oneItem', skipIfUnchanged: true });
		expect(jsons(again)[0]).toMatchObject({ undo: [] });
		expect(outcomes(await undo(kept, again))).toEqual(['unchanged']);
	});

	test('of a recharge that was cleared, and of which the record had left out a zero', async () => {
		const creditBalanceRecharge = { low: { value: '10' }, high: { value: '50' } };
		const kept = keptAccounts({ a: { ...acme, creditBalanceRecharge } });
		const asked = { updateFields: { displayName: 'New' }, fieldsToClear: ['creditBalanceRecharge'] };
		const cleared = await kept.update([{ account: 'a' }], { output: 'recordAndChanges' }, {}, asked);
		expect(jsons(cleared)[0]).toMatchObject({ outcome: 'updated', cannotUndo: [] });
		expect(outcomes(await undo(kept, cleared))).toEqual(['updated']);
		expect(kept.record('a')).toMatchObject({ ...acme, creditBalanceRecharge: { ...creditBalanceRecharge, autoRecharge: false } });
	});

	test('what cannot be restored is named beforehand and afterwards', async () => {
		const kept = keptAccounts({ a: acme });
		const asked = { updateFields: { paymentTerms: 'PAYMENT_TERMS_INVOICE' } };
		const dry = await kept.update([{ account: 'a' }], {}, {}, { ...asked, dryRun: true });
		expect(jsons(dry)[0]).toMatchObject({ outcome: 'planned', cannotUndo: ['paymentTerms'] });
		const done = await kept.update([{ account: 'a' }], { output: 'recordAndChanges' }, {}, asked);
		expect(jsons(done)[0]).toMatchObject({ outcome: 'updated', cannotUndo: ['paymentTerms'], undo: '[]' });
	});

	test('while the node stops on errors, the undo of what was updated before is in the data of the error', async () => {
		const kept = keptAccounts({ a: acme, b: acme }, (account, id) => ({
			[`PATCH /v1/billing-accounts/${id}`]: (request) => (id === 'b' ? { status: 412 } : account.update(request)),
		}));
		const items = ['a', 'b'].map((account) => ({ account, limit: '4000' }));
		const { error } = await kept.update(items, { output: 'recordAndChanges', maxConcurrentRequests: 1 });
		const { items: told } = error!.context.data as { items: IDataObject[] };
		await kept.apply(told, {}, KEEP_GOING, { plan: UNDO });
		expect(kept.record('a')).toMatchObject(acme);
	});
});

describe('Output', () => {
	test('Dry Run with Skip If Unchanged: a plan item with no changes, whatever Output', async () => {
		const kept = keptAccounts({ a: acme });
		const dry = await kept.update([{ account: 'a', limit: '2000' }], { skipIfUnchanged: true }, {}, { dryRun: true });
		expect(jsons(dry)[0]).toMatchObject({ account: 'a', outcome: 'unchanged', changes: [], plan: expect.stringContaining('signature') });
		const one = await kept.update([{ account: 'a', limit: '2000' }], { skipIfUnchanged: true, output: 'oneItem' }, {}, { dryRun: true });
		expect(jsons(one)[0]).toMatchObject({ plans: [], counts: { unchanged: 1 } });
	});

	test('One Item for All cannot hold plans of several credentials: each would be applied with the credential of one', async () => {
		const kept = keptAccounts({ a: acme, b: acme });
		const items = ['a', 'b'].map((account) => ({ account, limit: '4000', key: `key-of-${account}` }));
		const credentials = { cudoComputeApi: { apiKey: '={{ $json.key }}' } };
		const { error } = await kept.update(items, { output: 'oneItem' }, { credentials }, { dryRun: true });
		expect(error!.message).toContain('One Item for All cannot hold plans of several credentials');
		expect(kept.requests).toEqual([]);
	});

	test.each(['continueRegularOutput', 'continueErrorOutput'] as const)('Change List: %s', async (onError) => {
		const kept = keptAccounts({ a: acme, b: acme, c: acme });
		const result = await kept.update(
			[
				{ account: 'a', name: 'New', limit: '4000' },
				{ account: 'b', limit: '2000' },
				{ account: 'c', limit: 'plenty' },
			],
			{ output: 'changeList', skipIfUnchanged: true },
			{ onError },
		);
		const always = { time: expect.stringMatching(/^\d{4}-/), executionId: '1' };
		const row = (account: string, field: string | null, from: string | null, to: string | null, outcome: string) => ({
			account,
			accountName: expect.anything(),
			field,
			from,
			to,
			outcome,
			error: null,
			...always,
		});
		expect(result.outputs[0].slice(0, 3).map(({ json }) => json)).toEqual([
			row('a', 'Display Name', 'Acme', 'New', 'updated'),
			row('a', 'Monthly Spend Limit', '2000', '4000', 'updated'),
			row('b', null, null, null, 'unchanged'),
		]);
		if (onError === 'continueErrorOutput') {
			expect(result.outputs[1].map(({ json }) => errorIn(json)?.outcome)).toEqual(['not sent']);
		} else {
			const error = expect.stringContaining('is not a decimal number');
			expect(result.outputs[0][3].json).toEqual({ ...row('c', null, null, null, 'not sent'), accountName: null, error });
		}
	});

	test('Simplified at UserHub says whose account it is', async () => {
		const { baseUrl, route, credentials, selection, record } = accounts.userHub;
		fakeService(baseUrl, { [`GET ${route}`]: { body: record } });
		const { outputs } = await runNode({
			node: 'userHub',
			credentials,
			parameters: { operation: 'get', ...selection, options: { output: 'simplified' } },
		});
		expect(outputs[0][0].json).toMatchObject({ account: 'org_1', displayName: 'Acme' });
	});

	test('the summary has one line for each account, whatever a name holds', async () => {
		const kept = keptAccounts({ a: { ...acme, displayName: 'Acme\nOther (b): unchanged\u0085Third (c)\u2028Fourth (d)' } });
		const dry = await kept.update([{ account: 'a', limit: '4000' }], {}, {}, { dryRun: true });
		const text = String((jsons(dry)[0].summary as IDataObject).text);
		expect(text.split('\n')).toHaveLength(1);
		expect(text).not.toMatch(/[\u0085\u2028]/);
	});

	test('the summary is text, Markdown and HTML, and a name is markup in none of them', async () => {
		const kept = keptAccounts({ a: { displayName: 'A|<b>&' } });
		const dry = await kept.update([{ account: 'a', name: 'New' }], {}, {}, { dryRun: true });
		const { text, markdown, html } = jsons(dry)[0].summary as IDataObject;
		expect(text).toBe('A|<b>& (a): Display Name A|<b>& → New');
		expect(markdown).toContain('| A\\|&lt;b>&amp; (a) | Display Name | A\\|&lt;b>&amp; | New | planned |');
		expect(html).toContain('<td>A|&lt;b&gt;&amp; (a)</td><td>Display Name</td>');
	});
});
