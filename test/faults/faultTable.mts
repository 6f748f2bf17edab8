/** What happens to a request. */
export type Happening =
	/** Another status; nothing is applied, except with `apply`. */
	| {
			status: number;
			apply?: true;
			retryAfter?: { seconds: number; as: 'seconds' | 'date' | 'body' };
			/** The service's own error unless given. */
			body?: 'HTML';
			/** AODocs says in a header that the failure passes. */
			markedPassing?: true;
			/** It points to another host. */
			redirects?: true;
	  }
	/** The connection is cut, or there is no answer. */
	| { cut: 'before' | 'midAnswer' | 'afterApply' | 'never'; apply?: true }
	/** It is applied, but the answer is no record. */
	| { answer: 'HTML' | 'nothing' | 'half of the JSON' | '5 MB of text' | '{}' }
	/** It is answered as if all were well, but the second field, or all fields, keep their value. */
	| { ignores: 'the second field' | 'all fields' };

/** One row of the matrix: what happens, and to which requests. */
export interface FaultRow {
	name: string;
	/** What the update of the chosen item meets. */
	update?: Happening;
	/** How many updates of its account meet it; 1 unless given. */
	times?: 'always';
	/** What every read of its account meets, except those that the node needs before the updates. */
	reading?: Happening;
	/** How many reads meet it; all unless given. */
	readingTimes?: 1;
	/** What the update of an item on another account meets. */
	elsewhere?: Happening;
	/** Connections are refused from the chosen item's update on, for a moment or for ever, or for the whole run. */
	refused?: 'for a moment' | 'for ever' | 'from the start';
	/** The service ignores what it does not document as updatable; only where there is such a field. */
	ignoresNotUpdatable?: true;
	/** Whether the credential's token is one that n8n renews, where the service has such a way to sign in; either unless given. */
	token?: 'fixed' | 'renewable';
	/** A new token is refused. */
	renewalRefused?: true;
	/** The node's Timeout, in ms. */
	timeout?: number;
}

/** Long enough for a loopback answer on a busy machine. */
const TIMEOUT_MS = 600;

/** Surely not applied, and it may pass. */
const passing: Array<[string, Happening]> = [
	['429, Retry-After in seconds', { status: 429, retryAfter: { seconds: 1, as: 'seconds' } }],
	['429, Retry-After as a date', { status: 429, retryAfter: { seconds: 1, as: 'date' } }],
	['429, the wait in the body', { status: 429, retryAfter: { seconds: 1, as: 'body' } }],
	['503', { status: 503 }],
	['409', { status: 409, markedPassing: true }],
	['500 marked as passing', { status: 500, markedPassing: true }],
];

/** It may have been applied or not: only reading tells. With what the reads meet where that fails too. */
const ambiguous: Array<{ name: string; update: Happening; reading: Happening; timeout?: number }> = [
	{ name: '500, not applied', update: { status: 500 }, reading: { status: 500 } },
	{ name: '500, applied', update: { status: 500, apply: true }, reading: { status: 503 } },
	{ name: '502, not applied', update: { status: 502, body: 'HTML' }, reading: { status: 502, body: 'HTML' } },
	{ name: '502, applied', update: { status: 502, body: 'HTML', apply: true }, reading: { status: 403 } },
	{ name: '504, not applied', update: { status: 504 }, reading: { status: 504 } },
	{ name: '504, applied', update: { status: 504, apply: true }, reading: { cut: 'before' } },
	{ name: 'reset before the answer, not applied', update: { cut: 'before' }, reading: { cut: 'before' } },
	{ name: 'reset in mid-answer, applied', update: { cut: 'midAnswer' }, reading: { cut: 'midAnswer' } },
	{ name: 'applied, then reset', update: { cut: 'afterApply' }, reading: { answer: 'HTML' } },
	{ name: 'no answer, not applied', update: { cut: 'never' }, reading: { cut: 'never' }, timeout: TIMEOUT_MS },
	{ name: 'no answer, applied', update: { cut: 'never', apply: true }, reading: { cut: 'never' }, timeout: TIMEOUT_MS },
];

/** The status is 200, but the answer is no record. With what the reads meet where they fail too. */
const noRecord: Array<{ name: string; update: Happening; reading: Happening }> = [
	{ name: '200 with HTML, applied', update: { answer: 'HTML' }, reading: { answer: 'HTML' } },
	{ name: '200 with HTML, not applied', update: { status: 200, body: 'HTML' }, reading: { answer: 'HTML' } },
	{ name: '200 with nothing, applied', update: { answer: 'nothing' }, reading: { answer: 'nothing' } },
	{ name: '200 with half of the JSON, applied', update: { answer: 'half of the JSON' }, reading: { answer: 'half of the JSON' } },
	{ name: '200 with 5 MB of text, applied', update: { answer: '5 MB of text' }, reading: { answer: '5 MB of text' } },
	// To a read, {} is a record with nothing in it.
	{ name: '200 with {}, applied', update: { answer: '{}' }, reading: { status: 500 } },
];

export const faultTable: FaultRow[] = [
	...passing.flatMap<FaultRow>(([name, update]) => [
		{ name: `${name}, once`, update },
		{ name: `${name}, always`, update, times: 'always' },
	]),
	{ name: '429, Retry-After of ten minutes', update: { status: 429, retryAfter: { seconds: 600, as: 'seconds' } } },
	{ name: '429, ten minutes in the body', update: { status: 429, retryAfter: { seconds: 600, as: 'body' } } },
	{ name: '503, Retry-After in seconds', update: { status: 503, retryAfter: { seconds: 1, as: 'seconds' } } },
	...ambiguous.flatMap<FaultRow>(({ name, update, reading, timeout }) => [
		{ name: `${name}, once`, update, timeout },
		{ name: `${name}, always`, update, times: 'always', timeout },
		{ name: `${name}, reading fails`, update, reading, timeout },
	]),
	{ name: 'applied, then reset, reading fails once', update: { cut: 'afterApply' }, reading: { status: 503 }, readingTimes: 1 },
	{ name: 'not applied, reset, reading fails once', update: { cut: 'before' }, reading: { cut: 'before' }, readingTimes: 1 },
	{ name: 'applied, then reset, reading gets 401', update: { cut: 'afterApply' }, reading: { status: 401 }, token: 'fixed' },
	{ name: 'connection refused for a moment', refused: 'for a moment' },
	{ name: 'connection refused for ever', refused: 'for ever' },
	{ name: 'connection refused from the start', refused: 'from the start' },
	...noRecord.flatMap<FaultRow>(({ name, update, reading }) => [
		{ name, update },
		{ name: `${name}, reading fails`, update, reading },
	]),
	{ name: '200 that ignores a field', update: { ignores: 'the second field' } },
	{ name: '200 that ignores all fields', update: { ignores: 'all fields' } },
	{ name: '200 that ignores a field, another item 403', update: { ignores: 'the second field' }, elsewhere: { status: 403 } },
	{ name: '200 that ignores all fields, another item 403', update: { ignores: 'all fields' }, elsewhere: { status: 403 } },
	{ name: 'ignores what is not updatable', ignoresNotUpdatable: true },
	{
		name: 'ignores what is not updatable, applied, then reset',
		ignoresNotUpdatable: true,
		update: { cut: 'afterApply' },
	},
	{
		name: 'ignores what is not updatable, another item 403',
		ignoresNotUpdatable: true,
		elsewhere: { status: 403 },
	},
	{ name: '301 to another host', update: { status: 301, redirects: true } },
	{ name: '308 to another host', update: { status: 308, redirects: true } },
	{ name: '301 of reads to another host', update: { status: 500 }, reading: { status: 301, redirects: true } },
	{ name: '401 once, fixed token', update: { status: 401 }, token: 'fixed' },
	{ name: '401 once, token renewed', update: { status: 401 }, token: 'renewable' },
	{ name: '401 for ever, fixed token', update: { status: 401 }, times: 'always', token: 'fixed' },
	{
		name: '401 for ever, token renewed in vain',
		update: { status: 401 },
		times: 'always',
		token: 'renewable',
	},
	{
		name: '401 for ever, renewal refused',
		update: { status: 401 },
		times: 'always',
		reading: { status: 401 },
		token: 'renewable',
		renewalRefused: true,
	},
	{ name: '403', update: { status: 403 } },
	{ name: '403 with HTML', update: { status: 403, body: 'HTML' } },
	{ name: '404', update: { status: 404 } },
	{ name: '409 not marked, once', update: { status: 409 } },
	{ name: '412', update: { status: 412 } },
	{ name: '403, another item 500 and applied', update: { status: 403 }, elsewhere: { status: 500, apply: true } },
];
