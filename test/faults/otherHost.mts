import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A host that redirects point to. It counts connections and keeps whatever it is sent; nothing should ever come. */
export interface OtherHost {
	url: string;
	connections: number;
	received: string;
	stop(): Promise<void>;
}

export async function startOtherHost(): Promise<OtherHost> {
	const host: OtherHost = { url: '', connections: 0, received: '', stop: async () => {} };
	const server = createServer((socket) => {
		host.connections += 1;
		socket.on('data', (bytes) => {
			host.received += bytes.toString('latin1');
			socket.end('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}');
		});
		socket.on('error', () => {});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	// Another name for this machine, so that it is another host to an HTTP client.
	host.url = `http://localhost:${(server.address() as AddressInfo).port}`;
	host.stop = async () => await new Promise<void>((resolve) => server.close(() => resolve()));
	return host;
}
