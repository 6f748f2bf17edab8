import type { IDataObject } from 'n8n-workflow';

import { isRecord } from '../fields/record';
import type { Changes, Failure, FieldValue, Target, TouchedField } from '../service';
import { isSameSignature, type PlanKey } from './signature';

/** A plan as it is stored and handed on: what an update will do to one account. */
export interface Plan {
	/** Of this form. */
	version: 1;
	/** The node that made it, e.g. `cudoCompute`. */
	service: string;
	/** The parameters that select the account, e.g. `{ billingAccountId: 'acme' }`. */
	account: IDataObject;
	/** The values to set, by path. */
	set: Record<string, FieldValue>;
	/** The paths to erase. */
	clear: string[];
	/** The mask that the person gave, where one was. */
	updateMask?: string;
	/** What each touched field held when it was planned; null where it held nothing. */
	was: Record<string, FieldValue | null>;
	/** It takes an update back. Of those for one account, the newest goes first. */
	isUndo?: true;
	/** When it was made, RFC 3339 in UTC. */
	time: string;
	keyId: string;
	signature: string;
}

/** A plan before it is signed. */
export type UnsignedPlan = Omit<Plan, 'version' | 'time' | 'keyId' | 'signature'>;

/** The plan for changes of an account. */
export function planOf(
	service: string,
	target: Target,
	changes: Changes,
	touched: TouchedField[],
	held: (field: TouchedField) => FieldValue | undefined,
	updateMask?: string,
): UnsignedPlan {
	return {
		service,
		account: target.selector,
		set: Object.fromEntries(changes.set),
		clear: changes.clear,
		...(updateMask !== undefined && { updateMask }),
		was: Object.fromEntries(touched.map((each) => [each.field.path, held(each) ?? null])),
	};
}

/**
 * A plan, signed, as one line of JSON text: data tables and cells of a spreadsheet take nothing else.
 *
 * @param now milliseconds since 1970
 */
export function toPlanText(plan: UnsignedPlan, key: PlanKey, now: number): string {
	const unsigned = { version: 1 as const, ...plan, time: new Date(now).toISOString(), keyId: key.id };
	return JSON.stringify({ ...unsigned, signature: key.sign(unsigned) });
}

const isText = (value: unknown): value is string => typeof value === 'string';

function isFieldValue(value: unknown): value is FieldValue {
	// JSON knows no other numbers, so a signature would not tell them apart from null.
	return isText(value) || typeof value === 'boolean' || Number.isFinite(value) || (Array.isArray(value) && value.every(isText));
}

/** Whether a value has all parts of a plan. */
function isPlan(value: unknown): value is Plan & IDataObject {
	return (
		isRecord(value) &&
		value.version === 1 &&
		isText(value.service) &&
		isRecord(value.account) &&
		isRecord(value.set) &&
		Object.values(value.set).every(isFieldValue) &&
		Array.isArray(value.clear) &&
		value.clear.every(isText) &&
		(value.updateMask === undefined || isText(value.updateMask)) &&
		(value.isUndo === undefined || value.isUndo === true) &&
		isRecord(value.was) &&
		Object.values(value.was).every((held) => held === null || isFieldValue(held)) &&
		isText(value.time) &&
		isText(value.keyId) &&
		isText(value.signature)
	);
}

const PLAN_AGAIN = 'Plan the change again, with Dry Run.';

/** What is no plan, as a failure. */
export function noPlan(found: string): Failure {
	return {
		summary: 'There is no plan in this item',
		detail: found,
		remedy:
			"A plan comes from Dry Run (key plan). After a step that replaces the items, such as an approval, take it from where it was made: {{ $('Dry Run').first().json.plans }}. To take an update back, use its undo: {{ $json.undo ?? $json.error?.undo }}.",
	};
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/**
 * The plans that a value holds: one plan or a list, each as an object or as JSON text. A list may be empty: the undo of what changed nothing.
 *
 * @returns each entry as a plan, or why it is none
 */
export function readPlans(value: unknown): Array<Plan | { failure: Failure }> {
	const parsed = typeof value === 'string' ? parse(value.trim()) : value;
	if (!Array.isArray(parsed)) return [readOne(parsed)];
	return parsed.flatMap((entry) => {
		const inner: unknown = typeof entry === 'string' ? parse(entry.trim()) : entry;
		// The undo of an update that changed nothing is an empty list.
		return Array.isArray(inner)
			? inner.map((each) => readOne(typeof each === 'string' ? parse(each) : (each as unknown)))
			: [readOne(inner)];
	});
}

/** Keys that tell a plan of which something is missing from any other object. */
const ONLY_IN_PLANS = ['signature', 'keyId', 'was'];

function readOne(value: unknown): Plan | { failure: Failure } {
	if (isPlan(value)) return value;
	if (isRecord(value) && ONLY_IN_PLANS.some((key) => key in value))
		return { failure: { summary: 'The plan is not whole, or was made by another version', remedy: PLAN_AGAIN } };
	const text = JSON.stringify(value) ?? 'nothing';
	return { failure: noPlan(`It holds ${text.length > 100 ? `${text.slice(0, 100)}…` : text}.`) };
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Why a plan may not be applied, before its account is looked at.
 *
 * @param service the node that is to apply it
 * @param key the key of its sign-in
 * @param maxAgeDays the age from which it is too old
 * @param now milliseconds since 1970
 * @returns undefined where it may
 */
export function whyNotApplied(plan: Plan, service: string, key: PlanKey, maxAgeDays: number, now: number): Failure | undefined {
	if (plan.service !== service) {
		return {
			summary: 'The plan is for another service',
			detail: `It was made by the node ${plan.service}.`,
			remedy: 'Apply it with that node.',
		};
	}
	if (plan.keyId !== key.id) {
		return { summary: 'The plan was made with another credential, or its secret was renewed since', remedy: PLAN_AGAIN };
	}
	const { signature, ...unsigned } = plan;
	if (!isSameSignature(key.sign(unsigned), signature)) {
		return { summary: 'The plan was changed after it was made', remedy: PLAN_AGAIN };
	}
	const ageMs = now - Date.parse(plan.time);
	if (!(ageMs <= maxAgeDays * DAY_MS)) {
		return {
			summary: `The plan is older than ${maxAgeDays} ${maxAgeDays === 1 ? 'day' : 'days'}`,
			detail: `It was made at ${plan.time}.`,
			remedy: `${PLAN_AGAIN} Or raise Refuse Plans Older Than.`,
		};
	}
	return undefined;
}

/** What a plan asks for. */
export function changesOf(plan: Plan): Changes {
	return { set: new Map(Object.entries(plan.set)), clear: plan.clear };
}
