import type { IDataObject } from 'n8n-workflow';

import { accounts } from '../support/accounts.mts';
import { runNode, searchList } from '../support/engine.mts';
import { closeServices, fakeService } from '../support/service.mts';
import type { Answer } from '../support/service.mts';

/** Lists that are not as they should be: nothing of them is left out in silence, and none goes on for ever. */

afterEach(closeServices);

const lists = [
	{
		node: 'cudoCompute',
		path: '/v1/billing-accounts',
		records: 'billingAccounts',
		token: 'pageToken',
		resource: {},
		search: 'searchBillingAccounts',
	},
	{
		node: 'userHub',
		path: '/user/v1/organizations',
		records: 'organizations',
		token: 'nextPageToken',
		resource: { resource: 'organization' },
		search: 'searchOrganizations',
	},
] as const;

describe.each(lists)('$node', ({ node, path, records, token, resource, search }) => {
	const { baseUrl, credentials } = accounts[node];
	const page = (entries: unknown[], next?: unknown): Answer => ({ body: { [records]: entries, [token]: next } as IDataObject });
	const serve = (answer: Answer | (() => Answer)) => fakeService(baseUrl, { [`GET ${path}`]: answer });
	const getMany = async () => await runNode({ node, credentials, parameters: { ...resource, operation: 'getAll', returnAll: true } });

	test('empty pages, each with a new token, come to an end', async () => {
		let pages = 0;
		const service = serve(() => page([], `page-${++pages}`));
		const { error } = await getMany();
		expect(error?.message).toContain('gives one page after another without a new record, 100 so far');
		expect(service.requests).toHaveLength(100);
	});

	test('the same records, each time with a new token, come to an end', async () => {
		let pages = 0;
		const service = serve(() => page([{ id: 'a1' }, { id: 'a2' }], `page-${++pages}`));
		const { error } = await getMany();
		expect(error?.message).toContain('gives one page after another without a new record, 100 so far');
		expect(service.requests).toHaveLength(101);
	});

	test('some empty pages between others are no end', async () => {
		let pages = 0;
		serve(() => (++pages % 60 === 0 ? page([{ id: `a${pages}` }], pages < 180 ? `page-${pages}` : '') : page([], `page-${pages}`)));
		const { outputs } = await getMany();
		expect(outputs[0].map(({ json }) => json.id)).toEqual(['a60', 'a120', 'a180']);
	});

	test.each([7, 0, true, false, {}, ['page-2']])('a next page by %j is an error', async (next) => {
		const service = serve(page([{ id: 'a1' }], next));
		const { error } = await getMany();
		expect(error?.message).toContain('answered, but not with a list');
		expect(error?.description).toContain(`Its ${token}, which leads to the next page, is not a text`);
		expect(service.requests).toHaveLength(1);
	});

	test.each(['', null, undefined])('no next page by %j is the end', async (next) => {
		serve(page([{ id: 'a1' }], next));
		const { outputs } = await getMany();
		expect(outputs[0].map(({ json }) => json.id)).toEqual(['a1']);
	});

	test.each([[null], [7], ['a2'], [[]]])('a list with %j in it is an error', async (entry) => {
		serve(page([{ id: 'a1' }, entry]));
		const { error } = await getMany();
		expect(error?.description).toContain(`In ${records}, entry 2 of 2 is not a record`);
	});

	test('the list in the editor offers what has an ID, under the name that it has', async () => {
		const odd = { toString: 0 };
		serve(
			page([
				{ id: 'a1', displayName: odd },
				{ id: odd, displayName: 'No ID' },
				{ displayName: 'No ID' },
				{ id: 7, displayName: 'Seven' },
				{ id: '' },
			]),
		);
		const { results } = await searchList(node, search, { credentials });
		expect(results.map(({ name, value }) => [name, value])).toEqual([
			['a1', 'a1'],
			['Seven (7)', '7'],
		]);
	});
});
