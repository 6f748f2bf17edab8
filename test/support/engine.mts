import {
	CredentialTestContext,
	ExecuteContext,
	ExecutionLifecycleHooks,
	ExternalSecretsProxy,
	LoadOptionsContext,
	RoutingNode,
	WorkflowExecute,
} from 'n8n-core';
import { createEmptyRunExecutionData, UnexpectedError, Workflow } from 'n8n-workflow';
import type {
	ExecutionBaseError,
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunction,
	ICredentialTestRequest,
	IDataObject,
	IExecuteFunctions,
	INode,
	INodeCredentialTestResult,
	INodeExecutionData,
	INodeListSearchResult,
	INodeParameters,
	INodeType,
	INodeTypes,
	IRun,
	ITaskData,
	IWorkflowExecuteAdditionalData,
	NodeApiError,
	NodeExecutionHint,
	WorkflowExecuteMode,
} from 'n8n-workflow';

import { InMemoryCredentialsHelper } from './credentialsHelper.mts';
import { credentialTypes, nodes } from './installation.mts';
import type { NodeName } from './installation.mts';

const PACKAGE = 'n8n-nodes-update-billing';
const ITEMS = 'Items';

/** The name of the node in the test workflow, as it stands in errors. */
export const NODE_NAME = 'Update Billing';

/** Data of credentials as n8n would store it, by credential type. */
export type StoredCredentials = Record<string, ICredentialDataDecryptedObject>;

/** A node to run, and how. */
export interface NodeRun {
	node: NodeName;
	parameters?: INodeParameters;
	/** The JSON of the input items; one empty item unless told. */
	items?: IDataObject[];
	/** Credentials of the node. The object is not changed: see `NodeResult.credentials`. */
	credentials?: StoredCredentials;
	onError?: INode['onError'];
	retryOnFail?: boolean;
	maxTries?: number;
	/** Milliseconds. */
	waitBetweenTries?: number;
	typeVersion?: number;
	mode?: WorkflowExecuteMode;
	/** The time zone of the workflow. */
	timezone?: string;
}

/** What came out of a run. */
export interface NodeResult {
	/** Items by output: [regular] or, with `continueErrorOutput`, [regular, error]. Empty if the node failed. */
	outputs: INodeExecutionData[][];
	/** The error that ended the node, with the fields that reach n8n's editor. */
	error?: ExecutionBaseError & Partial<NodeApiError>;
	hints: NodeExecutionHint[];
	/** What n8n would store of the node's run. */
	runData: ITaskData[];
	/** The status that n8n stores. */
	status: IRun['status'];
	/** The stored credentials after the run. */
	credentials: StoredCredentials;
	/** How often each credential type was decrypted. */
	timesDecrypted: Record<string, number>;
}

/** The node that hands out the pinned input items. */
const itemsNode = {
	description: {
		displayName: ITEMS,
		name: 'items',
		group: ['transform'],
		version: 1,
		description: 'Hands out pinned items',
		defaults: {},
		inputs: [],
		outputs: ['main'],
		properties: [],
	},
} as INodeType;

const nodeTypes: INodeTypes = {
	getKnownTypes: () => ({}),
	getByName: (type) => nodes[type.replace(`${PACKAGE}.`, '') as NodeName] ?? itemsNode,
	getByNameAndVersion: (type) => nodes[type.replace(`${PACKAGE}.`, '') as NodeName] ?? itemsNode,
};

function additionalDataFor(
	credentialsHelper: InMemoryCredentialsHelper,
	mode: WorkflowExecuteMode,
	currentNodeParameters?: INodeParameters,
): IWorkflowExecuteAdditionalData {
	const instance = 'http://127.0.0.1:5678';
	return {
		credentialsHelper,
		currentNodeParameters,
		currentNodeExecutionIndex: 0,
		executionId: '1',
		hooks: new ExecutionLifecycleHooks(mode, '1', {} as never),
		externalSecretsProxy: new ExternalSecretsProxy(),
		restApiUrl: `${instance}/rest`,
		instanceBaseUrl: `${instance}/`,
		formWaitingBaseUrl: `${instance}/form-waiting`,
		formBaseUrl: `${instance}/form`,
		formTestBaseUrl: `${instance}/form-test`,
		webhookBaseUrl: `${instance}/webhook`,
		webhookWaitingBaseUrl: `${instance}/webhook-waiting`,
		webhookTestBaseUrl: `${instance}/webhook-test`,
		variables: {},
		setExecutionStatus: () => {},
	} as unknown as IWorkflowExecuteAdditionalData;
}

const credentialReferences = (credentials: StoredCredentials): INode['credentials'] =>
	Object.fromEntries(Object.keys(credentials).map((type) => [type, { id: `${type}-1`, name: `My ${type}` }]));

/**
 * Starts a node in n8n's engine: a node with pinned items, connected to the node under test.
 *
 * @returns the result to come, and a way to cancel the execution as n8n's stop button does
 */
export function startNode(run: NodeRun): { result: Promise<NodeResult>; cancel: () => void } {
	const mode = run.mode ?? 'manual';
	const helper = new InMemoryCredentialsHelper(credentialTypes, structuredClone(run.credentials ?? {}));
	const node: INode = {
		id: 'update-billing',
		name: NODE_NAME,
		type: `${PACKAGE}.${run.node}`,
		typeVersion: run.typeVersion ?? 1,
		position: [200, 0],
		parameters: structuredClone(run.parameters ?? {}),
		credentials: credentialReferences(helper.stored),
		...(run.onError && { onError: run.onError }),
		...(run.retryOnFail && {
			retryOnFail: true,
			maxTries: run.maxTries ?? 2,
			waitBetweenTries: run.waitBetweenTries ?? 1,
		}),
	};
	const items: INode = {
		id: 'items',
		name: ITEMS,
		type: 'test.items',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const workflow = new Workflow({
		id: 'test',
		nodes: [items, node],
		connections: { [ITEMS]: { main: [[{ node: NODE_NAME, type: 'main', index: 0 }]] } },
		active: false,
		nodeTypes,
		settings: { executionOrder: 'v1', ...(run.timezone && { timezone: run.timezone }) },
	});
	const additionalData = additionalDataFor(helper, mode);
	let stored: IRun['status'] | undefined;
	additionalData.hooks!.addHandler('workflowExecuteAfter', ({ status }) => {
		stored ??= status;
	});
	const execution = new WorkflowExecute(additionalData, mode).run({
		workflow,
		startNode: workflow.getNode(ITEMS)!,
		pinData: { [ITEMS]: (run.items ?? [{}]).map((json) => ({ json })) },
	});
	const toResult = ({ data, status }: IRun): NodeResult => {
		const runData = data.resultData.runData[NODE_NAME] ?? [];
		const last = runData.at(-1);
		return {
			outputs: last?.data?.main.map((output) => output ?? []) ?? [],
			error: (last?.error ?? data.resultData.error) as NodeResult['error'],
			hints: last?.hints ?? [],
			runData,
			status: stored ?? status,
			credentials: helper.stored,
			timesDecrypted: helper.timesDecrypted,
		};
	};
	return { result: Promise.resolve(execution).then(toResult), cancel: () => execution.cancel() };
}

/** Runs a node in n8n's engine to its end. A failure of the node is in the result, not thrown. */
export async function runNode(run: NodeRun): Promise<NodeResult> {
	return await startNode(run).result;
}

/**
 * What a node's `execute` gets as `this`, to call a part of a node alone.
 *
 * @param run what there is to read: node, parameters, items
 */
export function executeContext(run: Pick<NodeRun, 'node' | 'parameters' | 'items'>): IExecuteFunctions {
	const node: INode = {
		id: 'update-billing',
		name: NODE_NAME,
		type: `${PACKAGE}.${run.node}`,
		typeVersion: 1,
		position: [0, 0],
		parameters: run.parameters ?? {},
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const items = (run.items ?? [{}]).map((json) => ({ json }));
	return new ExecuteContext(
		workflow,
		workflow.getNode(NODE_NAME)!,
		additionalDataFor(new InMemoryCredentialsHelper(credentialTypes, {}), 'manual'),
		'manual',
		createEmptyRunExecutionData(),
		0,
		items,
		{ main: [items] },
		{ node, data: { main: [items] }, source: null },
		[],
	);
}

/**
 * Asks a node for the entries of a resource locator's list, as the editor does (n8n's DynamicNodeParametersService).
 *
 * @param method name of the node's `listSearch` method
 */
export async function searchList(
	nodeName: NodeName,
	method: string,
	query: {
		filter?: string;
		paginationToken?: string;
		credentials?: StoredCredentials;
		parameters?: INodeParameters;
		path?: string;
	} = {},
): Promise<INodeListSearchResult> {
	const nodeType: INodeType = nodes[nodeName];
	const search = nodeType.methods?.listSearch?.[method];
	if (!search) throw new UnexpectedError(`The node has no list search "${method}"`);
	const helper = new InMemoryCredentialsHelper(credentialTypes, structuredClone(query.credentials ?? {}));
	const node: INode = {
		id: 'temp',
		name: 'Temp-Node',
		type: `${PACKAGE}.${nodeName}`,
		typeVersion: 1,
		position: [0, 0],
		parameters: query.parameters ?? {},
		credentials: credentialReferences(helper.stored),
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const context = new LoadOptionsContext(workflow, node, additionalDataFor(helper, 'internal', node.parameters), query.path ?? '');
	return await search.call(context, query.filter, query.paginationToken);
}

/** The test of a credential type: its own, or the one of a node that names it in `testedBy` (n8n's getCredentialTestFunction). */
function findCredentialTest(
	typeName: string,
): ICredentialTestRequest | { nodeType: INodeType; request: ICredentialTestRequest } | ICredentialTestFunction | undefined {
	const own = credentialTypes[typeName]?.test;
	if (own) return own;
	for (const nodeType of Object.values<INodeType>(nodes)) {
		const testedBy = nodeType.description.credentials?.find(({ name }) => name === typeName)?.testedBy;
		if (typeof testedBy === 'string') return nodeType.methods?.credentialTest?.[testedBy];
		if (testedBy) return { nodeType, request: testedBy };
	}
	return undefined;
}

const property = (value: unknown, path: string): unknown =>
	path.split('.').reduce<unknown>((inner, key) => (inner as IDataObject | undefined)?.[key], value);

/**
 * Tests a credential as n8n does when one is saved (package n8n, credentials-tester.service.ts): a temporary declarative node
 * makes the request, then the rules look at the answer.
 *
 * @param data the credential's data as entered
 */
export async function testCredential(typeName: string, data: ICredentialDataDecryptedObject): Promise<INodeCredentialTestResult> {
	const test = findCredentialTest(typeName);
	if (test === undefined) return { status: 'Error', message: 'No testing function found for this credential.' };

	const helper = new InMemoryCredentialsHelper(credentialTypes, { [typeName]: structuredClone(data) });
	const additionalData = additionalDataFor(helper, 'internal', {});
	const decrypted: ICredentialsDecrypted = {
		id: `${typeName}-1`,
		name: `My ${typeName}`,
		type: typeName,
		data: await helper.applyDefaults(additionalData, structuredClone(data), typeName, 'internal'),
	};
	if (typeof test === 'function') return await test.call(new CredentialTestContext(additionalData), decrypted);
	const { request, rules } = 'nodeType' in test ? test.request : test;

	const node: INode = {
		id: 'temp',
		name: 'Temp-Node',
		type: 'n8n-nodes-base.noOp',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		credentials: credentialReferences(helper.stored),
	};
	const nodeType = {
		description: {
			...itemsNode.description,
			name: node.type,
			credentials: [{ name: typeName, required: true }],
			properties: [{ displayName: 'Temp', name: 'temp', type: 'string', routing: { request }, default: '' }],
		},
	} as INodeType;
	const workflow = new Workflow({
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: { getKnownTypes: () => ({}), getByName: () => nodeType, getByNameAndVersion: () => nodeType },
	});
	const testNode = workflow.getNode(node.name)!;
	// n8n hands out the data under test instead of what is stored.
	helper.getDecrypted = async () => decrypted.data ?? {};
	const context = new ExecuteContext(
		workflow,
		testNode,
		additionalData,
		'internal',
		createEmptyRunExecutionData(),
		0,
		[],
		{ main: [[{ json: {} }]] },
		{ node: testNode, data: {}, source: null },
		[],
	);

	let answer: INodeExecutionData[][] | null | undefined;
	try {
		answer = await new RoutingNode(context, nodeType, decrypted).runNode();
	} catch (caught) {
		const error = caught as Error & {
			cause?: { code?: string; response?: { status: number; statusText: string } };
		};
		const response = error.cause?.response;
		if (response) {
			for (const rule of rules ?? []) {
				if (rule.type === 'responseCode' && rule.properties.value === response.status) {
					return { status: 'Error', message: rule.properties.message };
				}
			}
			return {
				status: 'Error',
				message: response.statusText || `Received HTTP status code: ${response.status}`,
			};
		}
		return { status: 'Error', message: error.cause?.code ?? error.message };
	}
	for (const rule of rules ?? []) {
		if (rule.type === 'responseSuccessBody' && property(answer?.[0][0].json, rule.properties.key) === rule.properties.value) {
			return { status: 'Error', message: rule.properties.message };
		}
	}
	return { status: 'OK', message: 'Connection successful!' };
}
