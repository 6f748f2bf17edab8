import nock from 'nock';
import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';

import { accounts } from '../support/accounts.mts';
import { runNode, startNode } from '../support/engine.mts';
import type { NodeResult, NodeRun } from '../support/engine.mts';
import { nodes } from '../support/installation.mts';
import type { NodeName } from '../support/installation.mts';
import { outcomeIn } from '../support/items.mts';
import { keptAccount } from '../support/keptAccount.mts';
import { keptAccounts } from '../support/keptAccounts.mts';
import { byId } from '../support/locator.mts';
import { closeServices, fakeService, holdUntil } from '../support/service.mts';
import type { Answer, Routes, SeenRequest } from '../support/service.mts';
import { inForm } from '../support/updates.mts';

/** The table "What happens" of the README, row by row. */

afterEach(closeServices);

const { baseUrl: cudoUrl } = accounts.cudoCompute;
const cudoRoute = (id: string) => `/v1/billing-accounts/${id}`;

/** An update of the account that the item names in `account`, to the display name in `name`. */
const byItem: INodeParameters = {
	billingAccountId: byId('={{ $json.account }}'),
	updateFields: { displayName: '={{ $json.name }}' },
};

const runCudo = (parameters: INodeParameters, items: IDataObject[], more: Partial<NodeRun> = {}) =>
	runNode({ node: 'cudoCompute', parameters, items, credentials: accounts.cudoCompute.credentials, ...more });

/** Answers an update as a service that keeps nothing but applies everything. */
const applied = ({ path, body }: SeenRequest): Answer => ({
	body: { id: path.split('/').pop(), ...((body as IDataObject).billingAccount as IDataObject) },
});

const methods = (requests: SeenRequest[]) => requests.map(({ method }) => method);
const patches = (requests: SeenRequest[]) => requests.filter(({ method }) => method === 'PATCH');
const outcomesOf = (items: Array<{ json: IDataObject }>) => items.map(({ json }) => outcomeIn(json));
/** What a plan in an item asks for. */
const planIn = (plan: unknown) => JSON.parse(String(plan)) as IDataObject;
const accountOf = ({ error }: NodeResult) => error!.context.data as { items: IDataObject[]; counts: string };

describe('what is sent', () => {
	test.each([
		['', 'blank'],
		['   ', 'only white space'],
		[null, 'null'],
	])('field %p (%s): left out, a blank value never erases anything', async (blank, _) => {
		const service = fakeService(cudoUrl, { [`PATCH ${cudoRoute('a')}`]: applied });
		await runCudo({ billingAccountId: byId('a'), updateFields: { displayName: 'Acme', stripeRef: '={{ $json.blank }}' } }, [{ blank }]);
		expect(service.requests[0].body).toEqual({ billingAccount: { displayName: 'Acme' }, updateMask: 'displayName' });
	});

	test.each(['', '  '])('target blank (%p): item error, it never falls back to another account', async (account) => {
		const service = fakeService(cudoUrl, {});
		const { error } = await runCudo(byItem, [{ account, name: 'Acme' }]);
		expect(error).toMatchObject({ message: 'Billing Account is blank', context: { itemIndex: 0 } });
		expect(service.requests).toEqual([]);
	});

	test('organization blank: item error, never the own account of the user', async () => {
		const service = fakeService(accounts.userHub.baseUrl, {});
		const { error } = await runNode({
			node: 'userHub',
			credentials: accounts.userHub.credentials,
			parameters: { organizationId: byId(' '), updateFields: { displayName: 'Acme' } },
		});
		expect(error).toMatchObject({ message: 'Organization is blank' });
		expect(service.requests).toEqual([]);
	});

	test('field to be erased: chosen in Fields to Clear, masked and absent', async () => {
		const service = fakeService(cudoUrl, { [`PATCH ${cudoRoute('a')}`]: { body: { id: 'a', displayName: 'Acme' } } });
		const { outputs } = await runCudo({ billingAccountId: byId('a'), fieldsToClear: ['taxId'] }, [{}]);
		expect(service.requests[0].body).toEqual({ billingAccount: {}, updateMask: 'taxId' });
		expect(outputs[0]).toHaveLength(1);
	});

	test.each([
		['the same field', { displayName: 'Acme' }, ['displayName'], 'Display Name is both set and cleared'],
		['one inside the other', { taxId: { value: 'GB1' } }, ['taxId'], 'Tax ID is both set and cleared'],
	])('setting and clearing %s: item error', async (_, updateFields, fieldsToClear, message) => {
		const service = fakeService(cudoUrl, {});
		const { error } = await runCudo({ billingAccountId: byId('a'), ...inForm(nodes.cudoCompute, updateFields), fieldsToClear }, [{}]);
		expect(error).toMatchObject({ message });
		expect(service.requests).toEqual([]);
	});

	test('nothing to update: item error, before anything is sent', async () => {
		const service = fakeService(cudoUrl, {});
		const { error } = await runCudo({ billingAccountId: byId('a') }, [{}]);
		expect(error).toMatchObject({ message: 'Nothing to update' });
		expect(service.requests).toEqual([]);
	});
});

describe('value breaks the contract', () => {
	test.each<[NodeName, string, INodeParameters, string, RegExp]>([
		[
			'cudoCompute',
			'no decimal',
			{ monthlySpendLimit: '1,000' },
			'Monthly Spend Limit is not a decimal number',
			/"1,000".*dot for the fraction/,
		],
		['cudoCompute', 'unknown enum value', { state: 'ACTIVE' }, 'State is not one of the values that the service knows', /STATE_ACTIVE/],
		[
			'cudoCompute',
			'no date',
			{ creditBalanceRecharge: { transactionCreateTime: '31.01.2026' } },
			'Credit Balance Recharge > Transaction Create Time is not a date and time',
			/RFC 3339/,
		],
		[
			'cudoCompute',
			'neither true nor false',
			{ creditBalanceRecharge: { autoRecharge: 'maybe' } },
			'Credit Balance Recharge > Auto Recharge is neither true nor false',
			/"maybe"/,
		],
		[
			'userHub',
			'over 200 characters',
			{ displayName: 'x'.repeat(201) },
			'Display Name is too long: 201 characters, where 200 are allowed',
			/Shorten/,
		],
		['userHub', 'not E.164', { phoneNumber: '(212) 555-0123' }, 'Phone Number is not a phone number in E.164 format', /\+12125550123/],
		['userHub', 'bad country code', { address: { country: 'UK' } }, 'Address > Country is not a country code', /GB/],
		['userHub', 'no e-mail address', { email: 'billing at example.com' }, 'Email is not an e-mail address', /billing@example.com/],
		['aodocs', 'not int32', { maxSeats: 2_147_483_648 }, 'Max Seats is outside the range of the service', /2147483647/],
		['aodocs', 'no whole number', { maxSeats: 2.5 }, 'Max Seats is not a whole number', /digits only/],
		['aodocs', 'no web address', { portalUrl: 'billing.example.com' }, 'Portal URL is not a web address', /https:\/\//],
	])(
		'%s, %s: named as the UI shows it, with the fault and how to fix it; nothing is sent',
		async (node, _, updateFields, message, remedy) => {
			const { baseUrl, credentials, selection } = accounts[node];
			const service = fakeService(baseUrl, {});
			const { error } = await runNode({ node, credentials, parameters: { ...selection, ...inForm(nodes[node], updateFields) } });
			expect(error).toMatchObject({ message, description: expect.stringMatching(remedy), context: { itemIndex: 0 } });
			expect(service.requests).toEqual([]);
		},
	);

	const parameters = { ...byItem, readOnlyFields: { monthlySpendLimit: '={{ $json.limit }}' } };
	const items = [
		{ account: 'a', limit: '1' },
		{ account: 'b', limit: 'x' },
		{ account: '', limit: 'y' },
	];

	test('the node stops on errors: no update is sent for any item, and all invalid items are listed', async () => {
		const service = fakeService(cudoUrl, {});
		const result = await runCudo(parameters, items);
		expect(result.error).toMatchObject({
			message: 'Item 1, billing account b: Monthly Spend Limit is not a decimal number (3 not sent)',
			description: expect.stringContaining('Item 2: Billing Account is blank, and 1 more problem.'),
		});
		expect(accountOf(result).items).toMatchObject([
			{ item: 0, outcome: 'not sent' },
			{ item: 1, outcome: 'not sent', violations: [{ field: 'Monthly Spend Limit' }] },
			{ item: 2, outcome: 'not sent', violations: [{ field: 'Billing Account is blank' }, { field: 'Monthly Spend Limit' }] },
		]);
		expect(service.requests).toEqual([]);
	});

	test('the node continues: only the valid items are sent', async () => {
		const service = fakeService(cudoUrl, { [`PATCH ${cudoRoute('a')}`]: applied });
		const { outputs } = await runCudo(parameters, items, { onError: 'continueRegularOutput' });
		expect(outcomesOf(outputs[0])).toEqual([undefined, 'not sent', 'not sent']);
		expect(service.requests).toHaveLength(1);
	});
});

describe('Auto-Map', () => {
	const autoMap = { billingAccountId: byId('a'), dataToSend: 'autoMapInputData' };

	const read = { [`GET ${cudoRoute('a')}`]: { body: { id: 'a' } } };

	test('only Fields to Map are read, nested or with dots; blank and null are left alone', async () => {
		const service = fakeService(cudoUrl, { ...read, [`PATCH ${cudoRoute('a')}`]: applied });
		await runCudo({ ...autoMap, fieldsToMap: ['billingAddress', 'displayName', 'taxId'] }, [
			{
				displayName: 'Acme',
				state: 'STATE_DELETED',
				'billingAddress.city': 'Paris',
				taxId: { type: null, value: 'GB1' },
				billingAddress: { line1: '' },
			},
		]);
		expect(service.requests[1].body).toEqual({
			billingAccount: { displayName: 'Acme', billingAddress: { city: 'Paris' }, taxId: { value: 'GB1' } },
			updateMask: 'billingAddress.city,displayName,taxId.value',
		});
	});

	test('spreadsheet values are coerced where it is safe', async () => {
		const service = fakeService(cudoUrl, { ...read, [`PATCH ${cudoRoute('a')}`]: applied });
		await runCudo({ ...autoMap, fieldsToMap: ['creditBalanceRecharge', 'displayName', 'monthlySpendLimit'] }, [
			{
				displayName: 25,
				monthlySpendLimit: 25,
				'creditBalanceRecharge.autoRecharge': 'TRUE',
				'creditBalanceRecharge.low': { value: '5' },
				'creditBalanceRecharge.high': 50,
			},
		]);
		expect((service.requests[1].body as IDataObject).billingAccount).toEqual({
			displayName: '25',
			monthlySpendLimit: { value: '25' },
			creditBalanceRecharge: { autoRecharge: true, low: { value: '5' }, high: { value: '50' } },
		});
	});

	test('a text of digits is a whole number', async () => {
		const service = fakeService(accounts.aodocs.baseUrl, {
			[`PATCH ${accounts.aodocs.route}`]: ({ body }) => ({ body }),
		});
		await runNode({
			node: 'aodocs',
			credentials: accounts.aodocs.credentials,
			parameters: { dataToSend: 'autoMapInputData', fieldsToMap: ['maxSeats'] },
			items: [{ maxSeats: '25', type: 'CUSTOM' }],
		});
		expect(service.requests[0].body).toEqual({ maxSeats: 25 });
	});

	test('a date without a zone is meant in the time zone of the workflow', async () => {
		fakeService(cudoUrl, { [`GET ${cudoRoute('acme-billing')}`]: { body: accounts.cudoCompute.record } });
		const { outputs } = await runCudo(
			{
				billingAccountId: byId('acme-billing'),
				readOnlyFields: { creditBalanceRecharge: { transactionCreateTime: '2026-01-31T09:00:00' } },
				dryRun: true,
			},
			[{}],
			{ timezone: 'Asia/Kolkata' },
		);
		expect(outputs[0][0].json.changes).toMatchObject([{ to: '2026-01-31T09:00:00+05:30' }]);
	});

	test('else an item error', async () => {
		fakeService(cudoUrl, {});
		const { error } = await runCudo({ ...autoMap, fieldsToMap: ['billingAddress'] }, [{ billingAddress: '1 High Street' }]);
		expect(error).toMatchObject({ message: 'billingAddress is not an object' });
	});
});

describe('order and pace', () => {
	test('two items for the same account: applied in item order, never at once', async () => {
		const service = fakeService(cudoUrl, {
			[`PATCH ${cudoRoute('a')}`]: (request) => ({
				...applied(request),
				delay: (request.body as { billingAccount: IDataObject }).billingAccount.displayName === '1' ? 60 : 0,
			}),
		});
		await runCudo(
			byItem,
			['1', '2', '3'].map((name) => ({ account: 'a', name })),
		);
		expect(service.requests.map(({ body }) => ((body as IDataObject).billingAccount as IDataObject).displayName)).toEqual(['1', '2', '3']);
		expect(service.mostOpen).toBe(1);
	});

	test('many items hit one account: an execution hint', async () => {
		fakeService(cudoUrl, { [`PATCH ${cudoRoute('a')}`]: applied });
		const { hints } = await runCudo(
			byItem,
			Array.from({ length: 12 }, (_, i) => ({ account: 'a', name: `n${i}` })),
		);
		expect(hints).toMatchObject([{ message: '12 updated.' }, { message: expect.stringContaining('12 items are for the same account') }]);
	});

	test('different accounts: at once, few at first, up to Max Concurrent Requests', async () => {
		const eightAreOpen = holdUntil(8);
		const items = Array.from({ length: 60 }, (_, i) => ({ account: `a${i}`, name: 'Acme' }));
		const service = fakeService(
			cudoUrl,
			Object.fromEntries(
				items.map(({ account }) => [
					`PATCH ${cudoRoute(account)}`,
					async (request: SeenRequest) => {
						await eightAreOpen();
						// Slow, so that a ninth request would come before the first answer.
						return { ...applied(request), delay: 20 };
					},
				]),
			),
		);
		await runCudo({ ...byItem, options: { maxConcurrentRequests: 8 } }, items);
		expect(service.mostOpen).toBe(8);
		expect(patches(service.requests)).toHaveLength(60);
	});

	test('the first requests are few', async () => {
		const items = Array.from({ length: 30 }, (_, i) => ({ account: `a${i}`, name: 'Acme' }));
		const FIRST = 16;
		const allCame = holdUntil(FIRST);
		let openAtFirstAnswer = 0;
		const service = fakeService(
			cudoUrl,
			Object.fromEntries(
				items.map(({ account }) => [
					`PATCH ${cudoRoute(account)}`,
					async (request: SeenRequest) => {
						await allCame();
						// Another request must not come, and nothing tells that it will not: this is long enough for one.
						await new Promise((resolve) => setTimeout(resolve, 50));
						openAtFirstAnswer ||= service.requests.length;
						return applied(request);
					},
				]),
			),
		);
		await runCudo({ ...byItem, options: { maxConcurrentRequests: 30 } }, items);
		expect(openAtFirstAnswer).toBe(FIRST);
	});

	test('the current record is read in the lane, immediately before its update, never at planning time', async () => {
		let name = 'old';
		const service = fakeService(cudoUrl, {
			[`GET ${cudoRoute('a')}`]: () => ({ body: { id: 'a', displayName: name } }),
			[`PATCH ${cudoRoute('a')}`]: (request) => {
				name = ((request.body as IDataObject).billingAccount as { displayName: string }).displayName;
				return applied(request);
			},
		});
		const { outputs } = await runCudo({ ...byItem, options: { output: 'recordAndChanges' } }, [
			{ account: 'a', name: '1' },
			{ account: 'a', name: '2' },
		]);
		expect(methods(service.requests)).toEqual(['GET', 'PATCH', 'GET', 'PATCH']);
		expect(outputs[0].map(({ json }) => json.changes)).toEqual([
			[{ field: 'displayName', label: 'Display Name', from: 'old', to: '1' }],
			[{ field: 'displayName', label: 'Display Name', from: '1', to: '2' }],
		]);
	});
});

const update = (answers: Answer[], reads: Answer[] = [], parameters: INodeParameters = {}, more: Partial<NodeRun> = {}) => {
	const service = fakeService(cudoUrl, { [`PATCH ${cudoRoute('a')}`]: answers, [`GET ${cudoRoute('a')}`]: reads });
	return runCudo({ ...byItem, ...parameters }, [{ account: 'a', name: 'New' }], more).then((result) => ({ ...result, service }));
};
const done: Answer = { body: { id: 'a', displayName: 'New' } };
const undone: Answer = { body: { id: 'a', displayName: 'Old' } };

describe('certainly not applied', () => {
	test.each<[string, Answer]>([
		['429 with Retry-After in seconds', { status: 429, headers: { 'retry-after': '1' } }],
		['429 with Retry-After as a date', { status: 429, headers: { 'retry-after': new Date(Date.now() + 1500).toUTCString() } }],
		['429 with the delay in the body', { status: 429, body: { code: 8, message: 'Slow down', details: [{ retryDelay: '0.3s' }] } }],
		['connection refused', { fault: 'ECONNREFUSED' }],
	])('%s: waits and sends again, without reading', async (_, first) => {
		const { outputs, service } = await update([first, done]);
		expect(methods(service.requests)).toEqual(['PATCH', 'PATCH']);
		expect(outputs[0][0].json).toEqual(done.body);
	});

	test('Retry-After is waited for', async () => {
		const started = Date.now();
		await update([{ status: 429, headers: { 'retry-after': '1' } }, done]);
		expect(Date.now() - started).toBeGreaterThanOrEqual(1000);
	});

	test.each<[string, Answer['headers'], string[]]>([
		['sent again, without reading', {}, ['PATCH', 'PATCH']],
		['not sent again where X-aodocs-retryable says that it is no use', { 'x-aodocs-retryable': 'false' }, ['PATCH']],
	])("AODocs' 409: %s", async (_, headers, expected) => {
		const { baseUrl, route, credentials } = accounts.aodocs;
		const service = fakeService(baseUrl, { [`PATCH ${route}`]: [{ status: 409, headers }, { body: { maxSeats: 5 } }] });
		await runNode({ node: 'aodocs', credentials, parameters: { updateFields: { maxSeats: 5 } } });
		expect(methods(service.requests)).toEqual(expected);
	});

	const unreached = ['the service could not be reached', 'If n8n reaches the internet through a proxy, check HTTPS_PROXY and NO_PROXY.'];
	const untrusted = ['no trusted connection to the service could be made', 'tell n8n about it with NODE_EXTRA_CA_CERTS'];
	test.each([
		...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].map((fault) => [fault, ...unreached]),
		...['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_HAS_EXPIRED'].map((fault) => [fault, ...untrusted]),
	])('%s: not sent, and it is said why and what to do', async (fault, why, remedy) => {
		const result = await update([{ fault }], [], { options: { maxRetries: 0 } });
		expect(accountOf(result).items).toMatchObject([{ outcome: 'not sent' }]);
		expect(result.error).toMatchObject({ message: `Cudo Compute: ${why}`, description: expect.stringContaining(remedy) });
	});

	test('asked to wait ten minutes: ends the item, with how long', async () => {
		const { error, service } = await update([{ status: 429, headers: { 'retry-after': '600' } }]);
		expect(error).toMatchObject({ message: 'Cudo Compute asks to wait 600 s (HTTP 429)', httpCode: '429' });
		expect(service.requests).toHaveLength(1);
	});

	test('a 429 holds back the whole run', async () => {
		const at: Record<string, number[]> = { a: [], b: [] };
		const answer = (id: string, first: Answer) => (request: SeenRequest) => {
			at[id].push(Date.now());
			return at[id].length === 1 ? first : applied(request);
		};
		fakeService(cudoUrl, {
			[`PATCH ${cudoRoute('a')}`]: answer('a', { status: 429, headers: { 'retry-after': '1' } }),
			[`PATCH ${cudoRoute('b')}`]: answer('b', { body: { id: 'b', displayName: 'one' }, delay: 100 }),
		});
		await runCudo(byItem, [
			{ account: 'a', name: 'one' },
			{ account: 'b', name: 'one' },
			{ account: 'b', name: 'two' },
		]);
		expect(at.b[1] - at.a[0]).toBeGreaterThanOrEqual(1000);
	});
});

describe('the request may have arrived', () => {
	const faults: Array<[string, Answer]> = [
		['reset', { fault: 'ECONNRESET' }],
		['timeout', { fault: 'ETIMEDOUT' }],
		...[408, 499, 500, 502, 503, 504].map((status): [string, Answer] => [String(status), { status }]),
		['ABORTED', { status: 409, body: { code: 10, status: 'ABORTED', message: 'Try again', details: [] } }],
	];

	test.each(faults)('%s, and the record is as planned: updated, confirmed by reading', async (_, fault) => {
		const { outputs, service } = await update([fault], [done]);
		expect(methods(service.requests)).toEqual(['PATCH', 'GET']);
		expect(outputs[0][0].json).toEqual(done.body);
	});

	test.each(faults)('%s, and the record is not as planned: sent again', async (_, fault) => {
		const { outputs, service } = await update([fault, done], [undone]);
		expect(methods(service.requests)).toEqual(['PATCH', 'GET', 'PATCH']);
		expect(outputs[0][0].json).toEqual(done.body);
	});

	test('again and again: unknown after Max Retries, because what does not show yet may still be applied', async () => {
		const result = await update([{ status: 500 }, { status: 500 }], [undone, undone], { options: { maxRetries: 1 } });
		expect(methods(result.service.requests)).toEqual(['PATCH', 'GET', 'PATCH', 'GET']);
		expect(accountOf(result).items).toMatchObject([{ outcome: 'unknown' }]);
		expect(result.error).toMatchObject({ description: expect.stringContaining('Not applied when last read: displayName') });
	});

	test('an attempt that is open stays open, though a later one is refused', async () => {
		const result = await update([{ fault: 'ETIMEDOUT' }, { status: 400 }], [undone, undone]);
		expect(methods(result.service.requests)).toEqual(['PATCH', 'GET', 'PATCH', 'GET']);
		expect(accountOf(result).items).toMatchObject([{ outcome: 'unknown' }]);
	});

	test('an attempt that is open stays open, though a later one is accepted without effect', async () => {
		const result = await update([{ fault: 'ETIMEDOUT' }, undone], [undone, undone]);
		expect(methods(result.service.requests)).toEqual(['PATCH', 'GET', 'PATCH', 'GET']);
		expect(accountOf(result).items).toMatchObject([{ outcome: 'unknown' }]);
	});

	test('while an attempt is open, the account is read once before anything else is sent; a 429 between is not another attempt', async () => {
		const { service } = await update([{ fault: 'ETIMEDOUT' }, { status: 429 }, done], [undone]);
		expect(methods(service.requests)).toEqual(['PATCH', 'GET', 'PATCH', 'PATCH']);
	});

	test('after another attempt that is open, the account is read again', async () => {
		const { service } = await update([{ fault: 'ETIMEDOUT' }, { status: 429 }, { status: 503 }, done], [undone, undone]);
		expect(methods(service.requests)).toEqual(['PATCH', 'GET', 'PATCH', 'PATCH', 'GET', 'PATCH']);
	});

	test('an attempt that is open may show when a later one is refused', async () => {
		const { outputs, service } = await update([{ fault: 'ETIMEDOUT' }, { status: 409 }], [undone, done]);
		expect(methods(service.requests)).toEqual(['PATCH', 'GET', 'PATCH', 'GET']);
		expect(outputs[0][0].json).toEqual(done.body);
	});

	test('a 503 that asks to wait ten minutes: the account is read at once, and the update is not sent again', async () => {
		const result = await update([{ status: 503, headers: { 'retry-after': '600' } }], [undone]);
		expect(methods(result.service.requests)).toEqual(['PATCH', 'GET']);
		expect(accountOf(result).items).toMatchObject([{ outcome: 'unknown' }]);
	});

	test('a 503 that asks to wait a second: the account is read after it', async () => {
		const started = Date.now();
		const { service } = await update([{ status: 503, headers: { 'retry-after': '1' } }], [done]);
		expect(methods(service.requests)).toEqual(['PATCH', 'GET']);
		expect(Date.now() - started).toBeGreaterThanOrEqual(1000);
	});

	test('the account is read as it is now, not as something on the way remembers it', async () => {
		let asked: string | undefined;
		nock(cudoUrl)
			.patch(/./)
			.reply(500)
			.get(/./)
			.reply(function () {
				asked = String(this.req.headers['cache-control']);
				return [200, done.body as nock.Body];
			});
		await runCudo(byItem, [{ account: 'a', name: 'New' }]);
		expect(asked).toBe('no-cache');
	});

	test('reading fails too: unknown, and the later items of the account are not sent', async () => {
		const service = fakeService(cudoUrl, {
			[`PATCH ${cudoRoute('a')}`]: [{ fault: 'ECONNRESET' }],
			[`GET ${cudoRoute('a')}`]: [{ status: 403 }],
			[`PATCH ${cudoRoute('b')}`]: applied,
		});
		const { outputs } = await runCudo(
			byItem,
			[
				{ account: 'a', name: '1' },
				{ account: 'a', name: '2' },
				{ account: 'b', name: '3' },
			],
			{ onError: 'continueRegularOutput' },
		);
		expect(outcomesOf(outputs[0])).toEqual(['unknown', 'not sent', undefined]);
		expect(
			patches(service.requests)
				.map(({ path }) => path)
				.sort(),
		).toEqual([cudoRoute('a'), cudoRoute('b')]);
	});
});

describe('refused', () => {
	test("other 4xx: no retry; the service's own message, field violations, reason code, request ID", async () => {
		const body = {
			code: 3,
			message: 'Invalid tax ID',
			details: [{ reason: 'BAD_TAX_ID' }, { fieldViolations: [{ field: 'billing_account.tax_id', description: 'unknown format' }] }],
		};
		const { outputs, service } = await update(
			[{ status: 400, body, headers: { 'x-request-id': 'req-1' } }],
			[],
			{},
			{ onError: 'continueRegularOutput' },
		);
		expect(service.requests).toHaveLength(1);
		expect(outputs[0][0].json).toEqual({
			message: 'Cudo Compute refused the request (HTTP 400): Invalid tax ID',
			error: {
				item: 0,
				outcome: 'not applied',
				account: 'a',
				accountName: null,
				httpCode: 400,
				code: 'BAD_TAX_ID',
				message: 'Cudo Compute refused the request (HTTP 400): Invalid tax ID',
				violations: [{ field: 'billing_account.tax_id', description: 'unknown format' }],
				requestId: 'req-1',
				undo: '[]',
			},
		});
	});

	test('an update that erases something: that may be why, and it is said how to send the rest', async () => {
		const { error } = await update([{ status: 400, body: { code: 3, message: 'Bad request' } }], [], { fieldsToClear: ['stripeRef'] });
		expect(error!.description).toMatch(/The update erases Stripe Ref.*leave that out of Fields to Clear/);
	});

	test('401: nothing more is sent for the whole run', async () => {
		const service = fakeService(cudoUrl, { [`PATCH ${cudoRoute('a')}`]: { status: 401, body: { code: 16, message: 'Unauthenticated' } } });
		const { outputs } = await runCudo(
			{ ...byItem, options: { maxConcurrentRequests: 1 } },
			['a', 'b', 'c'].map((account) => ({ account, name: 'New' })),
			{ onError: 'continueRegularOutput' },
		);
		expect(outcomesOf(outputs[0])).toEqual(['not applied', 'not sent', 'not sent']);
		expect(service.requests).toHaveLength(1);
	});

	describe('redirect: not followed, because credentials do not travel; the account is read', () => {
		const redirect: Answer = { status: 301, headers: { location: 'https://elsewhere.example.com/' } };

		test('as planned: updated', async () => {
			const elsewhere = fakeService('https://elsewhere.example.com', {});
			const { outputs, service } = await update([redirect], [done]);
			expect(methods(service.requests)).toEqual(['PATCH', 'GET']);
			expect(outputs[0][0].json).toEqual(done.body);
			expect(elsewhere.requests).toEqual([]);
		});

		test('else: unknown, and not sent again', async () => {
			const elsewhere = fakeService('https://elsewhere.example.com', {});
			const result = await update([redirect], [undone]);
			expect(methods(result.service.requests)).toEqual(['PATCH', 'GET']);
			expect(result.error).toMatchObject({ message: 'Cudo Compute answered with a redirect, which is not followed (HTTP 301)' });
			expect(accountOf(result).items).toMatchObject([{ outcome: 'unknown' }]);
			expect(elsewhere.requests).toEqual([]);
		});
	});

	test.each<[NodeName, IDataObject, INodeParameters, string]>([
		['aodocs', { maxSeats: 100 }, { maxSeats: 200 }, 'Max Seats would change by 100%, more than Refuse Changes Above allows'],
		['aodocs', { maxSeats: 100 }, { maxSeats: 0 }, 'Max Seats would change without measure, more than Refuse Changes Above allows'],
		[
			'cudoCompute',
			{ id: 'acme-billing', monthlySpendLimit: { value: '100' } },
			{ monthlySpendLimit: '10' },
			'Monthly Spend Limit would change by 90%, more than Refuse Changes Above allows',
		],
	])('%s: a change larger than Refuse Changes Above: item error before its update', async (node, record, updateFields, message) => {
		const { baseUrl, route, credentials, selection } = accounts[node];
		const service = fakeService(baseUrl, { [`GET ${route}`]: { body: record } });
		const { error } = await runNode({
			node,
			credentials,
			parameters: { ...selection, ...inForm(nodes[node], updateFields), options: { refuseChangesAbove: 50 } },
		});
		expect(error).toMatchObject({ message });
		expect(patches(service.requests)).toEqual([]);
	});

	test('a change to 0 seats, which Refuse Changes Above refuses: the error says what 0 means', async () => {
		const { baseUrl, route, credentials } = accounts.aodocs;
		fakeService(baseUrl, { [`GET ${route}`]: { body: { maxSeats: 100 } } });
		const { error } = await runNode({
			node: 'aodocs',
			credentials,
			parameters: { updateFields: { maxSeats: 0 }, options: { refuseChangesAbove: 50 } },
		});
		expect(error?.description).toContain('It would change from 100 to 0; 50% is allowed. 0 means unlimited.');
	});

	test('a change within Refuse Changes Above is sent', async () => {
		const { baseUrl, route, credentials } = accounts.aodocs;
		const service = fakeService(baseUrl, {
			[`GET ${route}`]: { body: { maxSeats: 100 } },
			[`PATCH ${route}`]: { body: { maxSeats: 150 } },
		});
		const { error } = await runNode({
			node: 'aodocs',
			credentials,
			parameters: { updateFields: { maxSeats: 150 }, options: { refuseChangesAbove: 50 } },
		});
		expect(error).toBeUndefined();
		expect(patches(service.requests)).toHaveLength(1);
	});
});

describe('accepted is not applied', () => {
	const old = { id: 'a', displayName: 'Old', monthlySpendLimit: { value: '3' } };
	const both = { displayName: 'New', monthlySpendLimit: '5' };

	/** Updates an account that the service keeps. */
	async function updateKept(kept: ReturnType<typeof keptAccount>, options: IDataObject = {}, updateFields: INodeParameters = both) {
		const service = fakeService(cudoUrl, kept.routes(cudoRoute('a')));
		const parameters = { billingAccountId: byId('a'), ...inForm(nodes.cudoCompute, updateFields), options: options as INodeParameters };
		return { service, ...(await runCudo(parameters, [{}], { onError: 'continueRegularOutput' })) };
	}

	test('a part of it: the account is read, the rest is listed in a hint', async () => {
		const kept = keptAccount('cudoCompute', old, { ignored: ['monthlySpendLimit'] });
		const { outputs, hints, service } = await updateKept(kept);
		expect(methods(service.requests)).toEqual(['PATCH', 'GET']);
		expect(outputs[0][0].json).toEqual({ ...old, displayName: 'New' });
		expect(hints).toMatchObject([{ message: expect.stringContaining('did not apply: monthlySpendLimit'), type: 'warning' }]);
	});

	test('and in Record and Changes', async () => {
		const kept = keptAccount('cudoCompute', old, { ignored: ['monthlySpendLimit'] });
		const { outputs } = await updateKept(kept, { output: 'recordAndChanges' });
		expect(outputs[0][0].json).toMatchObject({
			outcome: 'updated',
			notApplied: ['monthlySpendLimit'],
			changes: [{ field: 'displayName', from: 'Old', to: 'New' }],
		});
		expect(planIn(outputs[0][0].json.undo)).toMatchObject({ account: { billingAccountId: 'a' }, set: { displayName: 'Old' }, clear: [] });
	});

	describe('with Fail If Partly Applied', () => {
		test('that is an error, whose outcome stays updated', async () => {
			const kept = keptAccount('cudoCompute', old, { ignored: ['monthlySpendLimit'] });
			const { outputs, hints } = await updateKept(kept, { failIfPartlyApplied: true });
			expect(outputs[0][0].json).toMatchObject({
				message: expect.stringMatching(/applied only a part of it.*Monthly Spend Limit is "3"/),
				error: { outcome: 'updated', notApplied: ['monthlySpendLimit'] },
			});
			expect(hints.map(({ message }) => message)).toEqual(['1 updated.']);
		});

		test('given by expression, the first item says it for all', async () => {
			const kept = keptAccount('cudoCompute', old, { ignored: ['monthlySpendLimit'] });
			fakeService(cudoUrl, kept.routes(cudoRoute('a')));
			const options = { failIfPartlyApplied: '={{ $json.isStrict }}' };
			const parameters = { billingAccountId: byId('a'), ...inForm(nodes.cudoCompute, both), options };
			const items = [{ isStrict: true }, { isStrict: false }];
			const { outputs } = await runCudo(parameters, items, { onError: 'continueRegularOutput' });
			expect(outputs[0].map(({ json }) => (json.error as IDataObject | undefined)?.outcome)).toEqual(['updated', 'updated']);
		});

		test.each(['', 'maybe'])('given by expression that is %j for the first item, it holds for the others', async (isStrict) => {
			const kept = keptAccount('cudoCompute', old, { ignored: ['monthlySpendLimit'] });
			fakeService(cudoUrl, kept.routes(cudoRoute('a')));
			const options = { failIfPartlyApplied: '={{ $json.isStrict }}' };
			const parameters = { billingAccountId: byId('a'), ...inForm(nodes.cudoCompute, both), options };
			const items = [{ isStrict }, { isStrict: true }];
			const { outputs } = await runCudo(parameters, items, { onError: 'continueRegularOutput' });
			expect(outputs[0].map(({ json }) => (json.error as IDataObject | undefined)?.outcome)).toEqual(['not sent', 'updated']);
		});

		test('what is applied in whole is none', async () => {
			const { outputs } = await updateKept(keptAccount('cudoCompute', old), { failIfPartlyApplied: true });
			expect(outputs[0][0].json).toEqual({ ...old, displayName: 'New', monthlySpendLimit: { value: '5' } });
		});

		test('Retry On Fail does not send it again', async () => {
			const kept = keptAccount('cudoCompute', old, { ignored: ['monthlySpendLimit'] });
			const service = fakeService(cudoUrl, kept.routes(cudoRoute('a')));
			const parameters = { billingAccountId: byId('a'), ...inForm(nodes.cudoCompute, both), options: { failIfPartlyApplied: true } };
			const { error } = await runCudo(parameters, [{}], { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 });
			expect(error?.message).toMatch(/applied only a part of it/);
			expect(patches(service.requests)).toHaveLength(1);
		});
	});

	test('another form of the same: updated, with the form in which it is stored', async () => {
		const kept = keptAccount('cudoCompute', old);
		const update = (request: SeenRequest) => {
			kept.update(request);
			kept.record.displayName = 'NEW';
			return kept.read(request);
		};
		fakeService(cudoUrl, { ...kept.routes(cudoRoute('a')), [`PATCH ${cudoRoute('a')}`]: update });
		const parameters = { billingAccountId: byId('a'), updateFields: { displayName: 'New' }, options: { output: 'recordAndChanges' } };
		const { outputs } = await runCudo(parameters, [{}]);
		expect(outputs[0][0].json).toMatchObject({ outcome: 'updated', storedAs: { displayName: 'NEW' }, notApplied: [] });
	});

	test('an error in place of a record, in spite of its status, proves nothing: the account is read', async () => {
		const kept = keptAccount('cudoCompute', old, { ignored: ['displayName'] });
		const update = (): Answer => ({ body: { id: 'a', displayName: 'New', error: { message: 'The name is taken.' } } });
		fakeService(cudoUrl, { ...kept.routes(cudoRoute('a')), [`PATCH ${cudoRoute('a')}`]: update });
		const parameters = { billingAccountId: byId('a'), updateFields: { displayName: 'New' } };
		const { outputs } = await runCudo(parameters, [{}], { onError: 'continueRegularOutput' });
		expect(outputs[0][0].json).toMatchObject({
			message: expect.stringContaining('The name is taken.'),
			error: { outcome: 'not applied' },
		});
	});

	test('nothing of it: an error, with what the account holds now', async () => {
		const kept = keptAccount('cudoCompute', old, { ignored: ['displayName', 'monthlySpendLimit'] });
		const { outputs } = await updateKept(kept);
		expect(outputs[0][0].json).toMatchObject({
			message: expect.stringMatching(/did not apply it.*Display Name is "Old".*Monthly Spend Limit is "3"/),
			error: { outcome: 'not applied', description: expect.stringContaining('Trying again will not help.') },
		});
	});

	test('another value: updated, as an error, with what the service made of it', async () => {
		const kept = keptAccount('cudoCompute', old);
		const update = (request: SeenRequest) => {
			kept.update(request);
			kept.record.monthlySpendLimit = { value: '4' };
			return kept.read(request);
		};
		fakeService(cudoUrl, { ...kept.routes(cudoRoute('a')), [`PATCH ${cudoRoute('a')}`]: update });
		const parameters = { billingAccountId: byId('a'), readOnlyFields: { monthlySpendLimit: '5' }, options: { output: 'recordAndChanges' } };
		const { outputs } = await runCudo(parameters, [{}], { onError: 'continueRegularOutput' });
		expect(outputs[0][0].json).toMatchObject({
			error: { outcome: 'updated', changes: [{ field: 'monthlySpendLimit', from: '3', to: '4' }] },
		});
		expect(planIn((outputs[0][0].json.error as IDataObject).undo)).toMatchObject({
			set: { monthlySpendLimit: '3' },
			was: { monthlySpendLimit: '4' },
		});
	});

	test.each<[string, Answer]>([
		['no field of it', { body: { id: 'a' } }],
		['another account', { body: { ...old, id: 'b', displayName: 'New', monthlySpendLimit: { value: '5' } } }],
		['an error with 200', { body: { error: { message: 'No' } } }],
		['a problem report with 200', { body: { title: 'Busy', status: 500 } }],
		['202', { status: 202, body: {} }],
		['207', { status: 207, body: { ...old, displayName: 'New', monthlySpendLimit: { value: '5' } } }],
	])('the answer shows %s, the account everything: updated', async (_, answer) => {
		const kept = keptAccount('cudoCompute', old, { answers: [answer] });
		const { outputs, service } = await updateKept(kept);
		expect(methods(service.requests)).toEqual(['PATCH', 'GET']);
		expect(outputs[0][0].json).toEqual({ ...old, displayName: 'New', monthlySpendLimit: { value: '5' } });
	});

	test.each([202, 207])('%i, and the account still shows the old: unknown', async (status) => {
		const kept = keptAccount('cudoCompute', old, { ignored: ['displayName'], answers: [{ status, body: {} }] });
		const { outputs } = await updateKept(kept, {}, { displayName: 'New' });
		expect(outputs[0][0].json).toMatchObject({ error: { outcome: 'unknown' } });
	});

	test.each<[string, Answer]>([
		['HTML', { body: '<html>Welcome</html>' }],
		['nothing', { body: '' }],
		['cut-off JSON', { body: '{"id":"a","displ' }],
	])('2xx with %s: read back', async (_, answer) => {
		const { outputs, service } = await update([answer], [done]);
		expect(methods(service.requests)).toEqual(['PATCH', 'GET']);
		expect(outputs[0][0].json).toEqual(done.body);
	});

	test('2xx with HTML, and reading fails: accepted, but its result is not known', async () => {
		const { outputs } = await update([{ body: '<html>Welcome</html>' }], [{ status: 403 }], {}, { onError: 'continueRegularOutput' });
		expect(outputs[0][0].json).toMatchObject({
			message: expect.stringContaining('accepted the request, but its answer is not a record'),
			error: { outcome: 'unknown' },
		});
	});
});

describe('failure', () => {
	const items = ['a', 'b', 'c', 'd'].map((account) => ({ account, name: 'New', keep: `me-${account}` }));
	const routes = (): Routes => ({
		...Object.fromEntries(items.map(({ account }) => [`PATCH ${cudoRoute(account)}`, applied])),
		[`PATCH ${cudoRoute('b')}`]: { status: 404, body: { code: 5, message: 'Not Found', details: [] } },
	});

	test('the node stops on errors: no further update starts; the message counts, context.data has the full account', async () => {
		const service = fakeService(cudoUrl, routes());
		const result = await runCudo({ ...byItem, options: { maxConcurrentRequests: 1 } }, items);
		expect(result.error).toMatchObject({
			message: 'Item 1, billing account b: Cudo Compute refused the request (HTTP 404) (1 updated, 1 not applied, 2 not sent)',
			description: 'Not Found. Check that the account exists and that the credential may see it.',
			context: { itemIndex: 1 },
		});
		expect(accountOf(result).items.map(({ outcome }) => outcome)).toEqual(['updated', 'not applied', 'not sent', 'not sent']);
		expect(service.requests).toHaveLength(2);
	});

	test('the node stops on errors: those in flight are awaited', async () => {
		fakeService(cudoUrl, { ...routes(), [`PATCH ${cudoRoute('a')}`]: (request) => ({ ...applied(request), delay: 150 }) });
		const result = await runCudo(byItem, items);
		expect(accountOf(result).items[0]).toMatchObject({ outcome: 'updated' });
	});

	test('the node stops on errors: what has been sent once goes on to its end', async () => {
		let first = true;
		const again = (request: SeenRequest): Answer => {
			const isFirst = first;
			first = false;
			return isFirst ? { status: 500 } : applied(request);
		};
		// The account is read slowly, so that the other item fails before the update is sent again.
		const reads = { body: { id: 'a', displayName: 'Old' }, delay: 150 };
		fakeService(cudoUrl, { ...routes(), [`PATCH ${cudoRoute('a')}`]: again, [`GET ${cudoRoute('a')}`]: reads });
		const result = await runCudo(byItem, items.slice(0, 2));
		expect(accountOf(result).items.map(({ outcome }) => outcome)).toEqual(['updated', 'not applied']);
	});

	test.each<[string, INode['onError'], Answer, string]>([
		['another fails while the node stops on errors', 'stopWorkflow', { status: 400, body: { message: 'No' } }, 'the run ended before'],
		['another is refused with 401', 'continueRegularOutput', { status: 401, body: {} }, 'the credential was refused before'],
	])('an update was refused because the service is busy, and %s: it is not in flight, and not sent again', async (_, onError, end, why) => {
		const bothCame = holdUntil(2);
		const kept = keptAccounts({ a: { displayName: 'Old' }, b: { displayName: 'Old' } }, (__, id) => ({
			[`PATCH ${cudoRoute(id)}`]: async () => {
				await bothCame();
				return id === 'a' ? { status: 429, body: { message: 'Slow down' }, headers: { 'retry-after': '50' } } : { ...end, delay: 100 };
			},
		}));
		const items = ['a', 'b'].map((account) => ({ account, name: 'New' }));
		const result = await kept.update(items, {}, { onError });
		const told = result.error ? accountOf(result).items[0] : (result.outputs[0][0].json.error as IDataObject);
		expect(kept.updated()).toEqual(expect.arrayContaining(['a', 'b']));
		expect(kept.updated()).toHaveLength(2);
		expect(told.outcome).toBe('not applied');
		expect(result.error ? told.message : result.outputs[0][0].json.message).toMatch(
			new RegExp(`^Not sent again, because ${why}.*HTTP 429.*Slow down`),
		);
	});

	test('the node continues: an error item in its place, linked to its input; the rest go on', async () => {
		fakeService(cudoUrl, routes());
		const { outputs } = await runCudo(byItem, items, { onError: 'continueRegularOutput' });
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2, 3].map((item) => ({ item })));
		expect(outcomesOf(outputs[0])).toEqual([undefined, 'not applied', undefined, undefined]);
	});

	test('the node continues with its error output: the input data is intact there', async () => {
		fakeService(cudoUrl, routes());
		const { outputs } = await runCudo(byItem, items, { onError: 'continueErrorOutput' });
		expect(outputs[0]).toHaveLength(3);
		expect(outputs[1]).toMatchObject([
			{
				json: {
					account: 'b',
					name: 'New',
					keep: 'me-b',
					error: { outcome: 'not applied', account: 'b', message: expect.stringContaining('Not Found') },
				},
				pairedItem: { item: 1 },
			},
		]);
	});
});

describe('runs and options', () => {
	test('Retry On Fail is on: a rerun sends nothing twice that has been applied', async () => {
		const names: Record<string, string> = { a: 'old', b: 'old' };
		let failures = 1;
		const patch =
			(id: string) =>
			(request: SeenRequest): Answer => {
				if (id === 'b' && failures-- > 0) return { status: 400, body: { code: 3, message: 'Not now' } };
				names[id] = ((request.body as IDataObject).billingAccount as { displayName: string }).displayName;
				return applied(request);
			};
		const read = (id: string) => () => ({ body: { id, displayName: names[id] } });
		const service = fakeService(cudoUrl, {
			[`PATCH ${cudoRoute('a')}`]: patch('a'),
			[`PATCH ${cudoRoute('b')}`]: patch('b'),
			[`GET ${cudoRoute('a')}`]: read('a'),
			[`GET ${cudoRoute('b')}`]: read('b'),
		});
		const { outputs } = await runCudo(
			{ ...byItem, options: { maxConcurrentRequests: 1 } },
			[
				{ account: 'a', name: '1' },
				{ account: 'a', name: '2' },
				{ account: 'b', name: '3' },
			],
			{ retryOnFail: true, maxTries: 3 },
		);
		expect(outputs[0]).toHaveLength(3);
		expect(names).toEqual({ a: '2', b: '3' });
		expect(patches(service.requests).map(({ path }) => path)).toEqual([cudoRoute('a'), cudoRoute('a'), cudoRoute('b'), cudoRoute('b')]);
	});

	test('workflow cancelled: no further request starts', async () => {
		const service = fakeService(cudoUrl, {
			[`PATCH ${cudoRoute('a')}`]: (request) => {
				if (service.requests.length === 2) execution.cancel();
				return { ...applied(request), delay: 100 };
			},
		});
		const execution = startNode({
			node: 'cudoCompute',
			parameters: byItem,
			credentials: accounts.cudoCompute.credentials,
			items: Array.from({ length: 10 }, (_, i) => ({ account: 'a', name: `n${i}` })),
		});
		await execution.result;
		// A third request must not come, and nothing tells that it will not: the second is answered after 100 ms.
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(service.requests).toHaveLength(2);
	});

	test('Skip If Unchanged: equal values are not sent, decimals by value', async () => {
		const service = fakeService(cudoUrl, {
			[`GET ${cudoRoute('a')}`]: { body: { id: 'a', displayName: 'New', monthlySpendLimit: { value: '5.00' } } },
		});
		const { outputs } = await runCudo(
			{
				...byItem,
				...inForm(nodes.cudoCompute, { displayName: 'New', monthlySpendLimit: '5' }),
				options: { skipIfUnchanged: true, output: 'recordAndChanges' },
			},
			[{ account: 'a', name: 'New' }],
		);
		expect(methods(service.requests)).toEqual(['GET']);
		expect(outputs[0][0].json).toMatchObject({ outcome: 'unchanged', changes: [] });
	});

	test('Dry Run: no update is sent; the plan comes out, without a secret', async () => {
		const service = fakeService(cudoUrl, { [`GET ${cudoRoute('a')}`]: undone });
		const { outputs } = await runCudo({ ...byItem, dryRun: true }, [
			{ account: 'a', name: 'New' },
			{ account: 'a', name: 'Newer' },
		]);
		expect(methods(service.requests)).toEqual(['GET']);
		expect(outputs[0].map(({ json }) => json)).toEqual(
			[
				['Old', 'New'],
				['New', 'Newer'],
			].map(([from, to]) => ({
				account: 'a',
				accountName: from,
				outcome: 'planned',
				changes: [{ field: 'displayName', label: 'Display Name', from, to }],
				summary: {
					text: `${from} (a): Display Name ${from} → ${to}`,
					markdown: expect.stringContaining(`| ${from} | ${to} |`),
					html: expect.any(String),
				},
				plan: expect.any(String),
				request: {
					method: 'PATCH',
					url: `${cudoUrl}${cudoRoute('a')}`,
					query: {},
					body: { billingAccount: { displayName: to }, updateMask: 'displayName' },
				},
			})),
		);
		expect(JSON.stringify(outputs)).not.toContain('cudo-api-key-1');
	});

	test.each([true, 'true', 'yes'])('Dry Run by expression, %p for one item: only the other is sent', async (dry) => {
		const service = fakeService(cudoUrl, {
			[`PATCH ${cudoRoute('a')}`]: applied,
			[`GET ${cudoRoute('b')}`]: { body: { id: 'b', displayName: 'Old' } },
		});
		const { outputs } = await runCudo({ ...byItem, dryRun: '={{ $json.dry }}' }, [
			{ account: 'a', name: 'New', dry: false },
			{ account: 'b', name: 'New', dry },
		]);
		expect(service.requests.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
			`GET ${cudoRoute('b')}`,
			`PATCH ${cudoRoute('a')}`,
		]);
		expect(outcomesOf(outputs[0])).toEqual([undefined, 'planned']);
	});

	test('Dry Run by expression, among updates of one account: it plans from what the last of them has left', async () => {
		const kept = keptAccount('cudoCompute', { id: 'a', displayName: 'Old' });
		fakeService(cudoUrl, kept.routes(cudoRoute('a')));
		const { outputs } = await runCudo({ ...byItem, dryRun: '={{ $json.dry }}' }, [
			{ account: 'a', name: 'Planned', dry: true },
			{ account: 'a', name: 'Sent', dry: false },
			{ account: 'a', name: 'Last', dry: true },
		]);
		expect(outputs[0][2].json.changes).toMatchObject([{ from: 'Sent', to: 'Last' }]);
	});

	describe("Update Mask of one's own", () => {
		const withMask = (updateMask: string, more: IDataObject = {}) => ({
			billingAccountId: byId('a'),
			updateFields: { displayName: 'New' },
			options: { updateMask, ...more } as INodeParameters,
		});

		test('it is sent as it is, where it covers every value', async () => {
			const service = fakeService(cudoUrl, { [`PATCH ${cudoRoute('a')}`]: { body: { displayName: 'New' } } });
			await runCudo(withMask('displayName,taxId'), [{}]);
			expect(service.requests[0].body).toEqual({ billingAccount: { displayName: 'New' }, updateMask: 'displayName,taxId' });
		});

		test('what it names without a value is erased, and Skip If Unchanged and Dry Run know it', async () => {
			const service = fakeService(cudoUrl, {
				[`GET ${cudoRoute('a')}`]: { body: { displayName: 'New', taxId: { value: 'GB1' } } },
				[`PATCH ${cudoRoute('a')}`]: { body: { displayName: 'New' } },
			});
			await runCudo(withMask('displayName,taxId', { skipIfUnchanged: true }), [{}]);
			expect(methods(service.requests)).toEqual(['GET', 'PATCH']);
			const { outputs } = await runCudo({ ...withMask('displayName,taxId'), dryRun: true }, [{}]);
			expect(outputs[0][0].json.changes).toEqual([{ field: 'taxId.value', label: 'Tax ID > Value', from: 'GB1', to: null }]);
		});

		test.each(['display_name', 'displayName, taxId', '*', 'displayName,'])('%p is no mask: item error', async (mask) => {
			const service = fakeService(cudoUrl, {});
			const { error } = await runCudo(withMask(mask), [{}]);
			expect(error).toMatchObject({ message: 'Update Mask is not a list of fields' });
			expect(service.requests).toEqual([]);
		});
	});

	test('Output Simplified: the fields a person needs', async () => {
		const { outputs } = await update([{ body: { id: 'a', displayName: 'New', createBy: 'ann' } }], [], {
			options: { output: 'simplified' },
		});
		expect(outputs[0][0].json).toMatchObject({ id: 'a', displayName: 'New' });
		expect(outputs[0][0].json).not.toHaveProperty('createBy');
	});
});
