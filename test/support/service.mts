import nock from 'nock';

/** A request as a service saw it. */
export interface SeenRequest {
	method: string;
	/** As sent, still percent-encoded, without the query. */
	path: string;
	query: Record<string, string>;
	/** Lower-case names; without those that every HTTP client adds. */
	headers: Record<string, string>;
	/** Parsed JSON, or the text as it came. Absent when the request had none. */
	body?: unknown;
}

/** What a service answers: 200 and JSON unless told. A string is sent as it is. `fault` breaks the connection instead. */
export interface Answer {
	status?: number;
	body?: unknown;
	headers?: Record<string, string>;
	/** A system error code, as Node.js reports it. */
	fault?: string;
	/** A slow service: milliseconds before the answer begins. */
	delay?: number;
}

/**
 * Holds answers back until so many requests have come. A test in which they never come ends at its time limit.
 *
 * @returns what each request waits for before it is answered
 */
export function holdUntil(count: number): () => Promise<void> {
	let come = 0;
	let release!: () => void;
	const released = new Promise<void>((resolve) => (release = resolve));
	return async () => {
		come += 1;
		if (come === count) release();
		await released;
	};
}

export type Responder = (request: SeenRequest) => Answer | Promise<Answer>;

/** Answers by "METHOD /path": one for every request, a list for one request each, or a function of the request. */
export type Routes = Record<string, Answer | Answer[] | Responder>;

const TRANSPORT_HEADERS = ['cache-control', 'host', 'user-agent', 'accept', 'accept-encoding', 'connection', 'content-length'];

const isResponder = (route: Routes[string]): route is Responder => typeof route === 'function';

function parseBody(text: unknown): unknown {
	if (typeof text !== 'string') return text;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/**
 * Stands in for a service at an address and writes down what it was asked. A request for which there is no answer (left) is
 * written down too and gets a 418, which no node retries.
 *
 * @param baseUrl scheme, host and optional base path
 */
export function fakeService(baseUrl: string, routes: Routes) {
	const { origin, pathname } = new URL(baseUrl);
	const base = pathname.replace(/\/$/, '');
	const requests: SeenRequest[] = [];
	const left = new Map(Object.entries(routes).map(([name, route]) => [name, Array.isArray(route) ? [...route] : route]));
	let open = 0;
	const service = { requests, mostOpen: 0 };

	async function answer(request: SeenRequest): Promise<Answer> {
		const route = left.get(`${request.method} ${request.path.slice(base.length)}`);
		const next = Array.isArray(route) ? route.shift() : route;
		if (next === undefined) return { status: 418, body: { message: 'The test gives no answer to this request' } };
		return isResponder(next) ? await next(request) : next;
	}

	for (const method of ['GET', 'PATCH', 'POST', 'PUT', 'DELETE']) {
		nock(origin)
			.persist()
			.intercept(/.*/, method)
			.reply(async function (uri, body) {
				const url = new URL(uri, origin);
				const request: SeenRequest = {
					method,
					path: url.pathname,
					query: Object.fromEntries(url.searchParams),
					headers: Object.fromEntries(
						Object.entries(this.req.headers)
							.map(([name, value]) => [name.toLowerCase(), String(value)])
							.filter(([name]) => !TRANSPORT_HEADERS.includes(name)),
					),
					...(body !== '' && { body: parseBody(body) }),
				};
				requests.push(request);
				open += 1;
				service.mostOpen = Math.max(service.mostOpen, open);
				try {
					const { status = 200, body: answerBody = {}, headers = {}, fault, delay } = await answer(request);
					if (delay) await new Promise((resolve) => setTimeout(resolve, delay));
					if (fault) throw Object.assign(new Error(`${fault} (made by the test)`), { code: fault });
					const text = typeof answerBody === 'string';
					return [
						status,
						text ? answerBody : JSON.stringify(answerBody),
						{ 'content-type': text ? 'text/plain' : 'application/json', ...headers },
					];
				} finally {
					open -= 1;
				}
			});
	}
	return service;
}

/** Forgets all services; for `afterEach`. */
export function closeServices(): void {
	nock.abortPendingRequests();
	nock.cleanAll();
}
