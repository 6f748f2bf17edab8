import type { NodeName } from './harness.mts';
import { standIns, type Json } from './standIns.mts';
import { put, type Received, type Step, type View } from './truthServer.mts';

/** How a stored value stands to the one that was asked for. */
type Sameness = 'same' | 'form' | 'other';

/** One way in which a service can go wrong. */
export interface Kind {
	/** The area that it belongs to, for the table. */
	area: string;
	name: string;
	/** All three unless told. */
	services?: NodeName[];
	/** What is done with the first item's updates: `nth` counts those that came for its account. */
	update?: (request: Received, service: NodeName) => Step | undefined;
	/** What is done with reads of the first item's account, once its update has come. `nth` counts from the first of these. */
	read?: (request: Received, service: NodeName) => Step | undefined;
	/** What is done with every request, whatever its account, before the two above. */
	any?: (request: Received, service: NodeName) => Step | undefined;
	/** The service tells certainly, in time and truly what became of the update: `unknown` is no answer. With this many retries at least. */
	knowableFrom?: number;
	/** What the first item asks for in place of the usual values. */
	values?: Partial<Record<NodeName, Record<string, unknown>>>;
	/** How the values that the service stores stand to those asked for; other values unless told. */
	sameness?: Sameness;
	/** Milliseconds; 200 where answers are late on purpose, else enough for a busy machine. */
	timeout?: number;
	/** How many items, each with an account of its own where there are accounts. Three unless told. */
	items?: number;
	/** After the first answer that asks for a long wait, at most this many updates may start. They are sent one at a time, so that none is on its way. */
	updatesAfterWait?: number;
	/** The way to sign in, where it is not the usual one. */
	signIn?: 'renewed' | 'spaces';
	/** Answers have no false, 0 and ''. */
	leavesZerosOut?: boolean;
	/** Nobody listens. */
	isAway?: boolean;
}

const LATE_MS = 1000;
const SHORT = 200;

const error =
	(status: number, message = 'Something went wrong') =>
	({ request }: View) =>
		serviceOf(request) === 'aodocs'
			? standIns.aodocs.errorBody(status, message)
			: serviceOf(request) === 'cudoCompute'
				? standIns.cudoCompute.errorBody(status, message)
				: standIns.userHub.errorBody(status, message);

function serviceOf({ path }: Received): NodeName {
	if (path.startsWith('/domain')) return 'aodocs';
	return path.startsWith('/v1') ? 'cudoCompute' : 'userHub';
}

const recordBefore = ({ before }: View) => before;
const always = (step: Step) => () => step;
const first =
	(step: Step, then?: Step) =>
	({ nth }: Received) =>
		nth === 1 ? step : then;

/** Answers that leave open whether the update was applied. */
const OPEN: Array<{ name: string; step: Step; services?: NodeName[] }> = [
	...[500, 502, 503, 504, 499, 408].map((status) => ({ name: String(status), step: { status, body: error(status) } })),
	{ name: '503 with Retry-After 0', step: { status: 503, body: error(503), headers: { 'retry-after': '0' } } },
	{
		name: '503 X-aodocs-retryable',
		step: { status: 503, body: error(503), headers: { 'x-aodocs-retryable': 'true' } },
		services: ['aodocs'],
	},
	{
		name: '500 X-aodocs-retryable',
		step: { status: 500, body: error(500), headers: { 'x-aodocs-retryable': 'true' } },
		services: ['aodocs'],
	},
	{
		name: '409 ABORTED',
		step: { status: 409, body: () => ({ code: 10, status: 'ABORTED', message: 'Aborted', details: [] }) },
		services: ['cudoCompute'],
	},
	...[301, 302, 303, 307].map((status) => ({
		name: `redirect ${status}`,
		step: { status, body: () => '', headers: { location: 'http://127.0.0.1:9/elsewhere' } },
	})),
	{ name: 'reset', step: { instead: 'reset' } },
];

/** Answers with which the service says that it accepted the update, without showing it. */
const SILENT: Array<{ name: string; step: Step; services?: NodeName[] }> = [
	{ name: '{"id"}', step: { body: () => ({ id: 'acme' }) } },
	{ name: '{"state":"PENDING"}', step: { body: () => ({ state: 'PENDING' }) } },
	{ name: 'a problem document', step: { body: () => ({ type: 'about:blank', title: 'Bad', status: 400, detail: 'No' }) } },
	{ name: '{"error"}', step: { body: () => ({ error: { code: 400, message: 'Not today' } }) } },
	{ name: 'the record as it was', step: { body: recordBefore } },
	{ name: '{}', step: { body: () => ({}) } },
	{ name: 'a list', step: { body: ({ after }) => [after] } },
	{ name: 'null', step: { body: () => 'null' } },
	{ name: 'nothing', step: { body: () => '' } },
	{ name: '204', step: { status: 204, body: () => '' } },
	{ name: 'no JSON', step: { body: () => '<html>Login</html>', headers: { 'content-type': 'text/html' } } },
	{ name: 'broken JSON', step: { body: ({ after }) => JSON.stringify(after).slice(0, -9) } },
	{ name: '202 and the record as it was', step: { status: 202, body: recordBefore } },
	{ name: '207 and the record as it was', step: { status: 207, body: recordBefore } },
	{ name: '202 and nothing', step: { status: 202, body: () => '' } },
	{
		name: 'the record of another account',
		step: { body: ({ after }) => ({ ...after, id: 'birch' }) },
		services: ['cudoCompute'],
	},
];

const isDeferred = ({ status }: Step) => status === 202 || status === 207;

const openKinds: Kind[] = OPEN.flatMap(({ name, step, services }): Kind[] => [
	{ area: '1 not certain', name: `stored, then ${name}`, services, update: first({ ...step }, undefined), knowableFrom: 0 },
	{ area: '1 not certain', name: `not stored, always ${name}`, services, update: always({ ...step, store: false }) },
	{ area: '1 not certain', name: `stored late, ${name}`, services, update: always({ ...step, storeAfterMs: LATE_MS }) },
]);

const certainKinds: Kind[] = [
	...[400, 403, 404, 412, 422].map(
		(status): Kind => ({
			area: '1 certain',
			name: `refused with ${status}`,
			update: always({ store: false, status, body: error(status) }),
			knowableFrom: 0,
		}),
	),
	{
		area: '1 certain',
		name: '429 each time',
		update: always({ store: false, status: 429, body: error(429), headers: { 'retry-after': '0' } }),
		knowableFrom: 0,
	},
	{
		area: '1 certain',
		name: '429, then plain',
		update: first({ store: false, status: 429, body: () => 'Too many requests' }),
		knowableFrom: 0,
	},
	{
		area: '1 certain',
		name: '409',
		services: ['aodocs'],
		update: always({ store: false, status: 409, body: error(409) }),
		knowableFrom: 0,
	},
	{
		area: '1 certain',
		name: '409, not retryable',
		services: ['aodocs'],
		update: always({ store: false, status: 409, body: error(409), headers: { 'x-aodocs-retryable': 'false' } }),
		knowableFrom: 0,
	},
	{ area: '1 certain', name: 'nobody listens', isAway: true, knowableFrom: 0 },
];

const zero: Kind['values'] = {
	aodocs: { maxSeats: 0, portalUrl: 'https://billing.example.com/zero' },
	cudoCompute: { 'creditBalanceRecharge.autoRecharge': false, displayName: 'Zero' },
};

/** The record as proto3 writes it: false, 0 and '' are left out. */
function withoutZeros(value: unknown): unknown {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
	const kept = Object.entries(value as Json).filter(([, inner]) => inner !== false && inner !== 0 && inner !== '');
	return Object.fromEntries(kept.map(([key, inner]) => [key, withoutZeros(inner)]));
}

const silentKinds: Kind[] = [
	...SILENT.flatMap(({ name, step, services }): Kind[] => [
		{ area: '2 not shown', name: `stored, answers ${name}`, services, update: always(step), knowableFrom: 0 },
		{
			area: '2 not shown',
			name: `not stored, answers ${name}`,
			services,
			update: always({ ...step, store: false }),
			...(!isDeferred(step) && { knowableFrom: 0 }),
		},
		...(isDeferred(step)
			? [{ area: '2 not shown', name: `stored late, answers ${name}`, services, update: always({ ...step, storeAfterMs: LATE_MS }) }]
			: []),
	]),
	{
		area: '2 not shown',
		name: 'stored, zeros left out',
		services: ['aodocs', 'cudoCompute'],
		values: zero,
		update: always({ body: ({ after }) => withoutZeros(after) }),
		read: always({ body: ({ after }) => withoutZeros(after) }),
		leavesZerosOut: true,
		knowableFrom: 0,
	},
	{
		area: '2 not shown',
		name: '202 that shows the record, never carried out',
		update: always({ store: false, status: 202, body: shownAsAsked }),
	},
	{
		area: '2 not shown',
		name: '202 that shows the record, stored late',
		update: always({ status: 202, body: shownAsAsked, storeAfterMs: LATE_MS }),
	},
];

/** What the record would be, were the update carried out. */
function shownAsAsked({ before, request }: View): Json {
	const record = structuredClone(before);
	for (const [path, value] of Object.entries(request.asked)) put(record, path, value);
	return record;
}

const oldRecord = (service: NodeName, { account }: Received): Step => ({ body: () => standIns[service].record(account.split('/')[1]) });

const lateKinds: Kind[] = [
	{ area: '3 read back', name: 'no answer, stored late', update: always({ instead: 'hang', storeAfterMs: LATE_MS }), timeout: SHORT },
	{ area: '3 read back', name: 'no answer, stored at once', update: always({ instead: 'hang' }), timeout: SHORT, knowableFrom: 0 },
	{ area: '3 read back', name: 'no answer, never stored', update: always({ instead: 'hang', store: false }), timeout: SHORT },
	{
		area: '3 read back',
		name: 'slow answer, stored in the end',
		update: always({ delayMs: LATE_MS, storeAfterMs: LATE_MS - 100 }),
		timeout: SHORT,
	},
	{
		area: '3 read back',
		name: '500, stored; a cache answers the reads',
		update: always({ status: 500, body: error(500) }),
		read: (request, service) => oldRecord(service, request),
	},
	{
		area: '3 read back',
		name: 'no answer, stored; a cache answers the first read',
		update: first({ instead: 'hang' }),
		read: (request, service) => (request.nth === 1 ? oldRecord(service, request) : undefined),
		timeout: SHORT,
	},
	{
		area: '3 read back',
		name: '500, stored; reads fail',
		update: always({ status: 500, body: error(500) }),
		read: always({ status: 500, body: error(500) }),
	},
	{
		area: '3 read back',
		name: '500, not stored; reads fail',
		update: always({ store: false, status: 500, body: error(500) }),
		read: always({ status: 503, body: error(503) }),
	},
	{
		area: '3 read back',
		name: '500, stored late; reads show nothing of it',
		update: always({ status: 500, body: error(500), storeAfterMs: LATE_MS }),
		read: always({ body: () => ({ message: 'ok' }) }),
	},
	{
		area: '3 read back',
		name: 'no answer, stored late; reads hang',
		update: always({ instead: 'hang', storeAfterMs: LATE_MS }),
		read: always({ instead: 'hang' }),
		timeout: SHORT,
	},
	...(
		[
			['429', { status: 429, body: error(429), headers: { 'retry-after': '0' } }],
			['409', { status: 409, body: error(409) }],
			['400', { status: 400, body: error(400) }],
			['403', { status: 403, body: error(403) }],
			['404', { status: 404, body: error(404) }],
			['401', { status: 401, body: error(401) }],
		] as Array<[string, Step]>
	).map(
		([name, step]): Kind => ({
			area: '4 open, then refused',
			name: `no answer, stored late; then ${name}`,
			update: first({ instead: 'hang', storeAfterMs: LATE_MS }, { ...step, store: false }),
			timeout: SHORT,
		}),
	),
	{
		area: '4 open, then refused',
		name: '500, stored late; then 409',
		update: first({ status: 500, body: error(500), storeAfterMs: LATE_MS }, { store: false, status: 409, body: error(409) }),
	},
];

const text = (change: (value: string) => string) => (value: unknown) => {
	if (typeof value === 'string') return change(value);
	const inner = (value as { value?: unknown } | null)?.value;
	return typeof inner === 'string' ? { value: change(inner) } : value;
};
const number = (change: (value: number) => number) => (value: unknown) => (typeof value === 'number' ? change(value) : value);

const name = (value: string): Kind['values'] => ({
	aodocs: { type: value },
	cudoCompute: { displayName: value },
	userHub: { displayName: value },
});

/** What a service makes of a value. */
const CHANGED: Array<{ name: string; values: Kind['values']; store: NonNullable<Step['store']>; sameness: Sameness }> = [
	{ name: 'halved', values: { aodocs: { maxSeats: 1000 } }, store: number((value) => value / 2), sameness: 'other' },
	{ name: 'a number as text', values: { aodocs: { maxSeats: 300 } }, store: (value) => String(value), sameness: 'form' },
	{
		name: 'rounded to cents',
		values: { cudoCompute: { 'creditBalanceRecharge.low': '12.346' } },
		store: text((value) => (value === '12.346' ? '12.35' : value)),
		sameness: 'form',
	},
	{
		name: 'with two more zeros',
		values: { cudoCompute: { 'creditBalanceRecharge.low': '12' } },
		store: text((value) => (value === '12' ? '12.00' : value)),
		sameness: 'same',
	},
	{
		name: 'capped',
		values: { cudoCompute: { 'creditBalanceRecharge.low': '500' } },
		store: text((value) => (value === '500' ? '50' : value)),
		sameness: 'other',
	},
	{ name: 'in capitals', values: name('Acme Ltd'), store: text((value) => value.toUpperCase()), sameness: 'form' },
	{ name: 'cut off', values: name('Acme Limited Holding'), store: text((value) => value.slice(0, 8)), sameness: 'other' },
	{ name: 'another text', values: name('Acme Ltd'), store: text(() => 'Default'), sameness: 'other' },
	{ name: 'without double spaces', values: name('Acme  Ltd'), store: text((value) => value.replace(/ +/g, ' ')), sameness: 'form' },
	{ name: 'in another Unicode form', values: name('Café Zürich'), store: text((value) => value.normalize('NFD')), sameness: 'same' },
	{
		name: 'with other line ends',
		values: { userHub: { displayName: 'Acme\nLtd' }, cudoCompute: { displayName: 'Acme\nLtd' } },
		store: text((value) => value.replace(/\n/g, '\r\n')),
		sameness: 'same',
	},
	{
		name: 'a URL with a slash more',
		values: { aodocs: { portalUrl: 'https://billing.example.com' } },
		store: text((value) => `${value}/`),
		sameness: 'same',
	},
	{
		name: 'a phone number with spaces',
		values: { userHub: { phoneNumber: '+12125550199' }, cudoCompute: { 'billingAddress.phone': '+12125550199' } },
		store: text((value) => value.replace('+12125550199', '+1 212 555 0199')),
		sameness: 'form',
	},
	{
		name: 'an e-mail in small letters',
		values: { userHub: { email: 'Billing@Acme.example' } },
		store: text((value) => value.toLowerCase()),
		sameness: 'same',
	},
];

const changedKinds: Kind[] = CHANGED.map(({ name: how, values, store, sameness }) => ({
	area: '5 changed value',
	name: `stored ${how}`,
	services: Object.keys(values!) as NodeName[],
	values,
	update: always({ store }),
	sameness,
	knowableFrom: 0,
}));

const recordKinds: Kind[] = [
	{
		area: '6 whose record',
		name: '500, not stored; reads show another account',
		services: ['cudoCompute'],
		update: always({ store: false, status: 500, body: error(500) }),
		read: always({ body: ({ after }) => ({ ...after, id: 'birch', displayName: 'Item 0', stripeRef: 'cus_item0' }) }),
	},
	{
		area: '6 whose record',
		name: 'not stored, answers as asked with another id',
		services: ['cudoCompute'],
		update: always({ store: false, body: (view) => ({ ...shownAsAsked(view), id: 'birch' }) }),
		knowableFrom: 0,
	},
	{
		area: '7 no effect',
		name: 'one field of two is stored',
		update: always({ only: (path) => path !== 'displayName' && path !== 'portalUrl' }),
		knowableFrom: 0,
	},
	{ area: '7 no effect', name: 'not stored, answers the record', update: always({ store: false }), knowableFrom: 0 },
	{
		area: '8 refused credential',
		name: 'every update gets 401',
		any: ({ kind }) => (kind === 'update' ? { store: false, status: 401, body: error(401), delayMs: 50 } : undefined),
		knowableFrom: 0,
	},
	{
		area: '8 refused credential',
		name: 'stored, then 500; everything after gets 401',
		update: first({ status: 500, body: error(500) }, { store: false, status: 401, body: error(401) }),
		read: always({ status: 401, body: error(401) }),
	},
];

const quoted = (view: View) => {
	const { headers } = view.request;
	return error(400, `Bad header Authorization: ${headers.authorization}; key ${headers['userhub-api-key']}`)(view);
};

const secretKinds: Kind[] = [
	{ area: '13 secrets', name: 'quotes the secret', update: always({ store: false, status: 400, body: quoted }), knowableFrom: 0 },
	{
		area: '13 secrets',
		name: 'a renewed token, then quotes it',
		services: ['aodocs', 'userHub'],
		signIn: 'renewed',
		update: always({ store: false, status: 400, body: quoted }),
		knowableFrom: 0,
	},
	{
		area: '13 secrets',
		name: 'a renewed token in the record',
		services: ['aodocs', 'userHub'],
		signIn: 'renewed',
		update: always({ body: ({ after, request }) => ({ ...after, note: `for ${request.headers.authorization}` }) }),
	},
	{
		area: '14 secrets',
		name: 'pasted with spaces, then quoted',
		signIn: 'spaces',
		update: always({ store: false, status: 400, body: quoted }),
	},
];

const timeKinds: Kind[] = [
	{ area: '17 deadline', name: 'stored, the answer trickles', update: always({ instead: 'trickle' }), timeout: SHORT, knowableFrom: 0 },
	{
		area: '17 deadline',
		name: 'stored late, the answer trickles',
		update: always({ instead: 'trickle', storeAfterMs: LATE_MS }),
		timeout: SHORT,
	},
	{
		area: '17 deadline',
		name: '500, stored; the read trickles',
		update: always({ status: 500, body: error(500) }),
		read: always({ instead: 'trickle' }),
		timeout: SHORT,
	},
	{ area: '17 deadline', name: 'stored, the answer is an upgrade', update: always({ instead: 'upgrade' }), timeout: SHORT },
	{
		area: '17 deadline',
		name: 'the renewal of the token hangs',
		services: ['aodocs', 'userHub'],
		signIn: 'renewed',
		timeout: SHORT,
		any: ({ kind }) => (kind === 'token' || kind === 'session' ? { instead: 'hang' } : undefined),
	},
	{
		area: '19 bounds',
		name: 'stored, the answer never ends',
		update: always({ instead: 'huge', megabytes: 12 }),
		timeout: 2000,
		knowableFrom: 0,
	},
];

/** Every update is told to come back much later. */
const waits: Array<{ name: string; step: Step; services?: NodeName[] }> = [
	{ name: '429, Retry-After 600', step: { status: 429, headers: { 'retry-after': '600' } } },
	{
		name: '429, Retry-After as a date by the service’s clock',
		step: {
			status: 429,
			headers: { date: new Date(Date.now() - 7_200_000).toUTCString(), 'retry-after': new Date(Date.now() - 6_600_000).toUTCString() },
		},
	},
	{
		name: '429, RateLimit reset 600',
		step: { status: 429, headers: { 'ratelimit-limit': '10', 'ratelimit-remaining': '0', 'ratelimit-reset': '600' } },
	},
	{ name: '503, Retry-After 600', step: { status: 503, headers: { 'retry-after': '600' } } },
	{
		name: '429, RetryInfo 600s',
		step: {
			status: 429,
			body: () => ({
				code: 8,
				message: 'Slow down',
				details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '600s' }],
			}),
		},
		services: ['cudoCompute'],
	},
];

const waitKinds: Kind[] = [
	...waits.map(
		({ name: how, step, services }): Kind => ({
			area: '18 wait',
			name: `${how}, for all`,
			services,
			any: ({ kind }) => (kind === 'update' ? { body: error(step.status!), ...step, store: false } : undefined),
			items: 30,
			updatesAfterWait: 1,
			...(step.status === 429 && { knowableFrom: 0 }),
		}),
	),
	...['soon', '-5', 'Wed, 21 Oct 2015 07:28:00 GMT'].map(
		(retryAfter): Kind => ({
			area: '18 wait',
			name: `429, Retry-After "${retryAfter}", then plain`,
			update: first({ store: false, status: 429, body: error(429), headers: { 'retry-after': retryAfter } }),
			knowableFrom: 0,
		}),
	),
];

export const kinds: Kind[] = [
	...openKinds,
	...certainKinds,
	...silentKinds,
	...lateKinds,
	...changedKinds,
	...recordKinds,
	...secretKinds,
	...timeKinds,
	...waitKinds,
];
