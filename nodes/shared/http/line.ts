import type { ApiRequest } from '../service';
import type { LimiterState, Reply } from './limiter';
import { NO_PLACE, type Place } from './place';
import type { RateCeiling } from './rateCeiling';

/** What a person allows at most. */
export interface Ceilings {
	maxConcurrent: number;
	/** Shared by all lines of a run. None unless given. */
	rate?: RateCeiling;
}

/** Who goes first: what renews the token, then a request that was refused, then those of updates that have begun. */
export type Urgency = 'renewal' | 'again' | 'begun' | 'fresh';

/** What a line waits for. */
export interface Turnstile {
	/** Somebody waits in a line. */
	join(line: Line): void;
	/** A request of a line is over. */
	leave(line: Line, sendNumber: number, reply: Reply): void;
	/** A line in which nobody waits and nothing is in flight is none of its business: the run may be over. */
	forgetIfIdle(line: Line): void;
	/** What holds requests back, for logs. */
	state(): LimiterState;
}

/** A run makes progress while it is not refused for longer than this, in milliseconds. */
const PROGRESS_MS = 120_000;

/** What holds the requests of a run back: what the service bears, a ceiling of its own, its token, or that they are tried alone after a long wait. */
export type LineState = Omit<LimiterState, 'heldBackBy'> & {
	heldBackBy: LimiterState['heldBackBy'] | 'longWait' | 'ceiling' | 'ceilingRate' | 'renewal';
};

/** Somebody who waits. */
interface Waiting {
	/** It goes even when the run is over, to find out what became of an update. */
	isNeeded: boolean;
	pass: (place: Place) => void;
}

/** Where the requests of one run wait for their turn at a gate, which runs with the same credential share. */
export class Line {
	private readonly waiting: Record<Urgency, Waiting[]> = { renewal: [], again: [], begun: [], fresh: [] };

	private inFlight = 0;

	/** Since when requests of a kind are refused and none of it is accepted. A read that is answered says nothing of updates. */
	private refusedSince: Partial<Record<ApiRequest['method'], number>> = {};

	/** The token is being renewed: nothing else leaves. */
	private isHeld = false;

	/**
	 * What was asked to wait long: requests are tried alone, to see whether that means all of them. A read that is answered says nothing of updates:
	 * a service may limit those only.
	 */
	private longWaitOf?: ApiRequest['method'];

	/** Which requests need not wait, because they will not be sent. */
	private dismissed: 'none' | 'unneeded' | 'all' = 'none';

	/** Answers so far. */
	answered = 0;

	/** @param onLongWait called when a request that was tried alone is told to wait long as well */
	constructor(
		readonly gate: Turnstile,
		private readonly ceilings: Ceilings,
		private readonly onLongWait: () => void,
	) {}

	/**
	 * Waits until a request may leave.
	 *
	 * @param isNeeded it goes even when the run is over, to find out what became of an update
	 */
	async enter(urgency: Urgency, isNeeded: boolean): Promise<Place> {
		if (this.isDismissed(isNeeded)) return NO_PLACE;
		return await new Promise((pass) => {
			this.waiting[urgency].push({ isNeeded, pass });
			this.gate.join(this);
		});
	}

	/**
	 * Lets those pass that need not wait any longer, because they will not be sent: `unneeded` when the run is over, `all` when no further request leaves.
	 * Whoever passes must look whether it may still send.
	 */
	dismiss(who: 'unneeded' | 'all'): void {
		if (this.dismissed !== 'all') this.dismissed = who;
		for (const [urgency, waiting] of Object.entries(this.waiting) as Array<[Urgency, Waiting[]]>) {
			this.waiting[urgency] = waiting.filter(({ isNeeded }) => !this.isDismissed(isNeeded));
			for (const { isNeeded, pass } of waiting) if (this.isDismissed(isNeeded)) pass(NO_PLACE);
		}
		if (!this.awaitsRenewal()) for (const { pass } of this.waiting.renewal.splice(0)) pass(NO_PLACE);
		this.gate.forgetIfIdle(this);
	}

	private isDismissed(isNeeded: boolean): boolean {
		return this.dismissed === 'all' || (this.dismissed === 'unneeded' && !isNeeded);
	}

	/** Lets nothing leave but what renews the token. */
	hold(): void {
		this.isHeld = true;
		this.refusedSince = {};
	}

	/** Ends that. */
	release(): void {
		this.isHeld = false;
		this.refusedSince = {};
		if (this.hasWaiting()) this.gate.join(this);
	}

	/** Whether anybody waits for a renewal of the token. */
	awaitsRenewal(): boolean {
		const { again, begun, fresh } = this.waiting;
		return again.length + begun.length + fresh.length > 0;
	}

	/** Counts a request that n8n sends by itself beside the one that has a place. */
	countAnother(): void {
		this.ceilings.rate?.takeTurn(Date.now());
	}

	/** Whether nobody waits and nothing is in flight. */
	isIdle(): boolean {
		return !this.hasWaiting() && this.inFlight === 0;
	}

	hasWaiting(): boolean {
		return this.awaitsRenewal() || this.waiting.renewal.length > 0;
	}

	/** Whether the service has refused requests of this kind, and accepted none, for less than two minutes. */
	makesProgress(now: number, method: ApiRequest['method']): boolean {
		return now - (this.refusedSince[method] ?? now) <= PROGRESS_MS;
	}

	/** What holds its requests back; undefined where nobody waits. */
	state(): LineState | undefined {
		if (!this.hasWaiting()) return undefined;
		const state = this.gate.state();
		const own = this.mayGo(Date.now());
		if (own.mayGo) return state;
		const heldBackBy = { longWait: 'longWait', rate: 'ceilingRate', concurrency: 'ceiling', renewal: 'renewal' } as const;
		return { ...state, heldBackBy: heldBackBy[own.by] };
	}

	/**
	 * Whether the run itself lets its next request go, whatever the service bears.
	 *
	 * @returns if not, the time from which it does; undefined where that is at the next answer
	 */
	mayGo(now: number): { mayGo: true } | { mayGo: false; by: 'concurrency' | 'rate' | 'longWait' | 'renewal'; at?: number } {
		if (this.isHeld && this.waiting.renewal.length === 0) return { mayGo: false, by: 'renewal' };
		if (this.longWaitOf !== undefined && this.inFlight > 0) return { mayGo: false, by: 'longWait' };
		if (this.inFlight >= this.ceilings.maxConcurrent) return { mayGo: false, by: 'concurrency' };
		const at = this.ceilings.rate?.nextAt() ?? now;
		return now < at ? { mayGo: false, by: 'rate', at } : { mayGo: true };
	}

	/** Lets the first go. */
	pass(sendNumber: number, now: number): void {
		const { renewal, again, begun, fresh } = this.waiting;
		const { pass } = (renewal.shift() ?? again.shift() ?? begun.shift() ?? fresh.shift())!;
		this.ceilings.rate?.takeTurn(now);
		this.inFlight += 1;
		pass(this.place(sendNumber, this.longWaitOf !== undefined));
	}

	private place(sendNumber: number, isAlone: boolean): Place {
		let isTaken = true;
		const giveBack = (reply: Reply, isLongWait: boolean, method?: ApiRequest['method']) => {
			if (!isTaken) return;
			isTaken = false;
			this.inFlight -= 1;
			if (method) this.answered += 1;
			if (method && reply.kind === 'accepted') this.refusedSince[method] = undefined;
			if (method && reply.kind === 'refused') this.refusedSince[method] ??= Date.now();
			// A service that accepts the request all the same is asked on, one request at a time.
			if (isLongWait && isAlone && reply.kind !== 'accepted') this.onLongWait();
			else if (isLongWait) this.longWaitOf = method;
			else if (isAlone && (method === 'PATCH' || method === this.longWaitOf)) this.longWaitOf = undefined;
			this.gate.leave(this, sendNumber, reply);
		};
		return {
			reply: (reply, method) => giveBack(reply, false, method),
			toldToWaitLong: (reply, method) => giveBack(reply, true, method),
			free: () => giveBack({ kind: 'lost' }, false),
		};
	}
}
