import type { IDataObject } from 'n8n-workflow';

import { asSentence } from '../fields/sentence';
import { NO_PLAN } from '../plan/makePlan';
import type { Failure, Result } from '../service';

/** What failed, in sentences; the service's own words, where they are not a message of n8n, and what to do. */
export function describe(failure: Failure): string | undefined {
	const violations = failure.detail
		? failure.violations?.map(({ field, description }) => (description ? `${field}: ${description}` : `(${field})`))
		: [];
	const sentences = [failure.detail, violations?.join('; '), failure.remedy];
	return (
		sentences
			.filter((sentence) => sentence !== undefined && sentence !== '')
			.map((sentence) => asSentence(sentence!))
			.join(' ') || undefined
	);
}

/** What failed, in one sentence: the node's own, and the service's after it. */
export function sentenceOf({ summary, detail }: Failure): string {
	return detail ? `${summary}: ${detail}` : summary;
}

/** What a person looks for first: the account, its name, what became of it, and what changed. */
export function knownFirst({ target, accountName, outcome, changes }: Result): IDataObject {
	return {
		account: target?.id ?? null,
		accountName: accountName ?? null,
		outcome,
		...(changes && { changes: changes as unknown as IDataObject[] }),
	};
}

/** Everything that is known of a result, for the next step and for error workflows. */
export function detailsOf(result: Result): IDataObject {
	const { failure, outcome } = result;
	const details: IDataObject = { ...knownFirst(result), item: result.itemIndex };
	if (result.notApplied?.length) details.notApplied = result.notApplied;
	if (result.storedAs) details.storedAs = result.storedAs;
	// What was not sent changed nothing, so that a whole run can be undone by one expression.
	const undo = result.undo ?? (outcome === 'not sent' ? NO_PLAN : undefined);
	if (undo !== undefined) details.undo = undo;
	if (result.cannotUndo?.length) details.cannotUndo = result.cannotUndo;
	if (result.plan) details.plan = result.plan;
	if (!failure) return details;
	if (failure.httpCode) details.httpCode = failure.httpCode;
	if (failure.code) details.code = failure.code;
	details.message = sentenceOf(failure);
	if (failure.remedy) details.description = failure.remedy;
	if (failure.violations?.length) details.violations = failure.violations as unknown as IDataObject[];
	if (failure.requestId) details.requestId = failure.requestId;
	return details;
}
