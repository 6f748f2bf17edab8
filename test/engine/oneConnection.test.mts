import { accounts } from '../support/accounts.mts';
import { runNode } from '../support/engine.mts';
import { closeServices, fakeService } from '../support/service.mts';

/** How many connections were made. */
let mockConnections = 0;
jest.mock('../../nodes/shared/http/connection.ts', () => {
	const actual = jest.requireActual<typeof import('../../nodes/shared/http/connection.ts')>('../../nodes/shared/http/connection.ts');
	return {
		...actual,
		connect: (...given: Parameters<typeof actual.connect>) => {
			mockConnections += 1;
			return actual.connect(...given);
		},
	};
});

beforeEach(() => {
	mockConnections = 0;
});
afterEach(closeServices);

test('Get Many makes one connection for five input items', async () => {
	const { baseUrl, credentials } = accounts.cudoCompute;
	const service = fakeService(baseUrl, { 'GET /v1/billing-accounts': { body: { billingAccounts: [{ id: 'a' }] } } });
	const { outputs, timesDecrypted } = await runNode({
		node: 'cudoCompute',
		credentials,
		parameters: { operation: 'getAll' },
		items: [{}, {}, {}, {}, {}],
	});
	expect(outputs[0]).toHaveLength(5);
	expect(service.requests).toHaveLength(5);
	expect(mockConnections).toBe(1);
	// Each item's credential is looked at once, because it may be another one.
	expect(Object.values(timesDecrypted)).toEqual([5]);
});
