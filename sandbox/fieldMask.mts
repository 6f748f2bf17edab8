import { setAt, valueAt } from './paths.mts';
import type { JsonObject, Schema } from './standIn.mts';

/** Whether a schema has something at a path such as `billingAddress.city`. */
function isKnown(schema: Schema | undefined, path: string): boolean {
	const end = path
		.split('.')
		.reduce<
			Schema | undefined
		>((at, key) => (at?.properties && Object.hasOwn(at.properties, key) ? at.properties[key] : undefined), schema);
	return end !== undefined;
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
