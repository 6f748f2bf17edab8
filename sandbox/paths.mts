import type { JsonObject } from './standIn.mts';

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path such as `billingAddress.city`; undefined where there is none. */
export function valueAt(record: unknown, path: string): unknown {
	return path.split('.').reduce<unknown>((value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined), record);
}

/** Sets the value at a path, in place; the objects on the way are made. Undefined removes what is there. */
export function setAt(record: JsonObject, path: string, value: unknown): void {
	const keys = path.split('.');
	const last = keys.pop() as string;
	let parent = record;
	for (const key of keys) {
		if (!isObject(parent[key])) {
			if (value === undefined) return;
			parent[key] = {};
		}
		parent = parent[key] as JsonObject;
	}
	if (value === undefined) delete parent[last];
	else parent[last] = value;
}
