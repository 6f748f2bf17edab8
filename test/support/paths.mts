/** Values in records by their path, such as `billingAddress.city`. */
import type { IDataObject } from 'n8n-workflow';

/** The value at a path; undefined where there is none. */
export const valueAt = (record: unknown, path: string): unknown =>
	path.split('.').reduce<unknown>((inner, key) => (inner as IDataObject | null | undefined)?.[key], record);

/** Puts a value where the path says, making the objects on the way. */
export function put(target: IDataObject, path: string[], value: unknown): IDataObject {
	let parent = target;
	for (const name of path.slice(0, -1)) parent = (parent[name] ??= {}) as IDataObject;
	parent[path.at(-1)!] = value as IDataObject;
	return target;
}

/** Removes what is at a path, where there is something. */
export function removeAt(record: IDataObject, path: string): void {
	const keys = path.split('.');
	const parent = keys.length === 1 ? record : (valueAt(record, keys.slice(0, -1).join('.')) as IDataObject | undefined);
	if (parent) delete parent[keys.at(-1)!];
}

/** Whether a path is another one, or inside it. */
export const isWithin = (path: string, outer: string): boolean => path === outer || path.startsWith(`${outer}.`);

/** Whether one of two paths is inside the other. */
export const overlap = (a: string, b: string): boolean => isWithin(a, b) || isWithin(b, a);
