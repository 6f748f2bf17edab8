import type { IDataObject } from 'n8n-workflow';

import { accounts } from '../support/accounts.mts';
import { runNode } from '../support/engine.mts';
import { closeServices, fakeService } from '../support/service.mts';

const { baseUrl, credentials, selectionOf } = accounts.userHub;
const ROUTE = '/user/v1/billingAccount';

afterEach(closeServices);

test('a dry run that n8n runs again shows what it would change then, though a later item has been applied by then', async () => {
	const names: Record<string, string> = { a: 'Old', b: 'Old' };
	let refusals = 0;
	fakeService(baseUrl, {
		[`GET ${ROUTE}`]: ({ query }) => ({ body: { state: 'USER_MANAGED', displayName: names[query.organizationId] } }),
		[`PATCH ${ROUTE}`]: ({ query, body }) => {
			if (query.organizationId === 'b' && ++refusals === 1) return { status: 400, body: { message: 'No' } };
			names[query.organizationId] = String((body as IDataObject).displayName);
			return { body: { state: 'USER_MANAGED', displayName: names[query.organizationId] } };
		},
	});
	const { outputs } = await runNode({
		node: 'userHub',
		credentials,
		parameters: {
			...selectionOf('={{ $json.account }}'),
			updateFields: { displayName: '={{ $json.name }}' },
			dryRun: '={{ $json.dryRun }}',
			options: { skipIfUnchanged: true, maxConcurrentRequests: 1 },
		},
		items: [
			{ account: 'a', name: 'Planned', dryRun: true },
			{ account: 'a', name: 'New', dryRun: false },
			{ account: 'b', name: 'New', dryRun: false },
		],
		retryOnFail: true,
	});
	expect(outputs[0][0].json).toMatchObject({ outcome: 'planned', changes: [{ field: 'displayName', from: 'New', to: 'Planned' }] });
});
