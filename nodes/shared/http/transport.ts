import type { IDataObject, IExecuteFunctions, IHttpRequestOptions, ILoadOptionsFunctions } from 'n8n-workflow';

import type { Answer, ApiRequest, NoResponse, Response } from '../service';
import type { OpenCredential } from './credential';
import type { Deadlines } from './deadline';
import { brokenOff, failureOf, tooLate } from './transportFailure';

/** Longer answers are not read, in characters: no record of an account is that long. */
const LONGEST_ANSWER = 10_000_000;
/** n8n's own timeout ends a silent connection, and closes it. The deadline is for everything else, and comes a little later, in milliseconds. */
const DEADLINE_GRACE_MS = 50;

/** As much of a Node.js stream as is needed to read it. */
interface ReadableBody {
	setEncoding(encoding: 'utf8'): unknown;
	on(event: 'data', listener: (chunk: string) => void): unknown;
	on(event: 'end' | 'aborted' | 'close', listener: () => void): unknown;
	on(event: 'error', listener: (error: { code?: string }) => void): unknown;
	destroy(): unknown;
}

interface RawResponse {
	statusCode: number;
	headers: IDataObject;
	body: unknown;
}

/** Which statuses n8n's HTTP helper makes exceptions of: its own way to learn that a token has to be renewed. */
type ThrownStatuses = IHttpRequestOptions['ignoreHttpStatusErrors'];

/** Sends one request and never throws. */
export type Transport = (request: ApiRequest, thrown: ThrownStatuses) => Promise<Answer>;

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function isStream(body: unknown): body is ReadableBody {
	return typeof (body as ReadableBody | undefined)?.on === 'function';
}

/** What was read of a body: all of it, or as much as came before it was too long, broke off or was called off. */
interface ReadBody {
	text: string;
	isWhole: boolean;
	isTooLong?: boolean;
	code?: string;
}

async function readBody(body: unknown, onStart: (stop: () => void) => void): Promise<ReadBody> {
	if (!isStream(body)) return { text: typeof body === 'string' ? body : (JSON.stringify(body) ?? ''), isWhole: true };
	return await new Promise((resolve) => {
		const chunks: string[] = [];
		let length = 0;
		const finish = (how: Omit<ReadBody, 'text'>) => {
			resolve({ text: chunks.join(''), ...how });
			if (!how.isWhole) body.destroy();
		};
		// A stream that is destroyed may still report an error, which nobody waits for then.
		body.on('error', ({ code }) => finish({ isWhole: false, code }));
		body.on('aborted', () => finish({ isWhole: false, code: 'ECONNRESET' }));
		body.on('close', () => finish({ isWhole: false, code: 'ECONNRESET' }));
		body.on('end', () => finish({ isWhole: true }));
		body.setEncoding('utf8');
		body.on('data', (chunk) => {
			length += chunk.length;
			if (length > LONGEST_ANSWER) finish({ isWhole: false, isTooLong: true });
			else chunks.push(chunk);
		});
		onStart(() => finish({ isWhole: false, code: 'ETIMEDOUT' }));
	});
}

/** What came back as an answer, with everything secret in it hidden. `onStart` is given what breaks off the reading. */
async function toAnswer(
	raw: RawResponse,
	request: ApiRequest,
	credential: OpenCredential,
	onStart: (stop: () => void) => void,
): Promise<Answer> {
	const read = await readBody(raw.body, onStart);
	const { statusCode: status } = raw;
	// A refusal is one, whatever became of its words. An answer that would show the record has to be whole.
	const isAccepted = status >= 200 && status < 300;
	if (!read.isWhole && !read.isTooLong && isAccepted) {
		return read.code === 'ETIMEDOUT' ? tooLate() : brokenOff(read.code);
	}
	const mask = credential.mask();
	const text = read.isTooLong ? '' : mask(read.text);
	const headers: Record<string, string> = {};
	for (const [name, value] of Object.entries(raw.headers ?? {})) headers[name.toLowerCase()] = mask(String(value));
	// The answer to a POST is a token, perhaps one that was secret before. Nobody shows it.
	const json = parseJson(request.method === 'POST' && isAccepted && !read.isTooLong ? read.text : text);
	const response: Response = { kind: 'response', status, headers, text, json };
	if (read.isTooLong) response.isTooLong = true;
	return response;
}

/** A request as n8n's HTTP helper takes it. */
function optionsOf(request: ApiRequest, credential: OpenCredential, timeoutMs: number, thrown: ThrownStatuses): IHttpRequestOptions {
	const options: IHttpRequestOptions = {
		method: request.method,
		url: `${credential.baseUrl}${request.path}`,
		json: true,
		// Read here, so that an answer of any type is taken as it is, and none without end.
		encoding: thrown === true ? 'stream' : 'text',
		returnFullResponse: true,
		disableFollowRedirect: true,
		timeout: timeoutMs,
		ignoreHttpStatusErrors: thrown,
	};
	// What is read must be how it is now, not what something on the way remembers.
	if (request.method === 'GET') options.headers = { 'Cache-Control': 'no-cache' };
	if (request.query) options.qs = { ...request.query };
	if (request.body) options.body = request.body;
	if (credential.allowedDomains) options.allowedDomains = credential.allowedDomains;
	return options;
}

/**
 * The way of one request through n8n's HTTP helper: it signs, sends, reads the answer up to a limit, and ends at the deadline whatever the service does.
 *
 * @param timeoutMs how long one request may take, its answer included
 */
export function createTransport(
	context: IExecuteFunctions | ILoadOptionsFunctions,
	credential: OpenCredential,
	timeoutMs: number,
	deadlines: Deadlines,
): Transport {
	return async function send(request, thrown) {
		const options = optionsOf(request, credential, timeoutMs, thrown);
		return await new Promise<Answer>((resolve) => {
			let stopReading = () => {};
			const callOff = deadlines.set(timeoutMs + DEADLINE_GRACE_MS, () => {
				stopReading();
				resolve(tooLate());
			});
			const sending: Promise<Answer | NoResponse> = context.helpers.httpRequestWithAuthentication
				.call(context, credential.type, options, { credentialsDecrypted: credential.decrypted })
				.then(
					async (raw: RawResponse) => await toAnswer(raw, request, credential, (stop) => (stopReading = stop)),
					(error: unknown) => failureOf(error, credential.mask()),
				);
			void sending
				// What throws while an answer is read says nothing of the request: it may have arrived.
				.catch(() => brokenOff())
				.then((answer) => {
					callOff();
					resolve(answer);
				});
		});
	};
}
