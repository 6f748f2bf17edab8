/** Records and the fields of their contract. */
import type { IDataObject } from 'n8n-workflow';

import type { Leaf } from './contract.mts';
import { put } from './paths.mts';

/** A value as the API takes it. */
export const toApi = (leaf: Leaf, value: unknown) => (leaf.type === 'decimal' ? { value } : value);

/** Values by path, as a person spells them, as the record that the API takes. */
export function nested(leaves: Leaf[], values: Record<string, unknown>): IDataObject {
	const record: IDataObject = {};
	for (const leaf of leaves) if (leaf.path in values) put(record, leaf.path.split('.'), toApi(leaf, values[leaf.path]));
	return record;
}

/**
 * The parts of a record by path, down to the contract's leaves: a Decimal `{ value }` and a list are one part each.
 *
 * @param leaves the contract's fields
 */
export function leavesOf(record: unknown, leaves: Leaf[], path = ''): Record<string, unknown> {
	const isWhole = typeof record !== 'object' || record === null || leaves.some((leaf) => leaf.path === path);
	if (isWhole) return path === '' ? {} : { [path]: record };
	return Object.assign(
		{},
		...Object.entries(record).map(([name, inner]) => leavesOf(inner, leaves, path === '' ? name : `${path}.${name}`)),
	);
}
