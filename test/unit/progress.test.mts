import type { IExecuteFunctions } from 'n8n-workflow';

import { createRun, type Run } from '../../nodes/shared/http/connection.ts';
import { Gate } from '../../nodes/shared/http/gate.ts';
import type { Reply } from '../../nodes/shared/http/limiter.ts';
import { Line } from '../../nodes/shared/http/line.ts';
import { tellingProgress } from '../../nodes/shared/operations/progress.ts';
import type { Service } from '../../nodes/shared/service.ts';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const info = jest.fn();
beforeEach(() => info.mockReset());

const context = {
	logger: { info },
	getExecutionId: () => '7',
	getWorkflow: () => ({ id: 'w' }),
	getNode: () => ({ name: 'Update' }),
} as unknown as IExecuteFunctions;

function aRun(): Run {
	const run = createRun({} as Service, { timeoutMs: 1000, maxRetries: 0, maxConcurrentRequests: 2 });
	run.lines.push(new Line(new Gate(), { maxConcurrent: 2 }, () => {}));
	return run;
}

/** Works so long, and tells how far it is. */
async function workFor(run: Run, ms: number): Promise<void> {
	const work = tellingProgress(
		context,
		run,
		'UserHub update',
		() => ({ total: 9, done: 4, failed: 1 }),
		async () => {
			await new Promise((resolve) => setTimeout(resolve, ms));
		},
	);
	await jest.advanceTimersByTimeAsync(ms);
	await work;
}

test('a short run tells nothing', async () => {
	await workFor(aRun(), 29_000);
	await jest.advanceTimersByTimeAsync(60_000);
	expect(info).not.toHaveBeenCalled();
});

test('a long run tells every 30 s how far it is, and which execution it belongs to', async () => {
	await workFor(aRun(), 65_000);
	expect(info.mock.calls).toEqual(
		Array(2).fill([
			'UserHub update: 4 of 9 items done, 1 failed, 0 requests a second, held back by nothing',
			{ executionId: '7', workflowId: 'w', nodeName: 'Update' },
		]),
	);
});

describe('what holds it back is told, and how many requests were answered', () => {
	test.each<[string, { reply: Reply; isLong?: boolean }, string]>([
		['a wait that was told', { reply: { kind: 'refused', waitMs: 60_000 } }, 'a wait that the service asks for'],
		[
			'a refusal that tells no wait',
			{ reply: { kind: 'refused' } },
			'refusals: one request at a time asks whether the service accepts again',
		],
		[
			'a wait that is too long',
			{ reply: { kind: 'lost' }, isLong: true },
			'a wait of more than a minute that the service asked for: one request at a time asks whether it means all',
		],
		['an answer that is long in coming', { reply: { kind: 'accepted' } }, 'Max Concurrent Requests'],
	])('%s', async (_, { reply, isLong = false }, words) => {
		const run = aRun();
		const [line] = run.lines;
		void line.enter('fresh', false).then((place) => (isLong ? place.toldToWaitLong(reply, 'PATCH') : place.reply(reply, 'PATCH')));
		// The second is not answered, and others wait.
		for (let more = 0; more < 3; more++) void line.enter('fresh', false);
		await workFor(run, 31_000);
		expect(info.mock.calls[0][0]).toContain(`0.033 requests a second, held back by ${words}`);
		line.dismiss('all');
	});
});
