import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';

import { errorIn } from '../support/items.mts';
import { accounts } from '../support/accounts.mts';
import { runNode } from '../support/engine.mts';
import { put, valueAt } from '../support/paths.mts';
import { closeServices, fakeService } from '../support/service.mts';
import type { Answer } from '../support/service.mts';

/** Records that hold something else where a text or a number should be: whatever comes of it, nobody reads JavaScript's own words. */

afterEach(closeServices);
beforeEach(() => {
	// No wait of our own is longer than nothing.
	jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => jest.restoreAllMocks());

const JAVASCRIPT =
	/unforeseen|Cannot (read|convert|set|destructure)|is not (a function|iterable|valid JSON)|\bundefined\b|\[object |NaN|Infinity|Invalid (Date|time)|Unexpected token/;

/** JavaScript throws where it is to make a text or a number of them. */
const odd: unknown[] = [{ toString: 0, valueOf: 0 }, [[{ toString: 0, valueOf: 0 }]]];

const cases = [
	{
		node: 'cudoCompute',
		updateFields: { displayName: 'New', billingAddress: { city: 'Bonn' }, creditBalanceRecharge: { low: '5' }, taxId: { value: 'DE123' } },
		paths: [
			'displayName',
			'billingAddress',
			'billingAddress.city',
			'creditBalanceRecharge',
			'creditBalanceRecharge.low',
			'creditBalanceRecharge.high',
			'taxId.value',
			'id',
		],
	},
	{
		node: 'userHub',
		updateFields: { displayName: 'New', address: { city: 'Bonn' }, email: 'a@b.example' },
		paths: ['displayName', 'address', 'address.city', 'address.lines', 'email', 'state'],
	},
	{ node: 'aodocs', updateFields: { portalUrl: 'https://x.example', maxSeats: '5' }, paths: ['portalUrl', 'maxSeats', 'type'] },
] as const;

describe.each(cases)('$node', ({ node, updateFields, paths }) => {
	const { baseUrl, route, credentials, selection, record } = accounts[node];

	/** Everything that a person is told of a failure. */
	async function toldOf(parameters: INodeParameters, read: IDataObject, answer: Answer, onError: INode['onError']): Promise<string> {
		fakeService(baseUrl, { [`GET ${route}`]: { body: read }, [`PATCH ${route}`]: answer });
		const { outputs, error } = await runNode({ node, credentials, parameters: { ...selection, ...parameters }, onError });
		closeServices();
		const items = outputs.flat().map(({ json }) => {
			const { message, description } = errorIn(json) ?? {};
			return [json.error && json.message, message, description, json.text, json.markdown];
		});
		return [error?.message, error?.description, ...items.flat()].filter(Boolean).join(' | ');
	}

	const outputs: IDataObject[] = [
		{ output: 'recordAndChanges' },
		{ output: 'simplified', skipIfUnchanged: true },
		{ output: 'oneItem', refuseChangesAbove: 10 },
		{ output: 'changeList', failIfPartlyApplied: true },
	];

	test.each(paths)('%s', async (path) => {
		for (const [index, value] of odd.entries()) {
			const body = put(structuredClone(record) as IDataObject, path.split('.'), value);
			expect(valueAt(body, path)).toEqual(value);
			const onError = index % 2 === 0 ? 'continueRegularOutput' : 'stopWorkflow';
			const told: string[] = [await toldOf({ operation: 'get', options: { output: 'simplified' } }, body, {}, onError)];
			for (const options of outputs) {
				const update = { operation: 'update', updateFields, options: { maxRetries: 0, ...options } } as INodeParameters;
				told.push(await toldOf({ ...update, dryRun: true }, body, {}, onError));
				told.push(await toldOf(update, body, { body }, onError));
				told.push(await toldOf(update, body, { status: 500, body }, onError));
			}
			for (const words of told) expect(words).not.toMatch(JAVASCRIPT);
		}
	});
});
