/**
 * The server that all contenders are measured against, in a process of its own: it answers every update with a record that shows it, after a
 * set time, and counts. It checks nothing, so that it costs as little as possible. It is told what to do over the channel of `fork`:
 * `{ delay }` in milliseconds sets the counters to zero, and `{ pace, seed }` names a service of the limiter's tests to be in its place; anything else
 * reads the counters. Of such a service they tell when each request was accepted, by the run that its account's name begins with.
 */
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import type { Reply } from '../../nodes/shared/http/limiter.ts';
import { seeded } from '../support/modelServices.mts';
import type { Random, Service } from '../support/modelServices.mts';
import { paceCases } from '../support/paceCases.mts';

let delay = 0;
/** What the server bears; anything without one. */
let service: Service | undefined;
let random: Random = seeded(1);
let refused = 0;
/** When the first request came: the time of a service begins then. */
let startedAt = 0;
let requests = 0;
/** Connections that wait for an answer, from the moment they are opened: n8n opens one for each request and closes it with the answer. */
const open = new Set<Socket>();
let mostOpen = 0;
/** When requests were accepted, in milliseconds after the first came: by what the accounts of a run begin with. */
let acceptedAt: Record<string, number[]> = {};

function count(socket: Socket): void {
	open.add(socket);
	mostOpen = Math.max(mostOpen, open.size);
}

/** The fields of an update as the record of the answer: Cudo Compute wraps them, UserHub does not. */
function recordOf(body: string): string {
	const { billingAccount, ...fields } = body === '' ? {} : JSON.parse(body);
	return JSON.stringify({ state: 'USER_MANAGED', currencyCode: 'USD', ...(billingAccount ?? fields) });
}

/** What the account's name begins with. */
function runOf(url: string): string {
	return /organizationId=([^-&]*)/.exec(url)?.[1] ?? '';
}

/** The headers with which a service tells its limit, as far as it does. */
function headersOf(reply: Reply): Record<string, string> {
	const headers: Record<string, string> = { 'content-type': 'application/json' };
	if (reply.kind === 'refused' && reply.waitMs !== undefined) headers['retry-after'] = String(reply.waitMs / 1000);
	if (reply.kind !== 'lost' && reply.quota) {
		headers['x-ratelimit-limit'] = String(reply.quota.limit);
		headers['x-ratelimit-remaining'] = String(reply.quota.remaining);
		headers['x-ratelimit-reset'] = String(reply.quota.resetMs / 1000);
	}
	return headers;
}

const server = createServer((request, response) => {
	if (requests === 0) startedAt = performance.now();
	requests += 1;
	count(request.socket);
	let body = '';
	request.setEncoding('utf8');
	request.on('data', (chunk: string) => (body += chunk));
	request.on('end', () => {
		const answer = (reply: Reply) => {
			if (reply.kind === 'refused') refused += 1;
			else if (service) (acceptedAt[runOf(request.url!)] ??= []).push(performance.now() - startedAt);
			response.writeHead(reply.kind === 'refused' ? 429 : 200, headersOf(reply));
			// A read shows what the updates of the benchmark write.
			if (reply.kind === 'refused') response.end('{}');
			else response.end(request.method === 'GET' ? '{"displayName":"Acme","email":"billing@example.com"}' : recordOf(body));
			open.delete(request.socket);
		};
		if (service) {
			const now = performance.now() - startedAt;
			const given = service;
			given.receive(now, random, (at, reply) =>
				setTimeout(() => {
					given.sent?.(performance.now() - startedAt);
					answer(reply);
				}, at - now),
			);
		} else if (delay > 0) setTimeout(() => answer({ kind: 'accepted' }), delay);
		else answer({ kind: 'accepted' });
	});
});

server.on('connection', (socket) => {
	count(socket);
	socket.on('close', () => open.delete(socket));
});

server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));

process.on('message', (message: { delay?: number; pace?: string; seed?: number }) => {
	if (message.delay !== undefined) {
		delay = message.delay;
		random = seeded(message.seed ?? 1);
		service = paceCases.find(({ name }) => name === message.pace)?.service(random);
		refused = 0;
		requests = 0;
		mostOpen = 0;
		acceptedAt = {};
	}
	process.send!({ requests, mostOpen, refused, acceptedAt });
});
// Without the benchmark there is nothing to serve.
process.on('disconnect', () => process.exit());
