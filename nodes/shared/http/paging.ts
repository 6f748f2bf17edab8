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

/** Reads one page of a list. A page without a list is a failure: it would look like the end. */
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
	if (!Array.isArray(records)) {
		const { name } = connection.run.service;
		return {
			failure: {
				summary: `${name} answered, but not with a list`,
				detail: `The answer has no ${listing.records}. It begins: ${quote(JSON.stringify(read.record))}`,
			},
		};
	}
	return { records: records.filter(isRecord), next: typeof next === 'string' && next !== '' ? next : undefined };
}

/**
 * Reads a list from its start.
 *
 * @param limit how many records at most
 * @returns the records, or why they could not all be read: a token that was seen before would go round for ever
 */
export async function readList(
	connection: Connection,
	listing: Listing,
	limit: number,
): Promise<{ records: IDataObject[] } | { failure: Failure }> {
	const records: IDataObject[] = [];
	const seen = new Set<string>();
	let token: string | undefined;
	do {
		const page = await readPage(connection, listing, Math.min(listing.pageSize, limit - records.length), token);
		if ('failure' in page) return page;
		for (const record of page.records) records.push(record);
		token = page.next;
		if (token === undefined) break;
		if (seen.has(token)) {
			return {
				failure: {
					summary: `${connection.run.service.name} gives the same page again and again`,
					detail: `${records.length} records were read.`,
				},
			};
		}
		seen.add(token);
	} while (records.length < limit);
	return { records: records.slice(0, limit) };
}
