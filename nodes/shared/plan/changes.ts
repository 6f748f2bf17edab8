import type { IDataObject } from 'n8n-workflow';

import { equalLeaves, isCleared, isWithin, leafOf, setAt, toApi } from '../fields/record';
import type { Changes, LeafValue, NamedField, Service } from '../service';

/** One difference that an update makes, or made. */
export interface Change {
	/** The field as the API calls it. */
	field: string;
	from: LeafValue | null;
	to: LeafValue | null;
}

/** The values that are set, as the nested object that the API takes. */
export function toBody(changes: Changes, fields: NamedField[]): IDataObject {
	const body: IDataObject = {};
	for (const field of fields) {
		const value = changes.set.get(field.path);
		if (value !== undefined) setAt(body, field.path, toApi(field, value));
	}
	return body;
}

/** The leaves that an update touches, each with the value it is to have; undefined where it is to be erased. */
export function wantedLeaves(changes: Changes, fields: NamedField[]): Array<{ field: NamedField; wanted: LeafValue | undefined }> {
	const leaves: Array<{ field: NamedField; wanted: LeafValue | undefined }> = [];
	for (const field of fields) {
		const wanted = changes.set.get(field.path);
		if (wanted !== undefined || changes.clear.some((path) => isWithin(field.path, path))) leaves.push({ field, wanted });
	}
	return leaves;
}

function shows(record: IDataObject, field: NamedField, wanted: LeafValue | undefined): boolean {
	const value = leafOf(record, field);
	return wanted === undefined ? isCleared(field, value) : equalLeaves(field, value, wanted);
}

/** The paths of an update that a record does not show. Empty: the record is as the update wants it. */
export function notShown(changes: Changes, fields: NamedField[], record: IDataObject): string[] {
	return wantedLeaves(changes, fields)
		.filter(({ field, wanted }) => !shows(record, field, wanted))
		.map(({ field }) => field.path);
}

/** What an update changes in a record: only the leaves whose value becomes another. */
export function differences(changes: Changes, fields: NamedField[], record: IDataObject): Change[] {
	return wantedLeaves(changes, fields)
		.filter(({ field, wanted }) => !shows(record, field, wanted))
		.map(({ field, wanted }) => ({
			field: field.path,
			from: leafOf(record, field) ?? null,
			to: wanted ?? null,
		}));
}

/**
 * An item that takes the changes back: the former values under the API's own names, for Auto-Map Input Data; what was empty before is named in
 * `fieldsToClear`, for Fields to Clear; and the parameters that select the account. What cannot be made empty again is named in `cannotUndo`.
 *
 * @param before the record before the update
 */
export function undoOf(
	made: Change[],
	service: Pick<Service, 'fields' | 'clearable'>,
	selector: IDataObject,
	before: IDataObject,
): IDataObject {
	const undo: IDataObject = { ...selector };
	const fieldsToClear = new Set<string>();
	const cannotUndo: string[] = [];
	for (const { field: path, from } of made) {
		const field = service.fields.find((candidate) => candidate.path === path);
		if (!field) continue;
		if (from !== null) {
			setAt(undo, path, toApi(field, from));
			continue;
		}
		// Where the field alone cannot be erased, the object around it can, if all of it was empty.
		const erasable = service.clearable.find(
			(outer) =>
				outer === path ||
				(isWithin(path, outer) &&
					!service.clearable.includes(path) &&
					service.fields.every((other) => !isWithin(other.path, outer) || leafOf(before, other) === undefined)),
		);
		if (erasable) fieldsToClear.add(erasable);
		else cannotUndo.push(path);
	}
	if (fieldsToClear.size > 0) undo.fieldsToClear = [...fieldsToClear];
	if (cannotUndo.length > 0) undo.cannotUndo = cannotUndo;
	return undo;
}
