import type { Fault } from '../../sandbox/faults.mts';
import type { FaultRow, Happening } from './faultTable.mts';
import type { CaseItem, FaultFixture } from '../services/fixture.mts';

/** The item whose update meets the row's fault: the second, so that others come before and after it, one of them on its account. */
export const CHOSEN = 1;
/** An item after it, on another account where there is one. */
const ELSEWHERE = 2;

/** What the faults of a case need to know of it. */
export interface FaultContext {
	service: FaultFixture;
	items: CaseItem[];
	/** How many reads of the chosen item's account the node needs before its update, itself included. */
	readsBefore: number;
	/** A text in which the service repeats a secret that it was sent. */
	echo: string;
	/** Where redirects point to. */
	otherHost: string;
}

type Match = Pick<Fault, 'match' | 'times' | 'after'>;

const MEGABYTE = 1024 * 1024;

function html(echo: string): string {
	return `<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Gateway</h1><p>${echo}</p></body></html>`;
}

/** A row's happening as a fault of the sandbox. */
function toFault(happening: Happening, { service, items, echo, otherHost }: FaultContext, match: Match): Fault {
	if ('cut' in happening) return { ...match, kind: 'drop', when: happening.cut, apply: happening.apply };
	if ('ignores' in happening) {
		const [, second] = items[CHOSEN].leaves;
		return { ...match, kind: 'notApplied', ...(happening.ignores === 'the second field' && { fields: [second.field] }) };
	}
	if ('answer' in happening) {
		switch (happening.answer) {
			case 'HTML':
				return { ...match, kind: 'body', body: html(echo), contentType: 'text/html' };
			case 'nothing':
				return { ...match, kind: 'body', body: '' };
			case 'half of the JSON':
				return { ...match, kind: 'body', cutTo: 25 };
			case '5 MB of text':
				return { ...match, kind: 'body', body: `${echo}. `, repeat: Math.ceil((5 * MEGABYTE) / echo.length), contentType: 'text/plain' };
			case '{}':
				return { ...match, kind: 'body', body: '{}' };
		}
	}
	const { status, apply, retryAfter, body, markedPassing, redirects } = happening;
	const inBody = retryAfter?.as === 'body' ? retryAfter.seconds : undefined;
	const ownError = service.errorBody(status, echo, inBody);
	// Where the service's error has no place for a wait, a gateway says it in plain text.
	const isText = inBody !== undefined && !JSON.stringify(ownError).includes('retryDelay');
	return {
		...match,
		kind: 'status',
		status,
		apply,
		retryAfter: inBody === undefined ? retryAfter : undefined,
		headers: {
			'x-request-id': echo,
			...(markedPassing && { 'x-aodocs-retryable': 'true' }),
			...(redirects && { location: `${otherHost}/billing?from=redirect` }),
			...(body === 'HTML' && { 'content-type': 'text/html' }),
		},
		body: body === 'HTML' ? html(echo) : isText ? `Too many requests. Try again in ${inBody} seconds. ${echo}` : ownError,
	};
}

/** The faults of the run that updates. */
export function faultsOf(row: FaultRow, context: FaultContext): Fault[] {
	const { items, readsBefore } = context;
	const { account } = items[CHOSEN];
	const updatesBefore = items.slice(0, CHOSEN).filter((item) => item.account === account).length;
	const faults: Fault[] = [];
	if (row.update) {
		const match: Match = { match: { method: 'PATCH', account }, times: row.times ?? 1, after: updatesBefore };
		faults.push(toFault(row.update, context, match));
	}
	if (row.elsewhere) {
		const other = items[ELSEWHERE].account;
		// With a single account, all updates before it pass, of which the chosen item's is not counted: it meets its own fault.
		const after = other === account ? ELSEWHERE - 1 : 0;
		faults.push(toFault(row.elsewhere, context, { match: { method: 'PATCH', account: other }, times: 1, after }));
	}
	if (row.reading) {
		const match: Match = { match: { method: 'GET', account }, times: row.readingTimes ?? 'always', after: readsBefore };
		faults.push(toFault(row.reading, context, match));
	}
	return faults;
}

/** The faults of the dry run, which only reads: what the update would meet, the read meets. */
export function faultsOfDryRun(row: FaultRow, context: FaultContext): Fault[] {
	const happening = row.update ?? row.reading;
	if (!happening) return [];
	return [toFault(happening, context, { match: { method: 'GET', account: context.items[0].account }, times: row.times ?? 1 })];
}
