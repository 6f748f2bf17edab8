import type { IDataObject } from 'n8n-workflow';

import { isBlank, showValue } from '../shared/fields/checkValue';
import { isWithin } from '../shared/fields/record';
import type { Changes, Problem } from '../shared/service';

/** A protobuf FieldMask in its JSON form: lowerCamelCase paths, separated by commas, without spaces or wildcards. */
const UPDATE_MASK = /^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*(,[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*)*$/;

/** Whether a text is an update mask. */
function isUpdateMask(text: string): boolean {
	return UPDATE_MASK.test(text);
}

/**
 * What an update changes under a mask that the person gave: values outside the mask have no effect, and what the mask names without a value is
 * erased. A mask that names an object replaces all of it.
 */
function underMask({ set }: Changes, mask: string): Changes {
	const paths = mask.split(',');
	const effective = new Map([...set].filter(([path]) => paths.some((masked) => isWithin(path, masked))));
	return { set: effective, clear: paths.filter((path) => !effective.has(path)) };
}

/**
 * The update mask: exactly the paths that are set or cleared, each at the depth at which it was given. A protobuf FieldMask: comma-separated
 * lowerCamelCase paths, no spaces. A decimal is one field, so its `value` is not named.
 *
 * @param whole objects that are named instead of paths inside them
 */
export function maskOf({ set, clear }: Changes, whole: ReadonlySet<string>): string {
	const paths = [...set.keys(), ...clear].map((path) => {
		const [object] = path.split('.');
		return whole.has(object) ? object : path;
	});
	return [...new Set(paths)].sort().join(',');
}

/** The mask that the person gave, without the white space around it; undefined where none was. */
export function maskGiven({ updateMask }: IDataObject): string | undefined {
	return isBlank(updateMask) ? undefined : String(updateMask).trim();
}

/** What the option Update Mask makes of the changes, or what is wrong with it. */
export function adjustToMask(changes: Changes, options: IDataObject): { changes: Changes; problems: Problem[] } {
	const mask = maskGiven(options);
	if (mask === undefined) return { changes, problems: [] };
	if (isUpdateMask(mask)) return { changes: underMask(changes, mask), problems: [] };
	const problem: Problem = {
		field: 'Update Mask',
		fault: 'is not a list of fields',
		remedy: 'Give paths in lowerCamelCase, separated by commas and without spaces, e.g. displayName,billingAddress.city.',
		value: showValue(mask),
	};
	return { changes, problems: [problem] };
}
