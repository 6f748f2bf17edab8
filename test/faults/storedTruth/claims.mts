import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import type { NodeResult } from './harness.mts';

/** What an item claims of its account. This file alone knows how a node says it. */
export interface Claim {
	item: number;
	/** updated, unchanged, not applied, not sent or unknown. */
	outcome: string;
	isError: boolean;
	/** The output it left by; undefined for an entry of the error that ended the node. */
	output?: number;
	/** Former and new value by field. */
	changes?: Array<{ field: string; from: unknown; to: unknown }>;
	/** Fields that are told not to hold what was asked, or to hold it in another form. */
	disclosed: string[];
	/** The account as the item shows it. */
	record?: IDataObject;
	/** Everything the item says, as text. */
	text: string;
}

/** The option that makes every item say its outcome. */
export const SAY_OUTCOMES: INodeParameters = { output: 'recordAndChanges' };

const isObject = (value: unknown): value is IDataObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names of fields: of a list of names, of a list of objects with a field, or of an object by name. */
function fieldNames(value: unknown): string[] {
	if (Array.isArray(value)) return value.map((entry) => String(isObject(entry) ? entry.field : entry));
	return isObject(value) ? Object.keys(value) : [];
}

function claimOf(item: number, said: IDataObject, isError: boolean, output?: number): Claim {
	return {
		item,
		outcome: String(said.outcome ?? '(none)'),
		isError,
		output,
		...(Array.isArray(said.changes) && { changes: said.changes as unknown as Claim['changes'] }),
		disclosed: [...fieldNames(said.notApplied), ...fieldNames(said.storedAs)],
		...(isObject(said.record) && { record: said.record }),
		text: JSON.stringify(said),
	};
}

/** Whether an item tells of a failure. */
export const isErrorItem = ({ json }: INodeExecutionData) => json.error !== undefined && json.error !== null;

/** What an error item says besides its message: `{ message, error: {…} }`, before that `{ error, details }`. */
function saidByErrorItem({ json }: INodeExecutionData): IDataObject {
	if (isObject(json.error)) return { ...json.error, message: json.message };
	return { ...(isObject(json.details) ? json.details : {}), message: json.error };
}

function itemOf({ pairedItem }: INodeExecutionData): number {
	const first = Array.isArray(pairedItem) ? pairedItem[0] : pairedItem;
	return typeof first === 'object' ? first.item : (first ?? -1);
}

/** All claims of a run that was asked with `SAY_OUTCOMES`, in no order. */
export function readClaims({ outputs, error }: NodeResult): Claim[] {
	const claims = outputs.flatMap((items, output) =>
		items.map((item) =>
			isErrorItem(item) ? claimOf(itemOf(item), saidByErrorItem(item), true, output) : claimOf(itemOf(item), item.json, false, output),
		),
	);
	const data = (error?.context as { data?: { items?: IDataObject[] } } | undefined)?.data;
	for (const entry of data?.items ?? []) claims.push(claimOf(Number(entry.item), entry, entry.message !== undefined));
	return claims;
}
