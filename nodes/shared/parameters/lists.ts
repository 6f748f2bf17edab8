import { trimAll } from '../fields/invisible';
import { parseJsonText } from '../fields/jsonText';

/**
 * A choice of several, which also comes as text from an expression, an agent or a sheet: a JSON list, or names separated by commas.
 *
 * @returns undefined when it is no list at all
 */
export function asList(value: unknown): string[] | undefined {
	if (value === undefined || value === null) return [];
	const given = parseJsonText(value) ?? value;
	if (!Array.isArray(given) && typeof given !== 'string') return undefined;
	const entries: unknown[] = Array.isArray(given) ? given : given.split(/[,\n]/);
	const names = entries.map((entry) =>
		typeof entry === 'object' && entry !== null ? JSON.stringify(entry) : trimAll(String(entry ?? '')),
	);
	return [...new Set(names.filter((name) => name !== ''))];
}
