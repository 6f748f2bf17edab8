import type { IExecuteFunctions } from 'n8n-workflow';

import { earlierTries } from '../../nodes/shared/apply/earlierTries.ts';
import type { Result } from '../../nodes/shared/service.ts';

/** What Retry On Fail need not send again. */

const items = [{ json: {} }, { json: {} }];
const updated: Result = { itemIndex: 0, outcome: 'updated' };
const refused: Result = { itemIndex: 1, outcome: 'not applied', failure: { summary: 'No' } };

/** A run of a node, as far as it is looked at. */
const run = ({ node = 'node-1', execution = '1', runIndex = 0 } = {}) =>
	({
		getNode: () => ({ id: node, retryOnFail: true }),
		getExecutionId: () => execution,
		getWorkflowDataProxy: () => ({ $runIndex: runIndex }),
	}) as unknown as IExecuteFunctions;

test.each<[Result['outcome'], boolean]>([
	['not applied', true],
	['unknown', true],
	['not sent', false],
])('the next try knows what is done, and of what failed with "%s": %s', (outcome, isKnown) => {
	const failed: Result = { ...refused, outcome };
	earlierTries(run({ execution: outcome }), items).remember([updated, failed]);
	const next = earlierTries(run({ execution: outcome }), items);
	expect([next.resultOf(0, 0), next.resultOf(1, 0)]).toEqual([updated, isKnown ? failed : undefined]);
});

test.each([
	['node', { node: 'node-2' }],
	['execution', { execution: '2' }],
	['run of the node, as a loop makes', { runIndex: 1 }],
])('another %s is no next try, though the items are the same', (_, other) => {
	earlierTries(run(), items).remember([updated, refused]);
	expect(earlierTries(run(other), items).resultOf(0, 0)).toBeUndefined();
});

test('nothing is kept when there will be no next try', () => {
	earlierTries(run(), items).remember([updated, refused]);
	earlierTries(run(), items).remember([updated, { ...refused, failure: undefined, outcome: 'updated' }]);
	expect(earlierTries(run(), items).resultOf(0, 0)).toBeUndefined();
});
