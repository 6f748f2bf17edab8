import { Gate, type Place } from '../../nodes/shared/http/gate.ts';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A gate that nobody is told to wait long at. */
const gateFor = (maxConcurrent: number) => new Gate({ maxConcurrent }, () => {});

const settle = async (ms = 0) => await jest.advanceTimersByTimeAsync(ms);

/** Lets so many requests ask for a place. */
function crowd(gate: Gate, count: number, isBegun = false, name = '') {
	const passed: string[] = [];
	const places: Place[] = [];
	for (let index = 1; index <= count; index++) {
		void gate.enter(isBegun).then((place) => {
			passed.push(`${name}${index}`);
			places.push(place);
		});
	}
	return { passed, places };
}

test('four requests start together, the next when the event loop has turned', async () => {
	const { passed } = crowd(gateFor(50), 10);
	await settle();
	expect(passed).toHaveLength(4);
	await settle(1);
	expect(passed).toHaveLength(8);
	await settle(1);
	expect(passed).toHaveLength(10);
});

test('they pass in the order in which they came', async () => {
	const { passed } = crowd(gateFor(50), 4);
	await settle();
	expect(passed).toEqual(['1', '2', '3', '4']);
});

test('those of updates that have begun go before those that have not', async () => {
	const gate = gateFor(1);
	const first = crowd(gate, 1);
	const fresh = crowd(gate, 1);
	const begun = crowd(gate, 1, true);
	await settle();
	first.places[0].reply({ kind: 'lost' }, 'PATCH');
	await settle(1);
	expect(begun.passed).toHaveLength(1);
	expect(fresh.passed).toHaveLength(0);
});

test('a good answer lets two in: one for the place, one for the higher number', async () => {
	const { passed, places } = crowd(gateFor(40), 20);
	await settle(10);
	expect(passed).toHaveLength(10);
	places[0].reply({ kind: 'accepted' }, 'PATCH');
	await settle(10);
	expect(passed).toHaveLength(12);
});

test('a place is given back once, however often it is told', async () => {
	const { passed, places } = crowd(gateFor(1), 3);
	await settle();
	places[0].reply({ kind: 'accepted' }, 'PATCH');
	places[0].reply({ kind: 'accepted' }, 'PATCH');
	places[0].free();
	await settle(10);
	expect(passed).toHaveLength(2);
});

test('a refusal that asks to wait holds everybody back, and they pass when the time is up', async () => {
	const { passed, places } = crowd(gateFor(1), 2);
	await settle();
	places[0].reply({ kind: 'refused', waitMs: 1000 }, 'PATCH');
	await settle(999);
	expect(passed).toHaveLength(1);
	await settle(2);
	expect(passed).toHaveLength(2);
});

test.each<['fresh' | 'all', string[]]>([
	['fresh', ['fresh1']],
	['all', ['fresh1', 'begun1']],
])('dismissed: %s need not wait any longer', async (who, expected) => {
	const gate = gateFor(1);
	const first = crowd(gate, 1);
	await settle();
	first.places[0].reply({ kind: 'refused', waitMs: 60_000 }, 'PATCH');
	const fresh = crowd(gate, 1, false, 'fresh');
	const begun = crowd(gate, 1, true, 'begun');
	gate.dismiss(who);
	await settle();
	expect([...fresh.passed, ...begun.passed]).toEqual(expected);
	await gate.enter(false);
});

describe('told to wait longer than anybody will', () => {
	/** Eight requests, of which four are open when all four are told so. */
	async function fourToldSo() {
		const onLongWait = jest.fn();
		const gate = new Gate({ maxConcurrent: 4 }, onLongWait);
		const { passed, places } = crowd(gate, 8);
		await settle();
		places.forEach((place) => place.toldToWaitLong('PATCH'));
		await settle(1000);
		return { passed, places, onLongWait };
	}

	test('one request is tried alone, though there is room for four', async () => {
		const { passed, onLongWait } = await fourToldSo();
		expect(passed).toHaveLength(5);
		expect(onLongWait).not.toHaveBeenCalled();
	});

	test('it is told the same: that is the end', async () => {
		const { places, onLongWait } = await fourToldSo();
		places[4].toldToWaitLong('PATCH');
		expect(onLongWait).toHaveBeenCalledTimes(1);
	});

	test('it is answered otherwise: the rest goes on', async () => {
		const { passed, places, onLongWait } = await fourToldSo();
		places[4].reply({ kind: 'accepted' }, 'PATCH');
		await settle(1000);
		expect(passed).toHaveLength(8);
		expect(onLongWait).not.toHaveBeenCalled();
	});

	test('it is a read that is answered: that says nothing of updates, so the next is tried alone', async () => {
		const { passed, places, onLongWait } = await fourToldSo();
		places[4].reply({ kind: 'accepted' }, 'GET');
		await settle(1000);
		expect(passed).toHaveLength(6);
		places[5].toldToWaitLong('PATCH');
		expect(onLongWait).toHaveBeenCalledTimes(1);
	});

	test('its place is given back unused: the next is tried alone', async () => {
		const { passed, places } = await fourToldSo();
		places[4].free();
		await settle(1000);
		expect(passed).toHaveLength(6);
	});
});

/** 40 accounts, each with 20 requests one after another, which a service answers in 50 ms: how many are open over time. */
async function openOverTime(maxConcurrent: number): Promise<number[]> {
	const gate = gateFor(maxConcurrent);
	let open = 0;
	let left = 40 * 20;
	async function account(): Promise<void> {
		for (let request = 0; request < 20; request++) {
			const place = await gate.enter(request > 0);
			open += 1;
			await new Promise((resolve) => setTimeout(resolve, 50));
			open -= 1;
			left -= 1;
			place.reply({ kind: 'accepted' }, 'PATCH');
		}
	}
	const accounts = Array.from({ length: 40 }, account);
	const counts: number[] = [];
	// Looked at in the middle of each round of answers.
	for (await settle(25); left > 0; await settle(50)) counts.push(open);
	await Promise.all(accounts);
	return counts;
}

test('the gentle start starts: ten at first, twice as many with each round of answers, though no account is done yet', async () => {
	const counts = await openOverTime(40);
	expect(counts[0]).toBe(10);
	expect(counts[1]).toBeGreaterThanOrEqual(16);
	expect(Math.max(...counts.slice(0, 5))).toBe(40);
	// 800 requests, 40 at once: 20 rounds, and as many more as the start takes.
	expect(counts.length).toBeLessThanOrEqual(26);
});
