import type { IDataObject } from 'n8n-workflow';

import type { ParameterReader, Problem } from '../service';
import {
	failIfPartlyApplied,
	maxConcurrentRequests,
	maxRequestsPerSecond,
	maxRetries,
	output,
	refuseChangesAbove,
	refusePlansOlderThan,
	refuseRunsAbove,
	skipIfUnchanged,
	timeout,
} from './descriptions';
import { optionReader } from './optionReader';

/** What the node puts out, as the option Output names it. */
export type Output = 'record' | 'simplified' | 'recordAndChanges' | 'changeList' | 'oneItem';

/** The options of Update, as the person set them or at their defaults. */
export interface UpdateOptions {
	/** No update is sent. */
	dryRun: boolean;
	/** An update of which the service applied only a part is an error. */
	failIfPartlyApplied: boolean;
	output: Output;
	maxConcurrentRequests: number;
	/** None unless given. */
	maxRequestsPerSecond?: number;
	maxRetries: number;
	/** Percent; undefined when not asked for. */
	refuseChangesAbove?: number;
	/** Accounts; undefined when not asked for. */
	refuseRunsAbove?: number;
	/** Days. */
	refusePlansOlderThan: number;
	skipIfUnchanged: boolean;
	/** Milliseconds. */
	timeout: number;
	/** All options as they were given, for those that only one API has. */
	serviceOptions: IDataObject;
}

/** The options of one item, and what is wrong with them. */
export interface CheckedOptions {
	options: UpdateOptions;
	problems: Problem[];
}

/** The options of one item, as n8n makes them of the parameters. */
interface GivenOptions {
	given: IDataObject;
	dryRun: unknown;
}

function givenOptions(parameters: ParameterReader, itemIndex: number): GivenOptions {
	return { given: parameters.read('options', itemIndex, {}) as IDataObject, dryRun: parameters.read('dryRun', itemIndex, false) };
}

/** The options of one item, and everything that is wrong with them. */
export function readCheckedOptions(parameters: ParameterReader, itemIndex: number): CheckedOptions {
	return checkOptions(parameters, givenOptions(parameters, itemIndex));
}

function checkOptions(parameters: ParameterReader, { given, dryRun }: GivenOptions): CheckedOptions {
	const reader = optionReader(given);
	// Nobody but the agent sees what its tool puts out.
	const isTool = parameters.node.type.endsWith('Tool');
	const options: UpdateOptions = {
		dryRun: reader.guardSwitch('Dry Run', dryRun),
		failIfPartlyApplied: reader.isOn(failIfPartlyApplied),
		output: reader.choice(output, isTool ? 'simplified' : undefined) as Output,
		maxConcurrentRequests: reader.number(maxConcurrentRequests),
		maxRequestsPerSecond: Object.hasOwn(given, 'maxRequestsPerSecond') ? reader.number(maxRequestsPerSecond) : undefined,
		maxRetries: reader.number(maxRetries),
		refuseChangesAbove: reader.guard(refuseChangesAbove),
		refuseRunsAbove: reader.guard(refuseRunsAbove),
		refusePlansOlderThan: reader.guard(refusePlansOlderThan) ?? (refusePlansOlderThan.default as number),
		serviceOptions: given,
		skipIfUnchanged: reader.isOn(skipIfUnchanged),
		timeout: reader.number(timeout),
	};
	return { options, problems: reader.problems };
}

/**
 * Reads the options of one item after the other. What holds for the whole run is taken from item 0.
 */
export function runOptionsReader(parameters: ParameterReader): (itemIndex: number) => CheckedOptions {
	let first: UpdateOptions | undefined;
	let last: (GivenOptions & { checked: CheckedOptions }) | undefined;
	return (itemIndex) => {
		const read = givenOptions(parameters, itemIndex);
		// Without expressions they are the same for all items.
		if (last && last.given === read.given && last.dryRun === read.dryRun) return last.checked;
		first ??= readOptions(parameters, 0);
		const { failIfPartlyApplied: fails, output: chosen } = first;
		const { options, problems } = checkOptions(parameters, read);
		last = { ...read, checked: { options: { ...options, failIfPartlyApplied: fails, output: chosen }, problems } };
		return last.checked;
	};
}

/** The options of one item, for who need not say what is wrong with them: that is told when they are read item by item. */
export function readOptions(parameters: ParameterReader, itemIndex: number): UpdateOptions {
	return readCheckedOptions(parameters, itemIndex).options;
}
