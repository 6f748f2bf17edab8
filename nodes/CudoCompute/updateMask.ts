import type { IDataObject } from 'n8n-workflow';

import { isBlank, showValue } from '../shared/fields/checkValue';
import { isWithin } from '../shared/fields/record';
import { didYouMean } from '../shared/parameters/fold';
import { mappablePaths } from '../shared/parameters/mapItem';
import type { Changes, GivenChanges, NamedField, Problem } from '../shared/service';

/** A protobuf FieldMask in its JSON form: lowerCamelCase paths, separated by commas, without spaces or wildcards. */
const UPDATE_MASK = /^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*(,[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*)*$/;

const LABEL = 'Update Mask';

/**
 * What an update changes under a mask that the person gave: what the mask names without a value is erased. A mask that names an object replaces
 * all of it.
 */
function underMask({ set }: Changes, paths: string[]): Changes {
	return { set, clear: paths.filter((path) => !set.has(path)) };
}

/** What is wrong with a mask: a path that is no field's, or a change that no path covers. The service would leave both out in silence. */
function problemsOf(paths: string[], { set, clear }: Changes, fields: NamedField[]): Problem[] {
	const known = mappablePaths(fields);
	const unknown = paths
		.filter((path) => !known.includes(path))
		.map((path) => ({
			field: LABEL,
			fault: `names ${path}, which is not a field`,
			remedy: `${didYouMean(path, known)}Give the fields' own names, with dots between an object and its parts, e.g. billingAddress.city.`,
		}));
	const uncovered = [...set.keys(), ...clear]
		.filter((path) => !paths.some((masked) => isWithin(path, masked)))
		.map((path) => ({
			field: LABEL,
			fault: `does not cover ${path}, which the item ${set.has(path) ? 'sets' : 'clears'}`,
			remedy: 'What the mask does not name has no effect. Add it to the mask, or leave the field out.',
		}));
	return [...unknown, ...uncovered];
}

/** A mask erases what it names and the item leaves blank, and a blank value never erases: the person has to say which of the two is meant. */
function blankProblems(paths: string[], { clear }: Changes, blankPaths: string[]): Problem[] {
	return blankPaths
		.filter((path) => paths.some((masked) => isWithin(path, masked)) && !clear.some((cleared) => isWithin(path, cleared)))
		.map((path) => ({
			field: LABEL,
			fault: `names ${path}, which is blank in the item`,
			remedy:
				'A blank value never erases anything. To erase the field, choose it in Fields to Clear; to leave it alone, take it out of the mask.',
		}));
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
export function adjustToMask(
	{ changes, blankPaths }: GivenChanges,
	options: IDataObject,
	fields: NamedField[],
): { changes: Changes; problems: Problem[] } {
	const mask = maskGiven(options);
	if (mask === undefined) return { changes, problems: [] };
	if (!UPDATE_MASK.test(mask)) {
		const remedy = 'Give paths in lowerCamelCase, separated by commas and without spaces, e.g. displayName,billingAddress.city.';
		return { changes, problems: [{ field: LABEL, fault: 'is not a list of fields', remedy, value: showValue(mask) }] };
	}
	const paths = mask.split(',');
	const problems = [...problemsOf(paths, changes, fields), ...blankProblems(paths, changes, blankPaths)];
	return { changes: problems.length > 0 ? changes : underMask(changes, paths), problems };
}
