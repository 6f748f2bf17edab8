import type { IDataObject, INode } from 'n8n-workflow';

/**
 * The types that several rooms share, first of all the seam between what an update is (this folder) and what is particular to one API (a folder per
 * service). A fourth service implements `Service`, and nothing in this folder changes.
 */

/** How a value is checked, sent and compared. `lines` is a list of strings, `decimal` travels as `{ value: "1.5" }`. */
export type FieldType = 'boolean' | 'country' | 'dateTime' | 'decimal' | 'email' | 'enum' | 'int32' | 'lines' | 'phone' | 'text' | 'url';

/** One field of an update: the smallest part of a record that can be set alone. */
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
	/** Refuse Changes Above guards it. */
	guard?: { zeroIsUnlimited?: boolean };
}

/** A field as the editor shows it. */
export interface NamedField extends Field {
	/** As a person reads it, e.g. `Billing Address > City`. */
	label: string;
	/** Where its value stands in Update Fields, or in Read-Only Fields, e.g. `['billingAddress', 'city']`. */
	parameter: string[];
	/** The values an enum takes. */
	choices?: string[];
	/** It stands in the collection of fields that the API marks as read-only. */
	isReadOnly?: boolean;
}

export type FieldValue = boolean | number | string | string[];

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

/** What an update asks for: values by path, and paths to erase. Nothing else is ever sent. */
export interface Changes {
	set: Map<string, FieldValue>;
	clear: string[];
}

/** Changes as an item gives them. */
export interface GivenChanges {
	changes: Changes;
	/** The fields that the item gives and leaves blank. */
	blankPaths: string[];
}

/** A field that an update touches, with the value it is to have; undefined where it is to be erased. */
export interface TouchedField {
	field: NamedField;
	wanted: FieldValue | undefined;
}

/** One difference that an update makes, or made. */
export interface Change {
	/** The field as the API calls it. */
	field: string;
	/** The field as the editor shows it. */
	label: string;
	from: FieldValue | null;
	to: FieldValue | null;
}

/** The account that an item addresses. */
export interface Target {
	/** Equal for two items of one credential exactly when they address the same account. */
	key: string;
	/** The account's ID, or what stands for it, e.g. `acme`, `domain`, `signed-in user`. */
	id: string;
	/** As a person reads it in a message, e.g. `billing account acme`. */
	label: string;
	/** The parameters that select it again, for plans, e.g. `{ billingAccountId: 'acme' }`. */
	selector: IDataObject;
}

/** The parameters of a node, for each item. */
export interface ParameterReader {
	node: INode;
	/** The value of a parameter for an item, expressions resolved. The value is shared between items: do not change it. */
	read(name: string, itemIndex: number, fallback?: unknown, options?: { extractValue: boolean }): unknown;
	/** The time zone of the workflow. */
	timeZone(): string;
}

/** One HTTP request, before credentials are added. The path is below the credential's base URL and already encoded. */
export interface ApiRequest {
	/** Updates are PATCH; POST makes a token. */
	method: 'GET' | 'PATCH' | 'POST';
	path: string;
	query?: IDataObject;
	body?: IDataObject;
}

/** An HTTP response. */
export interface Response {
	kind: 'response';
	status: number;
	/** By lower-case name. */
	headers: Record<string, string>;
	text: string;
	/** The parsed text; undefined when it is not JSON. */
	json: unknown;
	/** The answer was too long to be read, so nothing is known of its text. */
	isTooLong?: boolean;
	/** Who answered, where it was not the service itself: who gives its tokens. */
	by?: string;
	/** 401, and the token is being renewed: the request may go again with the new one. */
	isTokenRenewed?: boolean;
}

/** The failure to get a response. */
export interface NoResponse {
	kind: 'noResponse';
	/** The system's code, e.g. `ECONNRESET`. */
	code: string;
	/** Whether the service may have received the request. */
	mayHaveArrived: boolean;
	/** Whether the same request may succeed if sent again. */
	retryable: boolean;
	/** What happened, in a sentence without a period. */
	message: string;
	/** The status and the words with which n8n got no new token. */
	status?: number;
	detail?: string;
	/** What to do about it, where that is known. */
	remedy?: string;
}

/** What came back for a request. */
export type Answer = Response | NoResponse;

/** What a service says about a request that it did not carry out. */
export interface ServiceFault {
	/** The service's own message. */
	message?: string;
	/** The service's own code or reason, e.g. `USER_NOT_FOUND`. */
	code?: string;
	violations?: Violation[];
	/** How long the body asks to wait, in milliseconds. */
	retryAfterMs?: number;
	/**
	 * The request may succeed if it is sent again. `notApplied`: the service says too that it did not carry it out. `open`: whether it did is to be
	 * found out.
	 */
	retryable?: 'notApplied' | 'open';
}

/** A field that a service, or a check, finds fault with. */
export interface Violation {
	field: string;
	description: string;
}

/** What is known of an account, as far as one update of it is concerned, when the run is over. */
export type Outcome =
	/** The account is as the item asked. */
	| 'updated'
	/** The account was as the item asks already; nothing was sent. */
	| 'unchanged'
	/** The service received the update, and it certainly had no effect. */
	| 'not applied'
	/** No update reached the service for the item. */
	| 'not sent'
	/** The update was sent, and whether it had an effect could not be found out. */
	| 'unknown'
	/** Dry Run: the update is planned, and no update was sent. */
	| 'planned'
	/** Get: the record was read. */
	| 'read'
	/** Get: the record could not be read. */
	| 'not read';

/** Why an item failed. The summary is the node's own sentence, because n8n rewrites messages that contain what it takes for system codes. */
export interface Failure {
	/** What happened, without a period and without the service's own words. */
	summary: string;
	/** The service's own message, or what else explains it. */
	detail?: string;
	/** What to do about it. */
	remedy?: string;
	httpCode?: number;
	/** The service's reason, or the system's code. */
	code?: string;
	violations?: Violation[];
	requestId?: string;
	/** It was left undone because of something else, which is told elsewhere. */
	ending?: Ending;
}

/** Why nothing more is asked of a service. */
export interface Ending {
	/** To follow the word "because". */
	because: string;
	/** What to do about it, as a sentence. */
	remedy: string;
}

/** What became of one update or one read. An item may have several. */
export interface Result {
	itemIndex: number;
	/** Which of its item's updates it is, from 0; 0 unless given. */
	position?: number;
	/** Dry Run was on: no update was to be sent. */
	isDryRun?: boolean;
	/** Absent when the item does not say which account it is about. */
	target?: Target;
	outcome: Outcome;
	/** The account as the service last showed it. */
	record?: IDataObject;
	/** The account before the update, where it was read. */
	before?: IDataObject;
	/** As a person knows the account, where a record or the credential says so. */
	accountName?: string;
	/** What the update changed: the difference between the record before and after; of a plan, what it is to change. Known where the record was read before. */
	changes?: Change[];
	/** The update as a plan: JSON text that Apply Plan takes. */
	plan?: string;
	/** The plan that takes the changes back; `[]` where there are none. */
	undo?: string;
	/** The fields that cannot be restored. */
	cannotUndo?: string[];
	/** The request that was sent, or is planned. */
	request?: IDataObject;
	/** When it was known, RFC 3339 in UTC. */
	time?: string;
	/** The fields that the service accepted and that hold another value than was asked. */
	notApplied?: string[];
	/** The fields that hold the asked value in another form, each with that form. */
	storedAs?: IDataObject;
	failure?: Failure;
}

/** The fields of a service's record. */
export interface ServiceFields {
	/** Those that an update can set. */
	all: NamedField[];
	/** The paths that Fields to Clear offers: none where the API cannot erase. */
	clearable: string[];
	/** Parts of mapped objects that the API shows and does not take: they are left out in silence, so that what was read can be given back. */
	responseOnly?: string[];
	/** Keys of which a record of this API has at least one: an answer without any shows nothing of an account. */
	recordKeys: string[];
	/** The service leaves zero values (false, 0) out of its answers, as proto3 does. */
	zeroIsLeftOut?: boolean;
}

/** How a token is made by a request to the service. n8n stores it: the credential's `preAuthentication` hands it on. */
export interface SessionMaking {
	request(credential: IDataObject): ApiRequest;
	/** The credential as its `authenticate` signs that request. */
	signedWith(credential: IDataObject): IDataObject;
	/**
	 * Puts the token of an answer into the credential.
	 *
	 * @returns whether there was one
	 */
	take(credential: IDataObject, json: unknown): boolean;
}

/** How one signs in to a service. */
interface ServiceSignIn {
	/** The credential type, by the node's Authentication parameter where it has one. */
	credentialType(authentication?: string): string;
	/** The values of a credential that must never be seen outside it. */
	secretsOf(credential: IDataObject): unknown[];
	/** What the credential cannot work without: its values, by their names in the editor. */
	neededOf(credential: IDataObject): Record<string, unknown>;
	/** Where the secret is made, as a sentence for who lacks one or whose is refused. */
	madeIn: string;
	/** What only this sign-in has: it signs plans. */
	planSecretsOf(credential: IDataObject): unknown[];
	/** Whether the credential's token can be renewed, and whether it has one yet. `none` unless given. */
	renewal?(credential: IDataObject): 'renewable' | 'tokenMissing' | 'none';
	/** How a token is made that the node asks for. Where this is missing, n8n renews it by itself when a read throws its 401. */
	session?: SessionMaking;
	/** n8n signs with the first item's credential, whatever the item. */
	signsWithFirstItem?(credential: IDataObject): boolean;
}

/** What an update is built from. */
export interface UpdateParts {
	target: Target;
	changes: Changes;
	/** The values that are set, nested as in the record. */
	body: IDataObject;
	/** The current record, where `needsRecord` asked for it. */
	record?: IDataObject;
	/** The options of the node, as the person gave them, for those that only this API has. */
	options: IDataObject;
	/** The service's ways that this run has found out, as `otherWays` names them. */
	ways: ReadonlySet<string>;
}

/** Why an update may have to be sent in another way: the service refused it, or accepted it and left these fields as they were. */
export type NoEffect = { how: 'refused'; status: number; fault: ServiceFault } | { how: 'ignored'; fields: string[] };

/** The accounts of a service: how they are addressed, read and updated. */
interface ServiceAccount {
	/** Reads which account an item addresses. Throws a NodeOperationError when it is blank: there is no other account to fall back to. */
	target(parameters: ParameterReader, itemIndex: number): Target;
	/** The account that the parameters of a plan select; undefined where they select none. */
	select(selector: IDataObject): Target | undefined;
	read(target: Target): ApiRequest;
	/** The request of an update, or why it cannot be built from the current record. */
	update(parts: UpdateParts): ApiRequest | { failure: Failure };
	/**
	 * Ways of the service that the update as it was sent did not keep to, where that is why it had no effect: it is sent again as `update` builds it with
	 * them, and later updates of the connection begin so. None where there is no other way.
	 */
	otherWays?(parts: UpdateParts, why: NoEffect): string[];
	/** What an option that only this API has makes of the changes, and what is wrong with it. */
	adjust?(given: GivenChanges, options: IDataObject, fields: NamedField[]): { changes: Changes; problems: Problem[] };
	/** Whether the update can only be built from the current record. It is not needed unless this says so. */
	needsRecord?(changes: Changes, options: IDataObject): boolean;
	/** The ID of the account that a record is of, where records say so. */
	idOf?(record: IDataObject): unknown;
	/** The account's name in a record, where it has one there. */
	nameOf?(record: IDataObject): unknown;
	/** The part of a record that a person or an agent needs. */
	simplify(record: IDataObject, target?: Target): IDataObject;
}

/** Everything that is particular to one API. */
export interface Service {
	/** As a person knows it, e.g. `Cudo Compute`. */
	name: string;
	/** The name of its node, which plans are made for, e.g. `cudoCompute`. */
	node: string;
	fields: ServiceFields;
	signIn: ServiceSignIn;
	account: ServiceAccount;
	/** What the service's error body says. It is read once per answer. */
	faultOf(response: Response): ServiceFault;
}
