import fc from 'fast-check';
import type { IDataObject, INode } from 'n8n-workflow';

import type { Asked } from '../services/fixture.mts';
import { nodeNames, services } from '../services/index.mts';
import type { NodeName } from '../services/index.mts';
import type { Leaf } from '../support/contract.mts';
import { toApi } from '../support/leaves.mts';
import { isWithin, put } from '../support/paths.mts';
import { readSteps, updateSteps } from './faults.mts';
import type { Step } from './faults.mts';
import { untouched } from './serviceModel.mts';
import type { ServiceModel } from './serviceModel.mts';

interface ItemOptions {
	dryRun: boolean;
	skipIfUnchanged: boolean;
	refuseChangesAbove?: number;
}

/** One input item. */
export interface ScenarioItem extends Asked {
	/** As the item spells it; blank addresses none. */
	account: string;
	options: ItemOptions;
}

/** One run: what is asked of the node, and what its service does. */
export interface Scenario {
	node: NodeName;
	items: ScenarioItem[];
	/** Whether it is the account of the signed-in user, where there is such an account. */
	ofUser: boolean;
	autoMap: boolean;
	output: 'record' | 'simplified' | 'recordAndChanges';
	maxConcurrentRequests: number;
	maxRetries: number;
	/** What the service bears: so many requests open at once, and so many a second. */
	limit: { mostOpen: number; perSecond: number; asksToWait: boolean };
	onError: NonNullable<INode['onError']>;
	retryOnFail: boolean;
	/** How the service does what its documentation leaves open. */
	habits: Record<string, boolean>;
	/** By account. */
	records: Record<string, IDataObject>;
	updates: Record<string, Step[]>;
	reads: Record<string, Step[]>;
}

/** Ids that must be encoded in a path are among them. */
export const ACCOUNTS = ['a', 'b', 'c/d', 'e+f?'];

/** What any service's documentation leaves open. */
const habits = nodeNames.flatMap((name) => services[name].model.habits).sort();

const isTaggable = (name: NodeName, leaf: Leaf) =>
	leaf.type === 'decimal' ||
	leaf.type === 'lines' ||
	(leaf.type === 'string' && !leaf.enum && !leaf.format && !(leaf.path in services[name].model.pools));

/** Few values for each field, so that items often ask for what is there already, or for what another one asks. */
function poolOf(name: NodeName, leaf: Leaf): unknown[] {
	const ofService = services[name].model.pools[leaf.path];
	if (ofService) return ofService;
	if (leaf.enum) return leaf.enum.slice(0, 3);
	if (leaf.type === 'boolean') return [true, false];
	if (leaf.type === 'integer') return [0, 100, 130, 1000];
	if (leaf.type === 'decimal') return ['100', '130.5', '1e3', '0'];
	if (leaf.type === 'lines') return [['1 High Street'], ['1 High Street', 'Floor 2']];
	if (leaf.format === 'date-time') return ['2026-01-31T09:00:00Z', '2026-02-28T09:00:00+01:00'];
	if (leaf.format === 'email') return ['billing@acme.example', 'Billing@acme.example', 'ann@acme.example'];
	return ['Acme', 'Birch & Søn', 'timeout "500"'];
}

/** Line ends that mean the same. Three of them in a text tell 27 items apart. */
const LINE_ENDS = ['\n', '\r\n', '\r'];
const inLines = (text: string, item: number) =>
	text + ['a', 'b', 'c'].map((line, place) => LINE_ENDS[Math.floor(item / 3 ** place) % 3] + line).join('');

/** The same value in a spelling of the item's own, so that a PATCH tells whose it is. */
function tagged(name: NodeName, leaf: Leaf, value: unknown, item: number): unknown {
	if (!isTaggable(name, leaf)) return value;
	if (leaf.type === 'lines') return [...(value as string[]).slice(0, -1), inLines((value as string[]).at(-1)!, item)];
	if (leaf.type === 'string') return inLines(String(value), item);
	return '0'.repeat(item + 1) + String(value);
}

const valuesFor = (name: NodeName, leaves: Leaf[]): fc.Arbitrary<Record<string, unknown>> =>
	fc.record(Object.fromEntries(leaves.map((leaf) => [leaf.path, fc.constantFrom(...poolOf(name, leaf))])), { requiredKeys: [] });

const often = (chance: number) => fc.integer({ min: 1, max: 100 }).map((number) => number > 100 - chance);

function itemsFor(model: ServiceModel, leaves: Leaf[], accounts: string[]): fc.Arbitrary<ScenarioItem[]> {
	const clearable = model.clearable.filter((path) => leaves.some((leaf) => isWithin(leaf.path, path)));
	const item: fc.Arbitrary<ScenarioItem> = fc.record({
		account: fc.oneof(
			{ weight: 90, arbitrary: fc.constantFrom(...accounts) },
			{ weight: 9, arbitrary: fc.constantFrom(...accounts).map((id) => ` ${id} `) },
			{ weight: 1, arbitrary: fc.constant(services[model.name].model.hasOneAccount ? accounts[0] : ' ') },
		),
		values: valuesFor(model.name, leaves),
		clear: fc.oneof(
			{ weight: 2, arbitrary: fc.constant<string[]>([]) },
			{ weight: 1, arbitrary: fc.subarray(clearable, { maxLength: Math.min(2, clearable.length) }) },
		),
		options: fc.record({
			dryRun: fc.boolean(),
			skipIfUnchanged: fc.boolean(),
			refuseChangesAbove: fc.oneof(
				{ weight: 5, arbitrary: fc.constant<number | undefined>(undefined) },
				{ weight: 1, arbitrary: fc.constantFrom(0, 50, 10_000) },
			),
		}),
	});
	return fc.array(item, { minLength: 1, maxLength: 12, size: 'max' }).map((drafts) => {
		const seen = new Set<string>();
		return drafts
			.map((draft, index) => distinct(model, leaves, draft, index))
			.filter(({ account, values, clear }) => {
				const what = JSON.stringify([accounts.length > 1 && account.trim(), Object.entries(values).sort(), clear]);
				if (seen.has(what)) return false;
				seen.add(what);
				return true;
			});
	});
}

/** Makes a draft valid, and its PATCH distinct from those of the other items of its account. */
function distinct(model: ServiceModel, leaves: Leaf[], draft: ScenarioItem, index: number): ScenarioItem {
	const values = { ...draft.values };
	const isSet = (path: string) => Object.keys(values).some((set) => isWithin(set, path) || isWithin(path, set));
	const clear = draft.clear.filter(
		(path, position) => !isSet(path) && !draft.clear.slice(0, position).some((earlier) => isWithin(path, earlier)),
	);
	if (Object.keys(values).length + clear.length === 0) values[leaves[0].path] = poolOf(model.name, leaves[0])[index % 2];
	services[model.name].model.distinguish?.(values, clear);
	for (const leaf of model.leaves) if (leaf.path in values) values[leaf.path] = tagged(model.name, leaf, values[leaf.path], index);
	const options = { ...draft.options };
	if (model.guarded.length === 0) delete options.refuseChangesAbove;
	return { account: draft.account, values, clear: clear.filter((path) => !isSet(path)), options };
}

const byAccount = <T,>(accounts: string[], arbitrary: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
	fc.record(Object.fromEntries(accounts.map((account) => [account, arbitrary])));

/** The fields that the items of a run ask for, often few so that they meet; and one that every record has and no item touches. */
const leavesFor = ({ leaves }: ServiceModel): fc.Arbitrary<{ leaves: Leaf[]; spared: Leaf }> =>
	fc
		.record({ most: fc.integer({ min: 1, max: 7 }), spared: fc.constantFrom(...leaves.filter(({ path }) => !path.includes('.'))) })
		.chain(({ most, spared }) => {
			const others = leaves.filter((leaf) => leaf !== spared);
			return fc.record({
				leaves: fc.subarray(others, { minLength: 1, maxLength: Math.min(most, others.length) }),
				spared: fc.constant(spared),
			});
		});

/** Any run of a node. */
export function scenariosOf(model: ServiceModel): fc.Arbitrary<Scenario> {
	const { name } = model;
	const { hasOneAccount, ownAccount } = services[name].model;
	return fc
		.record({
			leaves: leavesFor(model),
			count: fc.integer({ min: 1, max: hasOneAccount ? 1 : ACCOUNTS.length }),
			ofUser: ownAccount ? often(15) : fc.constant(false),
		})
		.chain(({ leaves: { leaves, spared }, count, ofUser }) => {
			const accounts = ACCOUNTS.slice(0, ofUser ? 1 : count);
			const record = valuesFor(model.name, leaves).map((values) => {
				const made: IDataObject = { ...untouched(name), [spared.path]: toApi(spared, poolOf(name, spared)[0]) as string };
				for (const leaf of leaves) if (leaf.path in values) put(made, leaf.path.split('.'), toApi(leaf, values[leaf.path]));
				return made;
			});
			return fc.record({
				node: fc.constant(name),
				items: fc
					.tuple(itemsFor(model, leaves, accounts), fc.integer({ min: 1, max: 20 }))
					// Dry Run is for no item, for some or, in one of twenty runs, for all.
					.map(([items, dryRuns]) => {
						// A guard that is added and blank refuses, so it is added for all items or for none.
						const limit = items[0].options.refuseChangesAbove;
						return items.map((item) => ({
							...item,
							options: {
								...item.options,
								dryRun: dryRuns === 1 || (dryRuns === 2 && item.options.dryRun),
								refuseChangesAbove: limit === undefined ? undefined : (item.options.refuseChangesAbove ?? limit),
							},
						}));
					}),
				ofUser: fc.constant(ofUser),
				autoMap: fc.boolean(),
				output: fc.constantFrom('record', 'simplified', 'recordAndChanges', 'recordAndChanges'),
				maxConcurrentRequests: fc.integer({ min: 1, max: 8 }),
				maxRetries: fc.nat({ max: 2 }),
				limit: fc.record({
					mostOpen: fc.oneof({ weight: 3, arbitrary: fc.constant(Infinity) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) }),
					perSecond: fc.oneof({ weight: 3, arbitrary: fc.constant(Infinity) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 20 }) }),
					asksToWait: fc.boolean(),
				}),
				onError: fc.constantFrom('stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'),
				retryOnFail: often(35),
				habits: fc.record(Object.fromEntries(habits.map((habit) => [habit, fc.boolean()]))),
				records: byAccount(accounts, record),
				updates: byAccount(accounts, updateSteps(name)),
				reads: byAccount(accounts, readSteps(name)),
			}) as fc.Arbitrary<Scenario>;
		});
}

/** The account that an item addresses; undefined where it is blank. */
export function addressed({ ofUser }: Scenario, { account }: ScenarioItem): string | undefined {
	if (ofUser) return ACCOUNTS[0];
	return account.trim() === '' ? undefined : account.trim();
}
