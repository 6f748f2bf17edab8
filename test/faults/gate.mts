import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be shut, so that connections are refused, and opened again. */
export interface Gate {
	/** The server's address as it is through the gate. */
	url: string;
	/** No new connection is accepted; answers that are on their way still arrive. */
	shut(): void;
	open(): Promise<void>;
	/** Whether it has ever been shut. */
	wasShut(): boolean;
	stop(): Promise<void>;
}

/** @param target base URL of the server behind the gate */
export async function startGate(target: string): Promise<Gate> {
	const behind = new URL(target);
	const sockets = new Set<Socket>();
	const server = createServer((incoming) => {
		const outgoing = connect(Number(behind.port), behind.hostname);
		const pair = [incoming, outgoing];
		for (const socket of pair) {
			sockets.add(socket);
			socket.on('error', () => {});
			socket.once('close', () => {
				sockets.delete(socket);
				for (const other of pair) other.destroy();
			});
		}
		incoming.pipe(outgoing);
		outgoing.pipe(incoming);
	});
	const listen = async (port: number) => await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
	await listen(0);
	const { port } = server.address() as AddressInfo;
	const url = new URL(target);
	url.port = String(port);
	let wasShut = false;
	let isStopped = false;
	return {
		url: url.toString().replace(/\/$/, ''),
		shut: () => {
			wasShut = true;
			if (server.listening) server.close();
		},
		open: async () => {
			if (!server.listening && !isStopped) await listen(port);
		},
		wasShut: () => wasShut,
		stop: async () => {
			isStopped = true;
			for (const socket of sockets) socket.destroy();
			if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}
