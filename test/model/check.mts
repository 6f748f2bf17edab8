import { isDeepStrictEqual } from 'node:util';
import type { IDataObject } from 'n8n-workflow';

import { leavesOf } from '../support/leaves.mts';
import { valueAt } from '../support/paths.mts';
import { readClaims } from './claims.mts';
import type { Claim, Handed } from './claims.mts';
import { isBareAcceptance, isBusy, isUnreachable } from './faults.mts';
import type { Dealt } from './modelService.mts';
import { addressed } from './scenarios.mts';
import type { Scenario } from './scenarios.mts';
import { holds, meaning, percentOf, spelling, wantedOf } from './serviceModel.mts';
import type { ModelLeaf, ServiceModel } from './serviceModel.mts';

/** One execution of the node, as the service saw it and as the node tells it. */
export interface Execution {
	/** From 0; Retry On Fail makes more than one. */
	attempt: number;
	handed: Handed;
	log: Dealt[];
	/** The records before and after, by account. */
	first: Record<string, IDataObject>;
	last: Record<string, IDataObject>;
	/** The try before: what it had done for an item may stand. */
	earlier?: Execution;
}

interface Wanted {
	leaf: ModelLeaf;
	wanted: string | null;
}

const isUpdate = ({ method }: Dealt) => method === 'PATCH';

const claimsOf = ({ output }: Scenario, { handed }: Execution) => readClaims(handed, output);

const updatesOf = ({ log }: Execution, item: number) => log.filter((dealt) => isUpdate(dealt) && dealt.item === item);

/**
 * Holds one execution against the model: what the service saw, and what the node claims of every item.
 *
 * @returns every violation, in words
 */
export function checkExecution(model: ServiceModel, scenario: Scenario, execution: Execution): string[] {
	const { handed, log, first, earlier } = execution;
	const wrong: string[] = [];
	const stops = scenario.onError === 'stopWorkflow';
	const { items } = scenario;
	const wanted = items.map((item) => wantedOf(model, item));
	const { claims } = claimsOf(scenario, execution);
	const earlierClaims = earlier && claimsOf(scenario, earlier).claims;
	/** Whether an item may stand as the try before left it. */
	const mayBeKept = ({ item, isFailure }: Claim) =>
		!isFailure && earlierClaims?.[item]?.isFailure === false && updatesOf(execution, item).length === 0;

	if (claims.length !== items.length || claims.some(({ item }, index) => item !== index)) {
		return [`there is not one claim for each item in order, but for ${claims.map(({ item }) => item).join()}`];
	}
	const failed = claims.filter(({ isFailure }) => isFailure);
	if (handed.error && !stops) wrong.push('the node failed although it was to continue');
	if (!handed.error && stops && failed.length > 0) wrong.push('the node was to stop, and handed on error items');
	if (handed.error && failed.length === 0) wrong.push('the node failed, and no item did');
	if (log.some(({ afterUnauthorized }) => afterUnauthorized)) wrong.push('something was sent after the credential had been refused');
	for (const account of Object.keys(first))
		wrong.push(
			...checkLane(
				scenario,
				account,
				log.filter((dealt) => dealt.account === account),
			),
		);

	for (const claim of claims) {
		// What earlier tries sent and did not get done was sent all the same.
		const begun = earlierClaims?.[claim.item];
		const hasBegun = begun?.isFailure === true && (begun.outcome === 'unknown' || begun.outcome === 'not applied');
		const before =
			hasBegun && claim.outcome !== 'unchanged' ? { log: logsBefore(earlier), isOpen: begun.outcome === 'unknown' } : undefined;
		let faults = checkClaim(model, scenario, claim, claims, execution, before);
		// What was true of the try before, and was not touched since, is true.
		for (let scene = earlier; faults.length > 0 && scene && mayBeKept(claim); scene = scene.earlier) {
			if (checkClaim(model, scenario, claim, claims, { ...execution, log: scene.log, last: scene.last }).length === 0) faults = [];
		}
		wrong.push(...faults.map((text) => `item ${claim.item} (${claim.outcome}): ${text}`));
	}
	// What stands as the try before left it has no effect in this one, unless an update before it has put something else there.
	const stands = (claim: Claim, leaf: ModelLeaf) =>
		mayBeKept(claim) &&
		!(
			claim.outcome === 'updated' &&
			claims.some(
				(other) =>
					other.item < claim.item &&
					addressed(scenario, items[other.item]) === addressed(scenario, items[claim.item]) &&
					updatesOf(execution, other.item).length > 0 &&
					wanted[other.item].some((asked) => asked.leaf === leaf),
			)
		);
	const told = (item: number, leaf: ModelLeaf): Claim =>
		stands(claims[item], leaf) ? { ...claims[item], outcome: 'unchanged' } : claims[item];
	wrong.push(...checkStored(model, scenario, told, log, wanted, first, execution.last));
	return wrong;
}

/** What the service saw in the tries before, in order. */
function logsBefore(execution: Execution | undefined): Dealt[] {
	return execution ? [...logsBefore(execution.earlier), ...execution.log] : [];
}

/**
 * Holds what the node claims of one item against what the service saw.
 *
 * @param before what the tries before have sent of the item and not got done
 */
function checkClaim(
	model: ServiceModel,
	scenario: Scenario,
	claim: Claim,
	claims: Claim[],
	thisTry: Execution,
	before: { log: Dealt[]; isOpen: boolean } = { log: [], isOpen: false },
): string[] {
	const execution = { ...thisTry, log: [...before.log, ...thisTry.log] };
	const { attempt, log, last } = execution;
	const { items } = scenario;
	const { item } = claim;
	const wrong: string[] = [];
	const say = (text: string) => wrong.push(text);
	const stops = scenario.onError === 'stopWorkflow';
	const mayRunAgain = scenario.retryOnFail;
	const { hinted } = claimsOf(scenario, execution);
	const wanted: Wanted[][] = items.map((other) => wantedOf(model, other));
	const account = addressed(scenario, items[item]);
	if (account === undefined) return claim.outcome === 'not sent' ? [] : ['has no account'];
	const sent = updatesOf(execution, item);
	const lane = log.filter((dealt) => dealt.account === account);
	const laneItems = items.map((_, index) => index).filter((index) => addressed(scenario, items[index]) === account);
	const next = lane.find((dealt) => isUpdate(dealt) && dealt.item! > item);
	/** The record when the item was done: after its last update, or before that of a later item. */
	const record = sent.at(-1)?.after ?? next?.before ?? last[account];
	const missing = wanted[item].filter(({ leaf, wanted: value }) => !holds(leaf, record, value)).map(({ leaf }) => leaf.path);
	const arrived = sent.filter(({ answer }) => !isUnreachable(answer));
	const final = sent.at(-1);
	const afterFinal = final ? lane.slice(lane.indexOf(final) + 1) : [];
	const readBack = afterFinal
		.slice(0, afterFinal.findIndex(isUpdate) < 0 ? undefined : afterFinal.findIndex(isUpdate))
		.filter((dealt) => !isUpdate(dealt));
	const wasRead = readBack.some(({ meaning: read }) => read === 'good');
	/** An attempt may still be carried out. */
	const isOpen = sent.some(({ meaning: told, answer }) => told === 'ambiguous' && !isBareAcceptance(answer));
	const isAccepted = final !== undefined && (final.meaning === 'good' || isBareAcceptance(final.answer));
	const isShown = missing.length === 0 && (final?.meaning === 'good' || wasRead);
	const isInTheDark = !isShown && (isOpen || (isAccepted && !wasRead));

	if (items[item].options.dryRun) {
		if (sent.length > 0) say('a dry run sent an update');
		const isSkipped = claim.outcome === 'unchanged' && items[item].options.skipIfUnchanged;
		if (claim.outcome !== 'planned' && claim.outcome !== 'not sent' && !isSkipped) say('is no outcome of a dry run');
		const isFirst = !laneItems.some((other) => other < item && items[other].options.dryRun);
		if (claim.plan) wrong.push(...checkPlan(claim.plan, wanted[item], isFirst ? record : undefined));
		return wrong;
	}
	const outcome =
		claim.outcome !== 'done'
			? claim.outcome
			: sent.length === 0
				? 'unchanged'
				: missing.length === wanted[item].length
					? 'not applied'
					: 'updated';
	if (claim.record && scenario.output !== 'simplified' && !isDeepStrictEqual(claim.record, record))
		say('the record that it shows is not the one that is stored');
	if (/^Not sent,/.test(claim.message ?? '') && arrived.length > 0) say(`says "${claim.message}" of an update that was received`);
	if (/^Not sent again,/.test(claim.message ?? '') && sent.length === 0) say(`says "${claim.message}" of an update that was never sent`);
	const own = updatesOf(thisTry, item);
	// Nobody looks for what an earlier try left open when this one does not come to the item.
	const isLeftOpen = before.isOpen && own.length === 0 && outcome === 'unknown';
	if (!isLeftOpen && isInTheDark !== (outcome === 'unknown'))
		say(isInTheDark ? 'nobody told whether it was applied' : 'whether it was applied was told');
	if (!claim.isFailure && claim.outcome !== 'unchanged' && sent.length > 0) {
		const told = claim.notApplied ?? (claim.outcome === 'done' ? missing.filter((path) => hinted.includes(path)) : []);
		if (!isDeepStrictEqual([...told].sort(), [...missing].sort()))
			say(`says that ${told.join() || 'nothing'} was not applied, but it was ${missing.join() || 'nothing'}`);
	}
	switch (outcome) {
		case 'updated':
			if (sent.length === 0) say('nothing was sent');
			if (missing.length === wanted[item].length) say('nothing of it is stored');
			if (claim.isFailure) say('and yet a failure');
			break;
		case 'unchanged': {
			if (sent.length > 0) say('it was sent');
			if (!items[item].options.skipIfUnchanged && !mayRunAgain) say('it was not to be skipped');
			const isSuperseded = (path: string) =>
				attempt > 0 &&
				laneItems.some(
					(other) => other > item && wanted[other].some(({ leaf, wanted: value }) => leaf.path === path && holds(leaf, record, value)),
				);
			if (!missing.every(isSuperseded)) say(`the account did not have ${missing.join()}`);
			break;
		}
		case 'not applied':
			if (arrived.length === 0) say('nothing had arrived');
			if (missing.length === 0 && final?.meaning !== 'passing' && final?.meaning !== 'refusal' && final?.meaning !== 'unauthorized')
				say('it was applied');
			if (claim.isFailure && claim.notApplied && !isDeepStrictEqual([...claim.notApplied].sort(), [...missing].sort())) {
				say(`says that ${claim.notApplied.join()} was not applied, but it was ${missing.join()}`);
			}
			break;
		case 'not sent':
			if (arrived.length > 0) say('it had arrived');
			if (!isExcused(model, scenario, item, claim, claims, log, account)) say(`and nothing kept it from being sent: ${claim.message}`);
			break;
		case 'unknown':
			if (!claim.isFailure) say('and yet no failure');
			break;
		default:
			say('is no outcome');
	}
	if (claim.changes) {
		const isFirstOfLane = !thisTry.log.some((dealt) => isUpdate(dealt) && dealt.account === account && dealt.item! < item);
		const began = ((before.isOpen && isFirstOfLane ? sent[0] : own[0]) ?? { before: record }).before;
		const expected = wanted[item]
			// What is stored: a decimal that was cleared may read 0.
			.map(({ leaf, wanted: value }) => ({
				leaf,
				value,
				from: spelling(leaf, valueAt(began, leaf.path)),
				to: spelling(leaf, valueAt(record, leaf.path)),
			}))
			.filter(({ leaf, value, from, to }) =>
				holds(leaf, began, value) ? from !== to && from !== null && to !== null : !missing.includes(leaf.path),
			)
			.map(({ leaf, from, to }) => [leaf.path, from, to]);
		const told = claim.changes.map(({ field, from, to }) => {
			const leaf = model.leaves.find(({ path }) => path === field)!;
			return [field, spelling(leaf, from), spelling(leaf, to)];
		});
		const inOrder = (changes: unknown[][]) => [...changes].sort(([a], [b]) => String(a).localeCompare(String(b)));
		if (outcome !== 'unchanged' && !isDeepStrictEqual(inOrder(told), inOrder(expected))) {
			say(`tells the changes ${JSON.stringify(told)}, but they are ${JSON.stringify(expected)}`);
		}
	}
	if (stops && sent[0]?.afterFailure) say('its update started after an item had failed');
	const { refuseChangesAbove: limit, skipIfUnchanged } = items[item].options;
	for (const [index, update] of sent.entries()) {
		const isAsAsked = wanted[item].every(({ leaf, wanted: value }) => holds(leaf, update.before, value));
		const isAfterDoubt = index > 0 && sent[index - 1].meaning === 'ambiguous';
		if (isAsAsked && (skipIfUnchanged || mayRunAgain || isAfterDoubt)) say('it was sent although the account was as asked');
		if (limit === undefined || index > 0) continue;
		for (const { leaf, wanted: value } of wanted[item].filter(({ leaf: { path } }) => model.guarded.includes(path))) {
			// What is cleared has no measure, though it may read zero.
			const after = leaf.path in items[item].values ? value : null;
			const percent = holds(leaf, update.before, value) ? 0 : percentOf(model, meaning(leaf, valueAt(update.before, leaf.path)), after);
			if (percent > limit) say(`it changed ${leaf.path} by ${percent}%, and ${limit}% are allowed`);
		}
	}
	return wrong;
}

/** The differences that a dry run shows; `record` where no dry run before it has left another one behind. */
function checkPlan({ changes }: IDataObject, wanted: Wanted[], record: IDataObject | undefined): string[] {
	const wrong: string[] = [];
	const shown = changes as unknown as Array<{ field: string; from: unknown; to: unknown }>;
	for (const { leaf, wanted: value } of wanted) {
		const change = shown.find(({ field }) => field === leaf.path);
		if (change && meaning(leaf, change.to) !== value) wrong.push(`${leaf.path} would not become ${value}`);
		if (change && spelling(leaf, change.from) === spelling(leaf, change.to)) wrong.push(`${leaf.path} would not change`);
		if (!record) continue;
		if (change ? meaning(leaf, change.from) !== meaning(leaf, valueAt(record, leaf.path)) : !holds(leaf, record, value)) {
			wrong.push(`${leaf.path} is ${JSON.stringify(valueAt(record, leaf.path))} now, which it does not say`);
		}
	}
	if (shown.some(({ field }) => !wanted.some(({ leaf }) => leaf.path === field))) wrong.push('it shows a change that was not asked for');
	return wrong;
}

/** What the service must and must not see of one account. */
function checkLane({ node, maxRetries }: Scenario, account: string, lane: Dealt[]): string[] {
	const wrong: string[] = [];
	const say = (text: string) => wrong.push(`account ${account}: ${text}`);
	let latest = -1;
	let isInDoubt = false;
	const sent = new Map<number, Dealt[]>();
	if (lane.some(({ overlaps }) => overlaps)) say('two requests at once');
	for (const dealt of lane) {
		if (!isUpdate(dealt)) {
			if (dealt.meaning === 'good') isInDoubt = false;
			continue;
		}
		const item = dealt.item!;
		if (item < 0) say('an update that no item asked for');
		if (dealt.wrongWay) say(dealt.wrongWay);
		if (item < latest) say(`the update of item ${item} came after that of item ${latest}`);
		if (isInDoubt) say(`item ${item} was sent while it was open whether the update before it had been applied`);
		const before = sent.get(item) ?? [];
		const settled = before.find(
			({ meaning: told, mayGoAgain }) => !mayGoAgain && (told === 'good' || told === 'refusal' || told === 'unauthorized'),
		);
		if (settled) say(`item ${item} was sent again after its answer had been final (${settled.answer})`);
		if (before.some(({ answer, mayGoAgain }) => !mayGoAgain && isBareAcceptance(answer)))
			say(`item ${item} was sent again after it had been accepted`);
		sent.set(item, [...before, dealt]);
		const retries = before.filter(({ answer, mayGoAgain }) => !mayGoAgain && !isBusy(node, answer)).length;
		if (retries > maxRetries) say(`item ${item} was sent ${before.length + 1} times, with ${maxRetries} retries allowed`);
		latest = Math.max(latest, item);
		isInDoubt = dealt.meaning === 'ambiguous';
	}
	return wrong;
}

/** Whether the service took none of these for two minutes, up to its last word. */
function hasNoProgress(log: Dealt[], isMeant: (dealt: Dealt) => boolean): boolean {
	const requests = log.filter(isMeant);
	const since = requests[requests.findLastIndex(({ meaning: told }) => told === 'good') + 1];
	return since !== undefined && requests.at(-1)!.at - since.at > 120_000;
}

/** Whether there is a reason for an item not to have been sent. */
function isExcused(
	model: ServiceModel,
	scenario: Scenario,
	item: number,
	claim: Claim,
	claims: Claim[],
	log: Dealt[],
	account: string,
): boolean {
	const { items, onError } = scenario;
	const lane = log.filter((dealt) => dealt.account === account);
	const { refuseChangesAbove } = items[item].options;
	return (
		(onError === 'stopWorkflow' && claims.some((other) => other.item !== item && other.isFailure)) ||
		log.some(({ meaning: told }) => told === 'unauthorized') ||
		// Told to wait long, and so was the next that was tried alone.
		log.filter(({ answer }) => answer === 'longWait').length > 1 ||
		hasNoProgress(log, isUpdate) ||
		claims.some((other) => other.item < item && other.outcome === 'unknown' && addressed(scenario, items[other.item]) === account) ||
		lane.some((dealt) => !isUpdate(dealt) && dealt.meaning !== 'good') ||
		lane.some((dealt) => dealt.item === item && isUnreachable(dealt.answer)) ||
		// Parts that go together are missing, in the item and in the record.
		/cannot be sent without/.test(claim.message ?? '') ||
		(refuseChangesAbove !== undefined &&
			/more than Refuse Changes Above allows/.test(claim.message ?? '') &&
			wantedOf(model, items[item]).some(({ leaf }) => model.guarded.includes(leaf.path)))
	);
}

/** Holds what is stored at the end against what the claims imply, leaf by leaf; what no item asked for must be as it was. */
function checkStored(
	model: ServiceModel,
	scenario: Scenario,
	told: (item: number, leaf: ModelLeaf) => Claim,
	log: Dealt[],
	wanted: Wanted[][],
	first: Record<string, IDataObject>,
	last: Record<string, IDataObject>,
): string[] {
	const wrong: string[] = [];
	for (const account of Object.keys(first)) {
		const lane = scenario.items.map((_, index) => index).filter((index) => addressed(scenario, scenario.items[index]) === account);
		const touched = new Set(lane.flatMap((item) => wanted[item].map(({ leaf }) => leaf.path)));
		for (const leaf of model.leaves.filter(({ path }) => touched.has(path))) {
			let possible = [meaning(leaf, valueAt(first[account], leaf.path))];
			for (const item of lane) {
				const asked = wanted[item].find((other) => other.leaf.path === leaf.path);
				if (!asked) continue;
				const sent = log.filter((dealt) => isUpdate(dealt) && dealt.item === item);
				possible = afterClaim(told(item, leaf), asked, sent, possible);
			}
			if (!possible.some((value) => holds(leaf, last[account], value))) {
				wrong.push(
					`account ${account}: ${leaf.path} is ${JSON.stringify(valueAt(last[account], leaf.path))}, and by the claims it can only be ${possible.join(' or ')}`,
				);
			}
		}
		// A part that its object requires and that was not shown is sent as zero with it, which means the same.
		const isZero = (value: unknown) => value === false || value === '' || String((value as { value?: unknown })?.value ?? value) === '0';
		const wasFilledIn = (path: string, value: unknown) =>
			model.zeroParts.includes(path) &&
			isZero(value) &&
			valueAt(first[account], path) === undefined &&
			[...touched].some((other) => other.split('.')[0] === path.split('.')[0]);
		const rest = (record: IDataObject) =>
			Object.fromEntries(
				Object.entries(leavesOf(record, model.leaves)).filter(([path, value]) => !touched.has(path) && !wasFilledIn(path, value)),
			);
		if (!isDeepStrictEqual(rest(first[account]), rest(last[account])))
			wrong.push(`account ${account}: something changed that no item asked for`);
	}
	return wrong;
}

/** The values that a leaf can have after an item, as its claim has it. */
function afterClaim(
	{ outcome, notApplied, isFailure }: Claim,
	{ leaf, wanted }: Wanted,
	sent: Dealt[],
	before: Array<string | null>,
): Array<string | null> {
	const isMissing = notApplied?.includes(leaf.path);
	switch (outcome) {
		case 'updated':
			return isMissing ? before : [wanted];
		case 'done':
			// Which of its fields were not applied is told for the run as a whole.
			return sent.length === 0 ? before : [...before, wanted];
		case 'not applied':
			if (notApplied) return isMissing ? before : [wanted];
			return isFailure && !sent.some(({ meaning: told }) => told === 'ambiguous') ? before : [...before, wanted];
		case 'unknown':
			return [...before, wanted];
		default:
			return before;
	}
}
