import { isDeepStrictEqual } from 'node:util';

import type { Claim } from './claims.mts';
import type { Kind } from './kinds.mts';
import { type Received, type TruthServer, valueAt, type Write } from './truthServer.mts';

/** What one item was meant to do. */
export interface JudgedItem {
	account: string;
	/** The values it asks for, by path. */
	asked: Record<string, unknown>;
}

/** What there is to judge a run by. All late writes have landed. */
export interface Evidence {
	kind: Kind;
	items: JudgedItem[];
	claims: Claim[];
	server: Pick<TruthServer, 'requests' | 'writes' | 'record'>;
	mode: 'stop' | 'continue' | 'error output';
	maxRetries: number;
	/** When the run was over. */
	endedAt: number;
}

/** What is wrong, and how many claims say `unknown`. */
export interface Judgement {
	falseClaims: string[];
	/** Unknown although the service told the truth plainly. */
	needlesslyUnknown: string[];
	unknown: number;
}

/** A Decimal by its text, everything else as it is. */
const plain = (value: unknown): unknown =>
	typeof value === 'object' && value !== null && Object.keys(value).join() === 'value' ? (value as { value: unknown }).value : value;

const isSame = (one: unknown, other: unknown) => isDeepStrictEqual(plain(one), plain(other));

/** What proto3 leaves out of an answer. */
const isZero = (value: unknown) => value === false || value === 0 || value === '';

/** An item's own requests: known by a value that only it asks for. */
const isBy =
	({ account, asked }: JudgedItem) =>
	(request: Received) =>
		request.kind === 'update' &&
		request.account === account &&
		Object.entries(asked).every(([path, value]) => isSame(request.asked[path], value));

/** Whether the answer tells for certain that nothing was or will be applied. */
function isCertainRefusal({ status = 0, path }: Received): boolean {
	if (status === 429) return true;
	if (status === 409) return path.startsWith('/domain') || path.startsWith('/user');
	return status >= 400 && status < 500 && status !== 408 && status !== 499;
}

/** Whether the answer says that it was carried out, not that it will be (202) or partly was (207). */
const isPlainlyAccepted = ({ status = 0 }: Received) => status >= 200 && status < 300 && status !== 202 && status !== 207;

const showsAsked = (shown: Received['shown'], asked: Record<string, unknown>) =>
	shown !== undefined && Object.entries(asked).every(([path, value]) => isSame(valueAt(shown, path), value));

/** Judges what a run said by what was stored, and by the order in which requests came. */
export function judge(evidence: Evidence): Judgement {
	const { kind, items, claims, maxRetries } = evidence;
	const judgement: Judgement = { falseClaims: [], needlesslyUnknown: [], unknown: 0 };
	items.forEach((item, index) => {
		const mine = claims.filter((claim) => claim.item === index);
		if (mine.length !== 1) {
			judgement.falseClaims.push(`item ${index}: ${mine.length} claims in place of one`);
			return;
		}
		const [claim] = mine;
		if (claim.outcome === 'unknown') {
			judgement.unknown += 1;
			if (kind.knowableFrom !== undefined && maxRetries >= kind.knowableFrom) judgement.needlesslyUnknown.push(`item ${index}: unknown`);
		}
		const wrong = faultOfClaim(claim, item, index, evidence);
		if (wrong) judgement.falseClaims.push(`item ${index}: "${claim.outcome}", but ${wrong}`);
	});
	judgement.falseClaims.push(...faultsOfOrder(evidence));
	return judgement;
}

function faultOfClaim(claim: Claim, item: JudgedItem, index: number, evidence: Evidence): string | undefined {
	const { server, endedAt, mode } = evidence;
	const requests = server.requests.filter(isBy(item));
	const writes = server.writes.filter((write) => requests.includes(write.by));
	const inTime = writes.filter(({ at }) => at <= endedAt);
	const touched = writes.filter(({ before, after }) => !isDeepStrictEqual(before, after));
	if (mode === 'error output' && claim.isError && claim.output !== 1) return 'its error item left by the success output';
	switch (claim.outcome) {
		case 'updated':
			return faultOfUpdated(claim, item, index, inTime, evidence);
		case 'unchanged':
			if (requests.length > 0) return 'an update was sent';
			return isAsAsked(server.record(item.account), item, evidence) ? undefined : 'the account does not hold what was asked';
		case 'not applied':
			if (touched.length > 0) return touched.some(({ at }) => at <= endedAt) ? 'it was stored' : 'it was stored later';
			return claim.isError ? undefined : 'it left as a success';
		case 'not sent':
			return requests.length > 0 ? `the service received it ${requests.length} times` : undefined;
		case 'unknown':
			return claim.isError ? undefined : 'it left as a success';
		default:
			return 'that is no outcome';
	}
}

/** Whether a record holds what was asked, or what the service makes of it without changing it. */
function isAsAsked(record: Write['after'], { asked }: JudgedItem, { kind }: Evidence): boolean {
	return kind.sameness === 'same' || Object.entries(asked).every(([path, value]) => isSame(valueAt(record, path), value));
}

function faultOfUpdated(claim: Claim, item: JudgedItem, index: number, writes: Write[], evidence: Evidence): string | undefined {
	const { kind, items, server } = evidence;
	const last = writes.at(-1);
	if (!last) return 'nothing was stored when the run ended';
	for (const [path, value] of Object.entries(item.asked)) {
		const stored = valueAt(last.after, path);
		const change = claim.changes?.find(({ field }) => field === path);
		if (change && !isSame(change.to, stored) && kind.sameness !== 'same')
			return `it tells of ${path} = ${show(change.to)}, stored is ${show(stored)}`;
		const former = valueAt(writes[0].before, path);
		const wasLeftOut = kind.leavesZerosOut && isZero(former) && change?.from === null;
		// A cache, or a write that lands between the read and the update: the node can only tell what it was shown.
		const wasShown = server.requests.some(
			({ account, shown }) => account === item.account && shown && isSame(valueAt(shown, path), change?.from),
		);
		if (change && !wasLeftOut && !wasShown && !isSame(change.from, former)) return `it tells of a former ${path} = ${show(change.from)}`;
		if (isSame(stored, value) || kind.sameness === 'same') continue;
		const isTold = claim.disclosed.includes(path) || (change !== undefined && isSame(change.to, stored));
		if (!isTold) return `${path} is stored as ${show(stored)}, and it does not say so`;
	}
	// What an earlier item still had in flight has taken the values back.
	const landedOver = server.writes.find(({ account, at, by }) => {
		if (account !== item.account || at <= last.at) return false;
		const earlier = items.findIndex((other) => isBy(other)(by));
		// An attempt whose values the account had shown was settled: what its twin does later nobody can know.
		const wasSettled = server.requests.some(
			({ account: read, shown, answeredAt = Infinity }) => read === account && answeredAt < last.by.at && showsAsked(shown, by.asked),
		);
		return earlier < index && !wasSettled;
	});
	return landedOver ? 'an earlier item, still in flight, was stored over it' : undefined;
}

const show = (value: unknown) => JSON.stringify(plain(value));

/** Nothing is sent to an account while it is open what became of the request before. */
function faultsOfOrder({ kind, items, server }: Evidence): string[] {
	const faults: string[] = [];
	for (const account of new Set(items.map((item) => item.account))) {
		const requests = server.requests.filter(
			(request) => request.account === account && (request.kind === 'update' || request.kind === 'read'),
		);
		let open: Received | undefined;
		let wasRead = false;
		for (const request of requests) {
			if (request.kind === 'read') {
				wasRead = true;
				if (open && showsAsked(request.shown, open.asked)) open = undefined;
				// An answer of the service itself to the update, and what the account showed afterwards, decide together.
				else if (open && isPlainlyAccepted(open) && request.shown) open = undefined;
				continue;
			}
			if (open) {
				const isAgain = isDeepStrictEqual(open.asked, request.asked);
				if (!isAgain) faults.push(`${account}: another item was sent while it was open what became of the one before`);
				else if (!wasRead) faults.push(`${account}: sent again without a read in between`);
			}
			const isSettled =
				isCertainRefusal(request) ||
				(isPlainlyAccepted(request) && (showsAsked(request.shown, request.asked) || kind.sameness !== undefined));
			if (!isSettled) open = request;
			else if (isPlainlyAccepted(request)) open = undefined;
			wasRead = false;
		}
	}
	if (kind.updatesAfterWait !== undefined) {
		const updates = server.requests.filter((request) => request.kind === 'update');
		const told = Math.min(...updates.map(({ answeredAt }) => answeredAt ?? Infinity));
		const after = updates.filter(({ at }) => at > told).length;
		if (after > kind.updatesAfterWait) faults.push(`${after} updates were sent after the service asked to wait`);
	}
	return faults;
}
