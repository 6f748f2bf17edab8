/** Everything but letters, the marks on them, and digits: what a column's name may have more or less of than a field's. */
const LEFT_OUT = /[^\p{L}\p{M}\p{N}]/gu;

/** What two names of the same thing have in common: `Display Name`, `display_name` and `displayName` fold to one. */
export function fold(name: string): string {
	return name.normalize('NFKC').replace(LEFT_OUT, '').toLowerCase();
}

/** The one of some names that folds as a given one does. */
function nameMeant(given: string, names: Iterable<string>): string | undefined {
	const folded = fold(given);
	for (const name of names) if (fold(name) === folded) return name;
	return undefined;
}

/** A sentence that names what was probably meant; empty where that is not clear. */
export function didYouMean(given: string, names: Iterable<string>): string {
	const meant = nameMeant(given, names);
	return meant === undefined ? '' : `Did you mean ${meant}? `;
}
