import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { writtenOut } from '../fields/record';
import type { Output } from '../parameters/updateOptions';
import { NO_PLAN } from '../plan/makePlan';
import type { FieldValue, Result, Service } from '../service';
import { countOutcomes } from './counts';
import { describe, detailsOf, knownFirst, sentenceOf } from './details';
import { summaryOf } from './summary';

/** What the report needs to know of an execution, besides its results. */
export interface ReportSettings {
	service: Service;
	output: Output;
	isDryRun: boolean;
	executionId: string;
	/** The node has an error output: failures go there, whatever Output is. */
	hasErrorOutput: boolean;
}

/**
 * The item that tells of a failure. It keeps its link to the input and reaches the error output in every version of n8n: for that its JSON may hold
 * `message` and `error` only, and `error` must be an object.
 */
export function toErrorItem(result: Result): INodeExecutionData {
	return { json: { message: sentenceOf(result.failure!), error: detailsOf(result) }, pairedItem: { item: result.itemIndex } };
}

/** A value in a row: spreadsheets have no lists. */
function inCell(value: FieldValue | null): FieldValue | null {
	return Array.isArray(value) ? value.map(writtenOut).join(', ') : value;
}

/** A plan: what would be sent, and what it would change. */
function toPlanItem(result: Result): IDataObject {
	return {
		...knownFirst({ ...result, changes: result.changes ?? [] }),
		...(result.cannotUndo?.length && { cannotUndo: result.cannotUndo }),
		summary: summaryOf([result]) as unknown as IDataObject,
		plan: result.plan ?? null,
		request: result.request ?? null,
	};
}

function toRecordAndChanges({ executionId }: ReportSettings, result: Result): IDataObject {
	return {
		...knownFirst(result),
		changes: (result.changes ?? []) as unknown as IDataObject[],
		notApplied: result.notApplied ?? [],
		storedAs: result.storedAs ?? {},
		undo: result.undo ?? null,
		cannotUndo: result.cannotUndo ?? [],
		time: result.time ?? null,
		executionId,
		record: result.record ?? null,
		request: result.request ?? null,
	};
}

/** The rows of a change list: one for each changed field, and one at least. */
function toRows({ executionId }: ReportSettings, result: Result): IDataObject[] {
	const { changes = [], failure, outcome, time = null, target, accountName = null } = result;
	const row = (field: string | null, from: FieldValue | null, to: FieldValue | null): IDataObject => ({
		account: target?.id ?? null,
		accountName,
		field,
		from,
		to,
		outcome,
		// Never a blank text: n8n's Retry On Fail would run the node again.
		error: failure ? [failure.summary, describe(failure)].filter(Boolean).join('. ') : null,
		time,
		executionId,
	});
	return changes.length === 0 ? [row(null, null, null)] : changes.map(({ label, from, to }) => row(label, inCell(from), inCell(to)));
}

/** One item for all results, for an approval or a message. Its plans are what Apply Plan takes. */
function toOneItem({ executionId, isDryRun }: ReportSettings, results: Result[]): IDataObject {
	const planned = results.filter(({ outcome }) => outcome === 'planned');
	const common: IDataObject = { summary: summaryOf(results) as unknown as IDataObject, counts: countOutcomes(results) as IDataObject };
	// Lists that may be empty: an expression that takes them finds a list in every run.
	if (isDryRun || planned.length > 0) common.plans = planned.map(({ plan }) => plan!);
	else common.undo = results.flatMap(({ undo: plan }) => (plan && plan !== NO_PLAN ? [plan] : []));
	const accounts = results.map((result) => ({
		...knownFirst(result),
		...(result.failure && { error: [result.failure.summary, describe(result.failure)].filter(Boolean).join('. ') }),
	}));
	return { ...common, accounts, time: new Date().toISOString(), executionId };
}

function toJson(settings: ReportSettings, result: Result): IDataObject {
	if (result.isDryRun) return toPlanItem(result);
	if (settings.output === 'recordAndChanges') return toRecordAndChanges(settings, result);
	if (!result.record) return knownFirst(result);
	return settings.output === 'simplified' ? settings.service.account.simplify(result.record, result.target) : result.record;
}

/**
 * What the node puts out: one item for each result, in their order, or what Output makes of them. A failure is an error item; in a change list and in
 * one item for all it is told with the others, unless the node has an error output.
 */
export function toItems(settings: ReportSettings, results: Result[]): INodeExecutionData[] {
	const link = ({ itemIndex }: Result) => ({ item: itemIndex });
	const isTogether = settings.output === 'changeList' || settings.output === 'oneItem';
	if (!isTogether) {
		return results.map((result) => (result.failure ? toErrorItem(result) : { json: toJson(settings, result), pairedItem: link(result) }));
	}
	const apart = results.filter(({ failure }) => failure && settings.hasErrorOutput);
	const together = results.filter((result) => !apart.includes(result));
	const items: INodeExecutionData[] =
		settings.output === 'changeList'
			? together.flatMap((result) => toRows(settings, result).map((json) => ({ json, pairedItem: link(result) })))
			: together.length === 0
				? []
				: [{ json: toOneItem(settings, together), pairedItem: together.map(link) }];
	return [...items, ...apart.map(toErrorItem)];
}
