import { NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';

import { showValue } from '../fields/checkValue';
import { plainValueAt, referenceOf } from './itemReference';
import { isRecord, valueAt } from '../fields/record';
import { asSentence } from '../fields/sentence';
import { parameterInWords } from './parameterInWords';
import type { ParameterReader } from '../service';

/** The value of a parameter for an item with this JSON; undefined where n8n has to resolve it. */
type Template = (json: IDataObject) => unknown;

const forN8n: Template = () => undefined;

/** Whether a value, as it is stored, holds an expression: n8n marks them with an equals sign in front. */
function holdsExpression(value: unknown): boolean {
	if (typeof value === 'string') return value.startsWith('=');
	return typeof value === 'object' && value !== null && Object.values(value).some(holdsExpression);
}

/** Where in a stored value the expressions are, e.g. `address.city`. */
function expressionsIn(stored: unknown, path: string): string[] {
	if (typeof stored === 'string') return stored.startsWith('=') ? [path] : [];
	if (typeof stored !== 'object' || stored === null) return [];
	return Object.entries(stored).flatMap(([key, inner]) => expressionsIn(inner, `${path}.${key}`));
}

/** How a stored value comes to the value for an item, where every expression in it is a reference to the item. */
function templateOf(stored: unknown): Template {
	if (!holdsExpression(stored)) return () => stored;
	if (typeof stored === 'string') {
		const keys = referenceOf(stored);
		return keys ? (json) => plainValueAt(json, keys) : forN8n;
	}
	if (!isRecord(stored)) return forN8n;
	const parts = Object.entries(stored).map(([key, part]) => ({ key, template: templateOf(part) }));
	if (parts.some(({ template }) => template === forN8n)) return forN8n;
	return (json) => {
		const values: IDataObject = {};
		for (const { key, template } of parts) {
			const value = template(json);
			if (value === undefined) return undefined;
			values[key] = value as IDataObject;
		}
		return values;
	};
}

/** The selected ID of a resource locator, whose modes change nothing about it. */
function extractValue(value: unknown): unknown {
	return isRecord(value) && 'mode' in value ? value.value : value;
}

/** What is known of one parameter. */
interface Known {
	isConstant: boolean;
	/** The value for all items of a constant, once it has been read. */
	constant?: { value: unknown };
	/** How the value for an item is made without n8n. */
	template: Template;
	/** n8n has come to the same value for an item. */
	isConfirmed: boolean;
}

/** n8n says that an expression failed; this says which one, where in the parameter, and in which node. */
function failedExpression(context: IExecuteFunctions, error: unknown, name: string, itemIndex: number): NodeOperationError {
	const node = context.getNode();
	const failing = expressionsIn(node.parameters[name], name).find((path) => {
		try {
			context.getNodeParameter(path, itemIndex);
			return false;
		} catch {
			return true;
		}
	});
	const { message, description } = error as Error & { description?: string | null };
	const expression = failing === undefined ? undefined : `It is ${showValue(valueAt(node.parameters, failing))}`;
	const sentences = [expression, message, description, 'Check the expression, or the value it takes from the item.'].filter(Boolean);
	return new NodeOperationError(node, `The expression of ${parameterInWords(failing ?? name)} in the node "${node.name}" failed`, {
		description: sentences.map((sentence) => asSentence(sentence!)).join(' '),
		itemIndex,
	});
}

/**
 * Reads parameters as cheaply as it can be done without changing what they say: what holds no expression once for all items, and what only
 * refers to the item from the item itself. That n8n comes to the same value is checked for the first item of each parameter.
 */
export function parameterReader(context: IExecuteFunctions): ParameterReader {
	const node = context.getNode();
	const items = context.getInputData();
	const parameters = new Map<string, Known>();

	function knownOf(name: string): Known {
		let known = parameters.get(name);
		if (!known) {
			const stored = node.parameters[name];
			known = { isConstant: !holdsExpression(stored), template: templateOf(stored), isConfirmed: false };
			parameters.set(name, known);
		}
		return known;
	}

	function readByN8n(name: string, itemIndex: number, fallback: unknown, options?: { extractValue: boolean }): unknown {
		try {
			return context.getNodeParameter(name, itemIndex, fallback as object, options);
		} catch (error) {
			throw failedExpression(context, error, name, itemIndex);
		}
	}

	let timeZone: string | undefined;
	return {
		node,
		timeZone: () => (timeZone ??= context.getTimezone()),
		read(name, itemIndex, fallback, options) {
			const known = knownOf(name);
			if (known.constant) return known.constant.value;
			const made = known.template(items[itemIndex].json);
			const ours = options?.extractValue ? extractValue(made) : made;
			if (ours !== undefined && known.isConfirmed) return ours;

			const value = readByN8n(name, itemIndex, fallback, options);
			if (known.isConstant) {
				known.constant = { value };
			} else if (ours !== undefined) {
				known.isConfirmed = JSON.stringify(ours) === JSON.stringify(value);
				if (!known.isConfirmed) known.template = forN8n;
			}
			return value;
		},
	};
}
