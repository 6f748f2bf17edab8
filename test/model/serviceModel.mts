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
	leaves: ModelLeaf[];
	clearable: string[];
	/** Leaves that Refuse Changes Above guards. */
	guarded: string[];
	/** Parts that are sent as zero with the object around them where its record does not show them. */
	zeroParts: string[];
	/** The record that an accepted update leads to. */
	apply(record: IDataObject, patch: IDataObject, habits: Record<string, boolean>): IDataObject;
	/** Whether a PATCH with this body may be the item's, whatever the record was. */
	isPatchOf(patch: IDataObject, asked: Asked): boolean;
}

/** A leaf, and what it means that an answer does not show it: nothing (null), or zero where answers leave that out. */
export interface ModelLeaf extends Leaf {
	absent: string | null;
}

/** A value in one spelling: what means the same is equal. Numbers of the test are small enough to be compared as such. */
export function meaning(leaf: ModelLeaf, value: unknown): string | null {
	const spelled = spelling(leaf, value);
	return leaf.format === 'email' ? (spelled?.toLowerCase() ?? null) : spelled;
}

/** The same as a person sees it: an e-mail address in capitals is spelled otherwise than one in small letters, and means the same. */
export function spelling(leaf: ModelLeaf, value: unknown): string | null {
	if (value === undefined || value === null || value === '') return leaf.absent;
	if (leaf.type === 'decimal') return String(Number((value as { value?: unknown }).value ?? value));
	if (leaf.type === 'lines')
		return (value as string[])
			.filter((line) => line.trim() !== '')
			.join('\n')
			.replace(/\r\n?/g, '\n');
	if (leaf.format === 'date-time') return new Date(String(value)).toISOString();
	return String(value).normalize('NFC').replace(/\r\n?/g, '\n');
}

/** Whether a record holds at a leaf what was asked for; null asks for nothing to be there. */
export function holds(leaf: ModelLeaf, record: IDataObject, wanted: string | null): boolean {
	const actual = meaning(leaf, valueAt(record, leaf.path));
	return actual === wanted || (wanted === null && leaf.type === 'decimal' && actual === '0');
}

/** The leaves that an item touches, each with the meaning of what it asks for. */
export function wantedOf({ leaves }: ServiceModel, { values, clear }: Asked): Array<{ leaf: ModelLeaf; wanted: string | null }> {
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
	const { guarded, apply, isPatchOf, zeroParts = [], leavesOutZero = false } = services[name].model as ModelFixture;
	const zeroOf: Record<string, string> = leavesOutZero ? { boolean: 'false', integer: '0', decimal: '0' } : {};
	const leaves = loadContract(name).leaves.map((leaf) => ({ ...leaf, absent: zeroOf[leaf.type] ?? null }));
	return {
		name,
		leaves,
		clearable: clearablePaths(nodes[name]),
		guarded,
		zeroParts,
		apply: (record, patch, habits) => apply(leaves, record, patch, habits),
		isPatchOf: (patch, asked) => isPatchOf(leaves, patch, asked),
	};
}

/** What every record has that no update touches. */
export function untouched(name: NodeName): IDataObject {
	const { record } = accounts[name];
	return Object.fromEntries(services[name].model.untouched.map((key) => [key, record[key]]));
}
