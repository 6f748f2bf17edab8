import type { IDataObject } from 'n8n-workflow';

import type { Failure, Result } from '../service';

/** What failed, in sentences; the service's own words, where they are not a message of n8n, and what to do. */
export function describe(failure: Failure): string | undefined {
	const violations = failure.detail
		? failure.violations?.map(({ field, description }) => (description ? `${field}: ${description}` : `(${field})`))
		: [];
	const sentences = [failure.detail, violations?.join('; '), failure.remedy];
	return (
		sentences
			.filter(Boolean)
			.map((sentence) => (/[.!?…)]$/.test(sentence!) ? sentence : `${sentence}.`))
			.join(' ') || undefined
	);
}

/** What is known of the account of a result. */
function knownOf(result: Result): IDataObject {
	const known: IDataObject = { item: result.itemIndex, outcome: result.outcome };
	if (result.target) known.account = result.target.label;
	if (result.changes) known.changes = result.changes as unknown as IDataObject[];
	if (result.notApplied?.length) known.notApplied = result.notApplied;
	if (result.storedAs) known.storedAs = result.storedAs;
	return known;
}

/** Everything that is known of a result, for the next step and for error workflows. */
export function detailsOf(result: Result): IDataObject {
	const details = knownOf(result);
	const { failure } = result;
	if (!failure) return details;
	if (failure.httpCode) details.httpCode = failure.httpCode;
	if (failure.code) details.code = failure.code;
	if (failure.detail) details.message = failure.detail;
	if (failure.remedy) details.description = failure.remedy;
	if (failure.violations?.length) details.violations = failure.violations as unknown as IDataObject[];
	if (failure.requestId) details.requestId = failure.requestId;
	if (result.undo && result.changes?.length) details.undo = result.undo;
	return details;
}
