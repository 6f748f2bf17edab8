import type { IDataObject } from 'n8n-workflow';

import type { ModelFixture } from '../services/fixture.mts';
import { services } from '../services/index.mts';
import { accounts } from '../support/accounts.mts';
import { fakeService } from '../support/service.mts';
import type { Answer, SeenRequest } from '../support/service.mts';
import { isWithin, put, valueAt } from '../support/paths.mts';
import { isBareAcceptance, kindsOf } from './faults.mts';
import type { Meaning } from './faults.mts';
import { ACCOUNTS, addressed } from './scenarios.mts';
import type { Scenario } from './scenarios.mts';
import { holds, wantedOf } from './serviceModel.mts';
import type { ServiceModel } from './serviceModel.mts';

/** One request as the model dealt with it. */
export interface Dealt {
	method: string;
	account: string;
	/** Which execution of the node sent it, from 0: Retry On Fail makes more than one. */
	attempt: number;
	/** Whose update it is: an item's index; undefined for a read. -1 when no item asked for it. */
	item?: number;
	answer: string;
	meaning: Meaning;
	/** Whether the service carried out all of it. */
	isWhole: boolean;
	/** Whether it was answered with certainty, and may be sent again in another way. */
	mayGoAgain: boolean;
	/** The account's record before and after it. */
	before: IDataObject;
	after: IDataObject;
	/** Whether the account's request before it had not been answered yet. */
	overlaps: boolean;
	/** Whether it was known by then that an item had failed for good, or that the credential is refused. */
	afterFailure: boolean;
	afterUnauthorized: boolean;
}

export interface ModelService {
	/** By account. */
	records: Record<string, IDataObject>;
	log: Dealt[];
	/** Requests that were not for an account of the model. */
	strays: SeenRequest[];
	/** Most requests that were open at once. */
	mostOpen: number;
	/** Whether a request is open. */
	isBusy(): boolean;
	/** Answers a request. */
	deal(request: SeenRequest): Promise<Answer>;
	/** The node begins (again): what comes now belongs to a new execution, which knows of no failure. */
	beginAttempt(): void;
}

async function turns(count: number): Promise<void> {
	for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits until the node surely has dealt with an answer: that takes three timers, one after another, and what they wait for. */
async function settling(): Promise<void> {
	for (let round = 0; round < 10; round++) {
		await new Promise((resolve) => setTimeout(resolve, 1));
		await turns(3);
	}
}

const GOOD = { answer: 'record', effect: 'all', turns: 0 } as const;

/** Which account a request is about; undefined where it is about none. */
function accountOf({ name }: ServiceModel, { path, query }: SeenRequest, base: string): string | undefined {
	const { routeOf, accountIn } = services[name].model;
	const route = path.slice(base.length);
	// Where the request names none, it is the only account, or that of the signed-in user.
	const account = accountIn(route, query) ?? ACCOUNTS[0];
	return route === routeOf(account) ? account : undefined;
}

/** The service of a scenario: a map of records and, for each account, a list of what its next requests meet. */
export function createModelService(model: ServiceModel, scenario: Scenario): ModelService {
	const { baseUrl } = accounts[model.name];
	const base = new URL(baseUrl).pathname.replace(/\/$/, '');
	const kinds = kindsOf(model.name);
	const records = structuredClone(scenario.records);
	// Where a record says whose it is, it is the account's own.
	for (const [account, record] of Object.entries(records)) if ('id' in record) record.id = account;
	const updates = structuredClone(scenario.updates);
	const reads = structuredClone(scenario.reads);
	const open: string[] = [];
	const tooMany = { answer: scenario.limit.asksToWait ? 'tooManyAsksToWait' : 'tooMany', effect: 'none', turns: 0 } as const;
	let attempt = -1;
	let hasFailed = false;
	let isUnauthorized = false;
	let settled: Promise<void> = Promise.resolve();
	let tokens = 1;
	let at = Date.now();

	/** Whether a request that comes now is more than the service bears. */
	function isTooMany(): boolean {
		const { mostOpen, perSecond } = scenario.limit;
		if (open.length >= mostOpen) return true;
		if (perSecond === Infinity) return false;
		tokens = Math.min(1, tokens + ((Date.now() - at) * perSecond) / 1000);
		at = Date.now();
		if (tokens < 1) return true;
		tokens -= 1;
		return false;
	}

	/** The latest item of the account that the PATCH may belong to: tags and order make it the only one. */
	function ownerOf(account: string, patch: IDataObject): number {
		return scenario.items.findLastIndex((item) => addressed(scenario, item) === account && model.isPatchOf(patch, item));
	}

	function applied(account: string, patch: IDataObject, effect: 'all' | 'some' | 'none', item: number): IDataObject {
		const record = records[account];
		if (effect === 'none') return record;
		const next = model.apply(record, patch, scenario.habits);
		if (effect === 'all' || item < 0) return next;
		// Every other leaf that the item touches keeps its value.
		const kept = wantedOf(model, scenario.items[item]).filter((_, index) => index % 2 === 0);
		const mixed = structuredClone(next);
		for (const { leaf } of kept) {
			const value = valueAt(record, leaf.path);
			if (value !== undefined) put(mixed, leaf.path.split('.'), structuredClone(value));
			else if (valueAt(mixed, leaf.path) !== undefined) put(mixed, leaf.path.split('.'), undefined);
		}
		return JSON.parse(JSON.stringify(mixed)) as IDataObject;
	}

	/** Whether a record lacks what a PATCH asks for under a path inside an object. */
	function lacksPart(patch: IDataObject, item: number, record: IDataObject): boolean {
		const parts = (services[model.name].model as ModelFixture).partsNamed?.(patch) ?? [];
		if (item < 0) return false;
		return wantedOf(model, scenario.items[item]).some(
			({ leaf, wanted }) => parts.some((part) => isWithin(leaf.path, part)) && !holds(leaf, record, wanted),
		);
	}

	async function deal(request: SeenRequest): Promise<Answer> {
		const account = accountOf(model, request, base);
		if (account === undefined || !records[account] || !['GET', 'PATCH'].includes(request.method)) {
			service.strays.push(request);
			return { status: 418 };
		}
		const isUpdate = request.method === 'PATCH';
		const patch = (request.body ?? {}) as IDataObject;
		const item = isUpdate ? ownerOf(account, patch) : undefined;
		const step = isTooMany() ? tooMany : ((isUpdate ? updates : reads)[account].shift() ?? GOOD);
		const otherWay = isUpdate ? (services[model.name].model as ModelFixture).wantsOtherWay?.(patch, scenario.habits) : undefined;
		// What is refused has no effect, and is told so unless the answer is lost on the way.
		const isRefused = otherWay?.refusal !== undefined;
		const kind = kinds[step.answer];
		const isTold = isRefused && kind.meaning === 'good';
		const { meaning, send } = isTold ? { meaning: 'refusal' as const, send: otherWay.refusal } : kind;
		const dealt: Dealt = {
			method: request.method,
			account,
			attempt,
			item,
			answer: step.answer,
			meaning,
			isWhole: step.effect === 'all' && !otherWay,
			mayGoAgain: otherWay !== undefined && (isTold || kind.meaning === 'good' || isBareAcceptance(step.answer)),
			before: structuredClone(records[account]),
			after: {},
			overlaps: open.includes(account),
			afterFailure: hasFailed,
			afterUnauthorized: isUnauthorized,
		};
		service.log.push(dealt);
		open.push(account);
		service.mostOpen = Math.max(service.mostOpen, open.length);
		await turns(step.turns);
		// Nobody else is answered while the node takes in that an item has failed: so it is clear what it knew.
		await settled;
		if (isUpdate) {
			records[account] = applied(account, patch, isRefused ? 'none' : step.effect, item!);
			// What has no effect although it was accepted looks like a way of asking that the service ignores.
			const isAccepted = kind.meaning === 'good' || isBareAcceptance(step.answer);
			if (isAccepted && lacksPart(patch, item!, records[account])) dealt.mayGoAgain = true;
		}
		dealt.after = structuredClone(records[account]);
		open.splice(open.indexOf(account), 1);
		if (meaning === 'unauthorized' || (meaning === 'refusal' && !isTold && scenario.onError === 'stopWorkflow')) {
			const during = attempt;
			settled = settling().then(() => {
				if (during !== attempt) return;
				hasFailed = true;
				if (meaning === 'unauthorized') isUnauthorized = true;
			});
		}
		return send ?? { body: structuredClone(records[account]) };
	}

	const service: ModelService = {
		records,
		log: [],
		strays: [],
		mostOpen: 0,
		isBusy: () => open.length > 0,
		deal,
		beginAttempt() {
			attempt += 1;
			hasFailed = false;
			isUnauthorized = false;
		},
	};
	return service;
}

/** Stands at a service's address and lets the model of the scenario that runs answer. */
export function listen(model: ServiceModel, current: () => ModelService | undefined): void {
	const { baseUrl } = accounts[model.name];
	const deal = async (request: SeenRequest) => (await current()?.deal(request)) ?? { status: 418 };
	const routes = [...new Set(ACCOUNTS.map(services[model.name].model.routeOf))];
	fakeService(
		baseUrl,
		Object.fromEntries(
			routes.flatMap((path) => [
				[`GET ${path}`, deal],
				[`PATCH ${path}`, deal],
			]),
		),
	);
}
