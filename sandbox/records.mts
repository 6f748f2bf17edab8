import { setAt, valueAt } from './paths.mts';
import type { Effects, JsonObject } from './standIn.mts';

/** The records of a service, kept in memory. What goes in and out is a copy, so nobody shares an object with it. */
export class Records {
	private byId = new Map<string, JsonObject>();

	/** @param sample makes the records to begin with, by id */
	constructor(private readonly sample: () => Record<string, JsonObject>) {
		this.reset();
	}

	ids(): string[] {
		return [...this.byId.keys()];
	}

	get(id: string): JsonObject | undefined {
		return structuredClone(this.byId.get(id));
	}

	set(id: string, record: JsonObject): void {
		this.byId.set(id, structuredClone(record));
	}

	/**
	 * Stores an updated record, except for the fields that are to be ignored.
	 *
	 * @returns the record as it is now
	 */
	update(id: string, updated: JsonObject, effects: Effects): JsonObject {
		const current = this.get(id) ?? {};
		if (effects.ignore === 'all') return current;
		const next = structuredClone(updated);
		for (const path of effects.ignore ?? []) setAt(next, path, valueAt(current, path));
		this.set(id, next);
		effects.applied = true;
		return next;
	}

	reset(): void {
		this.byId = new Map(Object.entries(structuredClone(this.sample())));
	}
}
