import { sleep, type IDataObject } from 'n8n-workflow';

import { differences, notShown, toBody, undoOf, wantedLeaves } from '../plan/changes';
import type { EarlierTries } from './earlierTries';
import { explain, isUnauthorized, looksLikeRecord, readAccount, sendOnce, type Exchange } from '../http/exchange';
import { changeAbove } from './guard';
import type { JobEnd } from './lanes';
import { NOT_STARTED, type Failure, type ItemResult } from '../report/outcome';
import type { PlannedUpdate } from '../plan/planUpdates';
import { isRecord, setAt, toApi, valueAt } from '../fields/record';
import type { Changes, NamedField } from '../service';

/** How a run is to go, the same for all its items. */
export interface ApplyMode {
	/** n8n runs the whole node again after a failure, so what is applied already must not be sent again. */
	mayRunAgain: boolean;
}

/** The updates of one account, in item order, and what is known of the account on the way. */
export interface Lane {
	updates: PlannedUpdate[];
	/** What an earlier try of the same run has done. */
	done: Map<PlannedUpdate, ItemResult>;
	/** Whether an update has been sent in this try: what was done before may be overwritten. */
	hasSent: boolean;
	/** In a dry run, the record as the updates before would have left it. */
	simulated?: IDataObject;
}

/** How far an update has come, for the case that the execution is stopped. */
interface Progress {
	/** The service may have received it. */
	received: boolean;
	/** Whether it was applied is an open question. */
	open: boolean;
}

type Applied = { result: ItemResult; end: JobEnd };

/** Updates of one account go into one lane, so that they are applied in item order and never at once. */
export function toLanes(planned: PlannedUpdate[], earlier: EarlierTries): Lane[] {
	const lanes = new Map<string, Lane>();
	for (const update of planned) {
		const lane: Lane = lanes.get(update.target.key) ?? { updates: [], done: new Map(), hasSent: false };
		lanes.set(update.target.key, lane);
		lane.updates.push(update);
		const result = earlier.resultOf(update.itemIndex);
		if (result) lane.done.set(update, result);
	}
	return [...lanes.values()];
}

function removeAt(record: IDataObject, path: string): void {
	const end = path.lastIndexOf('.');
	const parent = end < 0 ? record : valueAt(record, path.slice(0, end));
	if (isRecord(parent)) delete parent[path.slice(end + 1)];
}

function simulate(record: IDataObject, changes: Changes, fields: NamedField[]): IDataObject {
	const copy = structuredClone(record);
	for (const path of changes.clear) removeAt(copy, path);
	for (const field of fields) {
		const value = changes.set.get(field.path);
		if (value !== undefined) setAt(copy, field.path, toApi(field, value));
	}
	return copy;
}

/**
 * Whether later updates of the account, which an earlier try has applied, have overwritten everything that an update asks for. To send it now
 * would put it after them.
 */
function isOverwritten({ changes }: PlannedUpdate, later: PlannedUpdate[], fields: NamedField[], record: IDataObject): boolean {
	return notShown(changes, fields, record).every((path) => {
		const field = fields.find((candidate) => candidate.path === path)!;
		return later.some((update) => {
			const [leaf] = wantedLeaves(update.changes, [field]);
			return leaf !== undefined && notShown(update.changes, [field], record).length === 0;
		});
	});
}

/** Applies one update, and finds out what became of it. Never throws. */
export async function applyUpdate(exchange: Exchange, mode: ApplyMode, lane: Lane, update: PlannedUpdate): Promise<Applied> {
	const progress: Progress = { received: false, open: false };
	try {
		return await applyPlanned(exchange, mode, lane, update, progress);
	} catch (error) {
		const isStopped = exchange.signal?.aborted === true;
		const failure: Failure = isStopped
			? { summary: 'The execution was stopped' }
			: { summary: 'The update failed in an unforeseen way', detail: error instanceof Error ? error.message : String(error) };
		const outcome = progress.open ? 'unknown' : progress.received ? 'not applied' : 'not sent';
		return { result: { itemIndex: update.itemIndex, target: update.target, outcome, failure }, end: isStopped ? 'stop' : 'closeLane' };
	}
}

async function applyPlanned(exchange: Exchange, mode: ApplyMode, lane: Lane, update: PlannedUpdate, progress: Progress): Promise<Applied> {
	const { service } = exchange;
	const { target, changes, options, itemIndex } = update;
	const readRequest = service.read(target);
	const skipIfUnchanged = options.skipIfUnchanged || mode.mayRunAgain;
	const earlierResult = lane.done.get(update);
	if (earlierResult && !lane.hasSent) return { result: earlierResult, end: 'next' };

	const failed = (outcome: ItemResult['outcome'], failure: Failure, end: JobEnd): Applied => ({
		result: { itemIndex, target, outcome, failure },
		end,
	});

	let before: IDataObject | undefined;
	const needsRecord =
		options.dryRun || skipIfUnchanged || options.includeChanges || options.refuseChangesAbove !== undefined || service.needsRecord(changes);
	if (needsRecord) {
		if (options.dryRun && lane.simulated) {
			before = lane.simulated;
		} else {
			const read = await readAccount(exchange, readRequest);
			if ('failure' in read) {
				const failure = {
					...read.failure,
					remedy: join('The current record is needed first, so no update was sent.', read.failure.remedy),
				};
				return failed('not sent', failure, read.unauthorized ? 'stop' : 'next');
			}
			before = read.record;
		}
	}
	const asked = before && differences(changes, service.fields, before);

	if (before && options.refuseChangesAbove !== undefined) {
		const refused = changeAbove(options.refuseChangesAbove, service, changes, before);
		if (refused) {
			const by = Number.isFinite(refused.percent) ? `by ${Math.round(refused.percent)}%` : 'without measure';
			return failed(
				'not sent',
				{
					summary: `${refused.field.label} would change ${by}, more than Refuse Changes Above allows`,
					detail: `It would change from ${String(refused.from ?? 'nothing')} to ${String(refused.to ?? 'nothing')}; ${options.refuseChangesAbove}% is allowed.`,
					remedy: 'If the change is right, raise Refuse Changes Above for this item.',
				},
				'next',
			);
		}
	}

	const request = service.update(target, changes, toBody(changes, service.fields), {
		record: before,
		updateMask: options.updateMask,
	});
	if (options.dryRun) {
		lane.simulated = simulate(before!, changes, service.fields);
		const isUnchanged = skipIfUnchanged && asked!.length === 0;
		const plan: IDataObject = {
			dryRun: true,
			wouldSend: !isUnchanged,
			method: request.method,
			url: `${exchange.connection.baseUrl}${request.path}`,
			query: request.query ?? {},
			body: request.body ?? {},
			changes: asked as unknown as IDataObject[],
		};
		return { result: { itemIndex, target, outcome: 'planned', record: plan, changes: asked }, end: 'next' };
	}

	if (before && skipIfUnchanged) {
		const later = lane.updates.slice(lane.updates.indexOf(update) + 1).filter((other) => lane.done.has(other));
		if (asked!.length === 0 || isOverwritten(update, later, service.fields, before)) {
			const result: ItemResult = { itemIndex, target, outcome: 'unchanged', record: before, changes: [], undo: { ...target.selector } };
			return { result, end: 'next' };
		}
	}

	/** The result, once a record is known that the update has led to. */
	const settled = (record: IDataObject, missing: string[], failure?: Failure): Applied => {
		const isNoneShown = missing.length > 0 && missing.length === wantedLeaves(changes, service.fields).length;
		const result: ItemResult = {
			itemIndex,
			target,
			outcome: failure || isNoneShown ? 'not applied' : 'updated',
			record,
			notApplied: missing,
		};
		if (asked && before) {
			result.changes = asked.filter(({ field }) => !missing.includes(field));
			if (options.includeChanges) result.undo = undoOf(result.changes, service, target.selector, before);
		}
		if (failure) result.failure = failure;
		return { result, end: 'next' };
	};

	lane.simulated = undefined;
	lane.hasSent = true;
	for (let attempt = 1; ; attempt++) {
		await exchange.pace.ready();
		// Another item may have failed while the record was read.
		if (attempt === 1 && exchange.pace.isOver()) return failed('not sent', NOT_STARTED, 'stop');
		const { answer, verdict } = await sendOnce(exchange, request, readRequest, attempt);
		progress.received ||= answer.kind === 'response' || answer.mayHaveArrived || answer.wasAnswered === true;
		progress.open = verdict.next === 'readBack';
		switch (verdict.next) {
			case 'accept': {
				const record = (answer as { json: IDataObject }).json;
				if (looksLikeRecord(service, record)) return settled(record, notShown(changes, service.fields, record));
				// The answer shows nothing of the account, so it proves nothing either way.
				progress.open = true;
				const read = await readAccount(exchange, readRequest);
				progress.open = false;
				if ('record' in read) return settled(read.record, notShown(changes, service.fields, read.record));
				return failed('unknown', unread(explain(service, answer, verdict), read.failure), read.unauthorized ? 'stop' : 'closeLane');
			}
			case 'giveUp':
				return failed(
					progress.received ? 'not applied' : 'not sent',
					explain(service, answer, verdict),
					isUnauthorized(verdict) ? 'stop' : 'next',
				);
			case 'resend':
				await sleep(verdict.waitMs, exchange.signal);
				break;
			case 'readBack': {
				await sleep(verdict.waitMs, exchange.signal);
				const read = await readAccount(exchange, readRequest);
				const failure = explain(service, answer, verdict);
				if ('failure' in read) {
					return failed('unknown', unread(failure, read.failure), read.unauthorized ? 'stop' : 'closeLane');
				}
				progress.open = false;
				const missing = notShown(changes, service.fields, read.record);
				if (missing.length === 0) return settled(read.record, []);
				const wasAccepted = answer.kind === 'response' && answer.status < 300;
				if (wasAccepted || attempt > exchange.maxRetries) {
					failure.remedy = join(`Reading the account afterwards shows that it was not applied: ${missing.join(', ')}.`, failure.remedy);
					return settled(read.record, missing, failure);
				}
			}
		}
	}
}

/** The failure of an update whose effect could not be read either. */
function unread(failure: Failure, reading: Failure): Failure {
	const remedy = join(
		`Whether it was applied could not be found out, because reading the account failed too (${reading.summary}).`,
		'Look the account up before you run the item again.',
	);
	return { ...failure, remedy };
}

function join(...sentences: Array<string | undefined>): string {
	return sentences.filter(Boolean).join(' ');
}
