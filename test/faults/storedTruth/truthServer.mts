import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import type { NodeName } from './harness.mts';
import { standIns, type Json } from './standIns.mts';

/** A request as the server saw it. */
export interface Received {
	kind: 'update' | 'read' | 'list' | 'session' | 'token' | 'other';
	/** Tenant and account, e.g. `t1/acme`. */
	account: string;
	/** How many requests of this kind came for this account, this one included. */
	nth: number;
	headers: IncomingMessage['headers'];
	query: URLSearchParams;
	path: string;
	body: unknown;
	/** Values that an update asks for, by path. */
	asked: Record<string, unknown>;
	/** Milliseconds since the server started. */
	at: number;
	answeredAt?: number;
	status?: number;
	/** The record that the answer showed, where it showed a whole one with status 200. */
	shown?: Json;
	/** How many bytes of the answer were taken from the server. */
	sentBytes: number;
}

/** What an account was made to hold, and by which request. */
export interface Write {
	account: string;
	at: number;
	before: Json;
	after: Json;
	by: Received;
}

/** What the body of an answer can be made of. */
export interface View {
	/** The record before the request, and after everything that was stored with it. */
	before: Json;
	after: Json;
	request: Received;
}

/** What the service does with one request. What is left out is done plainly: stored as asked, answered with 200 and the record. */
export interface Step {
	/** Updates: whether it is stored, or what becomes of a value. False: nothing is stored. */
	store?: boolean | ((value: unknown, path: string) => unknown);
	/** Updates: only these of the asked values are stored. */
	only?: (path: string) => boolean;
	/** The write lands so much later, whatever the answer. */
	storeAfterMs?: number;
	status?: number;
	headers?: Record<string, string>;
	/** A text is sent as it is. */
	body?: (view: View) => unknown;
	/** The answer begins so much later. */
	delayMs?: number;
	/** In place of an orderly answer. */
	instead?: 'reset' | 'hang' | 'trickle' | 'upgrade' | 'huge';
	/** How huge; more than a reader with a bound takes unless told. */
	megabytes?: number;
}

export type Script = (request: Received) => Step | undefined;

/** One running server: one service, its accounts and everything that happened. */
export interface TruthServer {
	url: string;
	requests: Received[];
	writes: Write[];
	/** What is done with requests; undefined does the plain thing. */
	script: Script;
	/** Tenant by the secret that a request signs in with. An unknown one is refused with 401. */
	tenants: Map<string, string>;
	/** Makes the token of a session or of OAuth2. */
	makeToken: () => string;
	record(account: string): Json;
	set(account: string, record: Json): void;
	/** Milliseconds since the server started. */
	now(): number;
	/** How many connections are open. */
	connections(): number;
	/** Resolves when every late write has landed. */
	landed(): Promise<void>;
	stop(): Promise<void>;
}

const TRICKLE_MS = 20;
const HUGE_CHUNK = ' '.repeat(64 * 1024);
/** A reader that takes more than this of an answer has no bound. */
const MEGABYTES = 24;

const valueAt = (record: unknown, path: string): unknown => path.split('.').reduce<unknown>((inner, key) => (inner as Json)?.[key], record);

/** Puts a value where the path says; undefined takes it away. */
export function put(record: Json, path: string, value: unknown): void {
	const keys = path.split('.');
	let inner = record;
	for (const key of keys.slice(0, -1)) {
		if (typeof inner[key] !== 'object' || inner[key] === null) inner[key] = {};
		inner = inner[key] as Json;
	}
	if (value === undefined) delete inner[keys.at(-1)!];
	else inner[keys.at(-1)!] = value;
}

export { valueAt };

async function bodyOf(request: IncomingMessage): Promise<unknown> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	const text = Buffer.concat(chunks).toString();
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** Sends an answer in its own time, until the other side has had enough. */
async function pour(response: ServerResponse, received: Received, next: () => string | undefined, pauseMs: number): Promise<void> {
	const closed = new Promise<false>((resolve) => response.once('close', () => resolve(false)));
	for (let chunk = next(); chunk !== undefined && !response.destroyed; chunk = next()) {
		const text = chunk;
		const written = new Promise<boolean>((resolve) => response.write(text, (error) => resolve(!error)));
		if (!(await Promise.race([written, closed]))) return;
		received.sentBytes += text.length;
		if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
	}
	response.end();
}

/** Starts a server of one service that does whatever its script says, and knows what is stored. */
export async function startTruthServer(service: NodeName): Promise<TruthServer> {
	const standIn = standIns[service];
	const began = performance.now();
	const records = new Map<string, Json>();
	const late = new Set<Promise<void>>();
	const sockets = new Set<Socket>();

	const truth: TruthServer = {
		url: '',
		requests: [],
		writes: [],
		script: () => undefined,
		tenants: new Map(),
		makeToken: () => `token-${Math.random()}`,
		record: (account) => {
			if (!records.has(account)) records.set(account, standIn.record(account.split('/')[1]));
			return structuredClone(records.get(account)!);
		},
		set: (account, record) => void records.set(account, structuredClone(record)),
		now: () => performance.now() - began,
		connections: () => sockets.size,
		landed: async () => {
			while (late.size > 0) await Promise.all(late);
		},
		stop: async () => {
			const closed = new Promise<void>((resolve) => server.close(() => resolve()));
			for (const socket of sockets) socket.destroy();
			await closed;
		},
	};

	function write(received: Received, step: Step): void {
		if (step.store === false) return;
		const before = truth.record(received.account);
		const after = structuredClone(before);
		for (const [path, value] of Object.entries(received.asked)) {
			if (step.only && !step.only(path)) continue;
			put(after, path, typeof step.store === 'function' ? step.store(value, path) : value);
		}
		truth.set(received.account, after);
		truth.writes.push({ account: received.account, at: truth.now(), before, after, by: received });
	}

	function receive(request: IncomingMessage, body: unknown): Received {
		const { pathname, searchParams } = new URL(request.url!, 'http://service');
		const { kind, id } = standIn.route(request.method!, pathname, searchParams);
		const secret = standIn.secretOf(request.headers, searchParams);
		const account = `${truth.tenants.get(secret) ?? '?'}/${id}`;
		const nth = truth.requests.filter((other) => other.kind === kind && other.account === account).length + 1;
		const asked = kind === 'update' ? standIn.asked(body as Json) : {};
		const received = {
			kind,
			account,
			nth,
			headers: request.headers,
			query: searchParams,
			path: pathname,
			body,
			asked,
			at: truth.now(),
			sentBytes: 0,
		};
		truth.requests.push(received);
		return received;
	}

	/** What the service does if nobody says otherwise. */
	function plainBody(received: Received): unknown {
		const token = () => {
			const made = truth.makeToken();
			truth.tenants.set(made, 't1');
			return made;
		};
		if (received.kind === 'token') return { access_token: token(), token_type: 'Bearer', expires_in: 3600 };
		if (received.kind === 'session') return { accessToken: token(), expireTime: '2030-01-01T00:00:00Z' };
		if (received.kind === 'list') return standIn.emptyList;
		return truth.record(received.account);
	}

	async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const received = receive(request, await bodyOf(request));
		const isPublic = received.kind === 'token' || received.kind === 'session';
		const isStranger = !isPublic && received.account.startsWith('?');
		const step: Step =
			truth.script(received) ?? (isStranger ? { store: false, status: 401, body: () => standIn.errorBody(401, 'Not signed in') } : {});
		const before = isPublic || isStranger ? {} : truth.record(received.account);
		if (received.kind === 'update' && step.storeAfterMs === undefined) write(received, step);
		if (received.kind === 'update' && step.storeAfterMs !== undefined) {
			const landing: Promise<void> = new Promise<void>((resolve) => setTimeout(resolve, step.storeAfterMs)).then(() => {
				write(received, step);
				late.delete(landing);
			});
			late.add(landing);
		}
		if (step.delayMs) await new Promise((resolve) => setTimeout(resolve, step.delayMs));
		const after = isPublic || isStranger ? {} : truth.record(received.account);
		const body = step.body ? step.body({ before, after, request: received }) : plainBody(received);
		const text = typeof body === 'string' ? body : JSON.stringify(body);
		const status = step.status ?? 200;
		if (step.instead === 'hang') return;
		received.answeredAt = truth.now();
		if (step.instead === 'reset') return void request.socket.resetAndDestroy();
		if (step.instead === 'upgrade') {
			request.socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: something\r\nConnection: Upgrade\r\n\r\n');
			return;
		}
		received.status = status;
		response.writeHead(status, { 'content-type': 'application/json', connection: 'close', ...step.headers });
		if (step.instead === 'trickle') {
			const letters = [...text, ...' '.repeat(2000)].values();
			await pour(response, received, () => letters.next().value, TRICKLE_MS);
			return;
		}
		if (step.instead === 'huge') {
			const bytes = (step.megabytes ?? MEGABYTES) * 1024 * 1024;
			await pour(response, received, () => (received.sentBytes < bytes ? HUGE_CHUNK : undefined), 0);
			return;
		}
		if (status === 200 && typeof body === 'object' && standIn.isWhole(body as Json)) received.shown = body as Json;
		response.end(text);
		received.sentBytes = text.length;
	}

	const server: Server = createServer((request, response) => {
		// A test that is over closes its sockets under the answers.
		response.on('error', () => {});
		void answer(request, response).catch(() => response.destroy());
	});
	server.on('connection', (socket) => {
		sockets.add(socket);
		socket.on('error', () => {});
		socket.once('close', () => sockets.delete(socket));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	truth.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return truth;
}
