/** What plans do, as a few pure functions, written from the design: a plan touches fields, and knows of each what was and what is to be. */

/** The fields of the model's accounts; the value of one that holds nothing is undefined. */
export type Fields = Record<string, string | undefined>;

export interface ModelPlan {
	account: string;
	touched: Record<string, { was?: string; wanted?: string }>;
}

export type Fate = 'updated' | 'unchanged' | 'not sent';

/** Values of each field. */
export const VALUES: Record<string, string[]> = {
	displayName: ['One', 'Two', 'Three'],
	stripeRef: ['cus_1', 'cus_2'],
	monthlySpendLimit: ['1', '2.5'],
	'billingAddress.city': ['Poole', 'Leeds'],
	'taxId.value': ['GB1', 'GB2'],
	// The first two are one number.
	'billingAddress.phone': ['+441202000000', '+44 1202 000000', '+441202000001'],
	paymentTerms: ['PAYMENT_TERMS_INVOICE', 'PAYMENT_TERMS_PREPAID'],
};
export const PATHS = Object.keys(VALUES);
export const CANNOT_BE_CLEARED = ['paymentTerms'];

/** The plan of an update: what it touches, as the account is. */
export function planOf(account: string, fields: Fields, wanted: Fields): ModelPlan {
	return {
		account,
		touched: Object.fromEntries(Object.entries(wanted).map(([path, value]) => [path, { was: fields[path], wanted: value }])),
	};
}

/** The same value, whatever its spelling. */
const isSame = (path: string, a: string | undefined, b: string | undefined) =>
	path === 'billingAddress.phone' ? a?.replace(/ /g, '') === b?.replace(/ /g, '') : a === b;

/** What becomes of a plan. A spelling counts where the plan is to change nothing else of the field. */
export function fateOf({ touched }: ModelPlan, fields: Fields): Fate {
	const all = Object.entries(touched);
	const isAsPlanned = all.every(([path, { was, wanted }]) =>
		isSame(path, was, wanted) ? fields[path] === wanted || was === wanted : isSame(path, fields[path], wanted),
	);
	const hasValues = all.every(([path, { wanted }]) => isSame(path, fields[path], wanted));
	if (isAsPlanned && hasValues) return 'unchanged';
	return all.every(([path, { was, wanted }]) => isSame(path, fields[path], was) || isSame(path, fields[path], wanted))
		? 'updated'
		: 'not sent';
}

/** The account as a plan leaves it. */
export function after({ touched }: ModelPlan, fields: Fields): Fields {
	return { ...fields, ...Object.fromEntries(Object.entries(touched).map(([path, { wanted }]) => [path, wanted])) };
}

/** The plan that takes back what a plan changed, and what cannot be. */
export function undoOf(plan: ModelPlan, before: Fields): { undo: ModelPlan; cannotUndo: string[] } {
	const now = after(plan, before);
	const touched: ModelPlan['touched'] = {};
	const cannotUndo: string[] = [];
	for (const path of Object.keys(plan.touched).filter((each) => before[each] !== now[each])) {
		if (CANNOT_BE_CLEARED.includes(path) && before[path] === undefined) {
			cannotUndo.push(path);
			continue;
		}
		touched[path] = { was: now[path], wanted: before[path] };
	}
	return { undo: { account: plan.account, touched }, cannotUndo };
}
