import { finished } from 'node:stream';
import type { Readable } from 'node:stream';
import type { IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';

/** So many turns of the event loop in which no request is on its way: whatever waits for nothing is done. */
const QUIET_TURNS = 3;

const realNow = Date.now;

interface Sleeper {
	until: number;
	wake(): void;
}

/**
 * A clock that stands still while anything is under way, and jumps to the next sleeper when all wait for it. One is woken at a time, so whatever it
 * causes is over before the next: runs come out the same every time, and time that passes in them takes none.
 */
export class Clock {
	private time = Date.parse('2026-01-31T09:00:00Z');

	private readonly sleepers = new Set<Sleeper>();

	/** Requests and answers that are between the node and the service. */
	private onTheWay = 0;

	private isRunning = false;

	/** Puts this clock in the place of the real one. */
	install(): void {
		Date.now = () => this.time;
	}

	/** Puts the real one back, and lets nobody sleep any longer: a run that failed leaves some who do. */
	remove(): void {
		Date.now = realNow;
		this.sleepers.clear();
		this.onTheWay = 0;
	}

	/** Stands in for n8n's `sleep`. */
	async sleep(ms: number, signal?: AbortSignal): Promise<void> {
		await new Promise<void>((wake) => {
			this.sleepers.add({ until: this.time + Math.max(0, ms), wake });
			void this.run();
		});
		if (signal?.aborted) throw new Error('The execution was cancelled');
	}

	/** How long a service takes for a request: meanwhile that is not on its way. */
	async serve(ms: number): Promise<void> {
		this.onTheWay -= 1;
		await this.sleep(ms);
		this.onTheWay += 1;
	}

	/** Lets time pass until nobody sleeps any more. */
	async runDown(): Promise<void> {
		while (this.isRunning) await turn();
	}

	/** Follows the requests that an execution makes from when they leave until their answers have been read. */
	follow({ helpers }: IExecuteFunctions): void {
		const request = helpers.httpRequestWithAuthentication;
		const back = () => {
			this.onTheWay -= 1;
		};
		helpers.httpRequestWithAuthentication = async function (this: IExecuteFunctions, ...parameters: Parameters<typeof request>) {
			leave();
			try {
				const answer = (await request.apply(this as never, parameters)) as { body: Readable | string };
				if (typeof answer.body === 'string') back();
				else finished(answer.body, back);
				return answer;
			} catch (error) {
				back();
				throw error;
			}
		} as typeof request;
		const leave = () => {
			this.onTheWay += 1;
		};
	}

	/** Follows all that a node executes from now on, until the mocks are restored. */
	followRunsOf(node: INodeType): void {
		const execute = Object.getPrototypeOf(node).execute as (this: IExecuteFunctions) => Promise<INodeExecutionData[][]>;
		const follow = (context: IExecuteFunctions) => this.follow(context);
		jest.spyOn(node as Required<INodeType>, 'execute').mockImplementation(async function (this: IExecuteFunctions) {
			follow(this);
			return await execute.call(this);
		});
	}

	private async run(): Promise<void> {
		if (this.isRunning) return;
		this.isRunning = true;
		while (this.sleepers.size > 0) {
			for (let quiet = 0; quiet < QUIET_TURNS; ) {
				await turn();
				quiet = this.onTheWay > 0 ? 0 : quiet + 1;
			}
			let next: Sleeper | undefined;
			for (const sleeper of this.sleepers) if (!next || sleeper.until < next.until) next = sleeper;
			// Taken away meanwhile, with the clock.
			if (!next) break;
			this.sleepers.delete(next);
			this.time = Math.max(this.time, next.until);
			next.wake();
		}
		this.isRunning = false;
	}
}

async function turn(): Promise<void> {
	await new Promise((resolve) => setImmediate(resolve));
}
