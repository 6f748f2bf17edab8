import type { IDataObject } from 'n8n-workflow';

import { isRecord } from '../fields/record';
import type { ApiRequest, Failure } from '../service';
import { readObject } from './ask';
import type { Connection } from './connection';
import { quote } from './explain';

/** How one API pages through a list. */
export interface Listing {
	/** The path below the base URL. */
	path: string;
	/** The property of an answer that holds the records. */
	records: string;
	/** The property of an answer that holds the token of the next page; absent or empty on the last. */
	nextToken: string;
	/** Most records that the API gives in one page. */
	pageSize: number;
	/** What else the query holds, e.g. the order. */
	query?: IDataObject;
	/** The part of a record that a person needs, where the records are not billing accounts. */
	simplify?(record: IDataObject): IDataObject;
}

export interface Page {
	records: IDataObject[];
	/** The token of the next page; absent on the last. */
	next?: string;
}

function pageRequest(listing: Listing, pageSize: number, token: string | undefined): ApiRequest {
	const query: IDataObject = { ...listing.query, pageSize };
	if (token) query.pageToken = token;
	return { method: 'GET', path: listing.path, query };
}

/** Pages that bring no new record, one after another, after which nobody asks for more: new tokens may come for ever. */
const MOST_VAIN_PAGES = 100;

/** Why an answer is no page, where it is none: what is missing or odd would otherwise be left out, or look like the end of the list. */
function whyNoPage(listing: Listing, records: unknown, next: unknown): string | undefined {
	if (!Array.isArray(records)) return `The answer has no ${listing.records}`;
	const odd = records.findIndex((record) => !isRecord(record));
	if (odd >= 0) return `In ${listing.records}, entry ${odd + 1} of ${records.length} is not a record`;
	const isToken = typeof next === 'string' || next === undefined || next === null;
	return isToken ? undefined : `Its ${listing.nextToken}, which leads to the next page, is not a text`;
}

/** Reads one page of a list. An answer that is none is a failure. */
export async function readPage(
	connection: Connection,
	listing: Listing,
	pageSize: number,
	token?: string,
): Promise<Page | { failure: Failure }> {
	const read = await readObject(connection, pageRequest(listing, pageSize, token), token !== undefined);
	if ('failure' in read) return read;
	const records = read.record[listing.records];
	const next = read.record[listing.nextToken];
	const why = whyNoPage(listing, records, next);
	if (why !== undefined) {
		const summary = `${connection.run.service.name} answered, but not with a list`;
		return { failure: { summary, detail: `${why}. It begins: ${quote(JSON.stringify(read.record))}` } };
	}
	return { records: records as IDataObject[], next: (next as string | null | undefined) || undefined };
}

/**
 * Reads a list from its start.
 *
 * @param limit how many records at most
 * @returns the records, or why they could not all be read: a token that was seen before, or pages that bring nothing new, would go on for ever
 */
export async function readList(
	connection: Connection,
	listing: Listing,
	limit: number,
): Promise<{ records: IDataObject[] } | { failure: Failure }> {
	const { name } = connection.run.service;
	const records: IDataObject[] = [];
	const endless = (summary: string) => ({ failure: { summary, detail: `${records.length} records were read.` } });
	const seen = new Set<string>();
	const known = new Set<string>();
	let vainPages = 0;
	let token: string | undefined;
	do {
		const page = await readPage(connection, listing, Math.min(listing.pageSize, limit - records.length), token);
		if ('failure' in page) return page;
		const before = known.size;
		for (const record of page.records) {
			records.push(record);
			known.add(JSON.stringify(record));
		}
		token = page.next;
		if (token === undefined) break;
		if (seen.has(token)) return endless(`${name} gives the same page again and again`);
		seen.add(token);
		vainPages = known.size === before ? vainPages + 1 : 0;
		if (vainPages === MOST_VAIN_PAGES)
			return endless(`${name} gives one page after another without a new record, ${MOST_VAIN_PAGES} so far`);
	} while (records.length < limit);
	return { records: records.slice(0, limit) };
}
