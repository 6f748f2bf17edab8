import type { IDataObject } from 'n8n-workflow';

import { cudoCompute } from '../../nodes/CudoCompute/service.ts';
import { accounts } from '../support/accounts.mts';
import { runNode } from '../support/engine.mts';
import { outcomeIn } from '../support/items.mts';
import { keptAccount } from '../support/keptAccount.mts';
import { closeServices, fakeService, type Answer } from '../support/service.mts';

/**
 * Whatever throws between the start of an update and the report, the node never claims that the service did not get, or did not apply, what it may
 * have applied.
 */

/** The step that throws, and how often it is let pass before. */
const mockBroken = { step: '', passes: 0 };

function mockSteps(module: Record<string, unknown>): Record<string, unknown> {
	const breakable = (name: string, step: (...given: unknown[]) => unknown) =>
		function (this: unknown, ...given: unknown[]) {
			if (mockBroken.step === name && mockBroken.passes-- <= 0)
				throw new TypeError(`Cannot read properties of undefined (reading '${name}')`);
			return step.apply(this, given);
		};
	return Object.fromEntries(
		Object.entries(module).map(([name, value]) => [
			name,
			typeof value === 'function' && /^[a-z]/.test(name) ? breakable(name, value as () => unknown) : value,
		]),
	);
}

jest.mock('../../nodes/shared/http/waits.ts', () => mockSteps(jest.requireActual('../../nodes/shared/http/waits.ts')));
jest.mock('../../nodes/shared/http/retryPolicy.ts', () => mockSteps(jest.requireActual('../../nodes/shared/http/retryPolicy.ts')));
jest.mock('../../nodes/shared/http/explain.ts', () => mockSteps(jest.requireActual('../../nodes/shared/http/explain.ts')));
jest.mock('../../nodes/shared/http/secrets.ts', () => mockSteps(jest.requireActual('../../nodes/shared/http/secrets.ts')));
jest.mock('../../nodes/shared/http/transportFailure.ts', () =>
	mockSteps(jest.requireActual('../../nodes/shared/http/transportFailure.ts')),
);
jest.mock('../../nodes/shared/http/ask.ts', () => mockSteps(jest.requireActual('../../nodes/shared/http/ask.ts')));
jest.mock('../../nodes/shared/parameters/accountId.ts', () => mockSteps(jest.requireActual('../../nodes/shared/parameters/accountId.ts')));
jest.mock('../../nodes/shared/plan/changes.ts', () => mockSteps(jest.requireActual('../../nodes/shared/plan/changes.ts')));
jest.mock('../../nodes/shared/apply/settled.ts', () => mockSteps(jest.requireActual('../../nodes/shared/apply/settled.ts')));
jest.mock('../../nodes/shared/report/details.ts', () => mockSteps(jest.requireActual('../../nodes/shared/report/details.ts')));
jest.mock('../../nodes/shared/report/hints.ts', () => mockSteps(jest.requireActual('../../nodes/shared/report/hints.ts')));
jest.mock('../../nodes/shared/report/items.ts', () => mockSteps(jest.requireActual('../../nodes/shared/report/items.ts')));

const { faultOf } = cudoCompute;
const { simplify } = cudoCompute.account;

beforeEach(() => {
	// No wait of our own is longer than nothing.
	jest.spyOn(Math, 'random').mockReturnValue(0);
	cudoCompute.faultOf = mockSteps({ faultOf }).faultOf as typeof faultOf;
	cudoCompute.account.simplify = mockSteps({ simplify }).simplify as typeof simplify;
});
afterEach(() => {
	mockBroken.step = '';
	jest.restoreAllMocks();
	cudoCompute.faultOf = faultOf;
	cudoCompute.account.simplify = simplify;
	closeServices();
});

const { baseUrl, route, record, credentials, selection } = accounts.cudoCompute;

/** What the service does with an update, and what may be claimed of it then. */
interface Happening {
	name: string;
	isStored: boolean;
	/** The record, unless given. */
	answer?: Answer;
	mayClaim: string[];
}

const OPEN = ['updated', 'unknown'];
const REFUSED = ['not applied', 'unknown'];

const happenings: Happening[] = [
	{ name: '200', isStored: true, mayClaim: OPEN },
	{ name: '202, carried out', isStored: true, answer: { status: 202, body: {} }, mayClaim: OPEN },
	{ name: '202, carried out later', isStored: false, answer: { status: 202, body: {} }, mayClaim: ['unknown'] },
	{ name: '200 with HTML', isStored: true, answer: { body: '<html>' }, mayClaim: OPEN },
	{ name: '500, stored', isStored: true, answer: { status: 500, body: { message: 'No' } }, mayClaim: OPEN },
	{ name: '500, stored later', isStored: false, answer: { status: 500, body: { message: 'No' } }, mayClaim: ['unknown'] },
	{ name: '503, stored', isStored: true, answer: { status: 503, headers: { 'retry-after': '0' } }, mayClaim: OPEN },
	{ name: 'a redirect, stored', isStored: true, answer: { status: 302, headers: { location: '/x' } }, mayClaim: OPEN },
	{ name: 'a timeout, stored', isStored: true, answer: { fault: 'ETIMEDOUT' }, mayClaim: OPEN },
	{ name: 'a timeout, stored later', isStored: false, answer: { fault: 'ETIMEDOUT' }, mayClaim: ['unknown'] },
	{ name: 'a reset, stored', isStored: true, answer: { fault: 'ECONNRESET' }, mayClaim: OPEN },
	{ name: '429', isStored: false, answer: { status: 429, headers: { 'retry-after': '600' }, body: { message: 'No' } }, mayClaim: REFUSED },
	{ name: '400', isStored: false, answer: { status: 400, body: { message: 'No' } }, mayClaim: REFUSED },
	// The fake service counts it as received, the node knows that it was not.
	{ name: 'a refused connection', isStored: false, answer: { fault: 'ECONNREFUSED' }, mayClaim: ['not sent', 'unknown'] },
];

/** Steps from the request to the report. `maskOf` is needed before as well, and passes then. */
const steps: Array<[step: string, passes: number]> = [
	['faultOf', 0],
	['decide', 0],
	['askedWaitMs', 0],
	['backoffMs', 0],
	['explain', 0],
	['quote', 0],
	['maskOf', 1],
	['failureOf', 0],
	['whyNoRecord', 0],
	['readAccount', 0],
	['missingFrom', 0],
	['changesBetween', 0],
	['undoOf', 0],
	['settled', 0],
	['hintsOf', 0],
	['detailsOf', 0],
	['toItems', 0],
	['simplify', 0],
];

/** Updates the display name of an account that the service keeps, one attempt. @returns what the node claims of it, and whether it is stored */
async function update({ isStored, answer }: Happening, options: object = {}) {
	const kept = keptAccount('cudoCompute', record, {
		ignored: isStored ? [] : ['displayName'],
		answers: answer ? [answer] : [],
	});
	const service = fakeService(baseUrl, kept.routes(route));
	const { outputs, error } = await runNode({
		node: 'cudoCompute',
		credentials,
		parameters: { ...selection, operation: 'update', updateFields: { displayName: 'New' }, options: { maxRetries: 0, ...options } },
		items: [{ from: 'the input' }],
		onError: 'continueRegularOutput',
	});
	const json = outputs[0]?.[0]?.json ?? {};
	const isInput = json.from !== undefined;
	return {
		json,
		claim: error || isInput ? 'nothing, the error left the node' : (outcomeIn(json) ?? 'updated'),
		isStored: kept.record.displayName === 'New',
		sent: service.requests.filter(({ method }) => method === 'PATCH').length,
	};
}

describe.each(happenings)('$name', (happening) => {
	test.each(steps)('%s throws', async (step, passes) => {
		Object.assign(mockBroken, { step, passes });
		const { claim, isStored, sent } = await update(happening, { output: 'simplified' });
		expect(isStored).toBe(happening.isStored);
		expect(sent).toBe(1);
		expect(happening.mayClaim).toContain(claim);
	});
});

test('what nobody foresaw is told in the shape that every n8n takes for an error', async () => {
	Object.assign(mockBroken, { step: 'toItems', passes: 0 });
	const { json } = await update(happenings[0]);
	expect(json).toEqual({ message: expect.any(String), error: expect.objectContaining({ item: 0, outcome: 'unknown' }) });
});

describe('what JavaScript says of a fault stays out of the message, and is told to be reported', () => {
	const RAW = /Cannot read|TypeError/;
	const reported = (step: string) =>
		`Please report it. The exception was: TypeError: Cannot read properties of undefined (reading '${step}')`;
	const { selection: account } = accounts.cudoCompute;
	const run = async (parameters: object, onError: 'continueRegularOutput' | 'stopWorkflow', options: object = {}) => {
		fakeService(baseUrl, keptAccount('cudoCompute', record).routes(route));
		const { outputs, error } = await runNode({
			node: 'cudoCompute',
			credentials,
			parameters: { ...account, updateFields: { displayName: 'New' }, ...parameters, options: { maxRetries: 0, ...options } },
			onError,
		});
		const json = outputs[0]?.[0]?.json;
		const told = json?.error as IDataObject | undefined;
		return error ? [error.message, error.description] : [`${String(json?.message)} ${String(told?.message)}`, told?.description];
	};
	const places: Array<[what: string, parameters: object, step: string, message: string, options?: object]> = [
		['Get', { operation: 'get' }, 'readAccount', 'The read failed in an unforeseen way'],
		['Get Many', { operation: 'getAll', returnAll: true }, 'readObject', 'The read failed in an unforeseen way'],
		[
			'Update, before it is sent',
			{ operation: 'update' },
			'readAccount',
			'The update failed in an unforeseen way',
			{ skipIfUnchanged: true },
		],
		['Update, when it was sent', { operation: 'update' }, 'settled', 'The update failed in an unforeseen way'],
		['the report', { operation: 'update' }, 'toItems', 'The operation failed in an unforeseen way'],
		['the parameters', { operation: 'update' }, 'readAccountId', 'The parameters could not be read'],
	];

	describe.each(['continueRegularOutput', 'stopWorkflow'] as const)('%s', (onError) => {
		test.each(places)('%s', async (_, parameters, step, words, options = {}) => {
			Object.assign(mockBroken, { step, passes: 0 });
			const [message, description] = await run(parameters, onError, options);
			expect(message).toContain(words);
			expect(message).not.toMatch(RAW);
			expect(description).toContain(reported(step));
		});
	});

	test.each(steps)('%s throws', async (step, passes) => {
		for (const happening of happenings) {
			Object.assign(mockBroken, { step, passes });
			const { json } = await update(happening, { output: 'simplified' });
			const { message = '' } = (json.error ?? {}) as { message?: string };
			expect(`${String(json.message)} ${message}`).not.toMatch(RAW);
			closeServices();
		}
	});
});

test('a fault in a second try is told to be reported, beside what the service said in the first', async () => {
	Object.assign(mockBroken, { step: 'readAccount', passes: 1 });
	const kept = keptAccount('cudoCompute', record, { answers: [{ status: 400, body: { message: 'No such plan' } }] });
	fakeService(baseUrl, kept.routes(route));
	const { outputs } = await runNode({
		node: 'cudoCompute',
		credentials,
		parameters: { ...selection, operation: 'update', updateFields: { displayName: 'New' }, options: { skipIfUnchanged: true } },
		retryOnFail: true,
		maxTries: 2,
		waitBetweenTries: 0,
		onError: 'continueRegularOutput',
	});
	const { error } = outputs[0][0].json as { error: IDataObject };
	expect(error.outcome).toBe('not applied');
	expect(error.message).toMatch(/^The update failed in an unforeseen way: .*No such plan/);
	expect(error.description).toContain('Please report it.');
});

test('nothing throws: the claims are the plain ones', async () => {
	const claims: string[] = [];
	for (const happening of happenings) {
		claims.push((await update(happening)).claim);
		closeServices();
	}
	expect(claims).toEqual(happenings.map(({ mayClaim: [plain] }) => plain));
});

test.each([
	{ details: [{ retryDelay: { toString: 0, valueOf: 0 } }] },
	{ details: [{ reason: { toString: 0, valueOf: 0 }, fieldViolations: [{ field: { toString: 0 }, description: { valueOf: 0 } }] }] },
	{ message: { toString: 0, valueOf: 0 }, status: { toString: 0, valueOf: 0 } },
	{ details: 5, message: [] },
	{ details: [null, [], 'x'] },
])('a refusal that is hostile to read is a refusal all the same: %j', async (body) => {
	const { claim } = await update({
		name: '429',
		isStored: false,
		answer: { status: 429, headers: { 'retry-after': '600' }, body },
		mayClaim: [],
	});
	expect(claim).toBe('not applied');
	closeServices();
	expect((await update({ name: '500', isStored: true, answer: { status: 500, body }, mayClaim: [] })).claim).toBe('updated');
});

test.each([
	['no text', { toString: 0, valueOf: 0 }],
	['more digits than make sense', `${'9'.repeat(400)}s`],
])('a 429 whose wait cannot be read is one that says nothing of a wait: the update is sent again (%s)', async (_, retryDelay) => {
	const body = { details: [{ retryDelay }] };
	const happening = { name: '429', isStored: true, answer: { status: 429, body }, mayClaim: [] };
	expect(await update(happening, { maxRetries: 1 })).toMatchObject({ claim: 'updated', sent: 2 });
});
