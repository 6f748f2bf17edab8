import { NodeApiError, NodeOperationError, type IDataObject, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { countOutcomes, NOT_READ, NOT_STARTED, type Failure, type ItemResult } from './outcome';
import type { Service } from '../service';

/** What failed, in a sentence; the service's own words follow it where they are not a message of n8n. */
function describe(failure: Failure): string | undefined {
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

/** Everything that is known of a failed item, for the next step and for error workflows. */
function detailsOf(result: ItemResult, failure: Failure): IDataObject {
	const details: IDataObject = { item: result.itemIndex, outcome: result.outcome };
	if (result.target) details.account = result.target.label;
	if (failure.httpCode) details.httpCode = failure.httpCode;
	if (failure.code) details.code = failure.code;
	if (failure.detail) details.message = failure.detail;
	if (failure.remedy) details.description = failure.remedy;
	if (failure.violations?.length) details.violations = failure.violations as unknown as IDataObject[];
	if (failure.requestId) details.requestId = failure.requestId;
	if (result.notApplied?.length) details.notApplied = result.notApplied;
	return details;
}

/**
 * The item that tells of a failure. It keeps its link to the input and reaches the error output: for that its JSON may hold `error`, `message`
 * and `details` only.
 */
export function toErrorItem(result: ItemResult, failure: Failure): INodeExecutionData {
	const error = failure.detail ? `${failure.summary}: ${failure.detail}` : failure.summary;
	return { json: { error, details: detailsOf(result, failure) }, pairedItem: { item: result.itemIndex } };
}

/** The item that an update hands on: the record as the service answered, or what the options make of it. */
function toItem(
	service: Service,
	result: ItemResult,
	options: { includeChanges: boolean; simplify: boolean; dryRun: boolean },
): INodeExecutionData {
	const answer = result.record ?? {};
	const record = options.simplify && !options.dryRun ? service.simplify(answer) : answer;
	let json = record;
	if (options.includeChanges && !options.dryRun) {
		json = {
			record,
			outcome: result.outcome,
			changes: (result.changes ?? []) as unknown as IDataObject[],
			notApplied: result.notApplied ?? [],
			undo: result.undo ?? {},
		};
	}
	return { json, pairedItem: { item: result.itemIndex } };
}

/** One output item per result, in input order. */
export function toItems(
	service: Service,
	results: ItemResult[],
	optionsOf: (itemIndex: number) => { includeChanges: boolean; simplify: boolean; dryRun: boolean },
): INodeExecutionData[] {
	return results.map((result) =>
		result.failure ? toErrorItem(result, result.failure) : toItem(service, result, optionsOf(result.itemIndex)),
	);
}

/** Everything that is known of an item that did not fail. */
function accountOf({ itemIndex, target, outcome, changes, notApplied }: ItemResult): IDataObject {
	const account: IDataObject = { item: itemIndex, account: target?.label, outcome };
	if (changes) account.changes = changes as unknown as IDataObject[];
	if (notApplied?.length) account.notApplied = notApplied;
	return account;
}

/** Most failed items that the description of an error lists; all are in its data. */
const LISTED_FAILURES = 10;

/**
 * The error that ends a run: the first failed item in the message, with the counts of all; the others in the description; the whole account in
 * `context.data`, one entry per item.
 */
export function toError(context: IExecuteFunctions, results: ItemResult[]): NodeApiError | NodeOperationError {
	const failures = results.filter((result) => result.failure && result.failure !== NOT_STARTED && result.failure !== NOT_READ);
	const first = failures[0] ?? results.find((result) => result.failure)!;
	const failure = first.failure!;
	const isAlone = results.length === 1;
	const message = isAlone ? failure.summary : `${failure.summary} [item ${first.itemIndex}] (${countOutcomes(results)})`;
	const others = failures.slice(1, LISTED_FAILURES).map((result) => `Item ${result.itemIndex}: ${result.failure!.summary}.`);
	const unlisted = failures.length - 1 - others.length;
	if (unlisted > 0) others.push(`${unlisted} more failed; all are listed in the error's data.`);
	const description = [describe(failure), ...others].filter(Boolean).join(' ');
	const { itemIndex } = first;
	const isFromService = failure.httpCode !== undefined || failure.code !== undefined;
	const error = isFromService
		? new NodeApiError(context.getNode(), {}, { message, description, httpCode: failure.httpCode?.toString(), itemIndex })
		: new NodeOperationError(context.getNode(), message, { description, itemIndex });
	// To an AI agent n8n hands on the message and nothing else.
	if (context.getNode().type.endsWith('Tool') && description) error.message = `${message}. ${description}`;
	error.context.data = {
		counts: countOutcomes(results),
		items: results.map((result) =>
			result.failure ? { ...detailsOf(result, result.failure), error: result.failure.summary } : accountOf(result),
		),
	};
	return error;
}
