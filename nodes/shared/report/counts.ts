import type { Outcome, Result } from '../service';

/** How many results ended in which way. */
export type Counts = Partial<Record<Outcome, number>>;

/** Most telling first. */
const ORDER: Outcome[] = ['updated', 'unchanged', 'planned', 'read', 'not applied', 'unknown', 'not sent', 'not read'];

export function countOutcomes(results: Result[]): Counts {
	const counts: Counts = {};
	for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1;
	return counts;
}

/** Counts in words: `2 updated, 1 not applied, 4 not sent`. */
export function countsInWords(counts: Counts): string {
	return ORDER.filter((outcome) => counts[outcome])
		.map((outcome) => `${counts[outcome]} ${outcome}`)
		.join(', ');
}
