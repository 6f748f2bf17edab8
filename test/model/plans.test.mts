import fc from 'fast-check';
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { errorIn, outcomeIn } from '../support/items.mts';
import { keptAccounts, type KeptAccounts } from '../support/keptAccounts.mts';
import { put, removeAt, valueAt } from '../support/paths.mts';
import { closeServices } from '../support/service.mts';
import { after, CANNOT_BE_CLEARED, fateOf, PATHS, planOf, undoOf, VALUES, type Fields, type ModelPlan } from './planModel.mts';

/**
 * Plans, drift, apply and undo in random order: what is stored afterwards is what the model says.
 *
 * MODEL_RUNS sets the number of runs (1000), MODEL_SEED the seed.
 */

const RUNS = Number(process.env.MODEL_RUNS ?? 1000);
const SEED = Number(process.env.MODEL_SEED ?? 20_260_131);
const ACCOUNTS = ['a', 'b'];
const DECIMALS = ['monthlySpendLimit'];
const READ_ONLY = ['monthlySpendLimit'];

type Asked = { account: string; wanted: Fields };
type Step =
	| { do: 'plan'; items: Asked[] }
	| { do: 'drift'; account: string; change: Fields }
	| { do: 'apply' | 'undo'; pick: boolean[]; stops: boolean };

const account = fc.constantFrom(...ACCOUNTS);
const value = (path: string) => fc.constantFrom(...VALUES[path]);
const fields = fc.record(Object.fromEntries(PATHS.map((path) => [path, value(path)])), { requiredKeys: [] }) as fc.Arbitrary<Fields>;
/** What an update asks: values, and fields to erase. */
const wanted = fc.dictionary(fc.constantFrom(...PATHS), fc.nat(), { minKeys: 1, maxKeys: 3 }).map(
	(picks): Fields =>
		Object.fromEntries(
			Object.entries(picks).map(([path, pick]) => {
				const choices = CANNOT_BE_CLEARED.includes(path) ? VALUES[path] : [...VALUES[path], undefined];
				return [path, choices[pick % choices.length]];
			}),
		),
);
const picks = { pick: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), stops: fc.boolean() };
const step: fc.Arbitrary<Step> = fc.oneof(
	{
		weight: 3,
		arbitrary: fc.record({
			do: fc.constant('plan' as const),
			items: fc.array(fc.record({ account, wanted }), { minLength: 1, maxLength: 3 }),
		}),
	},
	{ weight: 1, arbitrary: fc.record({ do: fc.constant('drift' as const), account, change: wanted }) },
	{ weight: 3, arbitrary: fc.record({ do: fc.constantFrom('apply' as const, 'undo' as const), ...picks }) },
);

/** A field of a record, as the model writes it. */
function fieldOf(record: IDataObject, path: string): string | undefined {
	const held = valueAt(record, DECIMALS.includes(path) ? `${path}.value` : path);
	return held === undefined ? undefined : String(held);
}

function store(record: IDataObject, change: Fields): void {
	for (const [path, held] of Object.entries(change)) {
		if (held === undefined) removeAt(record, path);
		else put(record, (DECIMALS.includes(path) ? `${path}.value` : path).split('.'), held);
	}
}

/** Parameters that take what each item asks for. */
function parametersOf(): INodeParameters {
	const collections: Record<string, IDataObject> = { updateFields: {}, readOnlyFields: {} };
	for (const path of PATHS) {
		const collection = READ_ONLY.includes(path) ? 'readOnlyFields' : 'updateFields';
		put(collections[collection], path.split('.'), `={{ $json.wanted[${JSON.stringify(path)}] }}`);
	}
	return { ...collections, fieldsToClear: '={{ $json.clear }}' } as unknown as INodeParameters;
}

/** A plan as the node made it, and as the model has it. */
interface Made {
	text: string;
	model: ModelPlan;
}

/** One run: the service with the node, beside the model. */
class Run {
	private readonly kept: KeptAccounts;
	private readonly truth: Record<string, Fields>;
	private readonly plans: Made[] = [];
	private readonly undos: Made[] = [];

	constructor(first: Fields[]) {
		this.kept = keptAccounts(Object.fromEntries(ACCOUNTS.map((id) => [id, { createTime: '2025-01-01T00:00:00Z' }])));
		this.truth = Object.fromEntries(ACCOUNTS.map((id, index) => [id, { ...first[index] }]));
		for (const id of ACCOUNTS) store(this.kept.record(id), this.truth[id]);
	}

	async take(each: Step): Promise<void> {
		if (each.do === 'plan') await this.plan(each.items);
		else if (each.do === 'drift') {
			store(this.kept.record(each.account), each.change);
			Object.assign(this.truth[each.account], each.change);
		} else {
			const source = each.do === 'apply' ? this.plans : this.undos;
			const chosen = source.slice(-8).filter((_, index) => each.pick[index]);
			if (chosen.length > 0) await this.apply(chosen, each.do === 'undo', each.stops);
		}
		this.compare();
	}

	/** Each item expects what the ones before it leave. */
	private async plan(items: Asked[]): Promise<void> {
		const texts = await this.kept.plan(
			items.map(({ account: id, wanted: asked }) => ({
				account: id,
				wanted: Object.fromEntries(Object.entries(asked).filter(([, held]) => held !== undefined)),
				clear: Object.keys(asked).filter((path) => asked[path] === undefined),
			})),
			parametersOf(),
		);
		const simulated = structuredClone(this.truth);
		for (const [index, { account: id, wanted: asked }] of items.entries()) {
			const model = planOf(id, simulated[id], asked);
			simulated[id] = after(model, simulated[id]);
			this.plans.push({ text: texts[index], model });
		}
	}

	private async apply(chosen: Made[], areUndos: boolean, stops: boolean): Promise<void> {
		// Of undo plans the newest goes first.
		const order = areUndos ? [...chosen.keys()].reverse() : [...chosen.keys()];
		const next = structuredClone(this.truth);
		const fates: string[] = [];
		const undone: Array<ReturnType<typeof undoOf> | undefined> = [];
		for (const index of order) {
			const { model } = chosen[index];
			const before = next[model.account];
			fates[index] = fateOf(model, before);
			if (fates[index] !== 'updated') continue;
			undone[index] = undoOf(model, before);
			next[model.account] = after(model, before);
		}
		const { outputs, error } = await this.kept.apply(
			[{ plan: chosen.map(({ text }) => text) }],
			{ output: 'recordAndChanges' },
			{ onError: stops ? 'stopWorkflow' : 'continueRegularOutput' },
		);
		// While the node stops on errors, one that is refused keeps all from being sent.
		if (stops && fates.includes('not sent')) {
			expect(error?.message).toContain('has changed since the plan was made');
			return;
		}
		expect(error).toBeUndefined();
		expect(outputs[0].map(({ json }) => outcomeIn(json))).toEqual(fates);
		Object.assign(this.truth, next);
		for (const index of order) {
			const { json } = outputs[0][index];
			const expected = undone[index];
			expect(json.cannotUndo ?? errorIn(json)?.cannotUndo ?? []).toEqual(expected?.cannotUndo ?? []);
			const text = (json.undo ?? errorIn(json)?.undo) as string;
			if (text !== '[]') this.undos.push({ text, model: expected!.undo });
		}
	}

	/** What is stored is what the model says. */
	compare(): void {
		for (const id of ACCOUNTS) {
			const stored = Object.fromEntries(PATHS.map((path) => [path, fieldOf(this.kept.record(id), path)]));
			expect(stored).toEqual(Object.fromEntries(PATHS.map((path) => [path, this.truth[id][path]])));
		}
	}
}

test(`plans, drift, apply and undo in ${RUNS} random orders: what is stored is what the model says`, async () => {
	await fc.assert(
		fc
			.asyncProperty(fc.tuple(fields, fields), fc.array(step, { minLength: 2, maxLength: 6 }), async (first, steps) => {
				const run = new Run(first);
				for (const each of steps) await run.take(each);
			})
			.afterEach(closeServices),
		{ numRuns: RUNS, seed: SEED },
	);
}, 3_600_000);

test('apply, then undo, restores the record in every case that cannotUndo does not name', async () => {
	await fc.assert(
		fc
			.asyncProperty(fields, fc.array(wanted, { minLength: 1, maxLength: 3 }), async (first, asked) => {
				const kept = keptAccounts({ a: { createTime: '2025-01-01T00:00:00Z' } });
				store(kept.record('a'), first);
				const items = asked.map((each) => ({
					account: 'a',
					wanted: Object.fromEntries(Object.entries(each).filter(([, held]) => held !== undefined)),
					clear: Object.keys(each).filter((path) => each[path] === undefined),
				}));
				const updated = await kept.update(items, { output: 'recordAndChanges' }, {}, parametersOf());
				const done = updated.outputs[0].map(({ json }) => json);
				const undone = await kept.apply(done, {}, {}, { plan: '={{ $json.undo ?? $json.error?.undo }}' });
				expect(undone.error).toBeUndefined();
				const named = done.flatMap(({ cannotUndo }) => cannotUndo as string[]);
				for (const path of PATHS.filter((each) => !named.includes(each))) {
					expect([path, fieldOf(kept.record('a'), path)]).toEqual([path, first[path]]);
				}
			})
			.afterEach(closeServices),
		{ numRuns: Math.ceil(RUNS / 3), seed: SEED },
	);
}, 3_600_000);
