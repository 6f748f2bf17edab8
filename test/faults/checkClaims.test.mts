import type { LogEntry } from '../../sandbox/log.mts';
import { checkClaims, type Dealt, type Manner, type Truth } from './checkClaims.mts';
import type { Claim, Claims } from './claims.mts';

/** One false claim for each outcome: the check that the fault matrix rests on must catch each. */

const FORMER = { name: 'Old' };
const ASKED = { name: 'New' };
const items = [{ json: {}, account: 'a', leaves: [{ field: 'name', path: 'name', value: 'New' }] }];
const manner: Manner = { stops: false, errorOutput: false, tellsChanges: false };

/** An update that the service received. */
function patch(more: Partial<LogEntry> = {}): Dealt {
	const applied = more.applied ?? true;
	const entry: LogEntry = {
		service: 'cudoCompute',
		method: 'PATCH',
		path: '/a',
		query: {},
		headers: {},
		body: ASKED,
		account: 'a',
		status: 200,
		applied,
		faults: [],
		at: 0,
		endedAt: 1,
		...more,
	};
	return { entry, after: applied ? ASKED : FORMER };
}

const truthOf = (dealt: Dealt[]): Truth => ({
	items,
	dealt,
	first: { a: FORMER },
	last: { a: dealt.at(-1)?.after ?? FORMER },
	someRefused: false,
	valuesIn: (body) => body,
});

/** What a node says of the only item: the record where it went well, else an error item. */
function claimed(outcome: string, record?: object): Claims {
	const claim: Claim = record
		? { item: 0, outcome, said: 'item', output: 0, json: { ...record } }
		: { item: 0, outcome, notApplied: [], said: 'error item', output: 0, json: {} };
	return { items: [claim], hinted: [], faults: [] };
}

const refused = patch({ status: 403, applied: false });
const ignored = patch({ applied: false, faults: ['notApplied'] });
const applied = patch();

test.each<[outcome: string, claims: Claims, dealt: Dealt[]]>([
	['updated', claimed('updated', ASKED), [applied]],
	['not applied', claimed('not applied'), [refused]],
	['not sent', claimed('not sent'), []],
	['unchanged', claimed('unchanged', ASKED), []],
])('a true claim of "%s" is accepted', (_, claims, dealt) => {
	expect(checkClaims(claims, truthOf(dealt), manner)).toEqual([]);
});

test.each<[claim: string, claims: Claims, dealt: Dealt[], caught: string]>([
	['updated', claimed('updated', FORMER), [ignored], 'item 0: claimed updated, but name was not stored'],
	['not applied', claimed('not applied'), [applied], 'item 0: claimed not applied, but name was stored'],
	['not applied', claimed('not applied'), [], 'item 0: claimed not applied, but no update was received'],
	['not sent', claimed('not sent'), [refused], 'item 0: claimed not sent, but an update was received'],
	['unchanged', claimed('unchanged', ASKED), [applied], 'item 0: claimed unchanged, but an update was received'],
	['unknown', claimed('unknown'), [refused], 'item 0: claimed unknown, but every answer to the update was plain'],
	['unknown', claimed('unknown'), [], 'item 0: claimed unknown, but no update was received'],
	['no outcome', claimed('perhaps'), [], 'item 0: has the outcome perhaps'],
])('a false claim of "%s" is caught', (_, claims, dealt, caught) => {
	expect(checkClaims(claims, truthOf(dealt), manner)).toContain(caught);
});

test('no claim at all is caught', () => {
	expect(checkClaims({ items: [], hinted: [], faults: [] }, truthOf([applied]), manner)).toContain('item 0: has 0 claims');
});

test('a record that is not the stored one is caught', () => {
	expect(checkClaims(claimed('updated', { name: 'Else' }), truthOf([applied]), manner)).toEqual([
		'item 0: name of the item is not what was stored',
	]);
});
