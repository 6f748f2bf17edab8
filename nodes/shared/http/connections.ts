import { NodeApiError, NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';

import { wordsOf, wordsToReport } from '../fields/exception';
import type { Failure, Service } from '../service';
import { connect, type Connection, type Run } from './connection';

/** Up to so many items, each opens its own credential: it is not looked whether that reads the item. */
const ALWAYS_OPENED = 25;
/** So many items, spread over all, are looked at where there are more. */
const SPREAD = 8;
/** So many are opened at once: each is a query to n8n's database. */
const OPENED_AT_ONCE = 10;

/** For each item the connection to use for it, or why there is none. */
export type ConnectionOf = (itemIndex: number) => Connection | { failure: Failure };

/** A credential as n8n opens it for an item, expressions resolved; or why it cannot be opened. */
type Resolved = { data: IDataObject } | { failure: Failure };

/** What n8n says when it cannot open a credential, as a failure of the item. */
function failureOf(error: unknown, { name, signIn }: Service): Failure {
	const isNodeError = error instanceof NodeOperationError || error instanceof NodeApiError;
	const detail = wordsOf(error);
	const remedy =
		(isNodeError && error.description) ||
		`Choose a credential that exists in the node. If it holds expressions, make sure that they give a value for every item. ${signIn.madeIn}`;
	return {
		summary: `The ${name} credential could not be opened`,
		detail,
		remedy: detail === undefined ? `${remedy} ${wordsToReport(error)}` : remedy,
	};
}

async function resolveFor(itemIndex: number, context: IExecuteFunctions, service: Service, type: string): Promise<Resolved> {
	try {
		return { data: (await context.getCredentials(type, itemIndex)) as IDataObject };
	} catch (error) {
		return { failure: failureOf(error, service) };
	}
}

/** Whether all are one credential, or none can be opened. */
function isOne(resolved: Resolved[]): boolean {
	const [first, ...others] = resolved.map((each) => ('data' in each ? JSON.stringify(each.data) : 'failed'));
	return others.every((each) => each === first);
}

/** Items that stand for all: the last, and some between, evenly spread. */
function sampleOf(itemIndexes: number[]): number[] {
	const step = itemIndexes.length / (SPREAD + 1);
	const spread = Array.from({ length: SPREAD }, (_, index) => itemIndexes[Math.floor((index + 1) * step)]);
	return [itemIndexes[itemIndexes.length - 1], ...spread];
}

/**
 * Opens the credential for as many items as may have one of their own. To open it for every item costs more than the requests, so it is first found
 * out whether its expressions read the item at all.
 *
 * How it is found out: the credential is opened for an item that does not exist. Where that fails, or gives another value, expressions read the item.
 * Some ways to read it do not fail there; so up to 25 items open their own all the same, and of more, the last and eight spread ones are compared.
 *
 * @returns by item index; the first item's holds for those that are not among them
 */
async function resolveForItems(itemIndexes: number[], resolve: (itemIndex: number) => Promise<Resolved>): Promise<Map<number, Resolved>> {
	const resolved = new Map<number, Resolved>();
	const resolveAll = async (indexes: number[]) => {
		const missing = indexes.filter((index) => !resolved.has(index));
		for (let from = 0; from < missing.length; from += OPENED_AT_ONCE) {
			const some = missing.slice(from, from + OPENED_AT_ONCE);
			await Promise.all(some.map(async (index) => resolved.set(index, await resolve(index))));
		}
	};
	if (itemIndexes.length > ALWAYS_OPENED) {
		const sample = [itemIndexes[0], ...sampleOf(itemIndexes)];
		const [nowhere] = await Promise.all([resolve(Number.MAX_SAFE_INTEGER), resolveAll(sample)]);
		if (isOne([...resolved.values(), nowhere])) return resolved;
	}
	await resolveAll(itemIndexes);
	return resolved;
}

/** Why items may not have credentials of their own: with OAuth2, n8n would sign the requests of all with the first item's. */
function whyNotOfTheirOwn(resolved: Resolved[], { signIn }: Service): Failure | undefined {
	if (isOne(resolved) || !resolved.some((each) => 'data' in each && signIn.signsWithFirstItem?.(each.data))) return undefined;
	return {
		summary: 'The credential is another one for each item, and with OAuth2 n8n signs every request with that of the first',
		remedy: 'Use one credential for all items of a run, or another way to sign in.',
	};
}

/** Makes the function that gives each credential its connection: one, however many items share it. */
function connector(context: IExecuteFunctions, run: Run, type: string): (resolved: Resolved) => Connection | { failure: Failure } {
	const byData = new Map<string, Connection | { failure: Failure }>();
	return (resolved) => {
		if ('failure' in resolved) return resolved;
		const key = JSON.stringify(resolved.data);
		let connection = byData.get(key);
		if (!connection) {
			try {
				connection = connect(context, run, type, resolved.data);
			} catch (error) {
				connection = { failure: failureOf(error, run.service) };
			}
			byData.set(key, connection);
		}
		return connection;
	};
}

/**
 * Opens the credential of each item, and a connection for each credential. n8n resolves a credential's expressions for one item, so a credential whose
 * expressions read the item is another one for each.
 *
 * @param type the credential type
 * @param itemIndexes the items that need a connection
 */
export async function openConnections(context: IExecuteFunctions, run: Run, type: string, itemIndexes: number[]): Promise<ConnectionOf> {
	const { service } = run;
	const [first] = itemIndexes;
	if (first === undefined) return () => ({ failure: failureOf(new Error('No item'), service) });
	const resolved = await resolveForItems(itemIndexes, async (itemIndex) => await resolveFor(itemIndex, context, service, type));
	const failure = whyNotOfTheirOwn([...resolved.values()], service);
	if (failure) return () => ({ failure });
	// Now, because a renewed token changes the data that they are told apart by.
	const connectionOf = connector(context, run, type);
	const connections = new Map([...resolved].map(([itemIndex, each]) => [itemIndex, connectionOf(each)]));
	const usual = connections.get(first)!;
	return (itemIndex) => connections.get(itemIndex) ?? usual;
}
