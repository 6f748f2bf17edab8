import { setAt, valueAt } from './paths.mts';
import type { JsonObject, Schema } from './standIn.mts';

/** What a schema says of a property, itself or in a part of it. */
function propertyOf(schema: Schema | undefined, key: string): Schema | undefined {
	const { properties, allOf = [] } = schema ?? {};
	if (properties && Object.hasOwn(properties, key)) return properties[key];
	for (const part of allOf) {
		const found = propertyOf(part, key);
		if (found) return found;
	}
	return undefined;
}

/** Whether a schema has something at a path such as `billingAddress.city`. */
function isKnown(schema: Schema | undefined, path: string): boolean {
	return path.split('.').reduce<Schema | undefined>(propertyOf, schema) !== undefined;
}

/**
 * Reads a field mask such as `displayName,billingAddress.city`.
 *
 * @param schema schema of what the paths are relative to
 * @returns the paths, and those among them that the schema does not have
 */
export function parseMask(mask: string, schema: Schema | undefined): { paths: string[]; unknown: string[] } {
	const paths = mask.split(',');
	return { paths, unknown: paths.filter((path) => !isKnown(schema, path)) };
}

/**
 * What a service may make of paths inside an object, which nobody has documented:
 * - `nested`: they are honoured, as in protobuf's own libraries
 * - `top`: they are cut to the object, which is replaced as a whole
 * - `refused`: they are invalid
 * - `ignored`: they have no effect
 */
export type MaskReading = 'nested' | 'top' | 'refused' | 'ignored';

/** The paths of a mask that have an effect, and those that are invalid. */
export function readAs(paths: string[], reading: MaskReading): { effective: string[]; invalid: string[] } {
	const isNested = (path: string) => path.includes('.');
	switch (reading) {
		case 'nested':
			return { effective: paths, invalid: [] };
		case 'top':
			return { effective: [...new Set(paths.map((path) => path.split('.')[0]))], invalid: [] };
		case 'refused':
			return { effective: paths, invalid: paths.filter(isNested) };
		case 'ignored':
			return { effective: paths.filter((path) => !isNested(path)), invalid: [] };
	}
}

/**
 * Applies an update by field mask: a path in the mask takes the value that the update has there, and is removed where
 * the update has none; what is not in the mask stays. An object in the mask is replaced as a whole.
 *
 * @returns the updated record; the given one stays as it is
 */
export function applyMask(record: JsonObject, update: JsonObject, paths: string[]): JsonObject {
	const updated = structuredClone(record);
	for (const path of paths) setAt(updated, path, structuredClone(valueAt(update, path)));
	return updated;
}
