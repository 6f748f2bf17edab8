import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { isBlank, showValue } from '../fields/checkValue';
import { isDecimal } from '../fields/decimal';
import { trimAll } from '../fields/invisible';
import { readSwitch } from '../fields/switches';
import type { Problem } from '../service';

/** Reads options, which expressions may give in any form, and collects what is wrong with them. */
export interface OptionReader {
	problems: Problem[];
	/** Whether a switch that may be added is on. Not added it is off; added and blank, it is a mistake. */
	isOn(option: INodeProperties): boolean;
	/** Whether a switch that keeps something from being sent is on. Blank, or another word, is a mistake, and not off. */
	guardSwitch(label: string, value: unknown): boolean;
	/** A whole number within the option's bounds; its default where it was not given. */
	number(option: INodeProperties): number;
	/** One of the option's choices; where it was not given, `preset` or the option's default. */
	choice(option: INodeProperties, preset?: string): string;
	/** A number that must not be exceeded; undefined where the option was not added. One that is blank or no number is a problem: guards fail closed. */
	guard(option: INodeProperties): number | undefined;
}

/** A number, also as text; undefined for anything else. */
function numberIn(value: unknown): number | undefined {
	if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
	const text = typeof value === 'string' ? trimAll(value) : '';
	// An exponent is nothing that people write here; 1e400 would be endless.
	return isDecimal(text) && !/e/i.test(text) ? Number(text) : undefined;
}

/** What is wrong with a value that is none of a parameter's choices. */
export function notAChoice({ displayName: field, options = [] }: INodeProperties, value: unknown): Problem {
	const choices = (options as INodePropertyOptions[]).map((choice) => String(choice.value));
	const remedy = `Use one of: ${choices.join(', ')}.`;
	return { field, fault: 'is not one of its choices', remedy, value: isBlank(value) ? undefined : showValue(value) };
}

/**
 * @param given the options that were added, by name
 */
export function optionReader(given: IDataObject): OptionReader {
	const problems: Problem[] = [];
	const wrong = (field: string, fault: string, remedy: string, value: unknown) =>
		problems.push({ field, fault, remedy, value: isBlank(value) ? undefined : showValue(value) });

	function guardSwitch(label: string, value: unknown): boolean {
		const isOn = readSwitch(value);
		if (isBlank(value)) wrong(label, 'is blank', 'Make sure that the expression gives true or false for every item.', value);
		else if (isOn === undefined) wrong(label, 'is neither true nor false', 'Use true or false.', value);
		else return isOn;
		return true;
	}

	return {
		problems,
		isOn: ({ name, displayName }) => Object.hasOwn(given, name) && guardSwitch(displayName, given[name]),
		guardSwitch,
		number({ name, displayName, typeOptions, default: preset }) {
			const value = given[name];
			if (isBlank(value)) return preset as number;
			const { minValue = -Infinity, maxValue = Infinity } = typeOptions ?? {};
			const number = numberIn(value);
			if (number !== undefined && Number.isInteger(number) && number >= minValue && number <= maxValue) return number;
			const range = `from ${minValue} to ${maxValue}`;
			wrong(displayName, `is not a whole number ${range}`, `Use a whole number ${range}, e.g. ${String(preset)}.`, value);
			return preset as number;
		},
		choice(option, preset = String(option.default)) {
			const value = given[option.name];
			if (isBlank(value)) return preset;
			const isChoice = (option.options as INodePropertyOptions[]).some((choice) => choice.value === value);
			if (!isChoice) problems.push(notAChoice(option, value));
			return isChoice ? String(value) : preset;
		},
		guard({ name, displayName }) {
			if (!Object.hasOwn(given, name)) return undefined;
			const value = given[name];
			const number = numberIn(value);
			if (number !== undefined && number >= 0) return number;
			const remedy = 'Give a number from 0, e.g. 50, or remove the option. A guard that cannot be read lets nothing pass.';
			wrong(displayName, isBlank(value) ? 'is blank' : 'is not a number from 0', remedy, value);
			return 0;
		},
	};
}
