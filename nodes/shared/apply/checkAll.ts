import type { IDataObject } from 'n8n-workflow';

import { readAccount, type ReadResult } from '../http/ask';
import { STOPPED } from '../http/ending';
import { simulate } from '../plan/changes';
import type { PlannedUpdate } from '../plan/plannedUpdate';
import type { Result } from '../service';
import { failed } from './claim';
import { whyRefused } from './guard';
import type { Lane } from './lane';
import { runInLanes } from './lanes';
import { notRead } from './notRead';

/** Whether an update has a guard that looks at the record. */
function isGuarded({ options, given }: PlannedUpdate): boolean {
	return options.refuseChangesAbove !== undefined || given !== undefined;
}

/**
 * Checks the guards of all updates before the first is sent, each on the record as the earlier updates of its account would leave it.
 *
 * @param onRefused told of each update that is refused, or whose account cannot be read
 */
export async function checkAll(
	lanes: Lane[],
	limit: number,
	isOver: () => boolean,
	onRefused: (update: PlannedUpdate, result: Result) => void,
): Promise<void> {
	const guarded = lanes.filter((lane) => lane.updates.some((update) => isGuarded(update) && !lane.done.has(update)));
	await runInLanes(
		guarded.map((lane) => [lane]),
		async (lane) => {
			const first = lane.updates.find((update) => !lane.done.has(update))!;
			// A wait that is called off rejects: the execution was stopped.
			const read = await readAccount(lane.connection, first.target, false).catch((): ReadResult => ({ failure: STOPPED }));
			if ('failure' in read) {
				onRefused(first, notRead(lane, first, read.failure).result);
				return 'next';
			}
			lane.lastRead = { record: read.record, at: Date.now() };
			let record = read.record;
			// What dry runs among the updates would leave, until the next real one.
			let planned: IDataObject | undefined;
			for (const update of lane.updates) {
				// What an earlier try has done is in the record already.
				if (lane.done.has(update)) continue;
				const { dryRun } = update.options;
				const current: IDataObject = (dryRun ? planned : undefined) ?? record;
				const failure = whyRefused(update, current, lane.connection.run.service.fields.zeroIsLeftOut);
				if (failure) onRefused(update, failed(update, 'not sent', failure).result);
				const after = simulate(current, update.touched);
				planned = dryRun ? after : undefined;
				if (!dryRun) record = after;
			}
			return 'next';
		},
		limit,
		isOver,
	);
}
