import type { LogEntry } from '../../sandbox/log.mts';
import type { AskedLeaf, CaseItem } from '../services/fixture.mts';
import { valueAt } from '../support/paths.mts';
import type { Claim, Claims } from './claims.mts';

/** One request as the sandbox dealt with it. */
export interface Dealt {
	entry: LogEntry;
	/** The record of its account right after it. */
	after: unknown;
}

/** What the sandbox knows of a run. */
export interface Truth {
	items: CaseItem[];
	dealt: Dealt[];
	/** The records before the run, by account. */
	first: Record<string, unknown>;
	/** The records after the run, by account. */
	last: Record<string, unknown>;
	/** Whether connections were refused, which the sandbox cannot see. */
	someRefused: boolean;
	/** The part of a PATCH's body that has the values. */
	valuesIn(body: unknown): unknown;
}

/** How a run was to speak. */
export interface Manner {
	stops: boolean;
	errorOutput: boolean;
	tellsChanges: boolean;
}

const isPatch = ({ entry }: Dealt) => entry.method === 'PATCH';

/** Whether the answer to an update leaves open if it was, or will be, applied. AODocs' conflicts do not, Cudo Compute's do. */
function isAmbiguous({ status, faults }: LogEntry): boolean {
	if (status === undefined || status >= 500 || status === 408 || status === 409 || status === 499) return true;
	if (status >= 300) return status < 400;
	return status === 202 || status === 207 || faults.some((kind) => kind === 'body' || kind === 'status' || kind === 'drop');
}

/** Whether an answer to an update says that it was carried out. */
const isAccepted = ({ status }: LogEntry) => status !== undefined && status < 300;

const hasFailed = ({ status, faults }: LogEntry) => status !== 200 || faults.length > 0;

/** Milliseconds for which the server may still be closing a response that its client has read. */
const CLOSING_MS = 50;

/**
 * Holds what the node claims against what the service stored and received.
 *
 * @returns every violation in words, each of which is a wrong claim
 */
export function checkClaims(claims: Claims, truth: Truth, manner: Manner): string[] {
	const wrong = [...claims.faults];
	const { items, dealt } = truth;
	const patches = dealt.filter(isPatch);
	const ownerOf = ({ entry }: Dealt) =>
		items.findIndex(({ leaves: [marker] }) => valueAt(truth.valuesIn(entry.body), marker.path) === marker.value);
	const patchesOf = (index: number) => patches.filter((patch) => ownerOf(patch) === index);
	const isStored = (index: number, { path, value }: AskedLeaf) =>
		patchesOf(index).some(({ entry, after }) => entry.applied && valueAt(after, path) === value);
	const say = (index: number, text: string) => wrong.push(`item ${index}: ${text}`);

	for (const { entry } of dealt) if (entry.problem) wrong.push(`the sandbox failed: ${entry.problem}`);
	for (const patch of patches) {
		const owner = ownerOf(patch);
		if (owner < 0) wrong.push(`an update that no item asked for was sent to ${patch.entry.account}`);
		else if (items[owner].account !== patch.entry.account) say(owner, `was sent to ${patch.entry.account}`);
	}

	// One claim for each item, in input order, linked, on the right output.
	items.forEach((_, index) => {
		const count = claims.items.filter(({ item }) => item === index).length;
		if (count !== 1) say(index, `has ${count} claims`);
	});
	if (claims.items.length !== items.length) wrong.push(`${claims.items.length} claims for ${items.length} items`);
	for (const output of [0, 1]) {
		const order = claims.items.filter((claim) => claim.output === output).map(({ item }) => item);
		if (order.some((item, index) => index > 0 && order[index - 1] > item)) wrong.push(`output ${output + 1} is not in input order`);
	}
	for (const claim of claims.items) {
		if (items[claim.item]) wrong.push(...checkPlace(claim, items[claim.item], manner).map((text) => `item ${claim.item}: ${text}`));
	}
	if (claims.counts !== undefined) wrong.push(...checkCounts(claims.items, claims.counts));

	for (const claim of claims.items) {
		const { item: index, outcome } = claim;
		const item = items[index];
		if (!item) continue;
		const stored = item.leaves.filter((leaf) => isStored(index, leaf));
		const missing = item.leaves.filter((leaf) => !stored.includes(leaf));
		const listed = claim.notApplied ?? claims.hinted;
		const names = (leaves: AskedLeaf[]) => leaves.map(({ field }) => field).join(', ');
		const isListed = ({ field }: AskedLeaf) => listed.includes(field);
		switch (outcome) {
			case 'updated': {
				const unsaid = missing.filter((leaf) => !isListed(leaf));
				if (unsaid.length > 0) say(index, `claimed updated, but ${names(unsaid)} was not stored`);
				if (claim.notApplied && claim.notApplied.length === item.leaves.length) say(index, 'claimed updated with every field not applied');
				break;
			}
			case 'not applied': {
				if (patchesOf(index).length === 0) say(index, 'claimed not applied, but no update was received');
				if (isOpen(index)) say(index, 'claimed not applied, but an attempt may still be carried out');
				const isPart = listed.length > 0 && claim.notApplied !== undefined;
				const unsaid = isPart ? missing.filter((leaf) => !isListed(leaf)) : stored;
				if (unsaid.length > 0) say(index, `claimed not applied, but ${names(unsaid)} was ${isPart ? 'not ' : ''}stored`);
				break;
			}
			case 'not sent':
				if (patchesOf(index).length > 0) say(index, 'claimed not sent, but an update was received');
				break;
			case 'unknown':
				wrong.push(...checkUnknown(index).map((text) => `item ${index}: ${text}`));
				break;
			case 'unchanged':
				if (patchesOf(index).length > 0) say(index, 'claimed unchanged, but an update was received');
				break;
			default:
				say(index, `has the outcome ${outcome}`);
		}
		if (claim.notApplied) {
			const applied = stored.filter(isListed);
			if (applied.length > 0) say(index, `${names(applied)} listed as not applied, but was stored`);
		}
		if (claim.said === 'item') wrong.push(...checkRecord(claim).map((text) => `item ${index}: ${text}`));
	}
	for (const field of claims.hinted) {
		const isTrue = claims.items.some(
			({ item: index, said }) =>
				said !== 'error item' && items[index]?.leaves.some((leaf) => leaf.field === field && !isStored(index, leaf)),
		);
		if (!isTrue) wrong.push(`a hint says that ${field} is not shown, but it was stored for all`);
	}
	wrong.push(...checkOrder(), ...checkEnd());
	return wrong;

	/** Whether an attempt of an item was not answered with certainty, and no later one was accepted. */
	function isOpen(index: number): boolean {
		const own = patchesOf(index).map(({ entry }) => entry);
		// A 409 is certain at one service, and open at another.
		return own.some((entry) => isAmbiguous(entry) && entry.status !== 409) && !own.some(isAccepted);
	}

	/**
	 * Unknown is honest only where an answer to the update left it open, and no read has shown all that was asked; nothing more may be sent to the
	 * account.
	 */
	function checkUnknown(index: number): string[] {
		const { account } = items[index];
		const last = patchesOf(index).at(-1);
		if (!last) return ['claimed unknown, but no update was received'];
		const faults: string[] = [];
		if (!patchesOf(index).some(({ entry }) => isAmbiguous(entry))) faults.push('claimed unknown, but every answer to the update was plain');
		const reads = dealt.slice(dealt.indexOf(last) + 1).filter(({ entry }) => entry.method === 'GET' && entry.account === account);
		const shown = reads.filter(({ entry }) => !hasFailed(entry)).at(-1);
		if (shown && items[index].leaves.every(({ path, value }) => valueAt(shown.after, path) === value)) {
			faults.push('claimed unknown, but a read showed all that was asked');
		}
		if (reads.length === 0 && !truth.someRefused) faults.push('claimed unknown, but the account was not read');
		items.forEach((other, later) => {
			if (later > index && other.account === account && patchesOf(later).length > 0) {
				faults.push(`was unknown, but item ${later} of the same account was sent`);
			}
		});
		return faults;
	}

	/** The record that is handed on, and the changes with it, are what the service stored. */
	function checkRecord({ item: index, json }: Claim): string[] {
		const own = patchesOf(index).filter(({ entry }) => entry.applied);
		const record = manner.tellsChanges ? json.record : json;
		const after = own.at(-1)?.after ?? patchesOf(index).at(-1)?.after;
		const { leaves } = items[index];
		const faults = leaves
			.filter(({ path }) => after !== undefined && valueAt(record, path) !== valueAt(after, path))
			.map(({ field }) => `${field} of the item is not what was stored`);
		if (!manner.tellsChanges) return faults;
		const changes = json.changes as Array<{ field: string; from: unknown; to: unknown }>;
		const before = recordBefore(index);
		for (const leaf of leaves) {
			const change = changes.find(({ field }) => field === leaf.field);
			if (isStored(index, leaf) !== (change !== undefined)) faults.push(`changes ${change ? 'has' : 'lacks'} ${leaf.field} wrongly`);
			if (change && (change.to !== leaf.value || change.from !== (valueAt(before, leaf.path) ?? null))) {
				faults.push(`changes gives wrong values of ${leaf.field}`);
			}
		}
		if (changes.length > leaves.length) faults.push('changes has fields that were not asked for');
		return faults;
	}

	/** The record as it was when the first update of an item came. */
	function recordBefore(index: number): unknown {
		const { account } = items[index];
		const first = patchesOf(index)[0];
		const earlier = dealt.slice(0, dealt.indexOf(first)).filter((request) => isPatch(request) && request.entry.account === account);
		return earlier.at(-1)?.after ?? truth.first[account];
	}

	/** Updates of an account come in item order, one after another, and none is sent again once it was stored as a whole. */
	function checkOrder(): string[] {
		const faults: string[] = [];
		for (const account of new Set(items.map((item) => item.account))) {
			const own = patches.filter(({ entry }) => entry.account === account).sort((a, b) => a.entry.at - b.entry.at);
			own.slice(1).forEach((patch, index) => {
				const before = own[index];
				if (ownerOf(patch) < ownerOf(before)) faults.push(`item ${ownerOf(patch)} was sent after item ${ownerOf(before)}`);
				const overlap = (before.entry.endedAt ?? Infinity) - patch.entry.at;
				if (overlap > CLOSING_MS) faults.push(`updates of ${account} overlap by ${overlap} ms`);
				if (ownerOf(patch) !== ownerOf(before) || ownerOf(patch) < 0) return;
				const isWhole = items[ownerOf(patch)].leaves.every(
					({ path, value }) => before.entry.applied && valueAt(before.after, path) === value,
				);
				if (isWhole) faults.push(`item ${ownerOf(patch)} was sent again after it had been stored`);
			});
		}
		return faults;
	}

	/** At the end each field has the value of the last item that stored it, else the value it began with. */
	function checkEnd(): string[] {
		const faults: string[] = [];
		for (const account of new Set(items.map((item) => item.account))) {
			const paths = new Set(items.filter((item) => item.account === account).flatMap(({ leaves }) => leaves.map(({ path }) => path)));
			for (const path of paths) {
				let expected = valueAt(truth.first[account], path);
				items.forEach((item, index) => {
					const leaf = item.account === account ? item.leaves.find((candidate) => candidate.path === path) : undefined;
					if (leaf && isStored(index, leaf)) expected = leaf.value;
				});
				const found = valueAt(truth.last[account], path);
				if (found !== expected) faults.push(`${path} of ${account} ended as ${String(found)}, not as ${String(expected)}`);
			}
		}
		return faults;
	}
}

/** Successes are on the first output; errors there too, or on the second with the input's data, or in the thrown error. */
function checkPlace({ said, output, json }: Claim, item: CaseItem, { stops, errorOutput }: Manner): string[] {
	const faults: string[] = [];
	if (said === 'thrown error') return stops ? [] : ['is accounted for in an error, though the node goes on'];
	if (said === 'item') return output === 0 ? [] : ['is a success on the error output'];
	if (stops) faults.push('is an error item, though the node stops');
	if (output !== (errorOutput ? 1 : 0)) faults.push(`is an error item on output ${(output ?? 0) + 1}`);
	if (errorOutput) {
		for (const [key, value] of Object.entries(item.json)) {
			if (JSON.stringify(json[key]) !== JSON.stringify(value)) faults.push(`lost ${key} of its input`);
		}
	}
	return faults;
}

function checkCounts(items: Claim[], counts: string): string[] {
	const said = Object.fromEntries(counts.split(', ').map((part) => [part.replace(/^\d+ /, ''), Number.parseInt(part, 10)]));
	const outcomes = new Set([...items.map(({ outcome }) => outcome), ...Object.keys(said)]);
	return [...outcomes]
		.filter((outcome) => (said[outcome] ?? 0) !== items.filter((item) => item.outcome === outcome).length)
		.map((outcome) => `the count of ${outcome} is wrong`);
}
