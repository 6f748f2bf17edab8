/** What the demo shows on the terminal: its steps, what the nodes gave out, what the services were asked. */
import type { LogEntry } from '../sandbox/log.mts';
import { nodeNames, services } from '../test/services/index.mts';
import { keysIn } from '../test/services/keysIn.mts';
import type { ExecutionError, NodeRun } from './n8nApi.mts';

const keys = nodeNames.map(keysIn);
const secretHeaders = new Set(['cookie', ...keys.flatMap(({ headers }) => headers)]);
const secretParameters = new Set(keys.flatMap(({ parameters }) => parameters));
const mask = '•••';

const indent = (text: string, by = '    ') => text.replace(/^/gm, by);
const pretty = (value: unknown) => JSON.stringify(value, null, 2);

export function printStep(text: string): void {
	console.log(`\n▸ ${text}`);
}

export function printDetail(text: string): void {
	console.log(indent(text, '  '));
}

/** A secret as it may be shown: its scheme, e.g. Bearer, but nothing of the secret itself. */
function maskSecret(value: string): string {
	const [, scheme] = /^(\S+) \S/.exec(value) ?? [];
	return scheme ? `${scheme} ${mask}` : mask;
}

function shownHeaders(headers: LogEntry['headers']): string {
	return Object.entries(headers)
		.map(([name, value]) => `${name}: ${secretHeaders.has(name) ? maskSecret(String(value)) : String(value)}`)
		.join('\n');
}

function shownQuery(query: LogEntry['query']): string {
	return Object.entries(query)
		.map(([name, value]) => `${name}=${secretParameters.has(name) ? mask : [value].flat().join(',')}`)
		.join('&');
}

/** One line for a request that a service got, e.g. `Cudo Compute  PATCH /v1/billing-accounts/acme → 200`. */
export function requestLine({ service, method, path, query, status, applied }: LogEntry): string {
	const search = shownQuery(query);
	return [
		services[service].displayName.padEnd(13),
		method.padEnd(6),
		`${path}${search && `?${search}`}`,
		`→ ${status ?? 'no answer'}`,
		applied ? '(applied)' : '',
	]
		.join(' ')
		.trimEnd();
}

/** A request: a read as one line, an update in full with headers and body; without secrets. */
export function printRequest(entry: LogEntry): void {
	printDetail(requestLine(entry));
	if (entry.method !== 'PATCH') return;
	console.log(indent(shownHeaders(entry.headers)));
	if (entry.body !== undefined) console.log(indent(pretty(entry.body)));
}

/** What a node gave out: the summary of each item where it has one, else the item; and the node's hints. */
export function printNodeRun(name: string, { items, hints, executionTime }: NodeRun): void {
	console.log(`\n  ${name} (${executionTime} ms)`);
	for (const { json } of items) {
		const { summary } = json as { summary?: { text: string } };
		console.log(indent(summary?.text.replaceAll('; ', ';\n  ') ?? pretty(json)));
	}
	for (const hint of hints) console.log(indent(`Hint: ${hint}`));
}

export function describeError({ node, message, description }: ExecutionError): string {
	return [`${node ? `${node}: ` : ''}${message}`, description].filter(Boolean).join('\n');
}
