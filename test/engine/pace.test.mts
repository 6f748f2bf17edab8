import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';

import { accounts } from '../support/accounts.mts';
import { runNode } from '../support/engine.mts';
import { closeServices, fakeService, holdUntil } from '../support/service.mts';
import type { Answer, SeenRequest } from '../support/service.mts';

const { baseUrl, credentials, selectionOf } = accounts.userHub;
const ROUTE = '/user/v1/billingAccount';

afterEach(closeServices);

const applied = ({ body }: SeenRequest): Answer => ({ body: { state: 'USER_MANAGED', ...(body as IDataObject) } });

/** Updates so many accounts, each with so many items. */
async function update(
	accountCount: number,
	options: INodeParameters = {},
	itemsEach = 1,
	onError: INode['onError'] = 'continueRegularOutput',
) {
	return await runNode({
		node: 'userHub',
		credentials,
		parameters: { ...selectionOf('={{ $json.account }}'), updateFields: { displayName: '={{ $json.name }}' }, options },
		items: Array.from({ length: accountCount * itemsEach }, (_, i) => ({ account: `a${i % accountCount}`, name: `n${i}` })),
		onError,
	});
}

const failuresIn = ({ outputs }: Awaited<ReturnType<typeof update>>) => outputs[0].filter(({ json }) => json.error !== undefined);

test('a busy service costs no retry: everything is applied in the end', async () => {
	const seen = new Map<string, number>();
	const service = fakeService(baseUrl, {
		[`PATCH ${ROUTE}`]: (request) => {
			const times = (seen.get(request.query.organizationId) ?? 0) + 1;
			seen.set(request.query.organizationId, times);
			return times <= 2 ? { status: 429, body: { message: 'Slow down' } } : applied(request);
		},
	});
	const result = await update(4, { maxRetries: 0 });
	expect(failuresIn(result)).toEqual([]);
	expect(service.requests).toHaveLength(12);
});

test('nobody who waits starts in the place of an update that has failed and ends the run', async () => {
	// So many start before anything is known of the service; the others wait.
	const FIRST = 16;
	const allCame = holdUntil(FIRST);
	const service = fakeService(baseUrl, {
		[`PATCH ${ROUTE}`]: async (request) => {
			await allCame();
			return request.query.organizationId === 'a0' ? { status: 400, body: { message: 'No' } } : { ...applied(request), delay: 100 };
		},
	});
	const { error } = await update(2 * FIRST, {}, 1, 'stopWorkflow');
	expect(error?.message).toContain('HTTP 400');
	expect(service.requests).toHaveLength(FIRST);
});

test('reads of a busy service cost no retry either', async () => {
	let reads = 0;
	fakeService(baseUrl, {
		[`GET ${ROUTE}`]: () => (++reads <= 2 ? { status: 429 } : { body: { state: 'USER_MANAGED', displayName: 'Old' } }),
		[`PATCH ${ROUTE}`]: applied,
	});
	const result = await update(1, { maxRetries: 0, skipIfUnchanged: true });
	expect(failuresIn(result)).toEqual([]);
	expect(reads).toBe(3);
});

test('an update that is looked up once is not read again each time that a busy service refuses it: reads would take its place', async () => {
	// One request is accepted in a while, whatever it is.
	const EVERY_MS = 300;
	let freeAt = 0;
	let tries = 0;
	const service = fakeService(baseUrl, {
		[`GET ${ROUTE}`]: () => {
			if (Date.now() < freeAt) return { status: 429 };
			freeAt = Date.now() + EVERY_MS;
			return { body: { state: 'USER_MANAGED', displayName: 'Old' } };
		},
		[`PATCH ${ROUTE}`]: (request) => {
			if (++tries === 1) return { status: 503 };
			if (Date.now() < freeAt) return { status: 429 };
			return applied(request);
		},
	});
	const result = await update(1);
	expect(failuresIn(result)).toEqual([]);
	expect(service.requests.filter(({ method }) => method === 'GET')).toHaveLength(1);
});

test('headers that tell the limit are obeyed before the first refusal', async () => {
	const LIMIT = 20;
	const WINDOW_MS = 1000;
	let used = 0;
	let endsAt = 0;
	let refusals = 0;
	fakeService(baseUrl, {
		[`PATCH ${ROUTE}`]: (request) => {
			if (Date.now() >= endsAt) [used, endsAt] = [0, Date.now() + WINDOW_MS];
			used += 1;
			if (used > LIMIT) refusals += 1;
			const headers = {
				'x-ratelimit-limit': String(LIMIT),
				'x-ratelimit-remaining': String(Math.max(0, LIMIT - used)),
				'x-ratelimit-reset': String((endsAt - Date.now()) / 1000),
			};
			return used > LIMIT ? { status: 429, headers } : { ...applied(request), headers };
		},
	});
	const result = await update(30);
	expect(failuresIn(result)).toEqual([]);
	expect(refusals).toBe(0);
});

test('nothing left for ten minutes: the items that were accepted stand, and the run does not wait', async () => {
	let used = 0;
	const service = fakeService(baseUrl, {
		[`PATCH ${ROUTE}`]: (request) => {
			used += 1;
			const headers = { 'x-ratelimit-remaining': String(Math.max(0, 3 - used)), 'x-ratelimit-reset': '600' };
			return used > 3 ? { status: 429, headers } : { ...applied(request), headers };
		},
	});
	const result = await update(9, { maxConcurrentRequests: 1 });
	expect(failuresIn(result)).toHaveLength(6);
	expect(service.requests).toHaveLength(4);
});

test('Max Requests per Second is kept', async () => {
	const at: number[] = [];
	fakeService(baseUrl, {
		[`PATCH ${ROUTE}`]: (request) => {
			at.push(Date.now());
			return applied(request);
		},
	});
	await update(6, { maxRequestsPerSecond: 10 });
	expect(at[5] - at[0]).toBeGreaterThanOrEqual(400);
});

test('Max Requests per Second is kept, also where each item signs in with its own credential', async () => {
	const { baseUrl: aodocsUrl, route, record } = accounts.aodocs;
	const at: number[] = [];
	fakeService(aodocsUrl, {
		[`PATCH ${route}`]: () => {
			at.push(Date.now());
			return { body: record };
		},
	});
	await runNode({
		node: 'aodocs',
		credentials: { aodocsSecurityCodeApi: { secretCode: '={{ $json.code }}' } },
		items: Array.from({ length: 12 }, (_, i) => ({ code: `security-code-${i}` })),
		parameters: { updateFields: { maxSeats: 250 }, options: { maxRequestsPerSecond: 5 } },
	});
	expect(at).toHaveLength(12);
	// Eleven turns of 200 ms, less what a late arrival of the first takes from them.
	expect(at[11] - at[0]).toBeGreaterThanOrEqual(1900);
});

test('40 accounts with five items each: more at once than at first, though no account is done yet', async () => {
	const ITEMS_EACH = 5;
	const answered = new Map<string, number>();
	let open = 0;
	let mostOpen = 0;
	let isOneDone = false;
	fakeService(baseUrl, {
		[`PATCH ${ROUTE}`]: async (request) => {
			const { organizationId } = request.query;
			open += 1;
			if (!isOneDone) mostOpen = Math.max(mostOpen, open);
			// A slow service.
			await new Promise((resolve) => setTimeout(resolve, 400));
			open -= 1;
			const times = (answered.get(organizationId) ?? 0) + 1;
			answered.set(organizationId, times);
			isOneDone ||= times === ITEMS_EACH;
			return applied(request);
		},
	});
	const result = await update(40, {}, ITEMS_EACH);
	expect(failuresIn(result)).toEqual([]);
	// How many more is a matter of this machine's time; that it comes to 40 is shown in virtual time (unit/gate).
	expect(mostOpen).toBeGreaterThan(10);
	expect(mostOpen).toBeLessThanOrEqual(40);
});

test('two runs of one credential share what was found out: the second does not begin anew', async () => {
	let refusals = 0;
	let busy = true;
	fakeService(baseUrl, {
		[`PATCH ${ROUTE}`]: (request) => {
			if (!busy) return applied(request);
			refusals += 1;
			busy = false;
			return { status: 429, headers: { 'retry-after': '1' } };
		},
	});
	const started = Date.now();
	await Promise.all([update(2), update(2)]);
	expect(refusals).toBe(1);
	expect(Date.now() - started).toBeGreaterThanOrEqual(1000);
});
