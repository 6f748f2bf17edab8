import type { IDataObject } from 'n8n-workflow';

import { accounts } from '../support/accounts.mts';
import { loadContract } from '../support/contract.mts';
import type { Leaf } from '../support/contract.mts';
import { nodes } from '../support/installation.mts';
import type { NodeName } from '../support/installation.mts';
import { clearablePaths, leavesOf, put, toApi } from '../support/updates.mts';

/** What an item asks for: values by path as it spells them, and paths to erase. */
export interface Asked {
	values: Record<string, unknown>;
	clear: string[];
}

/** What is left open by a service's documentation, so both is tried. */
export interface Habits {
	/** UserHub: an address in the update replaces the current one, or is laid over it. */
	replacesAddress: boolean;
	/** Cudo Compute: a decimal that was cleared reads 0 instead of being absent. */
	showsZero: boolean;
}

/** A service as a few pure functions. Nothing here is taken from the nodes. */
export interface ServiceModel {
	name: NodeName;
	leaves: Leaf[];
	clearable: string[];
	/** Leaves that Refuse Changes Above guards. */
	guarded: string[];
	/** The record that an accepted update leads to. */
	apply(record: IDataObject, patch: IDataObject, habits: Habits): IDataObject;
	/** Whether a PATCH with this body may be the item's, whatever the record was. */
	isPatchOf(patch: IDataObject, asked: Asked): boolean;
}

const within = (path: string, outer: string) => path === outer || path.startsWith(`${outer}.`);

/** The value at a path. */
export const at = (record: unknown, path: string): unknown =>
	path.split('.').reduce<unknown>((inner, key) => (inner as IDataObject | null | undefined)?.[key], record);

function removeAt(record: IDataObject, path: string): void {
	const keys = path.split('.');
	const parent = keys.length === 1 ? record : (at(record, keys.slice(0, -1).join('.')) as IDataObject | undefined);
	if (parent) delete parent[keys.at(-1)!];
}

/** A value in one spelling: what means the same is equal. Absent is null. Numbers of the test are small enough to be compared as such. */
export function meaning(leaf: Leaf, value: unknown): string | null {
	if (value === undefined || value === null || value === '') return null;
	if (leaf.type === 'decimal') return String(Number((value as { value?: unknown }).value ?? value));
	if (leaf.type === 'lines') return (value as string[]).map((line) => line.trim()).join('\n');
	if (leaf.format === 'date-time') return new Date(String(value)).toISOString();
	if (leaf.format === 'email') return String(value).toLowerCase();
	return String(value).trim();
}

/** Whether a record holds at a leaf what was asked for; null asks for nothing to be there. */
export function holds(leaf: Leaf, record: IDataObject, wanted: string | null): boolean {
	const actual = meaning(leaf, at(record, leaf.path));
	return actual === wanted || (wanted === null && leaf.type === 'decimal' && actual === '0');
}

/** The leaves that an item touches, each with the meaning of what it asks for. */
export function wantedOf({ leaves }: ServiceModel, { values, clear }: Asked): Array<{ leaf: Leaf; wanted: string | null }> {
	return leaves
		.filter(({ path }) => path in values || clear.some((cleared) => within(path, cleared)))
		.map((leaf) => ({ leaf, wanted: meaning(leaf, values[leaf.path]) }));
}

/** By how many percent a guarded number changes; endless from nothing, to nothing, and, at AODocs, to unlimited seats. */
export function percentOf({ name }: ServiceModel, before: string | null, after: string | null): number {
	const [from, to] = [Number(before ?? 0), Number(after ?? 0)];
	if (from === to) return 0;
	if (from === 0 || after === null || (name === 'aodocs' && to === 0)) return Infinity;
	return (100 * Math.abs(to - from)) / Math.abs(from);
}

/** The values of an item as the API takes them. */
export function nested(leaves: Leaf[], values: Record<string, unknown>): IDataObject {
	const record: IDataObject = {};
	for (const leaf of leaves) if (leaf.path in values) put(record, leaf.path.split('.'), toApi(leaf, values[leaf.path]));
	return record;
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const sorted = (object: Record<string, unknown>) => Object.entries(object).sort(([a], [b]) => a.localeCompare(b));

const apply: Record<NodeName, (leaves: Leaf[], record: IDataObject, patch: IDataObject, habits: Habits) => IDataObject> = {
	aodocs: (_, record, patch) => ({ ...record, ...patch }),
	cudoCompute(leaves, record, { billingAccount, updateMask }, { showsZero }) {
		const isDecimal = (path: string) => leaves.some((leaf) => leaf.path === path && leaf.type === 'decimal');
		const next = structuredClone(record);
		for (const path of String(updateMask).split(',')) {
			const value = at(billingAccount, path);
			if (value !== undefined) put(next, path.split('.'), structuredClone(value));
			else if (showsZero && isDecimal(path)) put(next, path.split('.'), { value: '0' });
			else removeAt(next, path);
		}
		return next;
	},
	userHub(_, record, patch, { replacesAddress }) {
		const next: IDataObject = structuredClone(record);
		for (const [key, value] of Object.entries(patch)) {
			if (value === null) delete next[key];
			else if (key === 'address' && !replacesAddress) next.address = { ...(next.address as IDataObject), ...(value as IDataObject) };
			else next[key] = value;
		}
		return next;
	},
};

const isPatchOf: Record<NodeName, (leaves: Leaf[], patch: IDataObject, asked: Asked) => boolean> = {
	aodocs: (leaves, patch, { values }) => same(sorted(leavesOf(patch, leaves)), sorted(leavesOf(nested(leaves, values), leaves))),
	cudoCompute: (leaves, { billingAccount, updateMask }, { values, clear }) =>
		same(String(updateMask).split(',').sort(), [...Object.keys(values), ...clear].sort()) &&
		same(sorted(leavesOf(billingAccount, leaves)), sorted(leavesOf(nested(leaves, values), leaves))),
	// An address is sent as a whole, so besides the item's own parts it has those of the record.
	userHub(leaves, patch, { values, clear }) {
		const expected: IDataObject = { ...nested(leaves, values), ...Object.fromEntries(clear.map((path) => [path, null])) };
		return (
			same(Object.keys(patch).sort(), Object.keys(expected).sort()) &&
			Object.entries(leavesOf(expected, leaves)).every(([path, value]) => same(at(patch, path), value))
		);
	},
};

const GUARDED: Record<NodeName, string[]> = {
	aodocs: ['maxSeats'],
	cudoCompute: [
		'billingThreshold',
		'creditBalance',
		'creditBalanceRecharge.high',
		'creditBalanceRecharge.low',
		'hourlySpendLimit',
		'hourlySpendRate',
		'monthlySpendLimit',
		'nextInvoiceTotal',
	],
	userHub: [],
};

/** The model of a node's service. */
export function modelOf(name: NodeName): ServiceModel {
	const { leaves } = loadContract(name);
	return {
		name,
		leaves,
		clearable: clearablePaths(nodes[name]),
		guarded: GUARDED[name],
		apply: (record, patch, habits) => apply[name](leaves, record, patch, habits),
		isPatchOf: (patch, asked) => isPatchOf[name](leaves, patch, asked),
	};
}

/** What every record has that no update touches. */
export function untouched(name: NodeName): IDataObject {
	const { id, createBy, currencyCode } = accounts[name].record;
	return { ...(id !== undefined && { id, createBy }), ...(currencyCode !== undefined && { currencyCode }) };
}
