import { runInLanes, type JobEnd } from '../../nodes/shared/apply/lanes.ts';

/** Jobs that are ended by hand, and a log of how they ran. */
function workshop(lanes: string[][], limit = 9) {
	const started: string[] = [];
	const open = new Map<string, (end: JobEnd) => void>();
	const state = { isDone: false, isOver: false };
	const perform = async (job: string) => {
		started.push(job);
		return await new Promise<JobEnd>((resolve) => open.set(job, resolve));
	};
	const done = runInLanes(lanes, perform, limit, () => state.isOver).then(() => {
		state.isDone = true;
	});
	return {
		started,
		done,
		state,
		/** The jobs that run now. */
		running: () => [...open.keys()],
		async end(job: string, how: JobEnd = 'next') {
			open.get(job)!(how);
			open.delete(job);
			await new Promise(setImmediate);
		},
	};
}

describe('order', () => {
	test('one lane: one after another, in order', async () => {
		const { started, end, state } = workshop([['a1', 'a2', 'a3']]);
		expect(started).toEqual(['a1']);
		await end('a1');
		expect(started).toEqual(['a1', 'a2']);
		await end('a2');
		await end('a3');
		expect(state.isDone).toBe(true);
	});

	test('lanes run beside each other', async () => {
		const { running, end } = workshop([['a1', 'a2'], ['b1']]);
		expect(running()).toEqual(['a1', 'b1']);
		await end('a1');
		expect(running()).toEqual(['b1', 'a2']);
	});

	test('a lane starts when another ends, where the limit is reached', async () => {
		const { running, end } = workshop([['a1'], ['b1', 'b2'], ['c1']], 2);
		expect(running()).toEqual(['a1', 'b1']);
		await end('b1');
		expect(running()).toEqual(['a1', 'b2']);
		await end('a1');
		expect(running()).toEqual(['b2', 'c1']);
	});

	test('no lanes: done at once', async () => {
		await workshop([]).done;
	});
});

describe('how a job ends', () => {
	const two = [
		['a1', 'a2'],
		['b1', 'b2'],
	];

	test('closeLane leaves the rest of its lane undone, and no other', async () => {
		const { started, end, state } = workshop(two);
		await end('a1', 'closeLane');
		await end('b1');
		await end('b2');
		expect(started).toEqual(['a1', 'b1', 'b2']);
		expect(state.isDone).toBe(true);
	});

	test('closeLane lets the next lane start', async () => {
		const { running, end } = workshop(two, 1);
		await end('a1', 'closeLane');
		expect(running()).toEqual(['b1']);
	});

	test('a run that is over leaves the rest of everything undone, and waits for what runs', async () => {
		const { started, end, state } = workshop([...two, ['c1']], 2);
		state.isOver = true;
		await end('a1');
		expect(state.isDone).toBe(false);
		await end('b1');
		expect(state.isDone).toBe(true);
		expect(started).toEqual(['a1', 'b1']);
	});
});

test('a run that was over before: nothing starts', async () => {
	const started: string[] = [];
	const perform = async (job: string): Promise<JobEnd> => {
		started.push(job);
		return 'next';
	};
	await runInLanes([['a1']], perform, 1, () => true);
	expect(started).toEqual([]);
});
