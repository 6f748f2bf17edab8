import { printRequest } from '../../demo/report.mts';
import type { LogEntry } from '../../sandbox/log.mts';

/** What the demo prints of a request that a service got. */
function printed(request: Partial<LogEntry>): string {
	const print = jest.spyOn(console, 'log').mockImplementation();
	printRequest({ service: 'aodocs', method: 'GET', path: '/here', query: {}, headers: {}, status: 200, ...request } as LogEntry);
	const lines = print.mock.calls.flat().join('\n');
	print.mockRestore();
	return lines;
}

test.each<[Partial<LogEntry>, string]>([
	[{ query: { securityCode: 'hush', fields: 'all' } }, '/here?securityCode=•••&fields=all'],
	[{ headers: { authorization: 'securityCode hush' } }, 'authorization: securityCode •••'],
	[{ service: 'cudoCompute', headers: { authorization: 'Bearer hush' } }, 'authorization: Bearer •••'],
	[{ service: 'userHub', headers: { 'userhub-api-key': 'hush' } }, 'userhub-api-key: •••'],
])('%j is printed without its secret', (request, line) => {
	expect(printed(request)).toContain(line);
	expect(printed(request)).not.toContain('hush');
});
