import { runInLanes } from '../../nodes/shared/apply/lanes.ts';
import type { JobEnd, Pace } from '../../nodes/shared/apply/lanes.ts';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Jobs that are ended by hand, and a log of how they ran. */
function workshop(lanes: string[][], limit: number, signal?: AbortSignal) {
	const started: string[] = [];
	const open = new Map<string, (end: JobEnd) => void>();
	let pace!: Pace;
	let isDone = false;
	const perform = async (job: string, given: Pace) => {
		pace = given;
		started.push(job);
		return await new Promise<JobEnd>((resolve) => open.set(job, resolve));
	};
	const done = runInLanes(lanes, perform, limit, signal).then(() => {
		isDone = true;
	});
	const settle = async () => await jest.advanceTimersByTimeAsync(0);
	return {
		started,
		done,
		settle,
		isDone: () => isDone,
		pace: () => pace,
		/** The jobs that run now. */
		running: () => [...open.keys()],
		async end(job: string, how: JobEnd = 'next') {
			open.get(job)!(how);
			open.delete(job);
			await settle();
		},
	};
}

const single = (count: number) => Array.from({ length: count }, (_, index) => [`j${index}`]);

describe('order', () => {
	test('one lane: one after another, in order', async () => {
		const { started, end, isDone } = workshop([['a1', 'a2', 'a3']], 9);
		expect(started).toEqual(['a1']);
		await end('a1');
		expect(started).toEqual(['a1', 'a2']);
		await end('a2');
		await end('a3');
		expect(isDone()).toBe(true);
	});

	test('lanes run beside each other', async () => {
		const { running, end } = workshop([['a1', 'a2'], ['b1']], 9);
		expect(running()).toEqual(['a1', 'b1']);
		await end('a1');
		expect(running()).toEqual(['b1', 'a2']);
	});

	test('no lanes: done at once', async () => {
		await workshop([], 9).done;
	});
});

describe('how a job ends', () => {
	test('closeLane leaves the rest of its lane undone, and no other', async () => {
		const { started, end, isDone } = workshop(
			[
				['a1', 'a2'],
				['b1', 'b2'],
			],
			9,
		);
		await end('a1', 'closeLane');
		await end('b1');
		await end('b2');
		expect(started).toEqual(['a1', 'b1', 'b2']);
		expect(isDone()).toBe(true);
	});

	test('stop leaves the rest of everything undone, and waits for what runs', async () => {
		const { started, end, isDone } = workshop([['a1', 'a2'], ['b1', 'b2'], ['c1']], 2);
		await end('a1', 'stop');
		expect(isDone()).toBe(false);
		await end('b1');
		expect(isDone()).toBe(true);
		expect(started).toEqual(['a1', 'b1']);
	});

	test('the signal does the same', async () => {
		const controller = new AbortController();
		const { started, end, isDone } = workshop([['a1', 'a2'], ['b1']], 1, controller.signal);
		controller.abort();
		await end('a1');
		expect(isDone()).toBe(true);
		expect(started).toEqual(['a1']);
	});

	test('a signal that was given before: nothing starts', async () => {
		const { started, done } = workshop([['a1']], 1, AbortSignal.abort());
		await done;
		expect(started).toEqual([]);
	});
});

describe('pace', () => {
	test.each([
		['ten at first', 20, 10],
		['fewer where the limit is lower', 3, 3],
	])('%s', (_, limit, expected) => {
		expect(workshop(single(40), limit).running()).toHaveLength(expected);
	});

	test('one more with each good answer, up to the limit', async () => {
		const { pace, running, end } = workshop(single(40), 13);
		for (const expected of [11, 12, 13, 13]) {
			pace().good();
			await end(running()[0]);
			expect(running()).toHaveLength(expected);
		}
	});

	test('half as many after a pushback, one at least', async () => {
		const { pace, running, end } = workshop(single(40), 20);
		pace().pushback();
		for (const expected of [9, 8, 7, 6, 5, 5, 5]) {
			await end(running()[0]);
			expect(running()).toHaveLength(expected);
		}
		for (let time = 0; time < 5; time++) pace().pushback();
		for (const expected of [4, 3, 2, 1, 1]) {
			await end(running()[0]);
			expect(running()).toHaveLength(expected);
		}
	});

	test('four requests start together, the next when the event loop has turned', async () => {
		const { pace } = workshop(single(1), 1);
		const ready: number[] = [];
		for (let request = 1; request <= 10; request++)
			void pace()
				.ready()
				.then(() => ready.push(request));
		await Promise.resolve();
		expect(ready).toEqual([1, 2, 3, 4]);
		await jest.advanceTimersByTimeAsync(1);
		expect(ready).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
		await jest.advanceTimersByTimeAsync(1);
		expect(ready).toHaveLength(10);
	});

	test('those that wait for their turn are held back too', async () => {
		const { pace } = workshop(single(1), 1);
		const ready: number[] = [];
		for (let request = 1; request <= 5; request++)
			void pace()
				.ready()
				.then(() => ready.push(request));
		pace().pushback(1000);
		await jest.advanceTimersByTimeAsync(999);
		expect(ready).toEqual([1, 2, 3, 4]);
		await jest.advanceTimersByTimeAsync(1);
		expect(ready).toEqual([1, 2, 3, 4, 5]);
	});

	test('a pushback with a wait holds everybody back, and a longer one prolongs it', async () => {
		const { pace } = workshop([['a1']], 1);
		const passed: string[] = [];
		pace().pushback(1000);
		void pace()
			.ready()
			.then(() => passed.push('first'));
		await jest.advanceTimersByTimeAsync(500);
		pace().pushback(1000);
		await jest.advanceTimersByTimeAsync(999);
		expect(passed).toEqual([]);
		await jest.advanceTimersByTimeAsync(1);
		expect(passed).toEqual(['first']);
	});

	test('a shorter wait does not shorten it', async () => {
		const { pace } = workshop([['a1']], 1);
		let isReady = false;
		pace().pushback(1000);
		pace().pushback(10);
		void pace()
			.ready()
			.then(() => (isReady = true));
		await jest.advanceTimersByTimeAsync(999);
		expect(isReady).toBe(false);
		await jest.advanceTimersByTimeAsync(1);
		expect(isReady).toBe(true);
	});

	test('the signal ends the wait', async () => {
		const controller = new AbortController();
		const { pace } = workshop([['a1']], 1, controller.signal);
		pace().pushback(60_000);
		const ready = pace().ready();
		controller.abort();
		await expect(ready).rejects.toThrow();
	});
});
