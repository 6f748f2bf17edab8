import { sleep } from 'n8n-workflow';

import type { ApiRequest } from '../service';
import { Limiter, type Ceilings, type Reply } from './limiter';

/** A place on the way to the service. It must be given back, once. */
export interface Place {
	/** Gives it back with how the request went, and what it was. */
	reply(reply: Reply, method: ApiRequest['method']): void;
	/** Gives it back: the service asks to wait longer than anybody will. */
	toldToWaitLong(method: ApiRequest['method']): void;
	/** Gives it back unused. */
	free(): void;
}

const NO_PLACE: Place = { reply: () => {}, toldToWaitLong: () => {}, free: () => {} };

/**
 * How many requests start before n8n's event loop turns and those that started are sent. Without it all that are answered together start together
 * again, nobody is sent until the last is prepared, and then all wait: with 50 at once and a service that takes 20 ms, nearly a third of the
 * time is lost. Measured with 1, 2, 4 and 8; fewer wait for the clock, more come in bursts (docs/performance.md).
 */
const STARTS_PER_TURN = 4;

/** The queue of requests before a service, and the clock of the limiter that lets them pass: here alone it is decided who may start. */
export class Gate {
	private readonly limiter: Limiter;

	/** Those of updates that have begun go before those that have not. */
	private readonly begun: Array<(place: Place) => void> = [];

	private readonly fresh: Array<(place: Place) => void> = [];

	private startsInTurn = 0;

	private wakeAt = Infinity;

	private open = 0;

	/**
	 * What was asked to wait long: requests are tried alone, to see whether that means all of them. A read that is answered says nothing of updates:
	 * a service may limit those only.
	 */
	private longWaitOf?: ApiRequest['method'];

	/** Which requests need not wait, because they will not be sent. */
	private dismissed: 'none' | 'fresh' | 'all' = 'none';

	/** @param onLongWait called when a request that was tried alone is told to wait long as well */
	constructor(
		ceilings: Ceilings,
		private readonly onLongWait: () => void,
	) {
		this.limiter = new Limiter(ceilings);
	}

	/**
	 * Waits until a request may leave.
	 *
	 * @param isBegun whether it belongs to an update of which a request has left already
	 */
	async enter(isBegun: boolean): Promise<Place> {
		return await new Promise((resolve) => {
			(isBegun ? this.begun : this.fresh).push(resolve);
			this.letPass();
		});
	}

	/**
	 * Lets those pass that need not wait any longer, because they will not be sent: `fresh` when no further update starts, `all` when no further request
	 * does. Whoever passes must look whether it may still send.
	 */
	dismiss(who: 'fresh' | 'all'): void {
		if (this.dismissed !== 'all') this.dismissed = who;
		this.letPass();
	}

	private letPass(): void {
		if (this.dismissed !== 'none') for (const pass of this.fresh.splice(0)) pass(NO_PLACE);
		if (this.dismissed === 'all') for (const pass of this.begun.splice(0)) pass(NO_PLACE);
		while (this.begun.length > 0 || this.fresh.length > 0) {
			if (this.startsInTurn >= STARTS_PER_TURN || (this.longWaitOf !== undefined && this.open > 0)) return;
			const now = Date.now();
			const answer = this.limiter.next(now);
			if (!answer.mayGo) {
				if (answer.askAgainAt !== undefined) this.wake(answer.askAgainAt, now);
				return;
			}
			if (this.startsInTurn === 0) void sleep(1).then(() => this.turn());
			this.startsInTurn += 1;
			const pass = (this.begun.shift() ?? this.fresh.shift())!;
			pass(this.place(answer.sendNumber, this.longWaitOf !== undefined));
		}
	}

	private turn(): void {
		this.startsInTurn = 0;
		this.letPass();
	}

	private wake(at: number, now: number): void {
		if (at >= this.wakeAt) return;
		this.wakeAt = at;
		void sleep(Math.max(1, at - now)).then(() => {
			if (this.wakeAt === at) this.wakeAt = Infinity;
			this.letPass();
		});
	}

	private place(sendNumber: number, isAlone: boolean): Place {
		this.open += 1;
		let isTaken = true;
		const giveBack = (how: Reply, isLongWait: boolean, method?: ApiRequest['method']) => {
			if (!isTaken) return;
			isTaken = false;
			this.open -= 1;
			this.limiter.reply(sendNumber, Date.now(), how);
			if (isLongWait && isAlone) this.onLongWait();
			else if (isLongWait) this.longWaitOf = method;
			else if (isAlone && (method === 'PATCH' || method === this.longWaitOf)) this.longWaitOf = undefined;
			this.letPass();
		};
		return {
			reply: (how, method) => giveBack(how, false, method),
			toldToWaitLong: (method) => giveBack({ kind: 'lost' }, true, method),
			free: () => giveBack({ kind: 'lost' }, false),
		};
	}
}
