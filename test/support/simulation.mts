import { Limiter } from '../../nodes/shared/http/limiter.ts';
import type { Reply } from '../../nodes/shared/http/limiter.ts';
import type { Random, Service } from './modelServices.mts';

/** CPU time of one request in the process that sends it: half before it leaves, half when it is answered. */
export const CPU_MS = 0.3;
/** An item is given up when nothing was accepted for this long. */
const NO_PROGRESS_MS = 120_000;
const TIMER_LATE_MS = 1;

interface RunResult {
	/** When its last item was done. */
	endedAt: number;
	/** When each of its items was done. */
	doneAt: number[];
	failed: number;
}

export interface Result {
	time: number;
	refused: number;
	failed: number;
	/** Requests open when the first refusal arrived. */
	openAtFirstRefusal: number;
	/** The most requests that were open at once. */
	mostOpen: number;
	runs: RunResult[];
}

interface Run extends RunResult {
	gate: Gate;
	startAt: number;
	/** One list per account; only its first item may be under way. */
	ready: number[];
	behind: Map<number, number>;
	lastAcceptedAt: number;
	left: number;
}

interface Gate {
	limiter: Pick<Limiter, 'next' | 'reply'>;
	runs: Run[];
	turn: number;
	timerAt?: number;
	cpuFreeAt: number;
}

export interface Scenario {
	service: Service;
	random: Random;
	items: number;
	maxConcurrent?: number;
	/** Accounts of a run; items of one account go one after the other. Each item has its own unless given. */
	accounts?: number;
	/** When each run starts. */
	starts?: number[];
	/** Whether all runs ask one limiter, or each its own. */
	oneLimiter?: boolean;
	/** CPU time of one request, milliseconds. */
	cpuMs?: number;
	/** Another limiter than the one under test: what the best time is measured with. */
	limiter?: () => Pick<Limiter, 'next' | 'reply'>;
}

/** Events in the order of their time; a binary heap, since a run has thousands. */
class Events {
	private readonly heap: Array<{ at: number; order: number; act: () => void }> = [];
	private order = 0;

	add(at: number, act: () => void): void {
		const { heap } = this;
		heap.push({ at, order: this.order++, act });
		for (let child = heap.length - 1; child > 0; ) {
			const parent = (child - 1) >> 1;
			if (!this.before(child, parent)) break;
			[heap[child], heap[parent]] = [heap[parent], heap[child]];
			child = parent;
		}
	}

	take(): { at: number; act: () => void } | undefined {
		const { heap } = this;
		const first = heap[0];
		const last = heap.pop();
		if (!last || heap.length === 0) return first;
		heap[0] = last;
		for (let parent = 0; ; ) {
			const left = 2 * parent + 1;
			if (left >= heap.length) break;
			const child = left + 1 < heap.length && this.before(left + 1, left) ? left + 1 : left;
			if (!this.before(child, parent)) break;
			[heap[child], heap[parent]] = [heap[parent], heap[child]];
			parent = child;
		}
		return first;
	}

	private before(a: number, b: number): boolean {
		const { heap } = this;
		return heap[a].at - heap[b].at < 0 || (heap[a].at === heap[b].at && heap[a].order < heap[b].order);
	}
}

/** Sends the items of all runs through limiters to a model service, in virtual time. A refused item goes first again. */
export function simulate(scenario: Scenario): Result {
	const { service, random, items, maxConcurrent = 200, accounts = items, starts = [0], oneLimiter = false, cpuMs = CPU_MS } = scenario;
	const makeLimiter = scenario.limiter ?? (() => new Limiter(maxConcurrent, random));
	const events = new Events();
	const result: Result = { time: 0, refused: 0, failed: 0, openAtFirstRefusal: 0, mostOpen: 0, runs: [] };
	let now = 0;
	let open = 0;

	const gates: Gate[] = [];
	const runs = starts.map((startAt) => {
		if (gates.length === 0 || !oneLimiter) gates.push({ limiter: makeLimiter(), runs: [], turn: 0, cpuFreeAt: 0 });
		const gate = gates[gates.length - 1];
		const each = Math.floor(items / accounts);
		const run: Run = {
			gate,
			startAt,
			ready: Array.from({ length: accounts }, (_, account) => account).reverse(),
			behind: new Map(Array.from({ length: accounts }, (_, account) => [account, each - 1])),
			lastAcceptedAt: startAt,
			left: each * accounts,
			endedAt: 0,
			doneAt: [],
			failed: 0,
		};
		gate.runs.push(run);
		return run;
	});

	function work(gate: Gate, ms: number): number {
		gate.cpuFreeAt = Math.max(now, gate.cpuFreeAt) + ms;
		return gate.cpuFreeAt;
	}

	function pump(gate: Gate): void {
		for (;;) {
			const run = nextRun(gate);
			if (!run) return;
			const permission = gate.limiter.next(now);
			if (!permission.mayGo) {
				if (permission.askAgainAt !== undefined) askAgain(gate, permission.askAgainAt);
				return;
			}
			gate.turn = gate.runs.indexOf(run) + 1;
			send(run, run.ready.pop()!, permission.sendNumber);
		}
	}

	/** Runs behind one limiter take turns. */
	function nextRun(gate: Gate): Run | undefined {
		for (let i = 0; i < gate.runs.length; i++) {
			const run = gate.runs[(gate.turn + i) % gate.runs.length];
			if (run.startAt <= now && run.ready.length > 0) return run;
		}
		return undefined;
	}

	function askAgain(gate: Gate, at: number): void {
		if (gate.timerAt !== undefined && gate.timerAt <= at && gate.timerAt > now) return;
		gate.timerAt = at;
		events.add(Math.max(at, gate.cpuFreeAt) + random() * TIMER_LATE_MS, () => {
			if (gate.timerAt !== at) return;
			gate.timerAt = undefined;
			pump(gate);
		});
	}

	function send(run: Run, account: number, sendNumber: number): void {
		result.mostOpen = Math.max(result.mostOpen, ++open);
		const leavesAt = work(run.gate, cpuMs / 2);
		events.add(leavesAt + service.way(random), () => {
			service.receive(now, random, (answeredAt, reply) => {
				events.add(answeredAt, () => {
					service.sent?.(now);
					events.add(now + service.way(random), () => {
						const readAt = work(run.gate, cpuMs / 2);
						events.add(readAt, () => answered(run, account, sendNumber, reply));
					});
				});
			});
		});
	}

	function answered(run: Run, account: number, sendNumber: number, reply: Reply): void {
		if (reply.kind === 'refused' && result.refused++ === 0) result.openAtFirstRefusal = open;
		open--;
		run.gate.limiter.reply(sendNumber, now, reply);
		if (reply.kind === 'accepted') {
			run.lastAcceptedAt = now;
			done(run, account);
		} else if (now - run.lastAcceptedAt > NO_PROGRESS_MS) {
			run.failed++;
			done(run, account);
		} else run.ready.push(account);
		pump(run.gate);
	}

	function done(run: Run, account: number): void {
		run.doneAt.push(now);
		run.endedAt = now;
		run.left--;
		const behind = run.behind.get(account)!;
		if (behind === 0) return;
		run.behind.set(account, behind - 1);
		run.ready.unshift(account);
	}

	for (const run of runs) events.add(run.startAt, () => pump(run.gate));
	for (let event = events.take(); event && runs.some(({ left }) => left > 0); event = events.take()) {
		now = event.at;
		event.act();
	}
	result.runs = runs;
	result.time = Math.max(...runs.map(({ endedAt }) => endedAt));
	result.failed = runs.reduce((sum, { failed, left }) => sum + failed + left, 0);
	return result;
}
