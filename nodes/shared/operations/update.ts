import { parameterReader } from '../parameters/parameterReader';
import { readOptions } from '../parameters/updateOptions';
import { notesInWords } from '../plan/notes';
import { failureOfInvalid, planUpdates } from '../plan/planUpdates';
import type { Result } from '../service';
import { applyAll } from './applyAll';
import type { Operation } from './operation';
import { openRun } from './run';

/**
 * Update: plan all items, apply them, report each.
 *
 * @returns one item per input item or what Output makes of them, linked to the input, in its order
 * @throws NodeApiError or NodeOperationError when an item fails and the node stops on errors; its `context.data` has a report of every item
 */
export const update: Operation = async (context, service) => {
	const { planned, invalid, notes } = planUpdates(context, service, context.getInputData());
	const refused = invalid.map((item): Result => {
		const { itemIndex, target } = item;
		return { itemIndex, target, outcome: 'not sent', failure: failureOfInvalid(item) };
	});
	const options = readOptions(parameterReader(context), 0);
	const itemIndexes = planned.map(({ itemIndex }) => itemIndex);
	return await applyAll(
		context,
		service,
		{ planned, refused, options, isPlan: false, notes: notesInWords(notes) },
		async () => await openRun(context, service, options, itemIndexes),
	);
};
