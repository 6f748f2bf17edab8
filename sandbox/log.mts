import type { IncomingHttpHeaders } from 'node:http';
import type { Query } from './standIn.mts';
import type { StandInName } from './standIns.mts';

/** One request and what became of it. Entries stand in the order in which the requests came. */
export interface LogEntry {
	service: StandInName;
	method: string;
	/** Path with its prefix, still encoded, without the query. */
	path: string;
	query: Query;
	/** Header names are in lower case. */
	headers: IncomingHttpHeaders;
	/** The body as JSON, as text where it is none, undefined where there was no body. */
	body: unknown;
	/** Id of the record that the request was about. */
	account?: string;
	/** HTTP status that was sent; undefined as long as there is no answer, or where the connection was cut before one. */
	status?: number;
	/** Whether the request changed a record. */
	applied: boolean;
	/** Kinds of the faults that the request met. */
	faults: string[];
	/** Why the sandbox itself failed, e.g. because its answer would break the contract. */
	problem?: string;
	/** When the request had arrived, in ms since 1970. */
	at: number;
	/** When it was answered or its connection was cut, in ms since 1970. */
	endedAt?: number;
}

/** What a service was asked, and how much at once. */
export interface RequestLog {
	readonly entries: readonly LogEntry[];
	/**
	 * Most connections that were open at once since the last `clear`. A client that opens one for each request may still
	 * be closing the last one when it opens the next, so a limit on requests is better read from `mostRequestsAtOnce`.
	 */
	readonly mostOpenConnections: number;
	/** Most requests that were being worked on at once since the last `clear`. */
	readonly mostRequestsAtOnce: number;
	clear(): void;
}

/** Counts something that begins and ends, and remembers the most there were at once. */
class Gauge {
	private now = 0;
	most = 0;

	begin(): void {
		this.now += 1;
		this.most = Math.max(this.most, this.now);
	}

	end(): void {
		this.now -= 1;
	}

	clear(): void {
		this.most = this.now;
	}
}

/** The log as the server writes it. */
export class RequestRecorder implements RequestLog {
	readonly connections = new Gauge();
	readonly requests = new Gauge();
	private list: LogEntry[] = [];

	get entries(): readonly LogEntry[] {
		return this.list;
	}

	get mostOpenConnections(): number {
		return this.connections.most;
	}

	get mostRequestsAtOnce(): number {
		return this.requests.most;
	}

	add(entry: LogEntry): void {
		this.list.push(entry);
	}

	clear(): void {
		this.list = [];
		this.connections.clear();
		this.requests.clear();
	}
}
