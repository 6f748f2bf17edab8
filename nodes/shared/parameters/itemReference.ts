import type { IDataObject } from 'n8n-workflow';

import { valueAlong } from '../fields/record';

/**
 * Values that an expression takes from its own input item and hands on as they are: `={{ $json.name }}`, which is what dragging a field into a
 * parameter writes. n8n evaluates each such expression in an isolate of its own, which costs as much as sending the request (docs/performance.md).
 */

/** `.name` or `["any name"]`, as n8n's editor writes them; names with escapes or braces are left to n8n. */
const STEP = /\.([A-Za-z_$][\w$]*)|\[(?:"([^"\\{}]*)"|'([^'\\{}]*)')\]/y;
const REFERENCE = /^=\{\{\s*\$json(.+?)\s*\}\}$/;

/** The keys that an expression follows from the item; undefined when it is any other expression. */
export function referenceOf(expression: string): string[] | undefined {
	const steps = REFERENCE.exec(expression)?.[1];
	if (steps === undefined) return undefined;
	const keys: string[] = [];
	STEP.lastIndex = 0;
	while (STEP.lastIndex < steps.length) {
		const step = STEP.exec(steps);
		if (!step) return undefined;
		keys.push(step[1] ?? step[2] ?? step[3]);
	}
	return keys;
}

/**
 * The text, number or boolean that the keys lead to.
 *
 * @returns undefined when they lead to anything else, or nowhere: then it is for n8n to say what the expression means
 */
export function plainValueAt(json: IDataObject, keys: string[]): string | number | boolean | undefined {
	const value = valueAlong(json, keys);
	return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}
