import { leafOf } from '../fields/record';
import { wantedLeaves } from '../plan/changes';
import type { Changes, LeafValue, NamedField, Service } from '../service';
import type { IDataObject } from 'n8n-workflow';

/** By how many percent a number changes. From nothing, to nothing, and to or from unlimited, there is no percentage: it is endless. */
function percent(from: LeafValue | undefined, to: LeafValue | undefined, zeroIsUnlimited: boolean): number {
	const [before, after] = [Number(from ?? 0), Number(to ?? 0)];
	if (before === after) return 0;
	// What is no number, or beyond all numbers, has no measure either.
	if (!Number.isFinite(before) || !Number.isFinite(after) || before === 0 || to === undefined || (zeroIsUnlimited && after === 0))
		return Infinity;
	return (Math.abs(after - before) / Math.abs(before)) * 100;
}

/**
 * The first change of a guarded number that is larger than the person allows.
 *
 * @param limit percent
 */
export function changeAbove(
	limit: number,
	service: Pick<Service, 'guarded' | 'fields'>,
	changes: Changes,
	record: IDataObject,
): { field: NamedField; from: LeafValue | undefined; to: LeafValue | undefined; percent: number } | undefined {
	for (const { field, wanted } of wantedLeaves(changes, service.fields)) {
		const guarded = service.guarded.find(({ path }) => path === field.path);
		if (!guarded) continue;
		const from = leafOf(record, field);
		const change = percent(from, wanted, guarded.zeroIsUnlimited ?? false);
		if (change > limit) return { field, from, to: wanted, percent: change };
	}
	return undefined;
}
