import type { IncomingMessage } from 'node:http';
import type { Answer, Query } from './standIn.mts';

/** A request's body as text. */
export async function readBody(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString('utf8');
}

/** A body as JSON where it is JSON, else as text; undefined where there is none. */
export function parseBody(text: string): unknown {
	if (text === '') return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** A query string by name; a name that occurs more than once has a list of values. */
export function parseQuery(search: string): Query {
	const parameters = new URLSearchParams(search);
	return Object.fromEntries(
		[...new Set(parameters.keys())].map((name) => {
			const values = parameters.getAll(name);
			return [name, values.length === 1 ? values[0] : values];
		}),
	);
}

/** Headers and text of an answer as they go over the wire. */
export function render({ headers = {}, body, text }: Answer): { headers: Record<string, string>; text: string } {
	if (text !== undefined || body === undefined) return { headers, text: text ?? '' };
	return { headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, text: JSON.stringify(body) };
}
