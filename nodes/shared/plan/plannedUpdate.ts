import type { UpdateOptions } from '../parameters/readUpdate';
import type { Changes, NamedField, Target, TouchedField } from '../service';
import { touchedFields } from './changes';

/** One update, known to be valid before the first is sent. An item may have several. */
export interface PlannedUpdate {
	itemIndex: number;
	target: Target;
	changes: Changes;
	/** The fields that the changes touch. */
	touched: TouchedField[];
	options: UpdateOptions;
}

/** An update of an item, with what it touches. */
export function planUpdate(
	fields: NamedField[],
	itemIndex: number,
	target: Target,
	changes: Changes,
	options: UpdateOptions,
): PlannedUpdate {
	return { itemIndex, target, changes, touched: touchedFields(changes, fields), options };
}
