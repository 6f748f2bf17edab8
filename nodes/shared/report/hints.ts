import type { NodeExecutionHint } from 'n8n-workflow';

import type { Result, Service } from '../service';
import { countOutcomes, countsInWords } from './counts';

/** From this many items for one account, the person may have picked the account by mistake. */
const MANY_FOR_ONE_ACCOUNT = 10;

const namesIn = (results: Result[], of: (result: Result) => string[]) => [...new Set(results.flatMap(of))].join(', ');

function partlyApplied(results: Result[]): NodeExecutionHint[] {
	const inPart = results.filter(({ failure, notApplied }) => !failure && notApplied?.length);
	if (inPart.length === 0) return [];
	const what = inPart.length === 1 ? 'an update' : `${inPart.length} updates`;
	const fields = namesIn(inPart, ({ notApplied }) => notApplied!);
	const message = `The service accepted ${what} but did not apply: ${fields}. Set Output to Record and Changes to see it for each item, or add Fail If Partly Applied to make it an error.`;
	return [{ message, location: 'outputPane', type: 'warning' }];
}

function inAnotherForm(results: Result[]): NodeExecutionHint[] {
	const stored = results.filter(({ storedAs }) => storedAs);
	if (stored.length === 0) return [];
	const fields = namesIn(stored, ({ storedAs }) => Object.keys(storedAs!));
	const message = `The service stored some values in another form: ${fields}. With Skip If Unchanged they are sent again in each run. Give them in the service's form to avoid that.`;
	return [{ message, location: 'outputPane' }];
}

/** A dry run that plans to change what the service marks as read-only. */
function readOnlyPlanned({ name, fields }: Service, results: Result[]): NodeExecutionHint[] {
	const readOnly = new Set(fields.all.filter(({ isReadOnly }) => isReadOnly).map(({ path }) => path));
	const planned = results.filter(({ outcome }) => outcome === 'planned');
	const labels = namesIn(planned, ({ changes = [] }) => changes.filter(({ field }) => readOnly.has(field)).map(({ label }) => label));
	if (labels === '') return [];
	const message = `${name} marks as read-only: ${labels}. Expect such a change to be refused, or accepted without effect.`;
	return [{ message, location: 'outputPane', type: 'warning' }];
}

function manyForOneAccount(longestLane: number): NodeExecutionHint[] {
	if (longestLane < MANY_FOR_ONE_ACCOUNT) return [];
	const message = `${longestLane} items are for the same account. They were applied one after another, in item order. If they were meant for different accounts, take the account from each item with an expression.`;
	return [{ message, location: 'outputPane' }];
}

/** How plans went: applied, as planned already, drifted, and what else there was. */
function planCounts(results: Result[]): string {
	const count = (of: (result: Result) => boolean) => results.filter(of).length;
	const isDrifted = ({ failure }: Result) => failure?.code === 'DRIFTED';
	const others = results.filter((result) => !['planned', 'updated', 'unchanged'].includes(result.outcome) && !isDrifted(result));
	const parts: Array<[number, string]> = [
		[count(({ outcome }) => outcome === 'planned'), 'can be applied as planned'],
		[count(({ outcome }) => outcome === 'updated'), 'applied'],
		[count(({ outcome, target }) => outcome === 'unchanged' && target !== undefined), 'as planned already'],
		// The undo of an update that changed nothing.
		[count(({ outcome, target }) => outcome === 'unchanged' && target === undefined), 'empty, with nothing to undo'],
		[count(isDrifted), 'not sent, because the account has changed since'],
	];
	const words = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
	return [...words, countsInWords(countOutcomes(others))].filter(Boolean).join(', ');
}

/** How the run went, in one sentence. */
function counts(results: Result[], isPlan: boolean): NodeExecutionHint[] {
	const wasSent = ({ outcome }: Result) => outcome === 'updated' || outcome === 'not applied' || outcome === 'unknown';
	const isDryRun = !results.some(wasSent) && results.some((result) => result.isDryRun);
	const hasFailed = results.some(({ failure }) => failure);
	if (results.length < 2 && !isDryRun && !isPlan && !hasFailed) return [];
	const words = isPlan ? planCounts(results) : countsInWords(countOutcomes(results));
	return [{ message: `${isDryRun ? 'Dry run: nothing was sent. ' : ''}${words}.`, location: 'outputPane' }];
}

/**
 * What stands under the output after a run of updates.
 *
 * @param longestLane the most updates of one account
 * @param isPlan whether plans were applied
 */
export function hintsOf(service: Service, results: Result[], longestLane: number, isPlan: boolean): NodeExecutionHint[] {
	return [
		...counts(results, isPlan),
		...readOnlyPlanned(service, results),
		...partlyApplied(results),
		...inAnotherForm(results),
		...manyForOneAccount(longestLane),
	];
}
