import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadContract } from './contract.mts';
import { CONTROL_PATH, handleControl } from './control.mts';
import { replaceBody, statusAnswer } from './faultAnswers.mts';
import { type Fault, FaultList } from './faults.mts';
import { type LogEntry, type RequestLog, RequestRecorder } from './log.mts';
import type { Answer, Effects, JsonObject, ServiceRequest, StandIn } from './standIn.mts';
import type { StandInName } from './standIns.mts';
import { parseBody, parseQuery, readBody, render } from './wire.mts';

/** How long half an answer is given to arrive before its connection is cut, in ms. */
const HALF_ANSWER_MS = 20;

/** A stand-in that is running, and how to steer it. */
export interface RunningStandIn<Options> {
	readonly name: StandInName;
	/** Base URL for the credential, e.g. `http://127.0.0.1:4401/api`. */
	readonly url: string;
	/** May be changed at any time; `reset` brings back what the sandbox was started with. */
	readonly options: Options;
	readonly faults: FaultList;
	readonly log: RequestLog;
	/** Ids of all records. */
	ids(): string[];
	/** A copy of a record; undefined where there is none. */
	record(id: string): JsonObject | undefined;
	/** Replaces or adds a record. Throws an Error where it breaks the contract. */
	set(id: string, record: JsonObject): void;
	/** Brings back records and options as at the start, and empties faults and log. */
	reset(): void;
}

export interface ServerSettings {
	/** 0 for any free port. */
	port: number;
	contractsDir: string;
	/** Told of each request once it is answered or cut off; of one that is never answered, when that is settled. */
	onRequest?: (entry: LogEntry) => void;
}

/** Whether a request takes effect although it meets a fault. */
function takesEffect(fault: Fault | undefined): boolean {
	if (fault?.kind === 'status') return fault.apply === true;
	if (fault?.kind !== 'drop') return true;
	return fault.when === 'never' ? fault.apply === true : fault.when !== 'before';
}

/**
 * Starts a stand-in on the loopback interface.
 *
 * @returns how to steer it, and how to stop it
 * @throws Error where the port is taken or the contract cannot be loaded
 */
export async function startStandIn<Options extends object>(
	name: StandInName,
	standIn: StandIn<Options>,
	{ port, contractsDir, onRequest }: ServerSettings,
): Promise<{ control: RunningStandIn<Options>; stop: () => Promise<void> }> {
	const contract = await loadContract(standIn, contractsDir);
	const faults = new FaultList();
	const log = new RequestRecorder();
	const firstOptions = { ...standIn.options };
	const stopping = new AbortController();
	// Every delayed request listens to it.
	setMaxListeners(0, stopping.signal);
	const wait = (ms: number) => sleep(ms, undefined, { signal: stopping.signal });

	/** Lets a request meet its faults and ends it. */
	async function answer(request: ServiceRequest, entry: LogEntry, url: string, response: ServerResponse): Promise<void> {
		const { delays, fault } = faults.take({ method: request.method, path: url, account: entry.account });
		entry.faults = [...delays, ...(fault ? [fault] : [])].map(({ kind }) => kind);
		for (const { ms } of delays) await wait(ms);

		let reply: Answer = { status: 200 };
		if (takesEffect(fault)) {
			const effects: Effects = { applied: false };
			if (fault?.kind === 'notApplied') effects.ignore = fault.fields ?? 'all';
			reply = await contract.handle(request, effects);
			entry.applied = effects.applied;
		}
		if (fault?.kind === 'drop' && fault.when === 'never') return;
		if (fault?.kind === 'drop' && fault.when !== 'midAnswer') {
			response.socket?.resetAndDestroy();
			return;
		}
		if (fault?.kind === 'status') reply = statusAnswer(standIn, fault);
		if (fault?.kind === 'body') reply = replaceBody(reply, fault);

		const { headers, text } = render(reply);
		const bytes = Buffer.from(text, 'utf8');
		entry.status = reply.status;
		response.writeHead(reply.status, { ...headers, 'content-length': bytes.length });
		if (fault?.kind !== 'drop') {
			response.end(bytes);
			return;
		}
		response.write(bytes.subarray(0, Math.floor(bytes.length / 2)));
		await wait(HALF_ANSWER_MS);
		response.socket?.resetAndDestroy();
	}

	async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
		const { method = 'GET', url = '/', headers } = incoming;
		// Not `new URL`: it would tidy up the path, and a test wants to see what was sent.
		const cutAt = url.indexOf('?');
		const path = cutAt < 0 ? url : url.slice(0, cutAt);
		const query = parseQuery(cutAt < 0 ? '' : url.slice(cutAt + 1));
		if (path.startsWith(CONTROL_PATH)) {
			const reply = handleControl(control, method, path, query, parseBody(await readBody(incoming)));
			const { headers: replyHeaders, text } = render(reply);
			response.writeHead(reply.status, replyHeaders).end(text);
			return;
		}

		log.requests.begin();
		response.once('close', () => log.requests.end());
		const bodyText = await readBody(incoming);
		const body = parseBody(bodyText);
		const account = standIn.accountOf(path.slice(contract.basePath.length), query);
		const entry: LogEntry = {
			service: name,
			method,
			path,
			query,
			headers,
			body,
			...(account !== undefined && { account }),
			applied: false,
			faults: [],
			at: Date.now(),
		};
		log.add(entry);
		response.once('close', () => {
			entry.endedAt = Date.now();
		});
		try {
			await answer({ method, path, params: {}, query, headers, body, bodyText }, entry, url, response);
		} catch (error) {
			if (stopping.signal.aborted) return;
			entry.problem = (error as Error).message;
			entry.status = 500;
			response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(`${entry.problem}\n`);
		}
		onRequest?.(entry);
	}

	const server = createServer((incoming, response) => {
		// A client that goes away while it sends its request is no failure of the sandbox.
		handle(incoming, response).catch(() => response.destroy());
	});
	server.on('connection', (socket) => {
		log.connections.begin();
		socket.once('close', () => log.connections.end());
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) => {
			const taken = error.code === 'EADDRINUSE';
			reject(taken ? new Error(`Port ${port} for ${name} is taken by another program`) : error);
		});
		server.listen(port, '127.0.0.1', resolve);
	});

	const control: RunningStandIn<Options> = {
		name,
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${contract.basePath}`,
		options: standIn.options,
		faults,
		log,
		ids: () => standIn.records.ids(),
		record: (id) => standIn.records.get(id),
		set: (id, record) => {
			contract.checkRecord(record);
			standIn.records.set(id, record);
		},
		reset: () => {
			for (const option of Object.keys(standIn.options)) delete standIn.options[option as keyof Options];
			Object.assign(standIn.options, firstOptions);
			standIn.records.reset();
			standIn.reset?.();
			faults.clear();
			log.clear();
		},
	};

	return {
		control,
		stop: async () => {
			stopping.abort();
			const closed = new Promise<void>((resolve) => server.close(() => resolve()));
			server.closeAllConnections();
			await closed;
		},
	};
}
