import type { NodeExecutionHint } from 'n8n-workflow';

import type { Result } from '../service';

/** From this many items for one account, the person may have picked the account by mistake. */
const MANY_FOR_ONE_ACCOUNT = 10;

/** What stands under the output after a run of updates: what the service did not apply, what it stored in another form, and many items for one account. */
export function hintsOf(results: Result[], longestLane: number): NodeExecutionHint[] {
	const hints: NodeExecutionHint[] = [];
	const namesIn = (some: Result[], of: (result: Result) => string[]) => [...new Set(some.flatMap(of))].join(', ');
	const inPart = results.filter(({ failure, notApplied }) => !failure && notApplied?.length);
	if (inPart.length > 0) {
		const what = inPart.length === 1 ? 'an update' : `${inPart.length} updates`;
		const fields = namesIn(inPart, ({ notApplied }) => notApplied!);
		hints.push({
			message: `The service accepted ${what} but did not apply: ${fields}. Turn on Include Changes to see it for each item, or Fail If Partly Applied to make it an error.`,
			location: 'outputPane',
			type: 'warning',
		});
	}
	const inAnotherForm = results.filter(({ storedAs }) => storedAs);
	if (inAnotherForm.length > 0) {
		const fields = namesIn(inAnotherForm, ({ storedAs }) => Object.keys(storedAs!));
		hints.push({
			message: `The service stored some values in another form: ${fields}. With Skip If Unchanged they are sent again in each run. Give them in the service's form to avoid that.`,
			location: 'outputPane',
		});
	}
	if (longestLane >= MANY_FOR_ONE_ACCOUNT) {
		hints.push({
			message: `${longestLane} items update the same account. They were applied one after another, in item order. If they were meant for different accounts, take the account from each item with an expression.`,
			location: 'outputPane',
		});
	}
	return hints;
}
