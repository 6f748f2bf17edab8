import type { IDataObject } from 'n8n-workflow';

import { put, removeAt, valueAt } from './paths.mts';
import type { NodeName } from './installation.mts';
import type { Answer, Responder, Routes } from './service.mts';

/** How a service applies the body of a PATCH to what it keeps, where it does not just put it over it. */
const applies: Partial<Record<NodeName, (record: IDataObject, body: IDataObject) => void>> = {
	// By the mask: what it names and the body lacks is erased.
	cudoCompute(record, { billingAccount, updateMask }) {
		for (const path of String(updateMask).split(',')) {
			const value = valueAt(billingAccount as IDataObject, path);
			if (value === undefined) removeAt(record, path);
			else put(record, path.split('.'), value);
		}
	},
	// Each member replaced; null erases.
	userHub(record, body) {
		for (const [key, value] of Object.entries(body)) {
			if (value === null) delete record[key];
			else record[key] = value;
		}
	},
};

/** One account that a service really keeps: a PATCH changes it, and a GET shows it. Tests judge by what it holds. */
export interface KeptAccount {
	/** What the service holds now. */
	record: IDataObject;
	read: Responder;
	update: Responder;
	/** Both, at the account's route. */
	routes: (route: string) => Routes;
}

/**
 * An account that the service keeps.
 *
 * @param record what it holds at first
 * @param ignored fields that the service accepts and does not change
 * @param answers what it answers to updates in place of the record, one each; `undefined` for the record. The update is applied all the same
 */
export function keptAccount(
	node: NodeName,
	record: IDataObject,
	{ ignored = [], answers = [] }: { ignored?: string[]; answers?: Array<Answer | undefined> } = {},
): KeptAccount {
	const kept = structuredClone(record);
	const left = [...answers];
	const read = () => ({ body: structuredClone(kept) });
	const update: Responder = ({ body }) => {
		const before = structuredClone(kept);
		const apply = applies[node] ?? Object.assign;
		apply(kept, structuredClone(body) as IDataObject);
		for (const path of ignored) {
			const value = valueAt(before, path);
			if (value === undefined) removeAt(kept, path);
			else put(kept, path.split('.'), value);
		}
		return left.shift() ?? read();
	};
	return { record: kept, read, update, routes: (route) => ({ [`GET ${route}`]: read, [`PATCH ${route}`]: update }) };
}
