import { z } from 'zod';

const common = {
	/** Requests that the fault is for; a condition that is left out is met by every request. */
	match: z
		.strictObject({
			method: z.string().optional(),
			/** Part of the path with its query, still encoded. */
			pathIncludes: z.string().optional(),
			/** Id of the record that the request is about. */
			account: z.string().optional(),
		})
		.optional(),
	/** How many requests meet the fault; 1 unless given. */
	times: z.union([z.number().int().positive(), z.literal('always')]).optional(),
	/** How many matching requests pass unharmed before the first one meets it; 0 unless given. */
	after: z.number().int().nonnegative().optional(),
};

const faultSchema = z.discriminatedUnion('kind', [
	/** The request waits before it is handled. The one kind that goes together with another fault. */
	z.strictObject({ ...common, kind: z.literal('delay'), ms: z.number().nonnegative() }),
	/** The answer is an error, or a redirect. */
	z.strictObject({
		...common,
		kind: z.literal('status'),
		status: z.number().int().min(200).max(599),
		headers: z.record(z.string(), z.string()).optional(),
		/** Sent as it is where it is a string, else as JSON; an error in the service's own shape unless given. */
		body: z.unknown().optional(),
		/** How long to wait: in the header `Retry-After` as seconds or as a date, or in the body (Cudo Compute only). */
		retryAfter: z.strictObject({ seconds: z.number().nonnegative(), as: z.enum(['seconds', 'date', 'body']).optional() }).optional(),
		/** Whether the request takes effect all the same; false unless given. */
		apply: z.boolean().optional(),
	}),
	/**
	 * The connection is cut: `before` the request takes effect, `afterApply`, or in the `midAnswer` (after half of it);
	 * or the request is `never` answered, and takes effect only with `apply`.
	 */
	z.strictObject({
		...common,
		kind: z.literal('drop'),
		when: z.enum(['before', 'afterApply', 'midAnswer', 'never']),
		apply: z.boolean().optional(),
	}),
	/** The request takes effect and its status is sent, but the body is another one, or is cut off. */
	z.strictObject({
		...common,
		kind: z.literal('body'),
		/** What is sent in place of the body. */
		body: z.string().optional(),
		/** How often `body` is repeated: an easy way to a big one. */
		repeat: z.number().int().positive().optional(),
		/** Number of characters after which the body ends. */
		cutTo: z.number().int().nonnegative().optional(),
		contentType: z.string().optional(),
	}),
	/** The answer is 200, but the fields (all unless given) keep their values. */
	z.strictObject({ ...common, kind: z.literal('notApplied'), fields: z.array(z.string()).optional() }),
]);

/** A fault that requests meet. */
export type Fault = z.infer<typeof faultSchema>;
export type DelayFault = Extract<Fault, { kind: 'delay' }>;
export type StatusFault = Extract<Fault, { kind: 'status' }>;
export type BodyFault = Extract<Fault, { kind: 'body' }>;

/** A fault that was added. */
export interface FaultHandle {
	/** How many requests have met it. */
	readonly hits: number;
	remove(): void;
}

/** What a fault may match. */
export interface FaultTarget {
	method: string;
	/** Path with its query, still encoded. */
	path: string;
	account?: string;
}

/** Reads faults that came as JSON. Throws an Error that says what is wrong with them. */
export function parseFaults(json: unknown): Fault[] {
	const result = z.array(faultSchema).safeParse(Array.isArray(json) ? json : [json]);
	if (!result.success) throw new Error(`Not a fault: ${result.error.message}`);
	return result.data;
}

function matches({ match = {} }: Fault, { method, path, account }: FaultTarget): boolean {
	return (
		(match.method === undefined || match.method.toUpperCase() === method) &&
		(match.pathIncludes === undefined || path.includes(match.pathIncludes)) &&
		(match.account === undefined || match.account === account)
	);
}

/** The faults of a service, in the order in which they were added. */
export class FaultList {
	private list: { fault: Fault; passed: number; hits: number }[] = [];

	/** Adds a fault. Throws an Error where it is not one. */
	add(fault: Fault): FaultHandle {
		const entry = { fault: parseFaults(fault)[0], passed: 0, hits: 0 };
		this.list.push(entry);
		return {
			get hits() {
				return entry.hits;
			},
			remove: () => {
				this.list = this.list.filter((other) => other !== entry);
			},
		};
	}

	clear(): void {
		this.list = [];
	}

	/** Counts a request in and tells what it meets: all delays together, and the first fault of another kind. */
	take(target: FaultTarget): { delays: DelayFault[]; fault?: Exclude<Fault, DelayFault> } {
		const delays: DelayFault[] = [];
		let met: Exclude<Fault, DelayFault> | undefined;
		for (const entry of this.list) {
			const { fault } = entry;
			const { times = 1, after = 0 } = fault;
			if (!matches(fault, target) || (times !== 'always' && entry.hits >= times)) continue;
			if (fault.kind !== 'delay' && met) continue;
			if (entry.passed < after) {
				entry.passed += 1;
				continue;
			}
			entry.hits += 1;
			if (fault.kind === 'delay') delays.push(fault);
			else met = fault;
		}
		return { delays, fault: met };
	}
}
