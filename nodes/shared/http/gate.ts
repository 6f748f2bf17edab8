import { sleep } from 'n8n-workflow';

import { Limiter, type LimiterState, type Reply } from './limiter';
import type { Line, Turnstile } from './line';

/**
 * How many requests start before n8n's event loop turns and those that started are sent. Without it all that are answered together start together
 * again, nobody is sent until the last is prepared, and then all wait: with 50 at once and a service that takes 20 ms, nearly a third of the
 * time is lost. Measured with 1, 2, 4 and 8; fewer wait for the clock, more come in bursts (docs/performance.md).
 */
const STARTS_PER_TURN = 4;
/** Most requests that are ever in flight at once, whatever a service bears: each is a connection of its own. */
const MOST_IN_FLIGHT = 1000;
/** The longest that the clock sleeps, in milliseconds, so that it does not outlive a run by much. */
const LONGEST_SLEEP_MS = 1000;

/**
 * The clock of the limiter that lets requests pass, and the lines that wait before it, one for each run: here alone it is decided who may start.
 * Lines take turns.
 */
export class Gate implements Turnstile {
	private readonly limiter = new Limiter(MOST_IN_FLIGHT);

	/** Those in which somebody waits, or something is in flight. */
	private readonly lines: Line[] = [];

	/** The line whose turn it is. */
	private turn = 0;

	private startsInTurn = 0;

	private wakeAt = Infinity;

	/** Since when nobody uses it; undefined while somebody does. */
	idleSince?: number = Date.now();

	join(line: Line): void {
		if (!this.lines.includes(line)) this.lines.push(line);
		this.idleSince = undefined;
		this.letPass();
	}

	leave(line: Line, sendNumber: number, reply: Reply): void {
		this.limiter.reply(sendNumber, Date.now(), reply);
		this.forgetIfIdle(line);
		// An update that has failed may end the run: nobody starts in its place before that is decided, which takes no tick of the clock. An update that goes
		// well is followed by the next at once, when that joins.
		const now = Date.now();
		this.wake(now, now);
	}

	forgetIfIdle(line: Line): void {
		const index = this.lines.indexOf(line);
		if (index < 0 || !line.isIdle()) return;
		this.lines.splice(index, 1);
		if (index < this.turn) this.turn -= 1;
		if (this.lines.length === 0) this.idleSince = Date.now();
	}

	state(): LimiterState {
		return this.limiter.state(Date.now());
	}

	private letPass(): void {
		while (this.startsInTurn < STARTS_PER_TURN) {
			const now = Date.now();
			const line = this.nextLine(now);
			if (!line) return;
			const answer = this.limiter.next(now);
			if (!answer.mayGo) {
				if (answer.askAgainAt !== undefined) this.wake(answer.askAgainAt, now);
				return;
			}
			if (this.startsInTurn === 0) void sleep(1).then(() => this.nextTurn());
			this.startsInTurn += 1;
			this.turn = this.lines.indexOf(line) + 1;
			line.pass(answer.sendNumber, now);
		}
	}

	/** The next line in turn that has somebody waiting and lets them go. */
	private nextLine(now: number): Line | undefined {
		for (let index = 0; index < this.lines.length; index++) {
			const line = this.lines[(this.turn + index) % this.lines.length];
			if (!line.hasWaiting()) continue;
			const answer = line.mayGo(now);
			if (answer.mayGo) return line;
			if (answer.at !== undefined) this.wake(answer.at, now);
		}
		return undefined;
	}

	private nextTurn(): void {
		this.startsInTurn = 0;
		this.letPass();
	}

	private wake(at: number, now: number): void {
		if (at >= this.wakeAt) return;
		this.wakeAt = at;
		void sleep(Math.min(LONGEST_SLEEP_MS, Math.max(1, at - now))).then(() => {
			if (this.wakeAt === at) this.wakeAt = Infinity;
			this.letPass();
		});
	}
}
