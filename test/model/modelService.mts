import type { IDataObject } from 'n8n-workflow';

import type { ModelFixture } from '../services/fixture.mts';
import { services } from '../services/index.mts';
import { accounts } from '../support/accounts.mts';
import { fakeService } from '../support/service.mts';
import type { Answer, SeenRequest } from '../support/service.mts';
import { put, valueAt } from '../support/paths.mts';
import type { Clock } from '../support/clock.mts';
import { kindsOf } from './faults.mts';
import type { Meaning } from './faults.mts';
import { OtherWays } from './otherWays.mts';
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
	/** Whether the service carried out all of it, and the record shows what its item asks for. */
	isWhole: boolean;
	/** Whether it was answered with certainty, and is to be sent again in another way. */
	mayGoAgain: boolean;
	/** What is wrong with the way in which it was sent. */
	wrongWay?: string;
	/** When it was answered, by the test's clock. */
	at: number;
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
	/** Answers a request. */
	deal(request: SeenRequest): Promise<Answer>;
	/** The node begins (again): what comes now belongs to a new execution, which knows of no failure. */
	beginAttempt(): void;
}

/** The node's Timeout, and how long a service takes that does not answer in time, in milliseconds. */
const TIMEOUT_MS = 60_000;
const SILENCE_MS = 200_000;

const GOOD = { answer: 'record', effect: 'all', ms: 1 } as const;

/** Which account a request is about; undefined where it is about none. */
function accountOf({ name }: ServiceModel, { path, query }: SeenRequest, base: string): string | undefined {
	const { routeOf, accountIn } = services[name].model;
	const route = path.slice(base.length);
	// Where the request names none, it is the only account, or that of the signed-in user.
	const account = accountIn(route, query) ?? ACCOUNTS[0];
	return route === routeOf(account) ? account : undefined;
}

/** The service of a scenario: a map of records and, for each account, a list of what its next requests meet. */
export function createModelService(model: ServiceModel, scenario: Scenario, clock: Clock): ModelService {
	const { baseUrl } = accounts[model.name];
	const base = new URL(baseUrl).pathname.replace(/\/$/, '');
	const kinds = kindsOf(model.name);
	const records = structuredClone(scenario.records);
	const { idKey } = services[model.name].model as ModelFixture;
	// Where a record says whose it is, it is the account's own.
	if (idKey !== undefined) for (const [account, record] of Object.entries(records)) if (idKey in record) record[idKey] = account;
	const updates = structuredClone(scenario.updates);
	const reads = structuredClone(scenario.reads);
	const open: string[] = [];
	const tooMany = { answer: scenario.limit.asksToWait ? 'tooManyAsksToWait' : 'tooMany', effect: 'none', ms: 1 } as const;
	let attempt = -1;
	let ways = new OtherWays(model, scenario.items);
	let hasFailed = false;
	let isUnauthorized = false;
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
			mayGoAgain: false,
			wrongWay: isUpdate && item! >= 0 ? ways.whyWrong(patch, item!) : undefined,
			at: Date.now(),
			before: structuredClone(records[account]),
			after: {},
			overlaps: open.includes(account),
			afterFailure: hasFailed,
			afterUnauthorized: isUnauthorized,
		};
		service.log.push(dealt);
		open.push(account);
		service.mostOpen = Math.max(service.mostOpen, open.length);
		await clock.serve(step.answer === 'silence' ? TIMEOUT_MS : step.ms);
		if (isUpdate) {
			records[account] = applied(account, patch, isRefused ? 'none' : step.effect, item!);
			ways.answered(dealt, patch, isTold);
		} else if (meaning === 'good') ways.read(account, records[account]);
		dealt.at = Date.now();
		dealt.after = structuredClone(records[account]);
		if (isUpdate && item! >= 0)
			dealt.isWhole &&= wantedOf(model, scenario.items[item!]).every(({ leaf, wanted }) => holds(leaf, dealt.after, wanted));
		open.splice(open.indexOf(account), 1);
		if (step.answer === 'silence') await clock.serve(SILENCE_MS);
		// The node does nothing until it has this answer, so whatever comes after it was sent in the knowledge of it.
		if (meaning === 'unauthorized') isUnauthorized = true;
		// Where the service had it already, or may have, a refusal need not be a failure: what the account shows decides.
		const mayBeApplied = service.log.some(
			(earlier) => earlier !== dealt && earlier.attempt === attempt && earlier.item === item && earlier.meaning !== 'passing',
		);
		const isFailure = meaning === 'refusal' && !isTold && !(isUpdate && mayBeApplied);
		if (meaning === 'unauthorized' || (isFailure && scenario.onError === 'stopWorkflow')) hasFailed = true;
		return send ?? { body: structuredClone(records[account]) };
	}

	const service: ModelService = {
		records,
		log: [],
		strays: [],
		mostOpen: 0,
		deal,
		beginAttempt() {
			attempt += 1;
			ways = new OtherWays(model, scenario.items);
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
