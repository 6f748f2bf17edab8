import { NodeApiError, NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';

import { wordsOf, wordsToReport } from '../fields/exception';
import type { Failure, Service } from '../service';
import { connect, type Connection, type Run } from './connection';

/** Up to so many items each open their own credential, whatever the look ahead says. */
const ALWAYS_OPENED = 25;
/** So many items, spread over all, are looked at where there are more. */
const SPREAD = 8;

/** For each item the connection to use for it, or why there is none. */
export type Connections = (itemIndex: number) => Connection | { failure: Failure };

interface Opened {
	data?: IDataObject;
	failure?: Failure;
}

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

/**
 * Opens the credential of each item. n8n resolves a credential's expressions for one item, so a credential whose expressions read the item is
 * another one for each. To open it for every item costs more than the requests, so it is first found out whether it reads the item at all.
 *
 * How it is found out: the credential is opened for an item that does not exist. Where that fails, or gives another value, expressions read the item.
 * Some ways to read it do not fail there; so up to 25 items open their own all the same, and of more, the last and eight spread ones are compared.
 *
 * @param type the credential type
 * @param itemIndexes the items that need a connection
 */
export async function openConnections(context: IExecuteFunctions, run: Run, type: string, itemIndexes: number[]): Promise<Connections> {
	const byData = new Map<string, Connection | { failure: Failure }>();

	async function open(itemIndex: number): Promise<Opened> {
		try {
			return { data: (await context.getCredentials(type, itemIndex)) as IDataObject };
		} catch (error) {
			return { failure: failureOf(error, run.service) };
		}
	}
	const same = (a: Opened, b: Opened) => JSON.stringify(a.data) === JSON.stringify(b.data) && !a.failure === !b.failure;
	const connectionOf = ({ data, failure }: Opened): Connection | { failure: Failure } => {
		if (!data) return { failure: failure! };
		const key = JSON.stringify(data);
		let connection = byData.get(key);
		if (!connection) {
			try {
				connection = connect(context, run, type, data);
			} catch (error) {
				connection = { failure: failureOf(error, run.service) };
			}
			byData.set(key, connection);
		}
		return connection;
	};

	const [first] = itemIndexes;
	if (first === undefined) return () => ({ failure: failureOf(new Error('No item'), run.service) });
	const firstOpened = await open(first);
	const opened = new Map([[first, firstOpened]]);
	const openAll = async (indexes: number[]) => {
		for (const index of indexes) if (!opened.has(index)) opened.set(index, await open(index));
	};
	if (itemIndexes.length > 1 && (await readsItem())) await openAll(itemIndexes);

	async function readsItem(): Promise<boolean> {
		if (itemIndexes.length <= ALWAYS_OPENED) return true;
		const nowhere = await open(Number.MAX_SAFE_INTEGER);
		if (!same(nowhere, firstOpened)) return true;
		const step = itemIndexes.length / (SPREAD + 1);
		const spread = Array.from({ length: SPREAD }, (_, index) => itemIndexes[Math.floor((index + 1) * step)]);
		await openAll([itemIndexes[itemIndexes.length - 1], ...spread]);
		return [...opened.values()].some((each) => !same(each, firstOpened));
	}

	const differs = [...opened.values()].some((each) => !same(each, firstOpened));
	if (differs && [...opened.values()].some(({ data }) => data && run.service.signIn.signsWithFirstItem?.(data))) {
		const failure: Failure = {
			summary: 'The credential is another one for each item, and with OAuth2 n8n signs every request with that of the first',
			remedy: 'Use one credential for all items of a run, or sign in with a security code.',
		};
		return () => ({ failure });
	}
	// Now, because a renewed token changes the data that they are told apart by.
	const connections = new Map([...opened].map(([itemIndex, each]) => [itemIndex, connectionOf(each)]));
	const usual = connectionOf(firstOpened);
	return (itemIndex) => connections.get(itemIndex) ?? usual;
}
