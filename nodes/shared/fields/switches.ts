import { trimAll } from './invisible';

const ON = new Set(['true', 'yes', '1', 'on']);
const OFF = new Set(['false', 'no', '0', 'off']);

/** Whether a value says yes or no: a boolean, 1 or 0, or one of the words for them. Undefined when it says neither. */
export function readSwitch(value: unknown): boolean | undefined {
	if (typeof value === 'boolean') return value;
	if (typeof value !== 'string' && typeof value !== 'number') return undefined;
	const word = trimAll(String(value)).toLowerCase();
	if (ON.has(word)) return true;
	return OFF.has(word) ? false : undefined;
}
