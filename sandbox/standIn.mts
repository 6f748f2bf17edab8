import type { IncomingHttpHeaders } from 'node:http';
import type { Records } from './records.mts';

export type JsonObject = Record<string, unknown>;

export type Query = Record<string, string | string[]>;

/** A request on its way to a service. */
export interface ServiceRequest {
	method: string;
	/** Path with its prefix, still encoded, without the query. */
	path: string;
	/** Values of the placeholders in the contract's path, decoded. */
	params: Record<string, string>;
	query: Query;
	/** Header names are in lower case. */
	headers: IncomingHttpHeaders;
	/** The body as JSON; undefined where there was none. */
	body: unknown;
	/** The body as it came. */
	bodyText: string;
}

/** An answer of a service: `text` as it is, or else `body` as JSON. */
export interface Answer {
	status: number;
	headers?: Record<string, string>;
	body?: unknown;
	text?: string;
}

/** Where and why a request breaks the contract. */
export interface Problem {
	in: 'body' | 'cookie' | 'header' | 'path' | 'query';
	/** Path of the field in the body, or name of the parameter; empty for the body as a whole. */
	field: string;
	/** The fault in words, e.g. `must be string`. */
	message: string;
}

/** What goes into the error that a service answers with, where it is not just the status. */
interface ErrorDetails {
	message?: string;
	/** Seconds to wait before trying again, told in the body. */
	retryDelay?: number;
}

/** What an update is told, and tells. */
export interface Effects {
	/** Fields to leave as they are although the answer is 200: paths, or all of them. */
	ignore?: 'all' | string[];
	/** Set by the update once the record is stored. */
	applied: boolean;
}

/** As much of a JSON schema as the stand-ins look at. References are resolved. */
export interface Schema {
	properties?: Record<string, Schema>;
	allOf?: Schema[];
}

/** Answers a request. `bodySchema` is what the contract says of the request's body, where it has one. */
type Operation = (request: ServiceRequest, effects: Effects, bodySchema?: Schema) => Answer;

/**
 * One service's stand-in: what is particular to that service. Everything else is in the contract, the server and the fault list.
 *
 * @typeParam Options what can be set
 * @typeParam Extras what the stand-in has beside what all have
 */
export interface StandIn<Options extends object, Extras extends object = object> {
	/** Name of the contract's file, without its `.yaml`. */
	contract: string;
	/** The operation whose 200 answer is a record. */
	readOperation: string;
	/** Read anew for each request, so that they can be changed while the sandbox runs. */
	options: Options;
	records: Records;
	/** For each security scheme of the contract: whether the request carries a good credential. */
	credentials: Record<string, (request: ServiceRequest) => boolean | Promise<boolean>>;
	/** For each operationId of the contract. They may trust that the request keeps to the contract. */
	operations: Record<string, Operation>;
	/** Id of the record that a request is about, if any. */
	accountOf(path: string, query: Query): string | undefined;
	/** The answer to a request without a good credential. */
	unauthorized(request: ServiceRequest): Answer;
	/** The answer to a request that breaks the contract; there is at least one problem. */
	invalid(problems: Problem[]): Answer;
	/** An error in the service's own shape. */
	error(status: number, details?: ErrorDetails): Answer;
	/** Forgets what is kept beside the records. */
	reset?(): void;
	/** Reached through the running stand-in, beside what all have. */
	extras: Extras;
}

/** How a stand-in stands in the register, standIns.mts. */
export interface StandInEntry<Options extends object, Extras extends object = object> {
	/** The service as people read it. */
	displayName: string;
	/** Where the sandbox as a program and the demo start it: 4401 and on, without 4404, where the demo has Google's sign-in. */
	port: number;
	/** The credentials that it accepts unless told otherwise. They are good nowhere else. */
	secrets: Record<string, string>;
	/** What it is started with unless told otherwise. */
	defaults: Options;
	/** Makes one. The options are its own, so that they can be changed while it runs. */
	create(options: Options): StandIn<Options, Extras>;
}
