/**
 * The server that all contenders are measured against, in a process of its own: it answers every update with a record that shows it, after a
 * set time, and counts. It checks nothing, so that it costs as little as possible. It is told what to do over the channel of `fork`:
 * `{ delay }` in milliseconds sets the counters to zero, anything else reads them.
 */
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

let delay = 0;
let requests = 0;
/** Connections that wait for an answer, from the moment they are opened: n8n opens one for each request and closes it with the answer. */
const open = new Set<Socket>();
let mostOpen = 0;

function count(socket: Socket): void {
	open.add(socket);
	mostOpen = Math.max(mostOpen, open.size);
}

/** The fields of an update as the record of the answer: Cudo Compute wraps them, UserHub does not. */
function recordOf(body: string): string {
	const { billingAccount, ...fields } = body === '' ? {} : JSON.parse(body);
	return JSON.stringify({ state: 'USER_MANAGED', currencyCode: 'USD', ...(billingAccount ?? fields) });
}

const server = createServer((request, response) => {
	requests += 1;
	count(request.socket);
	let body = '';
	request.setEncoding('utf8');
	request.on('data', (chunk: string) => (body += chunk));
	request.on('end', () => {
		const answer = () => {
			response.writeHead(200, { 'content-type': 'application/json' });
			// A read shows what the updates of the benchmark write.
			response.end(request.method === 'GET' ? '{"displayName":"Acme","email":"billing@example.com"}' : recordOf(body));
			open.delete(request.socket);
		};
		if (delay > 0) setTimeout(answer, delay);
		else answer();
	});
});

server.on('connection', (socket) => {
	count(socket);
	socket.on('close', () => open.delete(socket));
});

server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));

process.on('message', (message: { delay?: number }) => {
	if (message.delay !== undefined) {
		delay = message.delay;
		requests = 0;
		mostOpen = 0;
	}
	process.send!({ requests, mostOpen });
});
// Without the benchmark there is nothing to serve.
process.on('disconnect', () => process.exit());
