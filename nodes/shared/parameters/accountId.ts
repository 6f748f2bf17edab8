import { NodeOperationError } from 'n8n-workflow';

import type { ParameterReader } from '../service';
import { isBlank } from '../fields/checkValue';

/** Whether an ID can stand as one segment of a path: `.` and `..` would select another address, and a lone surrogate cannot be encoded. */
function isPathSegment(id: string): boolean {
	return id !== '.' && id !== '..' && !/\p{Surrogate}/u.test(id);
}

/**
 * The ID that a resource locator selects for an item, without surrounding white space. It is not encoded yet.
 *
 * @param label the parameter as the editor shows it
 * @param remedy what to do when it is blank
 * @throws NodeOperationError when it is blank: there is no other account to fall back to; or when it cannot be an ID
 */
export function readAccountId(parameters: ParameterReader, name: string, itemIndex: number, label: string, remedy: string): string {
	const value = parameters.read(name, itemIndex, '', { extractValue: true });
	if (isBlank(value)) {
		throw new NodeOperationError(parameters.node, `${label} is blank`, { description: remedy, itemIndex });
	}
	const id = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	if (id === '' || !isPathSegment(id)) {
		throw new NodeOperationError(parameters.node, `${label} is not an ID`, {
			description: 'Give the ID as a text, the way the service shows it.',
			itemIndex,
		});
	}
	return id;
}
