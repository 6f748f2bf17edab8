import type { IDataObject } from 'n8n-workflow';

import { fieldValueIn, isRecord, isWithin, setAt, textOf, toApi, valueAt } from '../shared/fields/record';
import type { Changes, Failure, FieldValue, NamedField, NoEffect, UpdateParts } from '../shared/service';
import { maskGiven } from './updateMask';

/**
 * Cudo Compute does not say what a path inside an object does in the update mask. So an object of which a part is set or cleared is sent whole, as it
 * is with the parts laid over it, while the mask names exactly the paths that were asked. Where such paths are honoured, only these change; where they
 * are cut to the object, all of it is there; where they are refused or ignored, the update is sent again with the object's own path.
 */
const OBJECTS = ['billingAddress', 'creditBalanceRecharge', 'taxId'];
/** Its parts go together: Cudo's OpenAPI document requires them. */
const RECHARGE = 'creditBalanceRecharge';
/** Cudo Compute marks it as read-only, so it is sent only where a part of it is asked for. All of it is required then. */
const TRANSACTION = 'creditBalanceRecharge.transaction';

/** The objects of which changes set or clear a part. An object that is cleared as a whole is none of them. */
function objectsInPart({ set, clear }: Changes): string[] {
	const paths = [...set.keys(), ...clear];
	return OBJECTS.filter((object) => paths.some((path) => path !== object && isWithin(path, object)));
}

/** Whether the update can only be built from the current record. A mask that the person gave is sent with what the person gave. */
export function needsWholeObjects(changes: Changes, options: IDataObject): boolean {
	return maskGiven(options) === undefined && objectsInPart(changes).length > 0;
}

/** What a part is set to that is required and has no value; undefined where there is no such value. */
function zeroOf({ type }: NamedField): FieldValue | undefined {
	if (type === 'boolean') return false;
	if (type === 'decimal') return '0';
	return type === 'text' ? '' : undefined;
}

/**
 * The value to send for a part that is required. APIs that come from protobuf leave zero values out of their answers, so in an object that is set up
 * a part that is not shown is zero. Where the object is not set up, nothing is known of it.
 */
function requiredValue(field: NamedField, record: IDataObject, isCleared: boolean): FieldValue | undefined {
	const around = valueAt(record, field.path.slice(0, field.path.lastIndexOf('.')));
	const isSetUp = isRecord(around) && Object.keys(around).length > 0;
	return isSetUp || isCleared || field.type === 'text' ? zeroOf(field) : undefined;
}

function missingParts(object: string, missing: NamedField[], record: IDataObject): Failure {
	const names = missing.map(({ label }) => label.split(' > ').slice(1).join(' > ')).join(', ');
	const name = missing[0].label.split(' > ')[0];
	return {
		summary: `${name} cannot be sent without ${names}`,
		detail: isRecord(record[object]) ? undefined : `${name} is not set up yet for this account.`,
		remedy: `Set ${names} as well: Cudo Compute takes these parts only together.`,
	};
}

/** Puts an object into the body as the record has it, with the changes laid over it. */
function layOver(
	billingAccount: IDataObject,
	object: string,
	{ set, clear }: Changes,
	record: IDataObject,
	fields: NamedField[],
): Failure | undefined {
	const isSet = (outer: string) => [...set.keys()].some((path) => isWithin(path, outer));
	// There is nothing to clear in an object that is not there.
	if (!isSet(object) && !isRecord(record[object])) return undefined;
	const isSent = ({ path }: NamedField) => isWithin(path, object) && (!isWithin(path, TRANSACTION) || isSet(TRANSACTION));
	const missing: NamedField[] = [];
	for (const field of fields.filter(isSent)) {
		const isCleared = clear.some((path) => isWithin(field.path, path));
		let value = set.get(field.path) ?? (isCleared ? undefined : fieldValueIn(record, field));
		if (value === undefined && object === RECHARGE) {
			value = requiredValue(field, record, isCleared);
			if (value === undefined) missing.push(field);
		}
		// A decimal travels as text, whatever an answer makes of it.
		if (value !== undefined) setAt(billingAccount, field.path, toApi(field, field.type === 'decimal' ? (textOf(value) ?? value) : value));
	}
	return missing.length > 0 ? missingParts(object, missing, record) : undefined;
}

/**
 * The record of an update's body, with every object whole of which a part is touched.
 *
 * @param fields those of the service
 * @returns why it cannot be sent, where parts are missing that go together
 */
export function withWholeObjects(
	{ body, changes, record }: UpdateParts,
	fields: NamedField[],
): { billingAccount: IDataObject } | { failure: Failure } {
	const billingAccount: IDataObject = { ...body };
	if (!record) return { billingAccount };
	for (const object of objectsInPart(changes)) {
		const failure = layOver(billingAccount, object, changes, record, fields);
		if (failure) return { failure };
	}
	return { billingAccount };
}

/** A text with its names in lowerCamelCase: services also speak of `update_mask` and `billing_address.city`. */
function inCamelCase(text: string): string {
	return text.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Whether a text names a path as it stands in a mask. A fault in a value names it from the body: `billingAccount.taxId.value`. */
function names(text: string, path: string): boolean {
	return new RegExp(`(?<![\\w.])${path.replace(/\./g, '\\.')}(?!\\w|\\.\\w)`).test(text);
}

/**
 * The objects that an update has to name whole, because Cudo Compute has refused or ignored paths inside them.
 */
export function objectsToNameWhole({ changes: { set, clear }, options }: UpdateParts, why: NoEffect): string[] {
	if (maskGiven(options) !== undefined) return [];
	const objects = objectsInPart({ set, clear });
	if (why.how === 'ignored') return objects.filter((object) => why.fields.some((path) => isWithin(path, object)));
	if (why.status !== 400) return [];
	const { message = '', violations = [] } = why.fault;
	const text = inCamelCase([message, ...violations.flatMap(({ field, description }) => [field, description])].join('\n'));
	const paths = [...set.keys(), ...clear].filter((path) => objects.some((object) => path !== object && isWithin(path, object)));
	return /mask/i.test(text) || paths.some((path) => names(text, path)) ? objects : [];
}
