import type { IDataObject, INode } from 'n8n-workflow';

import type { NodeResult } from '../support/engine.mts';
import { errorIn } from '../support/items.mts';
import { keptAccounts, UNDO, type KeptAccounts } from '../support/keptAccounts.mts';
import type { KeptAccount } from '../support/keptAccount.mts';
import { closeServices } from '../support/service.mts';
import type { Answer, SeenRequest } from '../support/service.mts';

/** With Retry On Fail n8n runs the node again. What the first try sent was sent, whatever keeps the second from sending it. */

afterEach(closeServices);

const RETRY = { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 } as const;
const IN_AN_EARLIER_TRY = 'In an earlier try: ';
const acme = { displayName: 'Acme', monthlySpendLimit: { value: '2000' } };
const route = (id: string) => `/v1/billing-accounts/${id}`;

/** What becomes of the first update of an account: whether the service stores it, and what it answers. */
const FIRST = {
	'stored, and the connection breaks': {
		stored: true,
		answer: { fault: 'ECONNRESET' } as Answer,
		outcome: 'unknown',
		summary: 'Cudo Compute: the connection',
	},
	'not stored, and the service fails': {
		stored: false,
		answer: { status: 500 } as Answer,
		outcome: 'unknown',
		summary: 'Cudo Compute failed',
	},
	refused: {
		stored: false,
		answer: { status: 400, body: { message: 'No such plan' } } as Answer,
		outcome: 'not applied',
		summary: 'Cudo Compute refused the request (HTTP 400)',
	},
};
type First = keyof typeof FIRST;

/** What each item says, whether the node continued or threw. */
function saidOf({ error, outputs }: NodeResult): IDataObject[] {
	if (error) return (error.context.data as { items: IDataObject[] }).items;
	return outputs.flat().map(({ json }) => ({ ...(errorIn(json) ?? json) }));
}

describe.each(Object.keys(FIRST) as First[])('the first try: %s', (first) => {
	const { stored, answer, outcome, summary } = FIRST[first];

	/** Keeps an account whose first update ends so; until then it can be read, and afterwards reads are answered with `later`. */
	const serviceOf =
		(later: (account: KeptAccount, request: SeenRequest, reads: number) => Answer | Promise<Answer>) =>
		(account: KeptAccount, id: string) => {
			if (id !== 'a') return {};
			let updates = 0;
			let reads = 0;
			return {
				[`PATCH ${route(id)}`]: async (request: SeenRequest) => {
					if (updates++ > 0) return await account.update(request);
					if (stored) await account.update(request);
					return answer;
				},
				[`GET ${route(id)}`]: async (request: SeenRequest) =>
					updates === 0 ? await account.read(request) : await later(account, request, ++reads),
			};
		};

	async function expectTold(kept: KeptAccounts, result: NodeResult): Promise<void> {
		expect(kept.updated().filter((id) => id === 'a')).toHaveLength(1);
		const [said] = saidOf(result);
		expect(said.outcome).toBe(outcome);
		expect(String(said.message)).not.toMatch(/Not sent,/);
		const words = `${String(said.message)} ${String(said.description)}`;
		expect(words.split(IN_AN_EARLIER_TRY)).toHaveLength(2);
		expect(words).toContain(`${IN_AN_EARLIER_TRY}${summary}`);
		expect(words).not.toContain('no update was sent');
		if (outcome === 'not applied') expect(words).toContain('No such plan');
	}

	test.each<[number, string, INode['onError'], Answer]>([
		[2, 'the account cannot be read', 'continueRegularOutput', { status: 403 }],
		[2, 'the account cannot be read', 'stopWorkflow', { status: 403 }],
		[2, 'the credential is refused', 'continueRegularOutput', { status: 401 }],
		[3, 'the account cannot be read', 'continueRegularOutput', { status: 403 }],
	])('all others of %d tries: %s (%s)', async (maxTries, _, onError, later) => {
		const kept = keptAccounts(
			{ a: acme },
			serviceOf(() => later),
		);
		const result = await kept.update([{ account: 'a', limit: '4000' }], { maxRetries: 0 }, { ...RETRY, maxTries, onError });
		await expectTold(kept, result);
	});

	test('the second: another item fails first, and the node stops on errors', async () => {
		const isFirstTry = (reads: number) => reads === 1 && outcome === 'unknown';
		const kept = keptAccounts({ a: acme, b: acme }, (account, id) => ({
			...serviceOf(async (kept_, request, reads) => (isFirstTry(reads) ? { status: 403 } : { ...(await kept_.read(request)), delay: 200 }))(
				account,
				id,
			),
			...(id === 'b' && { [`PATCH ${route(id)}`]: { status: 400, body: { message: 'Bad' }, delay: 50 } }),
		}));
		const items = ['a', 'b'].map((account) => ({ account, limit: '4000' }));
		const result = await kept.update(items, { maxRetries: 0 }, { ...RETRY, onError: 'stopWorkflow' });
		// What was stored is seen now.
		if (stored) expect(saidOf(result)[0].outcome).toBe('updated');
		else await expectTold(kept, result);
	});

	test('the second: as asked now, or sent again; and the undo of all that was changed restores it', async () => {
		const kept = keptAccounts(
			{ a: acme },
			serviceOf((account, request, reads) => (reads === 1 && outcome === 'unknown' ? { status: 403 } : account.read(request))),
		);
		const options = { maxRetries: 0, output: 'recordAndChanges' };
		const result = await kept.update([{ account: 'a', limit: '4000' }], options, { ...RETRY, onError: 'continueRegularOutput' });
		const [said] = saidOf(result);
		expect(said).toMatchObject({ outcome: 'updated', changes: [{ field: 'monthlySpendLimit', from: '2000', to: '4000' }] });
		await kept.apply([said], {}, {}, { plan: UNDO });
		expect(kept.record('a')).toMatchObject(acme);
	});

	test('a later item of the account is applied: the first is not sent after it, and is told as it was', async () => {
		const kept = keptAccounts({ a: acme }, (account, id) => serviceOf((kept_, request) => kept_.read(request))(account, id));
		const items = ['4000', '5000'].map((limit) => ({ account: 'a', limit }));
		const result = await kept.update(items, { maxRetries: 0 }, { ...RETRY, onError: 'continueRegularOutput' });
		if (outcome !== 'not applied')
			return expect(saidOf(result).map(({ outcome: told }) => told ?? 'updated')).toEqual(['updated', 'updated']);
		expect(kept.record('a').monthlySpendLimit).toEqual({ value: '5000' });
		expect(saidOf(result)[0]).toMatchObject({ outcome: 'not applied', httpCode: 400 });
	});
});

test('what the first try has done is told when the check of all items refuses in the second', async () => {
	let reads = 0;
	const kept = keptAccounts({ a: acme, b: acme }, (account, id) =>
		id === 'b'
			? {
					[`PATCH ${route(id)}`]: { status: 400 },
					[`GET ${route(id)}`]: (request) => (++reads === 1 ? account.read(request) : { status: 403 }),
				}
			: {},
	);
	const items = ['a', 'b'].map((account) => ({ account, limit: '2100' }));
	const result = await kept.update(items, { maxRetries: 0, refuseChangesAbove: 50 }, { ...RETRY, onError: 'stopWorkflow' });
	expect(kept.record('a').monthlySpendLimit).toEqual({ value: '2100' });
	expect(saidOf(result).map(({ outcome }) => outcome)).toEqual(['updated', 'not applied']);
});

test('an update that was refused, and cannot be sent again because the service is not reached, is told as both', async () => {
	const answers: Answer[] = [{ status: 400, body: { message: 'No such plan' } }, { fault: 'ECONNREFUSED' }];
	const kept = keptAccounts({ a: acme }, (_, id) => ({ [`PATCH ${route(id)}`]: () => answers.shift()! }));
	const result = await kept.update([{ account: 'a', limit: '4000' }], { maxRetries: 0 }, { ...RETRY, onError: 'continueRegularOutput' });
	const [said] = saidOf(result);
	expect(said).toMatchObject({ outcome: 'not applied', undo: '[]' });
	expect(said.message).toMatch(/could not be reached.*In an earlier try: .*No such plan/);
});

test('an account that cannot be read in the check of the second try is told, though its first update is applied', async () => {
	let updates = 0;
	const kept = keptAccounts({ a: acme }, (account, id) => ({
		[`PATCH ${route(id)}`]: (request) => (++updates === 1 ? account.update(request) : { status: 400 }),
		[`GET ${route(id)}`]: (request) => (updates < 2 ? account.read(request) : { status: 403 }),
	}));
	const items = ['2100', '2200'].map((limit) => ({ account: 'a', limit }));
	const options = { maxRetries: 0, refuseChangesAbove: 50 };
	const result = await kept.update(items, options, { ...RETRY, onError: 'stopWorkflow' });
	expect(saidOf(result).map(({ outcome }) => outcome)).toEqual(['updated', 'not applied']);
	expect(result.error!.message).toContain('HTTP 403');
});
