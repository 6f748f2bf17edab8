import type { IDataObject, INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';

import { errorIn } from '../support/items.mts';
import type { Scenario } from './scenarios.mts';

/** What one execution of the node handed back. */
export interface Handed {
	items?: INodeExecutionData[];
	error?: Error & { context?: IDataObject };
	hints: NodeExecutionHint[];
}

/** What the node says became of an item. */
export interface Claim {
	item: number;
	/** `done` when it only says that nothing went wrong. */
	outcome: string;
	/** The fields that it says were not applied; undefined when it says nothing about that for this item. */
	notApplied?: string[];
	changes?: Array<{ field: string; from: unknown; to: unknown }>;
	/** The record that it shows. */
	record?: IDataObject;
	/** The plan of a dry run. */
	plan?: IDataObject;
	message?: string;
	isFailure: boolean;
}

const linkOf = ({ pairedItem }: INodeExecutionData) =>
	typeof pairedItem === 'object' && !Array.isArray(pairedItem) ? pairedItem.item : -1;

function claimOf(data: INodeExecutionData, output: Scenario['output']): Claim {
	const { json } = data;
	const item = linkOf(data);
	const details = errorIn(json);
	if (details) {
		return {
			item,
			outcome: String(details.outcome),
			notApplied: details.notApplied as string[] | undefined,
			message: String(json.message),
			isFailure: true,
		};
	}
	if (json.summary !== undefined) return { item, outcome: String(json.outcome), plan: json, isFailure: false };
	if (output !== 'recordAndChanges') return { item, outcome: 'done', record: json, isFailure: false };
	return {
		item,
		outcome: String(json.outcome),
		notApplied: json.notApplied as string[],
		changes: json.changes as unknown as Claim['changes'],
		record: json.record as IDataObject,
		isFailure: false,
	};
}

/** Reads what an execution says of every item, and the fields that its hint says were not applied. */
export function readClaims({ items, error, hints }: Handed, output: Scenario['output']): { claims: Claim[]; hinted: string[] } {
	const hinted = hints.flatMap(({ message }) => /did not apply: (.*?)\. Set Output/.exec(message)?.[1].split(', ') ?? []);
	if (items) return { claims: items.map((data) => claimOf(data, output)), hinted };
	const accounted = ((error?.context?.data as IDataObject | undefined)?.items ?? []) as IDataObject[];
	const claims = accounted.map(({ item, outcome, notApplied, message }) => ({
		item: Number(item),
		outcome: String(outcome),
		notApplied: notApplied as string[] | undefined,
		message: message as string | undefined,
		isFailure: message !== undefined,
	}));
	// A node that throws shows no hint.
	return { claims, hinted: [] };
}
