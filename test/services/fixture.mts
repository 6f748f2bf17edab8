/** What a service's fixture holds: types only. */
import type { ICredentialType, IDataObject, INodeParameters, INodeType } from 'n8n-workflow';

import type { Sandbox } from '../../sandbox/sandbox.mts';
import type { TokenServer } from '../faults/tokenServer.mts';
import type { Kind } from '../model/faults.mts';
import type { Contract, Leaf } from '../support/contract.mts';
import type { Answer } from '../support/service.mts';
import type { StoredCredentials } from '../support/engine.mts';

/** Everything that tests, benchmark and demo need to know of one service. What the contract says is not repeated here. */
export interface ServiceFixture {
	/** The service as people read it. */
	displayName: string;
	/** Name of the contract's file, without its `.yaml`. */
	contract: string;
	node: INodeType;
	credentialTypes: ICredentialType[];
	account: AccountFixture;
	update: UpdateFixture;
	/** For each credential type, what a person enters in n8n to reach the stand-in; the first is the one of most people. */
	sandboxCredentials(baseUrl: string): SandboxCredential[];
	faults: FaultFixture;
	model: ModelFixture;
	tool: ToolFixture;
	/** What people type into the node panel to find the node, besides what finds them all. Where a word is in the list of one service alone, it leads to no other. */
	searches: string[];
}

/** One account at the real address, for tests in which the network is played. */
interface AccountFixture {
	baseUrl: string;
	/** Data of the credential that most people use. */
	credentials: StoredCredentials;
	/** Parameters that select the account. */
	selection: INodeParameters;
	/** Parameters that select the account with an ID, or with the ID that an expression gives. */
	selectionOf(id: string): INodeParameters;
	/** Method-less route of the account, below the base URL. */
	route: string;
	/** Query of its requests. */
	query: Record<string, string>;
	/** Headers that its credential adds. */
	headers: Record<string, string>;
	/** A record as the service would show it. */
	record: IDataObject;
}

/** What an update asks for: values by path, and paths to erase. */
export interface Asked {
	values: Record<string, unknown>;
	clear: string[];
}

/** How the service is told what to update. */
export interface UpdateFixture {
	/** The member of the body that holds the record; undefined where the body is the record. */
	recordIn?: string;
	/** The paths that a request may erase. */
	erasable(contract: Contract): string[];
	/**
	 * The body that an update must have.
	 *
	 * @param asked values as the API takes them
	 * @param record the account as it is
	 */
	bodyOf(asked: Asked, record: IDataObject): IDataObject;
	/** Whether an update lacks parts that go together, and the record does not have them either, so that it cannot be sent. Never unless given. */
	isIncomplete?(asked: Asked, record: IDataObject): boolean;
	/** Whether the record has to be read before an update of these paths. */
	readsFirst(paths: string[]): boolean;
}

export interface SandboxCredential {
	/** Names it in n8n. */
	title: string;
	type: string;
	data: Record<string, string>;
}

/** One value that an item asks for. */
export interface AskedLeaf {
	/** As the node names the field. */
	field: string;
	/** Where the value itself stands in a record and in the item's JSON: a decimal stands below its field. */
	path: string;
	value: string | number;
}

/** One item of a case: what it says, and what that asks of which account. */
export interface CaseItem {
	json: IDataObject;
	account: string;
	/** The first is the one by which a request is known to belong to the item. */
	leaves: AskedLeaf[];
}

/** What a way to sign in has to make its credential of. */
interface SignInMaterial {
	sandbox: Sandbox;
	/** Makes a new secret for a field of the credential, which the service is sent unless told. */
	secret(field: string, isSent?: boolean): string;
	/** Address for the credential. */
	baseUrl: string;
	/** Renews the token of OAuth2; only the fault matrix has one. */
	tokenServer?: TokenServer;
}

/** A way to sign in. */
export interface SignIn {
	name: string;
	/** Whether its token is one that n8n renews. */
	isRenewable?: boolean;
	/** Parameters of the node that choose it. */
	parameters?: INodeParameters;
	/** Makes a credential with new secrets and lets the sandbox accept it. */
	credentials(material: SignInMaterial): StoredCredentials;
	/** Lets every renewal but the first be refused; where it is not here, the token server refuses. */
	refuseRenewal?(sandbox: Sandbox): void;
}

/** How the service is used where requests fail. */
export interface FaultFixture {
	/** The account of each item: five items, and where there are accounts, two of them have two. */
	accounts: string[];
	signIns: SignIn[];
	/** The item that an index stands for; every value occurs once in all cases. `other` asks for another second field, where there is one. */
	item(caseNumber: number, index: number, other: boolean): CaseItem;
	/** Parameters that take account and values from the item. */
	parameters: INodeParameters;
	/** An error in the service's own shape. */
	errorBody(status: number, message: string, retryDelay?: number): IDataObject;
	/** Lets the stand-in ignore fields that the service does not document as updatable, where there are such. */
	ignoreNotUpdatable?(sandbox: Sandbox): void;
	undo: UndoFixture;
}

/** Updates that are taken back. */
interface UndoFixture {
	accounts: string[];
	updateFields: INodeParameters;
	readOnlyFields?: INodeParameters;
	fieldsToClear?: string[];
}

/** The service as a few pure functions, for the random runs. */
export interface ModelFixture {
	/** The part of the random runs that this service gets, from 0 to 1: 0.5 where updates are hard (a mask, parts that may go alone), 0.2 where they are plain. */
	share: number;
	/** Whether there is but one account. */
	hasOneAccount: boolean;
	/** Parameters that select the account of the signed-in user, where there is such an account. */
	ownAccount?: INodeParameters;
	/** The route of an account below the base URL. */
	routeOf(account: string): string;
	/** The account that a request names; undefined where it names none. */
	accountIn(route: string, query: Record<string, string>): string | undefined;
	/** Leaves that Refuse Changes Above guards. */
	guarded: string[];
	/** Whether 0 in a guarded leaf means no limit. */
	zeroIsUnlimited?: boolean;
	/** The key of a record that says which account it is of, where it has one. */
	idKey?: string;
	/** Keys of the record that no update touches. */
	untouched: string[];
	/** What the documentation leaves open: each is tried with yes and no. */
	habits: string[];
	/** Answers that only this service gives, by name. */
	answers: Record<string, Kind>;
	/** Values of the paths whose form the service checks beyond the contract. */
	pools: Record<string, unknown[]>;
	/** Adds to the values of an item what makes its request distinct from those of other items. */
	distinguish?(values: Record<string, unknown>, clear: string[]): void;
	/** Whether answers leave out what is zero, as proto3 does. */
	leavesOutZero?: boolean;
	/** Parts that are sent as zero with the object around them where its record does not show them. */
	zeroParts?: string[];
	/** The paths that an update names, where the way to name them may turn out to be another. */
	pathsNamed?(patch: IDataObject): string[];
	/** Whether the service, with these habits, has this update sent again in another way: `refused` with this answer, or accepted with parts ignored. */
	wantsOtherWay?(patch: IDataObject, habits: Record<string, boolean>): { refusal?: Answer } | undefined;
	/** The record that an accepted update leads to. */
	apply(leaves: Leaf[], record: IDataObject, patch: IDataObject, habits: Record<string, boolean>): IDataObject;
	/** Whether an update with this body may be the item's, whatever the record was. */
	isPatchOf(leaves: Leaf[], patch: IDataObject, asked: Asked): boolean;
}

/** The node as the tool of an AI agent. */
export interface ToolFixture {
	parameters: INodeParameters;
	/** A call with the required values only, and the body that the service is to get. */
	required: { call: Record<string, unknown>; sent: unknown };
	/** The same with blanks in everything else. */
	blanks: Record<string, unknown>;
	/** A wrong value, and what the model has to be told about it: the field and the remedy. */
	wrong: { call: Record<string, unknown>; told: RegExp[] };
}
