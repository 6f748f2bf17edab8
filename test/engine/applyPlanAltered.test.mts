import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { canonicalJson } from '../../nodes/shared/plan/canonicalJson.ts';
import { readPlans, toPlanText, whyNotApplied, type Plan, type UnsignedPlan } from '../../nodes/shared/plan/planText.ts';
import { planKeyOf } from '../../nodes/shared/plan/signature.ts';
import { keptAccounts } from '../support/keptAccounts.mts';
import { closeServices } from '../support/service.mts';

/** No plan with anything altered is ever sent; how it is written down does not matter. */

const NOW = Date.UTC(2026, 0, 31);
const key = planKeyOf(['secret'], 'https://rest.compute.cudo.org', 'cudoComputeApi');

const fieldValue = fc.oneof(
	fc.string(),
	fc.boolean(),
	fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
	fc.array(fc.string(), { maxLength: 3 }),
);
/** Names that JavaScript knows are names of fields like any other. */
const path = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'displayName', 'billingAddress.city'));
const values = fc.dictionary(path, fieldValue, { maxKeys: 4 });

const unsigned: fc.Arbitrary<UnsignedPlan> = fc.record(
	{
		service: fc.constant('cudoCompute'),
		account: fc.record({ billingAccountId: fc.string({ minLength: 1 }) }) as unknown as fc.Arbitrary<IDataObject>,
		set: values,
		clear: fc.array(path, { maxLength: 3 }),
		was: fc.dictionary(path, fc.oneof(fieldValue, fc.constant(null)), { maxKeys: 4 }),
		updateMask: fc.string(),
		isUndo: fc.constant(true as const),
	},
	{ requiredKeys: ['service', 'account', 'set', 'clear', 'was'] },
);
const plans = unsigned.map((plan) => toPlanText(plan, key, NOW));

/** Whether a value is a plan that may be applied: the very question that Apply Plan asks before anything is sent. */
function isApplied(value: unknown): boolean {
	const read = readPlans(value);
	return read.some((plan) => !('failure' in plan) && whyNotApplied(plan, 'cudoCompute', key, 7, NOW) === undefined);
}

/** The ways to every leaf of a value, lists and objects that are empty included. */
function waysTo(value: unknown, way: string[] = []): string[][] {
	if (typeof value !== 'object' || value === null) return [way];
	const inner = Object.keys(value).flatMap((name) => waysTo((value as IDataObject)[name], [...way, name]));
	return inner.length === 0 ? [way] : inner;
}

/** Sets a key as its own, also one named __proto__. */
function define(target: object, name: string, value: unknown): void {
	Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

function innermost(plan: unknown, way: string[]): object {
	return way.reduce<object>((inner, name) => (Object.getOwnPropertyDescriptor(inner, name) as { value: object }).value, plan as object);
}

/** A copy of a plan with one alteration. */
const altered: fc.Arbitrary<{ text: string; other: unknown }> = fc
	.tuple(plans, fc.nat(), fc.constantFrom('change', 'add', 'remove'), fc.oneof(fc.jsonValue(), fc.constantFrom(Infinity, NaN)), path)
	.map(([text, pick, how, value, name]) => {
		const other: unknown = JSON.parse(text);
		const ways = waysTo(other);
		const way = ways[pick % ways.length];
		const parent = innermost(other, way.slice(0, -1));
		if (how === 'change') define(parent, way.at(-1)!, value);
		else if (how === 'add' && !Array.isArray(parent)) define(parent, name, value);
		else if (how === 'add') (parent as unknown[]).push(value);
		else if (Array.isArray(parent)) parent.splice(Number(way.at(-1)), 1);
		else delete (parent as IDataObject)[way.at(-1)!];
		return { text, other };
	})
	.filter(({ text, other }) => canonicalJson(JSON.parse(text)) !== canonicalJson(other) || JSON.stringify(other) === undefined);

/** The same value, its keys in another order. */
function shuffled(value: unknown, seed: number): unknown {
	if (Array.isArray(value)) return value.map((entry) => shuffled(entry, seed));
	if (typeof value !== 'object' || value === null) return value;
	const copy = {};
	const entries = Object.entries(value).sort(([a], [b]) => (((a.length * 7 + seed) % 5) - ((b.length * 7 + seed) % 5) || a < b ? 1 : -1));
	for (const [name, entry] of entries) define(copy, name, shuffled(entry, seed));
	return copy;
}

test('no plan with any leaf changed, added or removed may be applied', () => {
	fc.assert(
		fc.property(altered, ({ text, other }) => {
			expect(isApplied(text)).toBe(true);
			expect(isApplied(other)).toBe(false);
			expect(isApplied(JSON.stringify(other))).toBe(false);
		}),
		{ numRuns: 3000 },
	);
});

test('no letter of the text can be another: it is another way to write the same plan, or it is refused', () => {
	fc.assert(
		fc.property(plans, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (text, pick, letter) => {
			const at = pick % text.length;
			const other = text.slice(0, at) + letter + text.slice(at + 1);
			let same = false;
			try {
				same = canonicalJson(JSON.parse(other)) === canonicalJson(JSON.parse(text));
			} catch {
				// No JSON.
			}
			expect(isApplied(other)).toBe(same);
		}),
		{ numRuns: 3000 },
	);
});

test('no number that JSON does not know stands for null', () => {
	const text = toPlanText({ service: 'cudoCompute', account: {}, set: { a: '1' }, clear: [], was: { a: null } }, key, NOW);
	expect(isApplied({ ...(JSON.parse(text) as Plan), was: { a: Infinity } })).toBe(false);
});

test('the signature survives the order of keys, white space, and being text or object', () => {
	fc.assert(
		fc.property(plans, fc.nat(), fc.nat({ max: 8 }), (text, seed, indent) => {
			const other = shuffled(JSON.parse(text), seed);
			expect(isApplied(other)).toBe(true);
			expect(isApplied(` \n${JSON.stringify(other, null, indent)}\t`)).toBe(true);
			expect(isApplied([other])).toBe(true);
			expect(isApplied(JSON.stringify([JSON.stringify(other)]))).toBe(true);
		}),
		{ numRuns: 1000 },
	);
});

test('through the node: a hundred plans, each altered at another leaf, are not sent', async () => {
	const kept = keptAccounts({ a: { displayName: 'Acme', monthlySpendLimit: { value: '2000' } } });
	const [plan] = await kept.plan([{ account: 'a', name: 'New', limit: '4000' }], { fieldsToClear: ['taxId'] });
	const ways = waysTo(JSON.parse(plan));
	const items = Array.from({ length: 100 }, (_, index) => {
		const other: unknown = JSON.parse(plan);
		const way = ways[index % ways.length];
		define(innermost(other, way.slice(0, -1)), way.at(-1)!, `altered ${index}`);
		return { plan: other } as IDataObject;
	});
	const { outputs } = await kept.apply(items, {}, { onError: 'continueRegularOutput' });
	expect(outputs[0]).toHaveLength(100);
	for (const { json } of outputs[0]) expect(json).toMatchObject({ error: { outcome: 'not sent' } });
	expect(kept.updated()).toEqual([]);
	closeServices();
});
