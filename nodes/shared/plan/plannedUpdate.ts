import type { UpdateOptions } from '../parameters/updateOptions';
import type { Changes, FieldValue, NamedField, Target, TouchedField } from '../service';
import { touchedFields } from './changes';

/** One update, known to be valid before the first is sent. An item may have several. */
export interface PlannedUpdate {
	itemIndex: number;
	/** Which of its item's updates it is, from 0. */
	position: number;
	target: Target;
	changes: Changes;
	/** The fields that the changes touch. */
	touched: TouchedField[];
	options: UpdateOptions;
	/** Of a plan that is applied: its text, what each touched field held when it was made, and for an undo when that was. */
	given?: { text: string; was: Record<string, FieldValue | null>; undoMadeAt?: string };
}

/** An update of an item, with what it touches. */
export function planUpdate(fields: NamedField[], update: Omit<PlannedUpdate, 'touched'>): PlannedUpdate {
	return { ...update, touched: touchedFields(update.changes, fields) };
}
