import { NodeApiError, NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';

import type { Result } from '../service';
import { countOutcomes, countsInWords } from './counts';
import { describe, detailsOf } from './details';

/** Most failed items that the description of an error lists; all are in its data. */
const LISTED_FAILURES = 10;

/** Which row and which account a result is about, to stand in front of what went wrong: `Item 2, billing account acme`. */
function placeOf({ itemIndex, target }: Result): string {
	return target ? `Item ${itemIndex}, ${target.label}` : `Item ${itemIndex}`;
}

/** A text for the description of an error, which the editor shows as HTML. */
function asHtml(text: string): string {
	return text
		.replace(/&(?=[#\w]+;)/g, '&amp;')
		.replace(/</g, '&lt;')
		.replace(/>/g, '&gt;')
		.replace(/\n/g, '<br>');
}

/**
 * The error that ends a run: the first failed item in the message, with the counts of all; the others in the description; everything in
 * `context.data`, one entry per result.
 */
export function toError(context: IExecuteFunctions, results: Result[]): NodeApiError | NodeOperationError {
	const failures = results.filter(({ failure }) => failure && !failure.ending);
	const first = failures[0] ?? results.find(({ failure }) => failure)!;
	const failure = first.failure!;
	const counts = countsInWords(countOutcomes(results));
	const message = results.length === 1 ? failure.summary : `${placeOf(first)}: ${failure.summary} (${counts})`;
	const others = failures.slice(1, LISTED_FAILURES).map((result) => `${placeOf(result)}: ${result.failure!.summary}.`);
	const unlisted = failures.length - 1 - others.length;
	if (unlisted > 0) others.push(`${unlisted} more failed; all are listed in the error's data.`);
	const description = [describe(failure), ...others].filter(Boolean).join('\n');
	const { itemIndex } = first;
	const isFromService = failure.httpCode !== undefined || failure.code !== undefined;
	const error = isFromService
		? new NodeApiError(
				context.getNode(),
				{},
				{ message, description: asHtml(description), httpCode: failure.httpCode?.toString(), itemIndex },
			)
		: new NodeOperationError(context.getNode(), message, { description: asHtml(description), itemIndex });
	// To an AI agent n8n hands on the message and nothing else.
	if (context.getNode().type.endsWith('Tool') && description) error.message = `${message}. ${description}`;
	error.context.data = {
		counts,
		items: results.map(detailsOf),
	};
	return error;
}
