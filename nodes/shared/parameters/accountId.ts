import { NodeOperationError } from 'n8n-workflow';

import { isBlank, showValue } from '../fields/checkValue';
import { holdsInvisible, trimAll } from '../fields/invisible';
import { notAValue } from '../fields/notAValue';
import type { ParameterReader } from '../service';

/** Whether an ID can stand as one segment of a path: `.` and `..` would select another address, and a lone surrogate cannot be encoded. */
function isPathSegment(id: string): boolean {
	return id !== '.' && id !== '..' && !/\p{Surrogate}/u.test(id);
}

const AS_SHOWN = 'Give the ID as a text, the way the service shows it.';

/** Why a value that is not blank cannot be an ID. Undefined: it may be one. */
function faultOfId(value: unknown): { fault: string; remedy: string } | undefined {
	if (typeof value === 'number' && Number.isFinite(value) && !Number.isSafeInteger(value)) {
		return { fault: 'is not an ID', remedy: 'So large a number, or one with a fraction, is not kept exactly. ' + AS_SHOWN };
	}
	if (typeof value !== 'string' && typeof value !== 'number') return { fault: 'is not an ID', remedy: AS_SHOWN };
	const wrong = notAValue(value);
	if (wrong) return { fault: 'is not an ID', remedy: `It ${wrong.fault}. ${wrong.remedy}` };
	const id = trimAll(String(value));
	if (!isPathSegment(id)) return { fault: 'is not an ID', remedy: AS_SHOWN };
	if (holdsInvisible(id)) {
		return {
			fault: 'is not an ID',
			remedy: `It holds invisible characters, which are shown as [U+…], and would be another account with them. Remove them.`,
		};
	}
	if (/\s/u.test(id)) {
		return {
			fault: 'looks like a name, where an ID is wanted',
			remedy: 'Choose it From List, or give its ID the way the service shows it.',
		};
	}
	return undefined;
}

/**
 * The ID that a resource locator selects for an item, without surrounding white space and invisible characters. It is not encoded yet.
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
	const wrong = faultOfId(value);
	if (wrong) {
		const description = `It is ${showValue(value)}. ${wrong.remedy}`;
		throw new NodeOperationError(parameters.node, `${label} ${wrong.fault}`, { description, itemIndex });
	}
	return trimAll(String(value));
}
