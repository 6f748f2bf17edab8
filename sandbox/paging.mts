/**
 * Cuts one page out of a list. A token is the place where the page begins, made unreadable so that nobody leans on it.
 *
 * @param size how many items the page may hold
 * @param token token of the page; undefined or empty for the first one
 * @returns the page, with the tokens of its neighbours (the next is empty where there is none, the one before undefined, and empty where it is the
 *   first); undefined where the token is bad
 */
export function pageOf<Item>(
	items: Item[],
	size: number,
	token: string | undefined,
): { items: Item[]; next: string; previous?: string } | undefined {
	const start = token ? Number(/^at:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1]) : 0;
	if (Number.isNaN(start) || start > items.length) return undefined;
	const tokenOf = (place: number) => Buffer.from(`at:${place}`).toString('base64url');
	return {
		items: items.slice(start, start + size),
		next: start + size < items.length ? tokenOf(start + size) : '',
		previous: start === 0 ? undefined : start <= size ? '' : tokenOf(start - size),
	};
}
