import type { IDataObject } from 'n8n-workflow';

import { toPlanText } from '../../nodes/shared/plan/planText.ts';
import { planKeyOf } from '../../nodes/shared/plan/signature.ts';
import { accounts } from '../support/accounts.mts';
import { runNode, type NodeResult } from '../support/engine.mts';
import { errorIn, outcomeIn } from '../support/items.mts';
import { keptAccounts } from '../support/keptAccounts.mts';
import { closeServices, fakeService } from '../support/service.mts';

/** A plan is applied exactly as it was made, or not at all. */

afterEach(() => {
	closeServices();
	jest.restoreAllMocks();
});

const KEEP_GOING = { onError: 'continueRegularOutput' } as const;
const DAY_MS = 86_400_000;
const acme = { displayName: 'Acme', monthlySpendLimit: { value: '2000' } };
const outcomes = ({ outputs }: NodeResult) => outputs.flat().map(({ json }) => outcomeIn(json));
const json = ({ outputs }: NodeResult, index = 0) => outputs[0][index].json;
const parsed = (plan: string) => JSON.parse(plan) as IDataObject;
const edited = (plan: string, change: IDataObject) => JSON.stringify({ ...parsed(plan), ...change });

describe('a plan', () => {
	test('is one line that says which account, what to set and clear, what was there, when and by whom', async () => {
		const kept = keptAccounts({ a: { ...acme, stripeRef: 'cus_1' } });
		const [plan] = await kept.plan([{ account: 'a', limit: '4000' }], { fieldsToClear: ['stripeRef'] });
		expect(plan).not.toContain('\n');
		expect(parsed(plan)).toEqual({
			version: 1,
			service: 'cudoCompute',
			account: { billingAccountId: 'a' },
			set: { monthlySpendLimit: '4000' },
			clear: ['stripeRef'],
			was: { monthlySpendLimit: '2000', stripeRef: 'cus_1' },
			time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
			keyId: expect.stringMatching(/^[\w-]{16}$/),
			signature: expect.stringMatching(/^[\w-]{43}$/),
		});
	});

	test('keeps the update mask that was given by hand, and sends it', async () => {
		const kept = keptAccounts({ a: acme });
		const [plan] = await kept.plan([{ account: 'a' }], {
			updateFields: { displayName: 'New' },
			options: { updateMask: 'displayName,stripeRef' },
		});
		expect(parsed(plan)).toMatchObject({ updateMask: 'displayName,stripeRef' });
		await kept.apply([{ plan }]);
		expect(kept.requests.at(-1)!.body).toEqual({ billingAccount: { displayName: 'New' }, updateMask: 'displayName,stripeRef' });
	});

	test('replaces the object that such a mask names, as Update would', async () => {
		const kept = keptAccounts({ a: { ...acme, taxId: { type: 'gb_vat', value: 'GB1' } } });
		const [plan] = await kept.plan([{ account: 'a' }], { updateFields: { taxId: { value: 'GB2' } }, options: { updateMask: 'taxId' } });
		await kept.apply([{ plan }]);
		expect(kept.requests.at(-1)!.body).toEqual({ billingAccount: { taxId: { value: 'GB2' } }, updateMask: 'taxId' });
	});

	test('says nothing of the secret that signs it', async () => {
		const kept = keptAccounts({ a: acme });
		const [plan] = await kept.plan([{ account: 'a', limit: '4000' }]);
		expect(plan).not.toContain(String(accounts.cudoCompute.credentials.cudoComputeApi.apiKey));
	});

	test('is applied: exactly what it says is sent', async () => {
		const kept = keptAccounts({ a: acme });
		const [plan] = await kept.plan([{ account: 'a', limit: '4000' }]);
		const result = await kept.apply([{ plan }], { output: 'recordAndChanges' });
		expect(kept.requests.at(-1)!.body).toEqual({
			billingAccount: { monthlySpendLimit: { value: '4000' } },
			updateMask: 'monthlySpendLimit',
		});
		expect(json(result)).toMatchObject({
			account: 'a',
			accountName: 'Acme',
			outcome: 'updated',
			changes: [{ field: 'monthlySpendLimit', label: 'Monthly Spend Limit', from: '2000', to: '4000' }],
		});
		expect(kept.record('a')).toMatchObject({ monthlySpendLimit: { value: '4000' } });
	});

	test('takes untouched parts of a whole object from the account as it is when it is applied', async () => {
		const { baseUrl, route, credentials, selection, record } = accounts.userHub;
		const address = { lines: ['1 Old Street'], city: 'London', country: 'GB' };
		const kept: IDataObject = { ...record, address };
		const service = fakeService(baseUrl, {
			[`GET ${route}`]: () => ({ body: structuredClone(kept) }),
			[`PATCH ${route}`]: ({ body }) => ({ body: Object.assign(kept, body) }),
		});
		const run = { node: 'userHub', credentials } as const;
		const planned = await runNode({ ...run, parameters: { ...selection, dryRun: true, updateFields: { address: { city: 'Leeds' } } } });
		kept.address = { ...address, lines: ['2 New Street'] };
		await runNode({ ...run, parameters: { operation: 'applyPlan', plan: '={{ $json.plan }}' }, items: [json(planned)] });
		expect(service.requests.at(-1)!.body).toEqual({ address: { lines: ['2 New Street'], city: 'Leeds', country: 'GB' } });
	});
});

describe('a plan is not applied, and nothing is sent,', () => {
	/** Plans, lets something happen, applies, and tells how the item ended. */
	async function refusal(
		happens: (plan: string, kept: ReturnType<typeof keptAccounts>) => unknown,
		options: IDataObject = {},
	): Promise<{ message: string; error: IDataObject }> {
		const kept = keptAccounts({ a: acme });
		const [made] = await kept.plan([{ account: 'a', limit: '4000' }]);
		const given = happens(made, kept);
		const plan = given === undefined ? made : given;
		const result = await kept.apply([{ plan } as IDataObject], options, KEEP_GOING);
		expect(kept.updated()).toEqual([]);
		expect(outcomes(result)).toEqual(['not sent']);
		const { message } = json(result);
		return { message: message as string, error: errorIn(json(result))! };
	}

	test.each([
		['set to another value', { set: { monthlySpendLimit: '9000' } }],
		['for another account', { account: { billingAccountId: 'b' } }],
		['given another date', { time: '2099-01-01T00:00:00.000Z' }],
		['with a field more', { note: 'approved' }],
	])('that was %s', async (_, change) => {
		const { message, error } = await refusal((plan) => edited(plan, change));
		expect(message).toBe('The plan was changed after it was made');
		expect(error).toMatchObject({ description: 'Plan the change again, with Dry Run.' });
	});

	test('of another credential', async () => {
		const kept = keptAccounts({ a: acme });
		const [plan] = await kept.plan([{ account: 'a', limit: '4000' }]);
		const other = { cudoComputeApi: { ...accounts.cudoCompute.credentials.cudoComputeApi, apiKey: 'renewed' } };
		const result = await kept.apply([{ plan }], {}, { ...KEEP_GOING, credentials: other });
		expect(json(result)).toMatchObject({
			message: 'The plan was made with another credential, or its secret was renewed since',
			error: { outcome: 'not sent', account: 'a', plan },
		});
		expect(kept.updated()).toEqual([]);
	});

	test('of another service', async () => {
		const { message, error } = await refusal((plan) => edited(plan, { service: 'userHub' }));
		expect(message).toMatch(/^The plan is for another service: It was made by the node userHub/);
		expect(error).toMatchObject({ description: 'Apply it with that node.' });
	});

	test.each([
		['of another version', { version: 2 }],
		['without its signature', { signature: undefined }],
		['of which only what it held before is left', { signature: undefined, keyId: undefined, set: undefined }],
	])('%s', async (_, change) => {
		const { message } = await refusal((plan) => edited(plan, change as never));
		expect(message).toBe('The plan is not whole, or was made by another version');
	});

	test('that names a field which this version does not know', async () => {
		const { baseUrl, credentials } = accounts.cudoCompute;
		const key = planKeyOf([String(credentials.cudoComputeApi.apiKey)], baseUrl, 'cudoComputeApi');
		const set = { nickname: 'Ac' };
		const plan = { service: 'cudoCompute', account: { billingAccountId: 'a' }, set, clear: [], was: {} };
		const { message } = await refusal(() => toPlanText(plan, key, Date.now()));
		expect(message).toBe('The plan was made by another version');
	});

	test.each([
		['older than 7 days, also where nobody asks', 7, {}, 'The plan is older than 7 days'],
		['older than the person says', 1, { refusePlansOlderThan: 1 }, 'The plan is older than 1 day'],
		['where the age allowed is blank', 0, { refusePlansOlderThan: '' }, 'Refuse Plans Older Than (Days) is blank'],
	])('%s', async (_, days, options, expected) => {
		const { message } = await refusal(() => {
			const now = Date.now;
			jest.spyOn(Date, 'now').mockImplementation(() => now() + days * DAY_MS + 1000);
		}, options);
		expect(message).toContain(expected);
	});

	test('while an account has changed since: was, is and planned are told', async () => {
		const { message, error } = await refusal((_, kept) => kept.change('a', { monthlySpendLimit: { value: '9000' } }));
		expect(message).toBe('The account has changed since the plan was made: Monthly Spend Limit was "2000", is "9000", planned is "4000".');
		expect(error).toMatchObject({
			account: 'a',
			accountName: 'Acme',
			description: 'Plan the change again, with Dry Run, and have it reviewed again.',
			undo: '[]',
		});
		expect(parsed(error.plan as string)).toMatchObject({ set: { monthlySpendLimit: '4000' } });
	});

	test.each([
		[{ refuseChangesAbove: 50 }, 'Monthly Spend Limit would change by 100%, more than Refuse Changes Above allows'],
		[{ refuseChangesAbove: '' }, 'Refuse Changes Above (%) is blank'],
		[{ refuseRunsAbove: '' }, 'Refuse Runs Above (Accounts) is blank'],
	])('where a guard refuses: %j', async (options, expected) => {
		const { message } = await refusal(() => undefined, options);
		expect(message).toContain(expected);
	});

	test.each([
		['nothing', ''],
		['the answer of an approval', { data: { approved: true } }],
		['a word', 'approved'],
		['null', null],
	])('that is none: %s', async (_, value) => {
		const { message, error } = await refusal(() => value);
		expect(message).toContain('There is no plan in this item');
		expect(error.description).toContain("{{ $('Dry Run').first().json.plans }}");
	});
});

test('an empty plan, the undo of what changed nothing: unchanged, and its own undo is as empty', async () => {
	const kept = keptAccounts({ a: acme });
	const result = await kept.apply([{ plan: '[]' }], { output: 'recordAndChanges' });
	expect(json(result)).toMatchObject({ outcome: 'unchanged', changes: [], undo: '[]', cannotUndo: [] });
	expect(result.hints[0].message).toBe('1 empty, with nothing to undo.');
	const again = await kept.apply([{ plan: json(result).undo as string }], { output: 'recordAndChanges' });
	expect(json(again)).toMatchObject({ outcome: 'unchanged', undo: '[]' });
});

describe('the account has all planned values already:', () => {
	test('unchanged, whoever made them so', async () => {
		const kept = keptAccounts({ a: acme });
		const [plan] = await kept.plan([{ account: 'a', limit: '4000' }]);
		kept.change('a', { monthlySpendLimit: { value: '4000.00' } });
		const result = await kept.apply([{ plan }], { output: 'recordAndChanges' });
		expect(json(result)).toMatchObject({ outcome: 'unchanged', changes: [], undo: '[]' });
		expect(kept.updated()).toEqual([]);
		expect(result.hints[0].message).toBe('1 as planned already.');
	});

	test('of two planned values only one: that is no drift, and the plan is applied', async () => {
		const kept = keptAccounts({ a: acme });
		const [plan] = await kept.plan([{ account: 'a', name: 'New', limit: '4000' }]);
		kept.change('a', { displayName: 'New' });
		const { error } = await kept.apply([{ plan }]);
		expect(error).toBeUndefined();
		expect(kept.record('a')).toMatchObject({ displayName: 'New', monthlySpendLimit: { value: '4000' } });
	});

	test('applied twice, the second time nothing is sent', async () => {
		const kept = keptAccounts({ a: acme });
		const [plan] = await kept.plan([{ account: 'a', limit: '4000' }]);
		await kept.apply([{ plan }]);
		await kept.apply([{ plan }]);
		expect(kept.updated()).toEqual(['a']);
	});
});

test('a zero that the service shows at one time and leaves out at another is no drift', async () => {
	const kept = keptAccounts({ a: { ...acme, monthlySpendLimit: { value: '0' } } });
	const [plan] = await kept.plan([{ account: 'a', limit: '4000' }]);
	kept.change('a', { monthlySpendLimit: undefined });
	const { error } = await kept.apply([{ plan }]);
	expect(error).toBeUndefined();
	expect(kept.record('a')).toMatchObject({ monthlySpendLimit: { value: '4000' } });
});

describe('where the plan comes from', () => {
	const items = [
		{ account: 'a', limit: '1' },
		{ account: 'b', limit: '2' },
	];
	const twoAccounts = () => keptAccounts({ a: acme, b: acme });

	test.each<[string, (plans: string[]) => unknown]>([
		['texts', (plans) => plans],
		['objects', (plans) => plans.map(parsed)],
		['one text that holds a list', (plans) => `[${plans.join(', ')}]`],
		['texts in a text', (plans) => JSON.stringify(plans)],
	])('a list in one item, as %s: a result for each, linked to the item', async (_, given) => {
		const kept = twoAccounts();
		const plans = await kept.plan(items);
		const { outputs } = await kept.apply([{ plan: given(plans) } as IDataObject]);
		expect(outputs[0]).toMatchObject([
			{ json: { id: 'a', monthlySpendLimit: { value: '1' } }, pairedItem: { item: 0 } },
			{ json: { id: 'b', monthlySpendLimit: { value: '2' } }, pairedItem: { item: 0 } },
		]);
	});

	test('one of a list is refused: while the node stops on errors, none of the others is sent', async () => {
		const kept = twoAccounts();
		const plans = await kept.plan(items);
		kept.change('b', { monthlySpendLimit: { value: '7' } });
		const { error } = await kept.apply([{ plan: plans }]);
		expect(error!.message).toBe('Item 0, billing account b: The account has changed since the plan was made (2 not sent)');
		expect(kept.updated()).toEqual([]);
	});

	test('with Continue the others go on', async () => {
		const kept = twoAccounts();
		const plans = await kept.plan(items);
		kept.change('a', { monthlySpendLimit: { value: '7' } });
		const result = await kept.apply([{ plan: plans }], {}, KEEP_GOING);
		expect(json(result)).toMatchObject({ error: { outcome: 'not sent', account: 'a' } });
		expect(kept.updated()).toEqual(['b']);
		expect(result.hints[0].message).toBe('1 applied, 1 not sent, because the account has changed since.');
	});

	test('the error output, fed back: what failed is applied, by the expression that the editor offers', async () => {
		const kept = twoAccounts();
		const plans = await kept.plan(items);
		kept.change('a', { monthlySpendLimit: { value: '7' } });
		const { outputs } = await kept.apply([{ plan: plans }], {}, { onError: 'continueErrorOutput' });
		kept.change('a', { monthlySpendLimit: { value: '2000' } });
		await kept.apply([outputs[1][0].json]);
		expect(kept.updated()).toEqual(['b', 'a']);
	});

	test('a plan that was not sent because the one before it left its account unknown is fed back as well', async () => {
		let isDown = true;
		const kept = keptAccounts({ a: acme }, (account) => ({
			'PATCH /v1/billing-accounts/a': (request) => (isDown ? { status: 500 } : account.update(request)),
		}));
		const plans = await kept.plan(['3000', '4000'].map((limit) => ({ account: 'a', limit })));
		const failed = await kept.apply([{ plan: plans }], { maxRetries: 0 }, KEEP_GOING);
		expect(outcomes(failed)).toEqual(['unknown', 'not sent']);
		isDown = false;
		await kept.apply([json(failed, 0), json(failed, 1)]);
		expect(kept.record('a')).toMatchObject({ monthlySpendLimit: { value: '4000' } });
	});

	test('two plans of one account, made one after the other, apply in order: the second expects what the first leaves', async () => {
		const kept = keptAccounts({ a: acme });
		const plans = await kept.plan([
			{ account: 'a', limit: '3000' },
			{ account: 'a', limit: '4000' },
		]);
		expect(parsed(plans[1])).toMatchObject({ was: { monthlySpendLimit: '3000' } });
		const { error } = await kept.apply([{ plan: plans }]);
		expect(error).toBeUndefined();
		expect(kept.record('a')).toMatchObject({ monthlySpendLimit: { value: '4000' } });
	});
});

describe('Dry Run of Apply Plan', () => {
	test('checks and sends nothing: planned, unchanged, not sent', async () => {
		const kept = keptAccounts({ a: acme, b: acme, c: acme });
		const plans = await kept.plan(['a', 'b', 'c'].map((account) => ({ account, limit: '4000' })));
		kept.change('b', { monthlySpendLimit: { value: '4000' } });
		kept.change('c', { monthlySpendLimit: { value: '9000' } });
		const result = await kept.apply([{ plan: plans }], {}, KEEP_GOING, { dryRun: true });
		expect(outcomes(result)).toEqual(['planned', 'unchanged', 'not sent']);
		expect(json(result, 0)).toMatchObject({ account: 'a', plan: plans[0], changes: [{ from: '2000', to: '4000' }] });
		expect(json(result, 1)).toMatchObject({ account: 'b', plan: plans[1], changes: [] });
		expect(kept.updated()).toEqual([]);
		expect(result.hints[0].message).toBe(
			'Dry run: nothing was sent. 1 can be applied as planned, 1 as planned already, 1 not sent, because the account has changed since.',
		);
	});
});

describe('checks before the first update', () => {
	test('a dry run as the first item does not switch them off', async () => {
		const kept = keptAccounts({ a: acme, b: acme, c: acme });
		const [b, c] = await kept.plan(['b', 'c'].map((account) => ({ account, limit: '4000' })));
		const [a] = await kept.plan([{ account: 'a', limit: '4000' }]);
		kept.change('c', { monthlySpendLimit: { value: '9000' } });
		const { error } = await kept.apply([{ plan: a, dry: true }, { plan: b }, { plan: c }], {}, {}, { dryRun: '={{ $json.dry ?? false }}' });
		expect(error!.message).toContain('has changed since the plan was made');
		expect(kept.updated()).toEqual([]);
	});

	test('a read younger than 10 s serves the update too', async () => {
		const kept = keptAccounts({ a: acme });
		const [plan] = await kept.plan([{ account: 'a', limit: '4000' }]);
		const before = kept.requests.length;
		await kept.apply([{ plan }]);
		expect(kept.requests.slice(before).map(({ method }) => method)).toEqual(['GET', 'PATCH']);
	});

	test('an older one is repeated and checked again, and if the account has changed then, the run stops there', async () => {
		let clock = 0;
		const now = Date.now;
		jest.spyOn(Date, 'now').mockImplementation(() => now() + clock);
		const kept = keptAccounts({ a: acme, b: acme, c: acme }, (account, id) => ({
			[`PATCH /v1/billing-accounts/${id}`]: (request) => {
				// The first update takes long, and meanwhile somebody changes the second account.
				clock = 11_000;
				if (id === 'a') kept.change('b', { monthlySpendLimit: { value: '9000' } });
				return account.update(request);
			},
		}));
		const plans = await kept.plan(['a', 'b', 'c'].map((account) => ({ account, limit: '4000' })));
		const { error } = await kept.apply([{ plan: plans }], { maxConcurrentRequests: 1 });
		expect(error!.message).toBe('Item 0, billing account b: The account has changed since the plan was made (1 updated, 2 not sent)');
		expect(kept.updated()).toEqual(['a']);
	});

	test('Refuse Changes Above looks at the record as the earlier updates would leave it', async () => {
		const kept = keptAccounts({ a: acme });
		const items = ['2800', '3900', '9000'].map((limit) => ({ account: 'a', limit }));
		const { error } = await kept.update(items, { refuseChangesAbove: 50 });
		expect(error!.message).toContain('would change by 131%');
		expect(kept.updated()).toEqual([]);
		await kept.update(items.slice(0, 2), { refuseChangesAbove: 50 });
		expect(kept.updated()).toEqual(['a', 'a']);
	});

	test('what a dry run would leave counts for dry runs only', async () => {
		const kept = keptAccounts({ a: acme, b: acme });
		const items = [
			{ account: 'b', limit: '2500' },
			{ account: 'a', limit: '3000', dry: true },
			{ account: 'a', limit: '4000' },
		];
		const dryRun = '={{ $json.dry ?? false }}';
		const { error } = await kept.update(items, { refuseChangesAbove: 50, maxConcurrentRequests: 1 }, {}, { dryRun });
		expect(error!.message).toContain('would change by 100%');
		expect(kept.updated()).toEqual([]);
	});

	test.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const)(
		'Refuse Runs Above refuses the whole run before anything is read: %s',
		async (onError) => {
			const kept = keptAccounts({ a: acme, b: acme });
			const run = { onError };
			const result = await kept.update(
				['a', 'b', 'a'].map((account) => ({ account, limit: '1' })),
				{ refuseRunsAbove: 1 },
				run,
			);
			expect(kept.requests).toEqual([]);
			const messages = result.error ? [result.error.message] : result.outputs.flat().map(({ json }) => String(json.message ?? json.error));
			expect(messages).toHaveLength(onError === 'stopWorkflow' ? 1 : 3);
			for (const message of messages) expect(message).toContain('The run is about 2 accounts, more than Refuse Runs Above allows');
		},
	);

	test('Refuse Runs Above that an expression leaves blank for the first item refuses the whole run', async () => {
		const kept = keptAccounts({ a: acme, b: acme });
		const items = [
			{ account: 'a', limit: '1', most: '' },
			{ account: 'b', limit: '1', most: 5 },
		];
		const result = await kept.update(items, { refuseRunsAbove: '={{ $json.most }}' }, KEEP_GOING);
		expect(outcomes(result)).toEqual(['not sent', 'not sent']);
		expect(kept.requests).toEqual([]);
	});

	test('Retry On Fail: what an earlier try has applied is in the record, and is not sent again', async () => {
		let failures = 1;
		const kept = keptAccounts({ a: acme, b: acme }, (account, id) => ({
			[`PATCH /v1/billing-accounts/${id}`]: (request) => (id === 'b' && failures-- > 0 ? { status: 412 } : account.update(request)),
		}));
		const plans = await kept.plan([
			{ account: 'a', limit: '3000' },
			{ account: 'a', limit: '4000' },
			{ account: 'b', limit: '4000' },
		]);
		const { error } = await kept.apply([{ plan: plans }], { maxConcurrentRequests: 1 }, { retryOnFail: true });
		expect(error).toBeUndefined();
		expect(kept.updated()).toEqual(['a', 'a', 'b', 'b']);
	});
});
