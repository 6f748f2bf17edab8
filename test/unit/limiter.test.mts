import { Limiter, type Reply } from '../../nodes/shared/http/limiter.ts';

/** A limiter in virtual time, and the requests that it has let go. */
function limited(maxConcurrent: number) {
	const limiter = new Limiter({ maxConcurrent });
	const open: number[] = [];
	const state = { now: 0 };
	return {
		state,
		open,
		/** Lets go as many as may. @returns when to ask again, where that is a matter of time */
		fill(): number | undefined {
			for (;;) {
				const answer = limiter.next(state.now);
				if (!answer.mayGo) return answer.askAgainAt;
				open.push(answer.sendNumber);
			}
		},
		reply: (reply: Reply) => limiter.reply(open.shift()!, state.now, reply),
	};
}

const accepted: Reply = { kind: 'accepted' };
const refused: Reply = { kind: 'refused' };

test.each([
	['few at first', 40, 10],
	['fewer where the ceiling is lower', 3, 3],
])('%s', (_, maxConcurrent, expected) => {
	const { fill, open } = limited(maxConcurrent);
	fill();
	expect(open).toHaveLength(expected);
});

test('each good answer lets one more be open, up to the ceiling', () => {
	const { fill, reply, open } = limited(13);
	fill();
	const counts = [1, 2, 3, 4, 5].map(() => {
		reply(accepted);
		fill();
		return open.length;
	});
	expect(counts).toEqual([11, 12, 13, 13, 13]);
});

test('a lost request says nothing of the pace: its place is free again, and no more', () => {
	const { fill, reply, open } = limited(40);
	fill();
	reply({ kind: 'lost' });
	fill();
	expect(open).toHaveLength(10);
});

test('a refusal halves the number, to one at least', () => {
	const { fill, reply, open } = limited(40);
	fill();
	for (let time = 0; time < 5; time++) reply(refused);
	while (open.length > 0) reply({ kind: 'lost' });
	fill();
	expect(open).toHaveLength(1);
});

test('a refusal that asks to wait holds all back, and the longest wait counts', () => {
	const { fill, reply, state } = limited(40);
	fill();
	reply({ kind: 'refused', waitMs: 1000 });
	state.now = 500;
	reply({ kind: 'refused', waitMs: 1000 });
	reply({ kind: 'refused', waitMs: 10 });
	expect(fill()).toBe(1500);
	state.now = 1499;
	expect(fill()).toBe(1500);
});

test('when the wait is over, requests go again', () => {
	const { fill, reply, open, state } = limited(1);
	fill();
	reply({ kind: 'refused', waitMs: 1000 });
	state.now = 1000;
	fill();
	expect(open).toHaveLength(1);
});

test('every request has a number of its own, in the order of their going', () => {
	const { fill, open } = limited(3);
	fill();
	expect(open).toEqual([1, 2, 3]);
});
