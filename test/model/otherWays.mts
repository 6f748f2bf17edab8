import type { IDataObject } from 'n8n-workflow';

import type { ModelFixture } from '../services/fixture.mts';
import { services } from '../services/index.mts';
import { valueAt } from '../support/paths.mts';
import { isBareAcceptance } from './faults.mts';
import type { Dealt } from './modelService.mts';
import type { ScenarioItem } from './scenarios.mts';
import { holds, meaning, wantedOf } from './serviceModel.mts';
import type { ServiceModel } from './serviceModel.mts';

const outermost = (path: string) => path.split('.')[0];

/**
 * What one execution has been shown of the service's ways. An update names an object whole instead of the paths inside it exactly where there is a
 * reason: the service refused such a path of the item, or accepted it and a read shows that an asked part is as it was, or has accepted another update
 * that named the object whole.
 */
export class OtherWays {
	/** By item: objects of which the service refused or ignored a path. */
	private readonly reasons = new Map<number, Set<string>>();

	/** Objects that an accepted update has named whole. */
	private readonly proven = new Set<string>();

	/** By account: the update that was accepted last, and what it named, until the account is read. */
	private readonly accepted = new Map<string, { dealt: Dealt; named: string[] }>();

	/** By item: the record before its first update. */
	private readonly first = new Map<number, IDataObject>();

	constructor(
		private readonly model: ServiceModel,
		private readonly items: ScenarioItem[],
	) {}

	/** What is wrong with how an update names its paths; undefined where nothing is. */
	whyWrong(patch: IDataObject, item: number): string | undefined {
		const named = this.namedBy(patch);
		const wrong = this.objectsInPart(item).find((object) => this.isFounded(item, object) !== named.includes(object));
		if (wrong === undefined) return undefined;
		return `item ${item} named ${named.join()}${this.isFounded(item, wrong) ? `, though ${wrong} had to be named whole` : ' without a reason'}`;
	}

	/** An update has been answered. */
	answered(dealt: Dealt, patch: IDataObject, isRefusedForItsPaths: boolean): void {
		const { item = -1, account } = dealt;
		this.accepted.delete(account);
		if (item < 0) return;
		if (!this.first.has(item)) this.first.set(item, dealt.before);
		const named = this.namedBy(patch);
		if (isRefusedForItsPaths) this.findReason(dealt, item, this.objectsInPart(item));
		else if (dealt.meaning === 'good' || isBareAcceptance(dealt.answer)) {
			for (const object of this.reasons.get(item) ?? []) this.proven.add(object);
			this.accepted.set(account, { dealt, named });
		}
	}

	/** The account has been read: what an accepted update has left as it was looks ignored. */
	read(account: string, record: IDataObject): void {
		const { dealt, named } = this.accepted.get(account) ?? {};
		this.accepted.delete(account);
		if (!dealt || !named) return;
		const item = dealt.item!;
		const before = this.first.get(item)!;
		const ignored = wantedOf(this.model, this.items[item]).filter(
			({ leaf, wanted }) =>
				named.some((path) => path.includes('.') && (leaf.path === path || leaf.path.startsWith(`${path}.`))) &&
				!holds(leaf, record, wanted) &&
				meaning(leaf, valueAt(record, leaf.path)) === meaning(leaf, valueAt(before, leaf.path)),
		);
		this.findReason(dealt, item, [...new Set(ignored.map(({ leaf }) => outermost(leaf.path)))]);
	}

	private findReason(dealt: Dealt, item: number, objects: string[]): void {
		if (objects.length === 0) return;
		this.reasons.set(item, new Set([...(this.reasons.get(item) ?? []), ...objects]));
		dealt.mayGoAgain = true;
	}

	private isFounded(item: number, object: string): boolean {
		return this.proven.has(object) || this.reasons.get(item)?.has(object) === true;
	}

	private namedBy(patch: IDataObject): string[] {
		return (services[this.model.name].model as ModelFixture).pathsNamed?.(patch) ?? [];
	}

	/** The objects of which an item asks for a part, and not for the whole. */
	private objectsInPart(item: number): string[] {
		if (!(services[this.model.name].model as ModelFixture).pathsNamed) return [];
		const { values, clear } = this.items[item];
		const paths = [...Object.keys(values), ...clear];
		return [...new Set(paths.filter((path) => path.includes('.')).map(outermost))].filter((object) => !paths.includes(object));
	}
}
