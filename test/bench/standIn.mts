/**
 * The server that all contenders are measured against, in a process of its own: it answers every update with a record that shows it, after a
 * set time, and counts. It checks nothing, so that it costs as little as possible.
 *
 *   npx tsx test/bench/standIn.mts PORT
 *
 * GET /_bench/start?delay=20 sets the time to an answer in milliseconds and the counters to zero; GET /_bench/stats reads them.
 */
import { createServer } from 'node:http';

let delay = 0;
let requests = 0;
/** Connections, not requests: n8n opens one for each request. */
let open = 0;
let mostOpen = 0;

/** The fields of an update as the record of the answer: Cudo Compute wraps them, UserHub does not. */
function recordOf(body: string): string {
	const { billingAccount, ...fields } = body === '' ? {} : JSON.parse(body);
	return JSON.stringify({ state: 'USER_MANAGED', currencyCode: 'USD', ...(billingAccount ?? fields) });
}

const server = createServer((request, response) => {
	const url = new URL(request.url ?? '/', 'http://127.0.0.1');
	if (url.pathname.startsWith('/_bench/')) {
		if (url.pathname === '/_bench/start') {
			delay = Number(url.searchParams.get('delay'));
			requests = 0;
			mostOpen = 0;
		}
		response.end(JSON.stringify({ requests, mostOpen }));
		return;
	}
	requests += 1;
	let body = '';
	request.setEncoding('utf8');
	request.on('data', (chunk: string) => (body += chunk));
	request.on('end', () => {
		const answer = () => {
			response.writeHead(200, { 'content-type': 'application/json' });
			// A read shows what the updates of the benchmark write.
			response.end(request.method === 'GET' ? '{"displayName":"Acme","email":"billing@example.com"}' : recordOf(body));
		};
		if (delay > 0) setTimeout(answer, delay);
		else answer();
	});
});

server.on('connection', (socket) => {
	open += 1;
	mostOpen = Math.max(mostOpen, open);
	socket.on('close', () => (open -= 1));
});

server.listen(Number(process.argv[2]), '127.0.0.1', () => process.stdout.write('ready\n'));
