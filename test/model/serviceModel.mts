import type { IDataObject } from 'n8n-workflow';

import type { Asked, ModelFixture } from '../services/fixture.mts';
import { services } from '../services/index.mts';
import type { NodeName } from '../services/index.mts';
import { accounts } from '../support/accounts.mts';
import { loadContract } from '../support/contract.mts';
import type { Leaf } from '../support/contract.mts';
import { nodes } from '../support/installation.mts';
import { isWithin, valueAt } from '../support/paths.mts';
import { clearablePaths } from '../support/updates.mts';

/**
 * A service as a few pure functions, written from its documentation. Of the nodes it takes one thing: which fields their form lets a
 * person clear.
 */
export interface ServiceModel {
	name: NodeName;
	leaves: Leaf[];
	clearable: string[];
	/** Leaves that Refuse Changes Above guards. */
	guarded: string[];
	/** Whether its answers leave out parts that are zero. */
	leavesOutZero: boolean;
	/** The record that an accepted update leads to. */
	apply(record: IDataObject, patch: IDataObject, habits: Record<string, boolean>): IDataObject;
	/** Whether a PATCH with this body may be the item's, whatever the record was. */
	isPatchOf(patch: IDataObject, asked: Asked): boolean;
}

/** A value in one spelling: what means the same is equal. Absent is null. Numbers of the test are small enough to be compared as such. */
export function meaning(leaf: Leaf, value: unknown): string | null {
	if (value === undefined || value === null || value === '') return null;
	if (leaf.type === 'decimal') return String(Number((value as { value?: unknown }).value ?? value));
	if (leaf.type === 'lines')
		return (value as string[])
			.filter((line) => line.trim() !== '')
			.join('\n')
			.replace(/\r\n?/g, '\n');
	if (leaf.format === 'date-time') return new Date(String(value)).toISOString();
	if (leaf.format === 'email') return String(value).toLowerCase();
	return String(value).normalize('NFC').replace(/\r\n?/g, '\n');
}

/** Whether a record holds at a leaf what was asked for; null asks for nothing to be there. */
export function holds(leaf: Leaf, record: IDataObject, wanted: string | null): boolean {
	const actual = meaning(leaf, valueAt(record, leaf.path));
	return actual === wanted || (wanted === null && leaf.type === 'decimal' && actual === '0');
}

/** The leaves that an item touches, each with the meaning of what it asks for. */
export function wantedOf({ leaves }: ServiceModel, { values, clear }: Asked): Array<{ leaf: Leaf; wanted: string | null }> {
	return leaves
		.filter(({ path }) => path in values || clear.some((cleared) => isWithin(path, cleared)))
		.map((leaf) => ({ leaf, wanted: meaning(leaf, values[leaf.path]) }));
}

/** By how many percent a guarded number changes; endless from nothing, to nothing, and to no limit. */
export function percentOf({ name }: ServiceModel, before: string | null, after: string | null): number {
	const [from, to] = [Number(before ?? 0), Number(after ?? 0)];
	if (from === to) return 0;
	if (from === 0 || after === null || (services[name].model.zeroIsUnlimited && to === 0)) return Infinity;
	return (100 * Math.abs(to - from)) / Math.abs(from);
}

/** The model of a node's service. */
export function modelOf(name: NodeName): ServiceModel {
	const { leaves } = loadContract(name);
	const { guarded, apply, isPatchOf, leavesOutZero = false } = services[name].model as ModelFixture;
	return {
		name,
		leaves,
		clearable: clearablePaths(nodes[name]),
		guarded,
		leavesOutZero,
		apply: (record, patch, habits) => apply(leaves, record, patch, habits),
		isPatchOf: (patch, asked) => isPatchOf(leaves, patch, asked),
	};
}

/** What every record has that no update touches. */
export function untouched(name: NodeName): IDataObject {
	const { record } = accounts[name];
	return Object.fromEntries(services[name].model.untouched.map((key) => [key, record[key]]));
}
