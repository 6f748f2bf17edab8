import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { MaskReading } from '../../sandbox/fieldMask.mts';
import { type Sandbox, sandboxSecrets, startSandbox } from '../../sandbox/sandbox.mts';
import { runNode } from '../support/engine.mts';
import type { NodeRun } from '../support/engine.mts';
import { byId } from '../support/locator.mts';

/** Nobody has documented what Cudo Compute makes of a path inside an object, so the nodes have to come through with each reading. */

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => await sandbox.stop());
beforeEach(() => sandbox.reset());

const READINGS: MaskReading[] = ['nested', 'top', 'refused', 'ignored'];
const needsOtherWay = (reading: MaskReading) => reading === 'refused' || reading === 'ignored';

const run = (parameters: INodeParameters, more: Partial<NodeRun> = {}) =>
	runNode({
		node: 'cudoCompute',
		credentials: { cudoComputeApi: { baseUrl: sandbox.cudoCompute.url, apiKey: sandboxSecrets.cudoCompute.apiKey } },
		parameters: { operation: 'update', billingAccountId: byId('acme-billing'), ...parameters },
		...more,
	});

const masks = () =>
	sandbox.cudoCompute.log.entries.filter(({ method }) => method === 'PATCH').map(({ body }) => (body as { updateMask: string }).updateMask);
const account = (id = 'acme-billing') => sandbox.cudoCompute.record(id) as Record<string, IDataObject>;

describe.each(READINGS)('Where paths inside an object are %s', (mask) => {
	beforeEach(() => {
		sandbox.cudoCompute.options.mask = mask;
	});

	test('parts that are set change, and nothing else', async () => {
		const before = account();
		const { error, outputs } = await run({
			updateFields: { displayName: 'New', billingAddress: { city: 'Rome' }, taxId: { value: 'IT1' }, creditBalanceRecharge: { low: '5' } },
			options: { output: 'recordAndChanges' },
		});

		expect(error).toBeUndefined();
		expect(account()).toEqual({
			...before,
			displayName: 'New',
			billingAddress: { ...before.billingAddress, city: 'Rome' },
			taxId: { ...before.taxId, value: 'IT1' },
			creditBalanceRecharge: { ...before.creditBalanceRecharge, low: { value: '5' } },
		});
		expect((outputs[0][0].json.changes as IDataObject[]).map(({ field }) => field)).toEqual([
			'billingAddress.city',
			'creditBalanceRecharge.low',
			'displayName',
			'taxId.value',
		]);
		expect(outputs[0][0].json).toMatchObject({ outcome: 'updated', notApplied: [] });
	});

	test('parts that are cleared are empty after it, and nothing else is', async () => {
		const before = account();
		const { error } = await run({ fieldsToClear: ['billingAddress.line1', 'taxId.type'] });

		expect(error).toBeUndefined();
		const { line1, ...address } = before.billingAddress;
		const { type, ...taxId } = before.taxId;
		expect([line1, type]).toEqual(['1 High Street', 'gb_vat']);
		expect(account()).toEqual({ ...before, billingAddress: address, taxId });
	});

	test('an object that is cleared as a whole needs no read', async () => {
		const { error } = await run({ fieldsToClear: ['billingAddress'] });

		expect(error).toBeUndefined();
		expect(account().billingAddress).toBeUndefined();
		expect(sandbox.cudoCompute.log.entries.map(({ method }) => method)).toEqual(['PATCH']);
	});

	test('it is found out once, and later items begin so', async () => {
		const items = ['acme-billing', 'birchwood-billing', 'cobalt-works-billing'].map((id) => ({ id }));
		const { error } = await run(
			{
				billingAccountId: byId('={{ $json.id }}'),
				updateFields: { billingAddress: { city: 'Rome' } },
				options: { maxConcurrentRequests: 1 },
			},
			{ items },
		);

		expect(error).toBeUndefined();
		expect(masks()).toEqual(
			needsOtherWay(mask)
				? ['billingAddress.city', 'billingAddress', 'billingAddress', 'billingAddress']
				: ['billingAddress.city', 'billingAddress.city', 'billingAddress.city'],
		);
		expect(items.map(({ id }) => account(id).billingAddress.city)).toEqual(['Rome', 'Rome', 'Rome']);
	});

	test('the other way costs no retry', async () => {
		const { error } = await run({ updateFields: { billingAddress: { city: 'Rome' } }, options: { maxRetries: 0 } });

		expect(error).toBeUndefined();
		expect(masks()).toHaveLength(needsOtherWay(mask) ? 2 : 1);
	});

	test('an attempt before it that is open is looked after', async () => {
		sandbox.cudoCompute.faults.add({ kind: 'status', status: 500, match: { method: 'PATCH' } });
		const { error } = await run({ updateFields: { billingAddress: { city: 'Rome' } } });

		expect(error).toBeUndefined();
		expect(account().billingAddress.city).toBe('Rome');
	});

	test('a recharge that cannot be changed is not applied, and is tried in both ways only once', async () => {
		sandbox.cudoCompute.options.ignoreNotUpdatable = true;
		const { outputs } = await run(
			{
				billingAccountId: byId('={{ $json.id }}'),
				updateFields: { creditBalanceRecharge: { low: '5' } },
				options: { maxConcurrentRequests: 1 },
			},
			{ items: [{ id: 'acme-billing' }, { id: 'birchwood-billing' }], onError: 'continueRegularOutput' },
		);

		expect(outputs[0].map(({ json }) => (json.error as IDataObject).outcome)).toEqual(['not applied', 'not applied']);
		expect(masks()).toEqual(['creditBalanceRecharge.low', 'creditBalanceRecharge', 'creditBalanceRecharge']);
	});
});

describe('Where parts were ignored, and the other way fails', () => {
	beforeEach(() => {
		sandbox.cudoCompute.options.mask = 'ignored';
	});
	const update = {
		updateFields: { displayName: 'New', billingAddress: { city: 'Rome' } },
		options: { maxRetries: 0, output: 'recordAndChanges' },
	};

	test('what the first attempt changed is told, if the second is refused', async () => {
		sandbox.cudoCompute.faults.add({ kind: 'status', status: 403, match: { method: 'PATCH' }, after: 1 });
		const { outputs } = await run(update);

		expect(outputs[0][0].json).toMatchObject({ outcome: 'updated', notApplied: ['billingAddress.city'] });
	});

	test('it is unknown, if the second may still be carried out', async () => {
		sandbox.cudoCompute.faults.add({ kind: 'status', status: 500, match: { method: 'PATCH' }, after: 1 });
		const { outputs } = await run(update, { onError: 'continueRegularOutput' });

		expect((outputs[0][0].json.error as IDataObject).outcome).toBe('unknown');
	});

	test('it is updated, if the second was carried out whatever its answer', async () => {
		sandbox.cudoCompute.faults.add({ kind: 'status', status: 500, apply: true, match: { method: 'PATCH' }, after: 1 });
		const { outputs } = await run(update);

		expect(outputs[0][0].json).toMatchObject({ outcome: 'updated', notApplied: [] });
	});
});

test('a value that is refused is not sent in another way', async () => {
	const fieldViolations = [{ field: 'billingAccount.taxId.value', description: 'Unknown VAT number.' }];
	const body = { code: 3, message: 'Invalid fields in request.', details: [{ '@type': 'BadRequest', fieldViolations }] };
	sandbox.cudoCompute.faults.add({ kind: 'status', status: 400, body, match: { method: 'PATCH' } });
	const { error } = await run({ updateFields: { taxId: { value: '1' } } });

	expect(error?.description).toContain('Unknown VAT number.');
	expect(masks()).toEqual(['taxId.value']);
});

test('a mask that the person gave is sent with what the person gave', async () => {
	await run({ updateFields: { taxId: { value: 'GB1' } }, options: { updateMask: 'taxId' } });

	expect(sandbox.cudoCompute.log.entries[0]).toMatchObject({
		method: 'PATCH',
		body: { billingAccount: { taxId: { value: 'GB1' } }, updateMask: 'taxId' },
	});
});

describe('A recharge', () => {
	const change = (creditBalanceRecharge: IDataObject) => sandbox.cudoCompute.set('acme-billing', { ...account(), creditBalanceRecharge });

	test.each([{}, undefined])('that is not set up needs its three parts together (%j)', async (recharge) => {
		change(recharge as IDataObject);
		const { error } = await run({ updateFields: { creditBalanceRecharge: { low: '5', high: '50' } } });

		expect(error?.message).toBe('Credit Balance Recharge cannot be sent without Auto Recharge');
		expect(error?.description).toContain('Set Auto Recharge as well');
		expect(masks()).toEqual([]);
	});

	test('that is not set up is set up by its three parts', async () => {
		change({});
		const { error } = await run({ updateFields: { creditBalanceRecharge: { low: '5', high: '50', autoRecharge: true } } });

		expect(error).toBeUndefined();
		expect(account().creditBalanceRecharge).toEqual({ low: { value: '5' }, high: { value: '50' }, autoRecharge: true });
	});

	test('of which a service leaves out zero values is sent with them', async () => {
		change({ high: { value: '50' } });
		const { error } = await run({ updateFields: { creditBalanceRecharge: { high: '60' } } });

		expect(error).toBeUndefined();
		expect(sandbox.cudoCompute.log.entries.find(({ method }) => method === 'PATCH')?.body).toEqual({
			billingAccount: { creditBalanceRecharge: { autoRecharge: false, high: { value: '60' }, low: { value: '0' } } },
			updateMask: 'creditBalanceRecharge.high',
		});
	});

	test.each([false, true])('is cleared, and a service may answer false for it (zeros left out: %s)', async (leaveOutZeros) => {
		sandbox.cudoCompute.options.leaveOutZeros = leaveOutZeros;
		const { error } = await run({ fieldsToClear: ['creditBalanceRecharge'] });
		expect(error).toBeUndefined();

		change({ autoRecharge: false });
		const again = await run({ fieldsToClear: ['creditBalanceRecharge'], options: { skipIfUnchanged: true, output: 'recordAndChanges' } });
		expect(again.outputs[0][0].json.outcome).toBe('unchanged');
	});

	test('is turned off though the service leaves out false', async () => {
		sandbox.cudoCompute.options.leaveOutZeros = true;
		const { outputs } = await run({
			updateFields: { creditBalanceRecharge: { autoRecharge: false } },
			options: { output: 'recordAndChanges' },
		});

		expect(outputs[0][0].json).toMatchObject({ outcome: 'updated', notApplied: [] });
	});
});

test('a dry run warns of what Cudo Compute marks as read-only', async () => {
	const { hints } = await run({ updateFields: { displayName: 'New' }, readOnlyFields: { monthlySpendLimit: '5' }, dryRun: true });

	expect(hints.map(({ message }) => message)).toContainEqual(expect.stringContaining('marks as read-only: Monthly Spend Limit.'));
	expect(masks()).toEqual([]);
});
