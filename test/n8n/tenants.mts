/** A stand-in for AODocs with several domains, told apart by their security codes. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBody } from '../../sandbox/wire.mts';

export interface Tenants {
	/** Base URL for the credential. */
	url: string;
	/** The billing status of each domain, by its security code. */
	records: Map<string, Record<string, unknown>>;
	/** Brings back how they started. */
	reset(): void;
	stop(): void;
}

/** @param codes the security codes that are good */
export async function startTenants(codes: string[]): Promise<Tenants> {
	const records: Tenants['records'] = new Map();
	const reset = () => codes.forEach((code) => records.set(code, { kind: 'domain#billingStatus', maxSeats: 1, type: 'STANDARD' }));
	reset();
	const server = createServer(async (request, response) => {
		const code = /^securityCode (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
		const body = await readBody(request);
		const record = records.get(code);
		if (record && request.method === 'PATCH') Object.assign(record, JSON.parse(body));
		response.writeHead(record ? 200 : 403, { 'content-type': 'application/json' });
		response.end(JSON.stringify(record ?? { error: { code: 403, message: 'Invalid security code' } }));
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
		records,
		reset,
		stop: () => {
			server.close();
			server.closeAllConnections();
		},
	};
}
