import { Limiter } from '../../../nodes/shared/http/limiter.ts';

/** Sends all that may go at this time; gives their numbers. */
function sendAll(limiter: Limiter, now: number): number[] {
	const sent: number[] = [];
	for (let next = limiter.next(now); next.mayGo; next = limiter.next(now)) sent.push(next.sendNumber);
	return sent;
}

/** A limiter that was refused once, with what was accepted before. */
function refusedOnce(waitMs?: number): Limiter {
	const limiter = new Limiter(200);
	const [refused, ...accepted] = sendAll(limiter, 0);
	for (const number of accepted) limiter.reply(number, 50, { kind: 'accepted' });
	limiter.reply(refused, 50, { kind: 'refused', waitMs });
	return limiter;
}

describe('The limiter', () => {
	test('starts with sixteen requests and waits for a reply', () => {
		const limiter = new Limiter(200);

		expect(sendAll(limiter, 0)).toHaveLength(16);
		expect(limiter.next(0)).toEqual({ mayGo: false, askAgainAt: undefined });
		expect(limiter.state(0)).toEqual({ heldBackBy: 'concurrency', window: 16, perSecond: undefined });
	});

	test('opens one more for each quick answer, up to the ceiling', () => {
		const limiter = new Limiter(20);
		for (const number of sendAll(limiter, 0)) limiter.reply(number, 20, { kind: 'accepted' });

		expect(sendAll(limiter, 20)).toHaveLength(20);
	});

	test.each([1, 3])('starts with %i where no more may be open', (most) => {
		expect(sendAll(new Limiter(most), 0)).toHaveLength(most);
	});

	test('opens no more than twice what was ever in use', () => {
		const limiter = new Limiter(200);
		for (let now = 0; now < 1000; now += 10) {
			for (let i = 0; i < 8; i++) limiter.next(now);
			for (let i = 1; i <= 8; i++) limiter.reply(8 * (now / 10) + i, now + 5, { kind: 'accepted' });
		}

		expect(limiter.state(1000).window).toBe(16);
	});

	test('opens no more while answers are slow', () => {
		const limiter = new Limiter(200);
		for (const number of sendAll(limiter, 0)) limiter.reply(number, 20, { kind: 'accepted' });
		for (const number of sendAll(limiter, 20)) limiter.reply(number, 100, { kind: 'accepted' });

		expect(limiter.state(100).window).toBe(32);
	});

	test('a lost request frees its place and changes nothing else', () => {
		const limiter = new Limiter(200);
		limiter.reply(sendAll(limiter, 0)[0], 5000, { kind: 'lost' });

		expect(sendAll(limiter, 5000)).toHaveLength(1);
		expect(limiter.state(5000).perSecond).toBeUndefined();
	});

	test.each([
		[5, 50, 50],
		[15, 50, 200],
		[15, 300, 300],
	])(
		'after the first refusal it stays below the rate that was accepted, %i in %i ms counting as if they had taken %i ms',
		(accepted, at, shown) => {
			const limiter = new Limiter(200);
			const sent = sendAll(limiter, 0);
			for (const number of sent.slice(0, accepted)) limiter.reply(number, at, { kind: 'accepted' });
			limiter.reply(sent[accepted], at, { kind: 'refused' });

			expect(limiter.state(at).perSecond).toBeCloseTo((0.65 * accepted * 1000) / shown);
			expect(limiter.state(at).heldBackBy).toBe('rate');
		},
	);

	test('an estimate that was too high comes down with each cut', () => {
		const limiter = refusedOnce();
		limiter.reply(sendAll(limiter, 50)[0] ?? 0, 100, { kind: 'accepted' });
		const rates: number[] = [];
		for (let now = 1000; now < 6000; now += 500) {
			const sent = sendAll(limiter, now);
			const [last] = sent.slice(-1);
			for (const number of sent.slice(0, -1)) limiter.reply(number, now + 50, { kind: 'accepted' });
			limiter.reply(last, now + 50, { kind: 'refused' });
			rates.push(limiter.state(now + 50).perSecond!);
		}
		expect(rates).toEqual([...rates].sort((a, b) => b - a));
	});

	test('after a long wait that is told, the rate takes a twentieth of it to double', () => {
		const limiter = refusedOnce(60_000);
		const atFirst = limiter.state(60_050).perSecond!;

		expect(limiter.state(60_050 + 650).perSecond! / atFirst).toBeCloseTo(2 ** (650 / 3000));
	});

	test('refusals of requests sent before a cut belong to that cut', () => {
		const limiter = new Limiter(200);
		const [first, second, ...accepted] = sendAll(limiter, 0);
		for (const number of accepted) limiter.reply(number, 50, { kind: 'accepted' });
		limiter.reply(first, 50, { kind: 'refused' });
		const before = limiter.state(50).perSecond;
		limiter.reply(second, 50, { kind: 'refused' });

		expect(limiter.state(50).perSecond).toBe(before);
	});

	test('a service of two a second, asked by one who waits for each answer: few are refused, however slow it went before', () => {
		const limiter = new Limiter(200);
		const accepted: boolean[] = [];
		let free = 0;
		let now = 0;
		while (now < 120_000) {
			const permission = limiter.next(now);
			if (!permission.mayGo) {
				now = permission.askAgainAt!;
				continue;
			}
			const isFree = now >= free;
			if (isFree) free = now + 500;
			accepted.push(isFree);
			// The first answers are so slow that next to nothing seems to be accepted.
			now += accepted.length < 3 ? 8000 : 1;
			limiter.reply(permission.sendNumber, now, accepted.length === 3 ? { kind: 'refused' } : { kind: isFree ? 'accepted' : 'refused' });
		}
		const late = accepted.slice(accepted.length / 2);
		expect(late.filter((each) => !each).length / late.length).toBeLessThan(1 / 3);
	});

	test('waits as long as it is told, with all requests', () => {
		const limiter = refusedOnce(1000);

		expect(limiter.next(60)).toEqual({ mayGo: false, askAgainAt: 1050 });
		expect(limiter.state(60).heldBackBy).toBe('wait');
		expect(limiter.next(1050).mayGo).toBe(true);
	});

	test('the longest wait counts', () => {
		const limiter = new Limiter(200);
		const [first, second, third] = sendAll(limiter, 0);
		limiter.reply(first, 0, { kind: 'refused', waitMs: 1000 });
		limiter.reply(second, 500, { kind: 'refused', waitMs: 1000 });
		limiter.reply(third, 500, { kind: 'refused', waitMs: 10 });

		expect(limiter.next(501)).toEqual({ mayGo: false, askAgainAt: 1500 });
	});

	test('twice refused and nothing accepted between: one request at a time asks, ever more seldom', () => {
		const limiter = refusedOnce();
		const waits: number[] = [];
		let now = 1000;
		for (let i = 0; i < 12; i++) {
			const sent = sendAll(limiter, now).slice(-1)[0];
			limiter.reply(sent, now, { kind: 'refused' });
			const next = limiter.next(now);
			if (next.mayGo || next.askAgainAt === undefined) throw new Error('It has to wait');
			waits.push(next.askAgainAt - now);
			now = next.askAgainAt;
			// Others stay behind the one that asks.
			for (let left = limiter.next(now); !left.mayGo; left = limiter.next((now += 10)));
			expect(limiter.next(now + 1000)).toEqual({ mayGo: false, askAgainAt: undefined });
			limiter.reply(i + 18, now, { kind: 'refused' });
		}

		expect(waits[2]).toBeGreaterThan(waits[0]);
		expect(Math.max(...waits)).toBeLessThanOrEqual(10_000);
	});

	test('refused before anything was accepted, with a wait: no rate is set, one asks when the wait is over, and then it begins as at the start', () => {
		const limiter = new Limiter(200);
		for (const number of sendAll(limiter, 0)) limiter.reply(number, 50, { kind: 'refused', waitMs: 30_000 });
		expect(limiter.next(50)).toEqual({ mayGo: false, askAgainAt: 30_050 });
		expect(limiter.state(50).heldBackBy).toBe('wait');

		const asking = sendAll(limiter, 30_050);
		expect(asking).toHaveLength(1);
		expect(limiter.state(30_050)).toEqual({ heldBackBy: 'ownWait', window: 16, perSecond: undefined });
		limiter.reply(asking[0], 30_100, { kind: 'accepted' });
		expect(sendAll(limiter, 30_100)).toHaveLength(17);
	});

	test('refused before anything was accepted, without a wait: one asks, ever more seldom, and then they become more with the answers', () => {
		const limiter = new Limiter(200);
		for (const number of sendAll(limiter, 0)) limiter.reply(number, 50, { kind: 'refused' });
		expect(limiter.next(50)).toEqual({ mayGo: false, askAgainAt: 100 });
		expect(limiter.state(50).heldBackBy).toBe('ownWait');

		const [asking] = sendAll(limiter, 100);
		limiter.reply(asking, 150, { kind: 'refused' });
		expect(limiter.next(150)).toEqual({ mayGo: false, askAgainAt: 250 });
		const [again] = sendAll(limiter, 250);
		limiter.reply(again, 300, { kind: 'accepted' });
		expect(limiter.state(300).perSecond).toBeUndefined();
		expect(sendAll(limiter, 300)).toHaveLength(2);
	});

	test('few accepted before the first wait that is told: they say nothing of the rate, once', () => {
		const limiter = new Limiter(200);
		const wait = (at: number, accepted: number[], refused: number[]) => {
			for (const number of accepted) limiter.reply(number, at, { kind: 'accepted' });
			for (const number of refused) limiter.reply(number, at, { kind: 'refused', waitMs: 10_000 });
		};
		const first = sendAll(limiter, 0);
		wait(50, first.slice(0, 3), first.slice(3));
		const asking = sendAll(limiter, 10_050);
		wait(10_100, asking, []);
		const next = sendAll(limiter, 10_100);
		expect(next.length).toBeGreaterThan(10);
		wait(10_150, next.slice(0, 3), next.slice(3));
		expect(sendAll(limiter, 20_150)).toHaveLength(1);
		expect(limiter.state(20_150).perSecond).toBeLessThan(1);
	});

	test('a wait of its own does not shorten one that was told', () => {
		const limiter = new Limiter(200);
		const [first, late, ...accepted] = sendAll(limiter, 0);
		for (const number of accepted) limiter.reply(number, 50, { kind: 'accepted' });
		limiter.reply(first, 50, { kind: 'refused' });
		const [next] = sendAll(limiter, 100);
		limiter.reply(late, 110, { kind: 'refused', waitMs: 5000 });
		limiter.reply(next, 120, { kind: 'refused' });

		expect(limiter.next(120)).toEqual({ mayGo: false, askAgainAt: 5110 });
	});

	test('an answer that was overtaken does not raise the quota, nor does it begin another window', () => {
		const limiter = new Limiter(200);
		const sent = sendAll(limiter, 0).slice(0, 10);
		const told = [18, 16, 17, 14, 15, 13, 12, 11, 10, 19];
		for (const [i, number] of sent.entries())
			limiter.reply(number, 50, { kind: 'accepted', quota: { remaining: told[i], resetMs: 10_000, limit: 20 } });

		expect(sendAll(limiter, 60)).toHaveLength(4);
	});

	test.each<[string, number | undefined]>([
		['how many there are', 12],
		['not how many there are', undefined],
	])('a quota that is used up at the start, and tells %s: what comes next may be used at once', (_, limit) => {
		const limiter = new Limiter(200);
		for (const number of sendAll(limiter, 0))
			limiter.reply(number, 50, { kind: 'refused', quota: { remaining: 0, resetMs: 10_000, limit } });
		expect(limiter.next(60)).toEqual({ mayGo: false, askAgainAt: 10_050 });
		const [asking] = sendAll(limiter, 10_050);
		limiter.reply(asking, 10_100, { kind: 'accepted', quota: { remaining: 11, resetMs: 10_000, limit } });

		expect(sendAll(limiter, 10_100)).toHaveLength(11);
	});

	test('a quota of nothing at all is asked again when its window ends', () => {
		const limiter = new Limiter(200);
		for (const number of sendAll(limiter, 0))
			limiter.reply(number, 50, { kind: 'refused', quota: { remaining: 0, resetMs: 1000, limit: 0 } });

		expect(sendAll(limiter, 1050)).toHaveLength(1);
	});

	test('sends no more than the quota that a header tells, until its window ends', () => {
		const limiter = new Limiter(200);
		for (const [i, number] of sendAll(limiter, 0).entries()) {
			limiter.reply(number, 50, { kind: 'accepted', quota: { remaining: 18 - i - 1, resetMs: 900, limit: 18 } });
		}

		expect(sendAll(limiter, 60)).toHaveLength(2);
		expect(limiter.next(60)).toEqual({ mayGo: false, askAgainAt: 950 });
		expect(limiter.next(950).mayGo).toBe(true);
	});
});
