/** Stands in for what the examples reach besides the three services: the sheets, the CRM and the chat that they name as …example.com. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Websites {
	url: string;
	/** Puts a text where a path leads to, e.g. /seats.csv; anything else as JSON. */
	put(path: string, content: unknown): void;
	/** The texts that were sent to the chat, the oldest first. */
	readonly messages: string[];
	stop(): Promise<void>;
}

export async function startWebsites(): Promise<Websites> {
	const files = new Map<string, unknown>();
	const messages: string[] = [];
	const server = createServer((request, response) => {
		void (async () => {
			let body = '';
			for await (const chunk of request) body += String(chunk);
			if (request.method === 'POST') {
				messages.push((JSON.parse(body) as { text: string }).text);
				response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
				return;
			}
			const content = files.get(request.url ?? '');
			if (typeof content === 'string') response.writeHead(200, { 'content-type': 'text/csv' }).end(content);
			else if (content !== undefined) response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(content));
			else response.writeHead(404).end();
		})();
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		put: (path, content) => void files.set(path, content),
		messages,
		async stop() {
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}
