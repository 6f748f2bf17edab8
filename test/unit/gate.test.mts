import { Gate } from '../../nodes/shared/http/gate.ts';
import { forgetGates, gateOf } from '../../nodes/shared/http/gates.ts';
import type { Reply } from '../../nodes/shared/http/limiter.ts';
import { Line, type Urgency } from '../../nodes/shared/http/line.ts';
import type { Place } from '../../nodes/shared/http/place.ts';
import { RateCeiling } from '../../nodes/shared/http/rateCeiling.ts';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const settle = async (ms = 0) => await jest.advanceTimersByTimeAsync(ms);

/** The line of a run. */
function lineOf(
	maxConcurrent: number,
	{ gate = new Gate(), maxPerSecond = undefined as number | undefined, onLongWait = () => {} } = {},
): Line {
	return new Line(gate, { maxConcurrent, rate: maxPerSecond ? new RateCeiling(maxPerSecond) : undefined }, onLongWait);
}

/** Lets so many requests ask for a place. */
function crowd(line: Line, count: number, urgency: Urgency = 'fresh') {
	const passed: string[] = [];
	const places: Place[] = [];
	for (let index = 1; index <= count; index++) {
		void line.enter(urgency, urgency !== 'fresh').then((place) => {
			passed.push(String(index));
			places.push(place);
		});
	}
	return { passed, places };
}

const accepted: Reply = { kind: 'accepted' };
const refused: Reply = { kind: 'refused' };
const lost: Reply = { kind: 'lost' };

test('four requests start together, the next when the event loop has turned', async () => {
	const { passed } = crowd(lineOf(50), 10);
	await settle();
	expect(passed).toHaveLength(4);
	await settle(1);
	expect(passed).toHaveLength(8);
	await settle(1);
	expect(passed).toHaveLength(10);
});

test('they pass in the order in which they came', async () => {
	const { passed } = crowd(lineOf(50), 4);
	await settle();
	expect(passed).toEqual(['1', '2', '3', '4']);
});

test('a refused request goes before all others, and those of updates that have begun before those that have not', async () => {
	const line = lineOf(1);
	const first = crowd(line, 1);
	const order: string[] = [];
	for (const urgency of ['fresh', 'begun', 'again'] as const) {
		void line.enter(urgency, urgency !== 'fresh').then((place) => {
			order.push(urgency);
			setTimeout(() => place.reply(lost, 'PATCH'), 10);
		});
	}
	await settle();
	first.places[0].reply(lost, 'PATCH');
	await settle(100);
	expect(order).toEqual(['again', 'begun', 'fresh']);
});

test('a good answer lets two in: one for the place, one for the higher number', async () => {
	const { passed, places } = crowd(lineOf(40), 30);
	await settle(10);
	expect(passed).toHaveLength(16);
	places[0].reply(accepted, 'PATCH');
	await settle(10);
	expect(passed).toHaveLength(18);
});

test('a place is given back once, however often it is told', async () => {
	const { passed, places } = crowd(lineOf(1), 3);
	await settle();
	places[0].reply(accepted, 'PATCH');
	places[0].reply(accepted, 'PATCH');
	places[0].free();
	await settle(10);
	expect(passed).toHaveLength(2);
});

test('a refusal that asks to wait holds everybody back, and they pass when the time is up', async () => {
	const { passed, places } = crowd(lineOf(1), 2);
	await settle();
	places[0].reply({ kind: 'refused', waitMs: 1000 }, 'PATCH');
	await settle(999);
	expect(passed).toHaveLength(1);
	await settle(2);
	expect(passed).toHaveLength(2);
});

test('Max Requests per Second: the requests leave evenly', async () => {
	const { passed } = crowd(lineOf(50, { maxPerSecond: 5 }), 30);
	await settle(50);
	expect(passed).toHaveLength(1);
	await settle(1000);
	expect(passed).toHaveLength(6);
});

test('Max Requests per Second: a turn that comes late is made up for, but never beyond the ceiling of a second', () => {
	const nobody = { join: () => {}, leave: () => {}, forgetIfIdle: () => {}, state: () => new Gate().state() };
	const line = new Line(nobody, { maxConcurrent: 50, rate: new RateCeiling(2) }, () => {});
	const sentAt: number[] = [];
	for (let request = 0, now = 0; request < 20; now += 1) {
		if (!line.mayGo(now).mayGo) continue;
		void line.enter('fresh', false);
		// Every second timer is late.
		now += request % 2 === 1 ? 2 : 0;
		line.pass(++request, now);
		sentAt.push(now);
	}
	sentAt.slice(2).forEach((at, index) => expect(at - sentAt[index]).toBeGreaterThanOrEqual(1000));
});

test('with a quota in the answers, nothing is sent beyond it until its window ends', async () => {
	const { passed, places } = crowd(lineOf(50), 30);
	await settle(10);
	places[0].reply({ kind: 'accepted', quota: { remaining: 15, resetMs: 5000, limit: 16 } }, 'PATCH');
	await settle(4000);
	expect(passed).toHaveLength(16);
	for (const place of places.slice(1)) place.reply(accepted, 'PATCH');
	await settle(3000);
	expect(passed.length).toBeGreaterThan(16);
});

describe('dismissed', () => {
	test.each<['unneeded' | 'all', number, number]>([
		['unneeded', 2, 0],
		['all', 2, 2],
	])('%s: %i that may be left out pass, and %i that are needed', async (who, fresh, begun) => {
		const line = lineOf(1);
		const [first] = [crowd(line, 1)];
		const crowds = [crowd(line, 2), crowd(line, 2, 'begun')];
		await settle();
		first.places[0].reply({ kind: 'refused', waitMs: 60_000 }, 'PATCH');
		line.dismiss(who);
		await settle();
		expect(crowds.map(({ passed }) => passed.length)).toEqual([fresh, begun]);
	});

	test('nobody waits any longer afterwards either', async () => {
		const line = lineOf(1);
		crowd(line, 1);
		line.dismiss('all');
		const { passed } = crowd(line, 2, 'again');
		await settle();
		expect(passed).toHaveLength(2);
	});
});

describe('a wait that is not sat out', () => {
	test('one request is tried alone, and the run is told when it is told the same', async () => {
		const onLongWait = jest.fn();
		const { passed, places } = crowd(lineOf(2, { onLongWait }), 9);
		await settle(5);
		places[0].toldToWaitLong(lost, 'PATCH');
		await settle(5);
		expect(passed).toHaveLength(2);
		places[1].toldToWaitLong(lost, 'PATCH');
		await settle(5);
		expect(passed).toHaveLength(3);
		expect(onLongWait).not.toHaveBeenCalled();
		places[2].toldToWaitLong(lost, 'PATCH');
		expect(onLongWait).toHaveBeenCalledTimes(1);
	});

	test('a good answer to the one that was alone lets all go again', async () => {
		const { passed, places } = crowd(lineOf(2), 9);
		await settle(5);
		places[0].toldToWaitLong(lost, 'PATCH');
		places[1].reply(accepted, 'PATCH');
		await settle(5);
		places[2].reply(accepted, 'PATCH');
		await settle(5);
		expect(passed).toHaveLength(5);
	});

	test('a service that accepts requests all the same is asked on, one by one', async () => {
		const onLongWait = jest.fn();
		const { passed, places } = crowd(lineOf(1, { onLongWait }), 4);
		for (let index = 0; index < 4; index++) {
			await settle(5);
			places[index].toldToWaitLong(accepted, 'PATCH');
		}
		expect(passed).toHaveLength(4);
		expect(onLongWait).not.toHaveBeenCalled();
	});
});

describe('progress', () => {
	/** Answers the requests one after another, with so many milliseconds before each. */
	async function answerInTurn(line: Line, answers: Array<[afterMs: number, reply: Reply, method: 'GET' | 'PATCH']>) {
		const { places } = crowd(line, answers.length);
		for (const [index, [afterMs, reply, method]] of answers.entries()) {
			await settle(afterMs);
			places[index].reply(reply, method);
			await settle(30_000);
		}
	}

	test('ends when requests of a kind have been refused for two minutes, and none was accepted', async () => {
		const line = lineOf(1);
		await answerInTurn(line, [[0, accepted, 'PATCH']]);
		await answerInTurn(line, [[0, refused, 'PATCH']]);
		await settle(90_000);
		expect(line.makesProgress(Date.now(), 'PATCH')).toBe(true);
		await settle(1);
		expect(line.makesProgress(Date.now(), 'PATCH')).toBe(false);
	});

	test('time in which nothing of the kind was asked does not count', async () => {
		const line = lineOf(1);
		await answerInTurn(line, [
			[0, accepted, 'GET'],
			[200_000, accepted, 'PATCH'],
			[0, refused, 'GET'],
		]);
		expect(line.makesProgress(Date.now(), 'GET')).toBe(true);
	});

	test('what is lost is no refusal', async () => {
		const line = lineOf(1);
		await answerInTurn(line, [
			[0, lost, 'PATCH'],
			[200_000, refused, 'PATCH'],
		]);
		expect(line.makesProgress(Date.now(), 'PATCH')).toBe(true);
	});

	test('reads that are answered are none of updates: a service may limit those only', async () => {
		const line = lineOf(2);
		await answerInTurn(line, [
			[0, refused, 'PATCH'],
			[100_000, accepted, 'GET'],
		]);
		expect(line.makesProgress(Date.now(), 'GET')).toBe(true);
		expect(line.makesProgress(Date.now(), 'PATCH')).toBe(false);
	});
});

describe('runs with the same sign-in', () => {
	afterEach(forgetGates);

	test('share a gate; those of another have their own', () => {
		const gate = gateOf(['https://a.example', 'type', ['secret']]);
		expect(gateOf(['https://a.example', 'type', ['secret']])).toBe(gate);
		expect(gateOf(['https://a.example', 'type', ['other']])).not.toBe(gate);
		expect(gateOf(['https://b.example', 'type', ['secret']])).not.toBe(gate);
	});

	test('what was found out is forgotten when nobody has used it for a minute', async () => {
		const gate = gateOf(['a']);
		const { places } = crowd(lineOf(1, { gate }), 1);
		await settle(120_000);
		expect(gateOf(['a'])).toBe(gate);
		places[0].reply(accepted, 'PATCH');
		await settle(60_000);
		expect(gateOf(['a'])).toBe(gate);
		await settle(1001);
		expect(gateOf(['a'])).not.toBe(gate);
	});

	test('take turns', async () => {
		const gate = new Gate();
		const { places } = crowd(lineOf(1, { gate }), 1);
		await settle();
		places[0].reply({ kind: 'refused', waitMs: 1000 }, 'PATCH');
		const order: string[] = [];
		for (const name of ['a', 'b']) {
			const line = lineOf(50, { gate });
			for (let index = 0; index < 3; index++)
				void line.enter('fresh', false).then((place) => {
					order.push(name);
					place.reply(accepted, 'PATCH');
				});
		}
		await settle(10_000);
		expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
	});

	test('each keeps its own ceiling', async () => {
		const gate = new Gate();
		const [a, b] = [lineOf(1, { gate }), lineOf(50, { gate })].map((line) => crowd(line, 50));
		await settle(10);
		expect([a.passed.length, b.passed.length]).toEqual([1, 15]);
	});

	test('one that is over does not count', async () => {
		const gate = new Gate();
		const over = lineOf(1, { gate });
		const open = crowd(over, 2);
		await settle();
		over.dismiss('all');
		open.places[0].reply(accepted, 'PATCH');
		const { passed } = crowd(lineOf(50, { gate }), 50);
		await settle(10);
		expect(passed).toHaveLength(16);
	});
});

/** 40 accounts, each with 20 requests one after another, which a service answers in 50 ms: how many are open over time. */
async function openOverTime(maxConcurrent: number): Promise<number[]> {
	const line = lineOf(maxConcurrent);
	let open = 0;
	let left = 40 * 20;
	async function account(): Promise<void> {
		for (let request = 0; request < 20; request++) {
			const place = await line.enter(request > 0 ? 'begun' : 'fresh', request > 0);
			open += 1;
			await new Promise((resolve) => setTimeout(resolve, 50));
			open -= 1;
			left -= 1;
			place.reply(accepted, 'PATCH');
		}
	}
	const accounts = Array.from({ length: 40 }, account);
	const counts: number[] = [];
	// Looked at in the middle of each round of answers.
	for (await settle(25); left > 0; await settle(50)) counts.push(open);
	await Promise.all(accounts);
	return counts;
}

test('the gentle start starts: sixteen at first, twice as many with each round of answers, though no account is done yet', async () => {
	const counts = await openOverTime(40);
	expect(counts[0]).toBe(16);
	expect(counts[1]).toBeGreaterThanOrEqual(26);
	expect(Math.max(...counts.slice(0, 5))).toBe(40);
	// 800 requests, 40 at once: 20 rounds, and as many more as the start takes.
	expect(counts.length).toBeLessThanOrEqual(26);
});

/** A service in the fake time of the tests: a bucket of tokens, answers after 50 ms. */
function bucketService(perSecond: number, burst: number) {
	let tokens = burst;
	let at = Date.now();
	return async (): Promise<Reply> => {
		tokens = Math.min(burst, tokens + ((Date.now() - at) * perSecond) / 1000);
		at = Date.now();
		const reply = tokens >= 1 ? accepted : refused;
		if (tokens >= 1) tokens -= 1;
		await new Promise((resolve) => setTimeout(resolve, 50));
		return reply;
	};
}

/** Sends items through a line until each is accepted. */
async function sendAll(line: Line, items: number, service: () => Promise<Reply>): Promise<{ ms: number; refused: number }> {
	const from = Date.now();
	const result = { ms: 0, refused: 0 };
	async function item(): Promise<void> {
		let urgency: Urgency = 'fresh';
		for (;;) {
			const place = await line.enter(urgency, urgency !== 'fresh');
			const reply = await service();
			place.reply(reply, 'PATCH');
			if (reply.kind === 'accepted') break;
			result.refused += 1;
			urgency = 'again';
		}
		result.ms = Date.now() - from;
	}
	await Promise.all(Array.from({ length: items }, item));
	return result;
}

test('the gate and the limiter keep the pace of a service: 100 a second, a burst of 20', async () => {
	const sending = sendAll(lineOf(200), 500, bucketService(100, 20));
	await settle(10_000);
	const { ms, refused: count } = await sending;
	// (500 - 20) / 100 s, and 50 ms for the last answer.
	expect(ms).toBeLessThanOrEqual(1.15 * 4850);
	expect(count).toBeLessThanOrEqual(60);
});

test('two runs that share a gate share what the service bears', async () => {
	const gate = new Gate();
	const service = bucketService(50, 50);
	const both = [sendAll(lineOf(200, { gate }), 200, service), sendAll(lineOf(200, { gate }), 200, service)];
	await settle(20_000);
	const [a, b] = await Promise.all(both);
	expect(Math.max(a.ms, b.ms)).toBeLessThanOrEqual(1.25 * 7050);
	expect(Math.min(a.ms, b.ms)).toBeGreaterThanOrEqual(0.8 * Math.max(a.ms, b.ms));
});
