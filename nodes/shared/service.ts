import type { IDataObject, INode } from 'n8n-workflow';

/**
 * The seam between what an update is (this folder) and what is particular to one API (a folder per service). A fourth service
 * implements `Service` and nothing in this folder changes.
 */

/** How a value is checked, sent and compared. `lines` is a list of strings, `decimal` travels as `{ value: "1.5" }`. */
export type FieldType = 'boolean' | 'country' | 'dateTime' | 'decimal' | 'email' | 'enum' | 'int32' | 'lines' | 'phone' | 'text' | 'url';

/** One leaf of an update: the smallest part of a record that can be set alone. */
export interface Field {
	/** Where it stands in the API's own record, e.g. `billingAddress.city`. */
	path: string;
	type: FieldType;
	/** Most characters the API takes, where it states a length. */
	maxLength?: number;
	/** The smallest number that makes sense, where there is one. */
	minimum?: number;
	/** What a text stands for where the API takes any text: it is compared as such, and sent as it is. */
	meaning?: 'country' | 'phone' | 'taxNumber';
}

/** A field as the editor shows it. */
export interface NamedField extends Field {
	/** As a person reads it, e.g. `Billing Address > City`. */
	label: string;
	/** Where its value stands below the Update Fields parameter, e.g. `['billingAddress', 'city']`. */
	parameter: string[];
	/** The values an enum takes. */
	choices?: string[];
}

export type FieldValue = boolean | number | string | string[];
export type LeafValue = FieldValue;

/** Why a value cannot be sent, in words for the person who gave it. */
export interface Problem {
	/** The field as the editor shows it. */
	field: string;
	/** What is wrong, to follow the field's name: `is not a decimal number`. */
	fault: string;
	/** How to mend it, as a sentence. */
	remedy: string;
	/** The value as it was given, shortened. */
	value?: string;
}

/** The parameters of a node, for each item. */
export interface ParameterReader {
	node: INode;
	/** The value of a parameter for an item, expressions resolved. The value is shared between items: do not change it. */
	read(name: string, itemIndex: number, fallback?: unknown, options?: { extractValue: boolean }): unknown;
	/** The time zone of the workflow. */
	timeZone(): string;
}

/** What an update asks for: values by path, and paths to erase. Nothing else is ever sent. */
export interface Changes {
	set: Map<string, LeafValue>;
	clear: string[];
}

/** The account that an item addresses. */
export interface Target {
	/** Equal for two items exactly when they address the same account. */
	key: string;
	/** As a person reads it in a message, e.g. `billing account acme`. */
	label: string;
	/** The parameters that select it again, for `undo` items, e.g. `{ billingAccountId: 'acme' }`. */
	selector: IDataObject;
}

/** One HTTP request, before credentials are added. The path is below the credential's base URL and already encoded. */
export interface ApiRequest {
	method: 'GET' | 'PATCH';
	path: string;
	query?: IDataObject;
	body?: IDataObject;
}

/** What came back: an HTTP response, or the failure to get one. */
export type Answer =
	| {
			kind: 'response';
			status: number;
			/** By lower-case name. */
			headers: Record<string, string>;
			text: string;
			/** The parsed text; undefined when it is not JSON. */
			json: unknown;
	  }
	| {
			kind: 'failure';
			/** The system's code, e.g. `ECONNRESET`. */
			code: string;
			/** Whether the service may have received the request. */
			mayHaveArrived: boolean;
			/** Whether the same request may succeed in a while. */
			passing: boolean;
			/** What happened, in a sentence without a period. */
			message: string;
			/** The service had answered the request, and refused it, before the failure. */
			wasAnswered?: boolean;
			/** The status and the words with which the service refused a new token. */
			status?: number;
			detail?: string;
	  };

export type Response = Extract<Answer, { kind: 'response' }>;

/** What a service says about a request that it did not carry out. */
export interface ServiceFault {
	/** The service's own message. */
	message?: string;
	/** The service's own code or reason, e.g. `USER_NOT_FOUND`. */
	code?: string;
	violations?: Array<{ field: string; description: string }>;
	/** How long the body asks to wait, in milliseconds. */
	retryAfterMs?: number;
}

/** Everything that is particular to one API. */
export interface Service {
	/** As a person knows it, e.g. `Cudo Compute`. */
	name: string;
	fields: NamedField[];
	/** Fields that Refuse Changes Above guards, and whether 0 means unlimited there. */
	guarded: Array<{ path: string; zeroIsUnlimited?: boolean }>;
	/** Keys of which a record of this API has at least one: an answer without any shows nothing of an account. */
	recordKeys: string[];
	/** The paths that Fields to Clear offers: none where the API cannot erase. */
	clearable: string[];
	/** Parts of mapped objects that the API shows and does not take: they are left out in silence, so that what was read can be given back. */
	responseOnly?: string[];
	/** The credential type, by the node's Authentication parameter where it has one. */
	credentialType(authentication?: string): string;
	/** The values of a credential that must never be seen outside it. */
	secretsOf(credential: IDataObject): unknown[];
	/** Whether the credential's token is one that n8n can renew, and whether it has one yet. */
	renewal(credential: IDataObject): 'renewable' | 'tokenMissing' | 'none';
	/** Reads the account that an item addresses. Throws a NodeOperationError when it is blank: there is no other account to fall back to. */
	target(parameters: ParameterReader, itemIndex: number): Target;
	read(target: Target): ApiRequest;
	/** Whether the update can only be built from the current record. */
	needsRecord(changes: Changes): boolean;
	/**
	 * Builds the update.
	 *
	 * @param body the values that are set, nested as in the record
	 * @param context the current record where `needsRecord` asked for it, and a mask that the person gave
	 */
	update(target: Target, changes: Changes, body: IDataObject, context: { record?: IDataObject; updateMask?: string }): ApiRequest;
	/** The part of a record that a person or an agent needs. */
	simplify(record: IDataObject): IDataObject;
	/** What the service's error body says. */
	faultOf(response: Response): ServiceFault;
	/** Whether the service itself marks this refusal as passing: nothing was applied, the same request may be sent again. */
	isPassing(response: Response): boolean;
}
