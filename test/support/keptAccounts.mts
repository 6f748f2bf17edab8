import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { accounts } from './accounts.mts';
import { runNode, type NodeResult, type NodeRun } from './engine.mts';
import { keptAccount, type KeptAccount } from './keptAccount.mts';
import { byId } from './locator.mts';
import { fakeService, type Routes, type SeenRequest } from './service.mts';

/** Billing accounts that Cudo Compute keeps, with the node that updates them, plans for them and applies plans. */
export interface KeptAccounts {
	/** What an account holds now. */
	record(id: string): IDataObject;
	/** Somebody else changes an account. */
	change(id: string, values: IDataObject): void;
	requests: SeenRequest[];
	/** The accounts to which an update was sent, in order. */
	updated(): string[];
	/** Runs Update for each item: `account` says which, `name`, `limit` and `stripe` are display name, limit and Stripe reference. */
	update(items: IDataObject[], options?: IDataObject, run?: Partial<NodeRun>, parameters?: INodeParameters): Promise<NodeResult>;
	/** Runs a dry run for each item, and gives the plans. */
	plan(items: IDataObject[], parameters?: INodeParameters): Promise<string[]>;
	/** Runs Apply Plan for each item, with the parameters that the editor offers unless told. */
	apply(items: IDataObject[], options?: IDataObject, run?: Partial<NodeRun>, parameters?: INodeParameters): Promise<NodeResult>;
}

/** The expression that the editor offers for plans. */
const PLAN = '={{ $json.plan ?? $json.error?.plan }}';
/** The one that the placeholder of Plan names, for undoing. */
export const UNDO = '={{ $json.undo ?? $json.error?.undo }}';

const idOfPath = (path: string) => decodeURIComponent(path.split('/').at(-1)!);

/**
 * @param records what each account holds at first, by ID
 * @param routes what the service answers in place of that
 */
export function keptAccounts(
	records: Record<string, IDataObject>,
	routes: (account: KeptAccount, id: string) => Routes = () => ({}),
): KeptAccounts {
	const kept = Object.entries(records).map(([id, record]) => [id, keptAccount('cudoCompute', { id, ...record })] as const);
	const byIdOf = new Map(kept);
	const all = kept.map(([id, account]) => ({ ...account.routes(`/v1/billing-accounts/${id}`), ...routes(account, id) }));
	const service = fakeService(accounts.cudoCompute.baseUrl, Object.assign({}, ...all) as Routes);
	const run = (parameters: INodeParameters, items: IDataObject[], more: Partial<NodeRun>) =>
		runNode({ node: 'cudoCompute', credentials: accounts.cudoCompute.credentials, parameters, items, ...more });
	const kepts: KeptAccounts = {
		record: (id) => byIdOf.get(id)!.record,
		change: (id, values) => void Object.assign(byIdOf.get(id)!.record, values),
		requests: service.requests,
		updated: () => service.requests.filter(({ method }) => method === 'PATCH').map(({ path }) => idOfPath(path)),
		update: async (items, options = {}, more = {}, parameters = {}) =>
			await run(
				{
					operation: 'update',
					billingAccountId: byId('={{ $json.account }}'),
					updateFields: { displayName: '={{ $json.name }}', stripeRef: '={{ $json.stripe }}' },
					readOnlyFields: { monthlySpendLimit: '={{ $json.limit }}' },
					options: options as INodeParameters,
					...parameters,
				},
				items,
				more,
			),
		async plan(items, parameters) {
			const { outputs, error } = await kepts.update(items, {}, {}, { dryRun: true, ...parameters });
			if (error) throw error;
			return outputs[0].map(({ json }) => json.plan as string);
		},
		apply: async (items, options = {}, more = {}, parameters = {}) =>
			await run({ operation: 'applyPlan', plan: PLAN, options: options as INodeParameters, ...parameters }, items, more),
	};
	return kepts;
}
