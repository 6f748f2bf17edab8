import { isWithin } from '../shared/plan/changes';
import type { Changes } from '../shared/service';

/** A protobuf FieldMask in its JSON form: lowerCamelCase paths, separated by commas, without spaces or wildcards. */
const UPDATE_MASK = /^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*(,[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*)*$/;

/** Whether a text is an update mask. */
export function isUpdateMask(text: string): boolean {
	return UPDATE_MASK.test(text);
}

/**
 * What an update changes under a mask that the person gave: values outside the mask have no effect, and what the mask names without a value is
 * erased. A mask that names an object replaces all of it.
 */
export function underMask({ set }: Changes, mask: string): Changes {
	const paths = mask.split(',');
	const effective = new Map([...set].filter(([path]) => paths.some((masked) => isWithin(path, masked))));
	return { set: effective, clear: paths.filter((path) => !effective.has(path)) };
}
