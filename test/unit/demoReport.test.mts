import type { NodeRun } from '../../demo/n8nApi.mts';
import { printNodeRun, printRequest } from '../../demo/report.mts';
import type { LogEntry } from '../../sandbox/log.mts';

/** What the terminal shows. */
function shown(run: () => void): string {
	const print = jest.spyOn(console, 'log').mockImplementation();
	run();
	const lines = print.mock.calls.flat().join('\n');
	print.mockRestore();
	return lines;
}

/** What the demo prints of a request that a service got. */
const printed = (request: Partial<LogEntry>) =>
	shown(() =>
		printRequest({ service: 'aodocs', method: 'PATCH', path: '/here', query: {}, headers: {}, status: 200, ...request } as LogEntry),
	);

test.each<[Partial<LogEntry>, string]>([
	[{ query: { securityCode: 'hush', fields: 'all' } }, '/here?securityCode=•••&fields=all'],
	[{ headers: { authorization: 'securityCode hush' } }, 'authorization: securityCode •••'],
	[{ service: 'cudoCompute', headers: { authorization: 'Bearer hush' } }, 'authorization: Bearer •••'],
	[{ service: 'userHub', headers: { 'userhub-api-key': 'hush' } }, 'userhub-api-key: •••'],
])('%j is printed without its secret', (request, line) => {
	expect(printed(request)).toContain(line);
	expect(printed(request)).not.toContain('hush');
});

test('a read is one line, an update has its headers and its body', () => {
	const headers = { accept: 'application/json' };

	expect(printed({ method: 'GET', headers })).toBe('  AODocs        GET    /here → 200');
	expect(printed({ headers, body: { maxSeats: 5 } })).toBe(
		'  AODocs        PATCH  /here → 200\n    accept: application/json\n    {\n      "maxSeats": 5\n    }',
	);
});

test('of a run the summary is printed, a line for each change; an item without one is printed whole', () => {
	const run = (json: Record<string, unknown>) =>
		shown(() => printNodeRun('Update', { items: [{ json }], hints: ['1 updated'], executionTime: 9 } as unknown as NodeRun));

	expect(run({ summary: { text: 'Acme: City a → b; State c → d – updated' }, counts: { updated: 1 } })).toBe(
		'\n  Update (9 ms)\n    Acme: City a → b;\n      State c → d – updated\n    Hint: 1 updated',
	);
	expect(run({ id: 'acme' })).toContain('"id": "acme"');
});
