/**
 * What the n8n editor does over n8n's internal REST API: sign in, keep credentials and workflows, connect an OAuth2 credential, run a
 * workflow. Written against n8n 2.41.1; the internal API has no promise of stability.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { until } from './until.mts';

export interface Owner {
	email: string;
	password: string;
	firstName: string;
	lastName: string;
}

export interface CredentialContent {
	name: string;
	type: string;
	data: Record<string, unknown>;
}

export interface SavedCredential {
	id: string;
	name: string;
	type: string;
}

export interface WorkflowNode {
	id?: string;
	name: string;
	type: string;
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id: string; name: string }>;
	[key: string]: unknown;
}

export interface WorkflowContent {
	name: string;
	nodes: WorkflowNode[];
	connections: Record<string, unknown>;
	settings?: Record<string, unknown>;
	[key: string]: unknown;
}

/** An item of an execution. */
export interface Item {
	json: Record<string, unknown>;
}

/** What one node left behind in an execution: its items, and its error when it failed. */
export interface NodeRun {
	/** Those of the first output. */
	items: Item[];
	/** Those of the error output, which a node has with Continue (using error output). */
	errorItems: Item[];
	error?: ExecutionError;
	/** Milliseconds. */
	executionTime: number;
	hints: string[];
}

export interface ExecutionError {
	message: string;
	description?: string;
	node?: string;
}

export interface Execution {
	id: string;
	status: string;
	error?: ExecutionError;
	nodes: Record<string, NodeRun>;
}

interface RawNodeRun {
	executionTime?: number;
	error?: { message: string; description?: string | null };
	data?: { main?: Array<Item[] | null> };
	hints?: Array<{ message: string }>;
}

interface RawExecutionData {
	resultData: {
		error?: { message: string; description?: string | null; node?: { name?: string } };
		runData: Record<string, RawNodeRun[]>;
	};
}

/** A refusal by n8n's API: what was asked, the status, n8n's own words. */
export class N8nApiError extends Error {
	constructor(
		request: string,
		readonly status: number,
		answer: string,
	) {
		super(`n8n refused ${request}: HTTP ${status}, ${answer}`);
	}
}

const finished = new Set(['success', 'error', 'crashed', 'canceled']);

/** How often a read is sent at most. */
const GET_ATTEMPTS = 3;

/** A client of one n8n; it keeps the session cookie that signIn gives it. */
export class N8nApi {
	private cookies = new Map<string, string>();

	/**
	 * @param url address of n8n, without a slash at the end
	 * @param n8nFolder where n8n is installed: its own library reads the execution data it sends
	 */
	constructor(
		readonly url: string,
		private readonly n8nFolder: string,
	) {}

	/** Makes the instance's owner, or signs in as the owner when there is one already. */
	async signIn(owner: Owner): Promise<void> {
		const settings = await this.ask<{ userManagement: { showSetupOnFirstLoad?: boolean } }>('GET', '/rest/settings');
		if (settings.userManagement.showSetupOnFirstLoad) {
			await this.ask('POST', '/rest/owner/setup', owner);
		} else {
			await this.ask('POST', '/rest/login', { emailOrLdapLoginId: owner.email, password: owner.password });
		}
	}

	/** The session cookie, as a browser would send it. */
	get cookieHeader(): string {
		return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
	}

	/** The full names of the node types that n8n has loaded. */
	async nodeTypes(): Promise<Set<string>> {
		const response = await this.send('GET', '/types/nodes.json');
		if (!response.ok) throw new N8nApiError('GET /types/nodes.json', response.status, await response.text());
		return new Set(((await response.json()) as Array<{ name: string }>).map(({ name }) => name));
	}

	async findCredentials(): Promise<SavedCredential[]> {
		return await this.ask('GET', '/rest/credentials');
	}

	/** Creates a credential, or gives the one of the same type and name these contents. */
	async saveCredential(content: CredentialContent): Promise<SavedCredential> {
		const known = (await this.findCredentials()).find(({ name, type }) => name === content.name && type === content.type);
		return known
			? await this.ask('PATCH', `/rest/credentials/${known.id}`, { id: known.id, ...content })
			: await this.ask('POST', '/rest/credentials', content);
	}

	async deleteCredential(id: string): Promise<void> {
		await this.ask('DELETE', `/rest/credentials/${id}`);
	}

	/**
	 * Runs a credential's test, as "Test" in the editor does.
	 * @returns n8n's verdict; `status` is OK or Error
	 */
	async testCredential(id: string): Promise<{ status: string; message: string }> {
		const credential = await this.ask<SavedCredential & { data: unknown }>('GET', `/rest/credentials/${id}?includeData=true`);
		return await this.ask('POST', '/rest/credentials/test', { credentials: credential });
	}

	/**
	 * Connects an OAuth2 credential, doing the browser's part: asks n8n for the authorization address, goes there, and follows the
	 * redirect back to n8n, which fetches the tokens. For an authorization server that asks the user nothing.
	 * @throws Error when the authorization server does not redirect, or n8n does not get its tokens
	 */
	async connectOAuth2(credentialId: string): Promise<void> {
		const address = await this.ask<string>('GET', `/rest/oauth2-credential/auth?id=${encodeURIComponent(credentialId)}`);
		const authorization = await fetch(address, { redirect: 'manual' });
		const callback = authorization.headers.get('location');
		if (!callback?.startsWith(`${this.url}/rest/oauth2-credential/callback`)) {
			throw new Error(`The authorization server answered HTTP ${authorization.status} without sending the browser back to n8n.`);
		}
		const answer = await fetch(callback, { headers: { cookie: this.cookieHeader }, redirect: 'manual' });
		const page = await answer.text();
		// n8n answers 200 for a failure too; the pages differ.
		if (!page.includes('Connection successful')) {
			const words = page
				.replace(/<style>[\s\S]*?<\/style>|<script[\s\S]*?<\/script>|<[^>]*>/g, ' ')
				.replace(/\s+/g, ' ')
				.trim();
			throw new Error(`n8n could not connect the OAuth2 credential (HTTP ${answer.status}): ${words}`);
		}
	}

	/** Workflows by name; n8n allows several of the same name, the newest comes first. */
	async findWorkflows(name: string): Promise<Array<{ id: string; name: string }>> {
		const filter = encodeURIComponent(JSON.stringify({ name }));
		const found = await this.ask<Array<{ id: string; name: string }>>('GET', `/rest/workflows?filter=${filter}`);
		return found.filter((workflow) => workflow.name === name);
	}

	async createWorkflow(content: WorkflowContent): Promise<{ id: string; name: string }> {
		return await this.ask('POST', '/rest/workflows', content);
	}

	async readWorkflow(id: string): Promise<WorkflowContent & { id: string; versionId: string }> {
		return await this.ask('GET', `/rest/workflows/${id}`);
	}

	/** Replaces a workflow's contents, whoever changed it last. */
	async updateWorkflow(id: string, content: WorkflowContent): Promise<{ id: string; name: string }> {
		return await this.ask('PATCH', `/rest/workflows/${id}?forceSave=true`, content);
	}

	async deleteWorkflow(id: string): Promise<void> {
		await this.ask('POST', `/rest/workflows/${id}/archive`, {});
		await this.ask('DELETE', `/rest/workflows/${id}`);
	}

	/**
	 * Runs a workflow once by hand, from one of its triggers, and waits for the end.
	 * @param patience milliseconds
	 * @returns the execution, failed or not
	 * @throws Error when it does not end in time
	 */
	async runWorkflow(id: string, triggerName: string, patience?: number): Promise<Execution> {
		return await this.waitForExecution(await this.startWorkflow(id, triggerName), patience);
	}

	/** Starts a workflow by hand, from one of its triggers. @returns the execution's ID */
	async startWorkflow(id: string, triggerName: string): Promise<string> {
		const { executionId } = await this.ask<{ executionId: string }>('POST', `/rest/workflows/${id}/run`, {
			triggerToStartFrom: { name: triggerName },
		});
		return executionId;
	}

	/** The status of an execution, e.g. `waiting`. */
	async statusOf(executionId: string): Promise<string> {
		return (await this.ask<{ status: string }>('GET', `/rest/executions/${executionId}`)).status;
	}

	/**
	 * Waits for the end of an execution, whoever started it.
	 * @param patience milliseconds
	 * @returns the execution, failed or not
	 * @throws Error when it does not end in time
	 */
	async waitForExecution(executionId: string, patience = 300_000): Promise<Execution> {
		const path = `/rest/executions/${executionId}`;
		const ended = async () => {
			const raw = await this.ask<{ status: string; data: string }>('GET', path);
			return finished.has(raw.status) && raw;
		};
		return this.parseExecution(executionId, await until(`execution ${executionId} ends`, ended, { patience, pause: 200 }));
	}

	private parseExecution(id: string, raw: { status: string; data: string }): Execution {
		const flatted = createRequire(join(this.n8nFolder, 'package.json'))('flatted') as { parse(text: string): unknown };
		const { resultData } = flatted.parse(raw.data) as RawExecutionData;
		const describe = (error: { message: string; description?: string | null; node?: { name?: string } }): ExecutionError => ({
			message: error.message,
			description: error.description ?? undefined,
			node: error.node?.name,
		});
		return {
			id,
			status: raw.status,
			error: resultData.error && describe(resultData.error),
			nodes: Object.fromEntries(
				Object.entries(resultData.runData).map(([name, runs]) => {
					const run = runs[runs.length - 1];
					return [
						name,
						{
							items: run.data?.main?.[0] ?? [],
							errorItems: run.data?.main?.[1] ?? [],
							error: run.error && describe(run.error),
							executionTime: run.executionTime ?? 0,
							hints: (run.hints ?? []).map(({ message }) => message),
						},
					];
				}),
			),
		};
	}

	/** The text of a file that an execution holds. @param id as its binary data says */
	async readFile(id: string): Promise<string> {
		const response = await this.send('GET', `/rest/binary-data?action=download&id=${encodeURIComponent(id)}`);
		if (!response.ok) throw new N8nApiError('GET /rest/binary-data', response.status, await response.text());
		return await response.text();
	}

	/** Makes a data table in the owner's own project. @returns its ID */
	async createDataTable(name: string, columns: Array<{ name: string; type: string }>): Promise<string> {
		const project = await this.ask<{ id: string }>('GET', '/rest/projects/personal');
		return (await this.ask<{ id: string }>('POST', `/rest/projects/${project.id}/data-tables`, { name, columns })).id;
	}

	/** Gives rows of a data table of the owner new values. @param where the value of a column that the rows have */
	async updateDataTable(name: string, where: Record<string, string>, values: Record<string, string>): Promise<void> {
		const project = await this.ask<{ id: string }>('GET', '/rest/projects/personal');
		const { data: tables } = await this.ask<{ data: Array<{ id: string; name: string }> }>(
			'GET',
			`/rest/projects/${project.id}/data-tables`,
		);
		const table = tables.find((candidate) => candidate.name === name);
		if (!table) throw new Error(`There is no data table "${name}".`);
		const filters = Object.entries(where).map(([columnName, value]) => ({ columnName, condition: 'eq', value }));
		await this.ask('PATCH', `/rest/projects/${project.id}/data-tables/${table.id}/rows`, {
			filter: { type: 'and', filters },
			data: values,
		});
	}

	/** Asks n8n's REST API, and gives back what it answers in `data`. */
	private async ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
		const response = await this.send(method, path, body);
		const text = await response.text();
		if (!response.ok) throw new N8nApiError(`${method} ${path.split('?')[0]}`, response.status, text.slice(0, 500));
		return (text === '' ? undefined : (JSON.parse(text) as { data: Answer }).data) as Answer;
	}

	private async send(method: string, path: string, body?: unknown): Promise<Response> {
		const response = await this.fetchSafely(method, path, body);
		for (const cookie of response.headers.getSetCookie()) {
			const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
			if (name) this.cookies.set(name, value);
		}
		return response;
	}

	/** n8n closes idle connections, perhaps in the moment in which one is used again. A read is sent again then: it changes nothing. */
	private async fetchSafely(method: string, path: string, body: unknown, attempt = 1): Promise<Response> {
		try {
			return await this.fetch(method, path, body);
		} catch (error) {
			if (method !== 'GET' || attempt === GET_ATTEMPTS || !(error instanceof TypeError)) throw error;
			return await this.fetchSafely(method, path, body, attempt + 1);
		}
	}

	private async fetch(method: string, path: string, body: unknown): Promise<Response> {
		return await fetch(`${this.url}${path}`, {
			method,
			headers: {
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
				...(this.cookies.size > 0 ? { cookie: this.cookieHeader } : {}),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
			signal: AbortSignal.timeout(120_000),
		});
	}
}
