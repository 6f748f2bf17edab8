import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { NodeResult } from '../support/engine.mts';
import { errorIn } from '../support/items.mts';

/** What the node says became of an item, and where it says so. */
export interface Claim {
	item: number;
	outcome: string;
	/** The fields that it says were not applied; undefined where it says so for the run only, in a hint. */
	notApplied?: string[];
	said: 'item' | 'error item' | 'thrown error';
	output?: number;
	json: IDataObject;
}

/** Everything that a run says. */
export interface Claims {
	items: Claim[];
	/** Fields that a hint says some updates were not applied to. */
	hinted: string[];
	/** The counts that a thrown error gives. */
	counts?: string;
	/** What is wrong with how it is said. */
	faults: string[];
}

function linkOf({ pairedItem }: INodeExecutionData): number | undefined {
	const link = Array.isArray(pairedItem) ? pairedItem[0] : pairedItem;
	return typeof link === 'object' ? link.item : link;
}

function claimOf(entry: INodeExecutionData, output: number, tellsChanges: boolean): Claim {
	const { json } = entry;
	const item = linkOf(entry) ?? -1;
	const error = errorIn(json);
	if (error) {
		const { outcome, notApplied = [], item: named } = error;
		return {
			item: named === item ? item : -1,
			outcome: String(outcome),
			notApplied: notApplied as string[],
			said: 'error item',
			output,
			json,
		};
	}
	const claim: Claim = { item, outcome: 'updated', said: 'item', output, json };
	if (tellsChanges) Object.assign(claim, { outcome: json.outcome, notApplied: json.notApplied });
	return claim;
}

/** Reads what a run says of its items. */
export function readClaims({ outputs, error, hints }: NodeResult, tellsChanges: boolean): Claims {
	const hinted = hints.flatMap(({ message }) => /did not apply: (.*?)\. Set Output/.exec(message)?.[1].split(', ') ?? []);
	if (!error) {
		return { items: outputs.flatMap((items, output) => items.map((item) => claimOf(item, output, tellsChanges))), hinted, faults: [] };
	}
	const data = (error.context?.data ?? {}) as { counts?: string; items?: IDataObject[] };
	const items = (data.items ?? []).map((json): Claim => {
		const { item, outcome, notApplied = [] } = json;
		return { item: Number(item), outcome: String(outcome), notApplied: notApplied as string[], said: 'thrown error', json };
	});
	const faults: string[] = [];
	if (!data.items) faults.push('the error does not account for the items');
	if (items.length > 1 && !error.message.includes(`(${data.counts})`)) faults.push('the message does not give the counts');
	return { items, hinted, counts: data.counts, faults };
}
