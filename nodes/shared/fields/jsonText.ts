import { trimAll } from './invisible';

/** The object or list that a text is in JSON, as agents and spreadsheets give them; undefined for any other value. */
export function parseJsonText(value: unknown): object | undefined {
	if (typeof value !== 'string') return undefined;
	const text = trimAll(value);
	if (!text.startsWith('{') && !text.startsWith('[')) return undefined;
	try {
		return JSON.parse(text) as object;
	} catch {
		return undefined;
	}
}
