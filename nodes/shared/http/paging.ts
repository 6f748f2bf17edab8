import {
	NodeApiError,
	type IDataObject,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
	type INodeListSearchItems,
	type INodeListSearchResult,
} from 'n8n-workflow';

import { connect, credentialTypeOf, type Connection } from './connection';
import { readRecord } from './exchange';
import { isRecord } from '../fields/record';
import type { Failure } from '../report/outcome';
import type { Pace } from '../apply/lanes';
import type { ApiRequest, Service } from '../service';

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
}

const LIST_TIMEOUT_MS = 30_000;
const LIST_RETRIES = 2;
/** A list in the editor shows as many matches as this at least, before it offers to load more. */
const SHOWN_MATCHES = 20;
/** Most pages that are looked through for matches at one go. */
const SEARCHED_PAGES = 10;

const NO_PACE: Pace = { ready: async () => {}, isOver: () => false, good: () => {}, pushback: () => {} };

interface Page {
	records: IDataObject[];
	next?: string;
}

function pageRequest(listing: Listing, pageSize: number, token: string | undefined): ApiRequest {
	const query: IDataObject = { pageSize };
	if (token) query.pageToken = token;
	return { method: 'GET', path: listing.path, query };
}

async function readPage(
	service: Service,
	connection: Connection,
	listing: Listing,
	pageSize: number,
	token?: string,
): Promise<Page | { failure: Failure }> {
	const request = pageRequest(listing, pageSize, token);
	const read = await readRecord({ service, connection, pace: NO_PACE, maxRetries: LIST_RETRIES }, request);
	if ('failure' in read) return read;
	const records = read.record[listing.records];
	const next = read.record[listing.nextToken];
	return {
		records: Array.isArray(records) ? records.filter(isRecord) : [],
		// A token that is answered with itself would go round for ever.
		next: typeof next === 'string' && next !== '' && next !== token ? next : undefined,
	};
}

/** Reads a list up to a number of records, or says why it could not be read. */
export async function readList(
	context: IExecuteFunctions,
	service: Service,
	listing: Listing,
	limit: number,
): Promise<{ records: IDataObject[] } | { failure: Failure }> {
	const connection = await connect(context, service, credentialTypeOf(context, service), LIST_TIMEOUT_MS);
	const records: IDataObject[] = [];
	let token: string | undefined;
	do {
		const page = await readPage(service, connection, listing, Math.min(listing.pageSize, limit - records.length), token);
		if ('failure' in page) return page;
		records.push(...page.records);
		token = page.next;
	} while (token && records.length < limit);
	return { records: records.slice(0, limit) };
}

/**
 * The search of a resource locator. The APIs cannot search, so pages are read until there are matches enough to show.
 *
 * @param toEntry how a record is shown, and its ID
 * @throws NodeApiError with the service's own message
 */
export async function searchList(
	context: ILoadOptionsFunctions,
	service: Service,
	listing: Listing,
	toEntry: (record: IDataObject) => INodeListSearchItems,
	filter = '',
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const connection = await connect(context, service, service.credentialType(), LIST_TIMEOUT_MS);
	const wanted = filter.trim().toLowerCase();
	const results: INodeListSearchItems[] = [];
	let token = paginationToken;
	for (let pages = 0; pages < SEARCHED_PAGES; pages++) {
		const page = await readPage(service, connection, listing, listing.pageSize, token);
		if ('failure' in page) {
			const { summary, detail, remedy, httpCode } = page.failure;
			const description = [detail, remedy].filter(Boolean).join(' ');
			throw new NodeApiError(context.getNode(), {}, { message: summary, description, httpCode: httpCode?.toString() });
		}
		const entries = page.records.map(toEntry).filter(({ name, value }) => `${name} ${String(value)}`.toLowerCase().includes(wanted));
		results.push(...entries);
		token = page.next;
		if (!token || results.length >= SHOWN_MATCHES) break;
	}
	return { results, paginationToken: token };
}
