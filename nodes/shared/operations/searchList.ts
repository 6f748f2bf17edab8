import {
	NodeApiError,
	type IDataObject,
	type ILoadOptionsFunctions,
	type INodeListSearchItems,
	type INodeListSearchResult,
} from 'n8n-workflow';

import { textOf } from '../fields/record';
import { asSentence } from '../fields/sentence';
import { connect, createRun } from '../http/connection';
import { readPage, type Listing } from '../http/paging';
import type { Failure, Service } from '../service';

/** How the editor's lists are read: nobody waits longer for one. */
const OPTIONS = { timeoutMs: 30_000, maxRetries: 2, maxConcurrentRequests: 1 };
/** A list in the editor shows as many matches as this at least, before it offers to load more. */
const SHOWN_MATCHES = 20;
/** Most pages that are looked through for matches at one go. */
const SEARCHED_PAGES = 10;

function toError(context: ILoadOptionsFunctions, { summary, detail, remedy, httpCode }: Failure): NodeApiError {
	const description = [detail && asSentence(detail), remedy].filter(Boolean).join(' ');
	return new NodeApiError(context.getNode(), {}, { message: summary, description, httpCode: httpCode?.toString() });
}

/** A record as the list shows it: by the first name that it has, and its ID. Without an ID it cannot be chosen. */
function toEntries(record: IDataObject, names: string[]): INodeListSearchItems[] {
	const id = textOf(record.id);
	if (!id) return [];
	const name = names.map((key) => textOf(record[key])).find((text) => text);
	return [{ name: name ? `${name} (${id})` : id, value: id }];
}

/**
 * The search of a resource locator. The APIs cannot search, so pages are read until there are matches enough to show.
 *
 * @param names the properties of a record that may name it, the best first
 * @throws NodeApiError with the service's own message
 */
export async function searchList(
	context: ILoadOptionsFunctions,
	service: Service,
	listing: Listing,
	names: string[],
	filter = '',
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const type = service.signIn.credentialType();
	const connection = connect(context, createRun(service, OPTIONS), type, (await context.getCredentials(type)) as IDataObject);
	if ('failure' in connection) throw toError(context, connection.failure);
	const wanted = filter.trim().toLowerCase();
	const results: INodeListSearchItems[] = [];
	let token = paginationToken;
	for (let pages = 0; pages < SEARCHED_PAGES; pages++) {
		const page = await readPage(connection, listing, listing.pageSize, token);
		if ('failure' in page) throw toError(context, page.failure);
		const entries = page.records.flatMap((record) => toEntries(record, names)).filter(({ name }) => name.toLowerCase().includes(wanted));
		results.push(...entries);
		// A token that is answered with itself would go round for ever.
		token = page.next === token ? undefined : page.next;
		if (!token || results.length >= SHOWN_MATCHES) break;
	}
	return { results, paginationToken: token };
}
