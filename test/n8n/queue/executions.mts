/** What N8nApi of the demo does not do: publish a workflow, call its webhook, and follow its executions. */
import type { N8nApi, WorkflowContent } from '../../../demo/n8nApi.mts';
import { until } from '../../../demo/until.mts';

export interface ExecutionState {
	id: string;
	status: string;
	mode: string;
	/** ISO times; null while it runs, or has not begun. */
	startedAt: string | null;
	stoppedAt: string | null;
}

const ended = new Set(['success', 'error', 'crashed', 'canceled']);

async function ask<Answer>(api: N8nApi, method: string, path: string, body?: unknown): Promise<Answer> {
	const response = await fetch(`${api.url}${path}`, {
		method,
		headers: { cookie: api.cookieHeader, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
		body: body === undefined ? undefined : JSON.stringify(body),
		signal: AbortSignal.timeout(120_000),
	});
	const text = await response.text();
	if (!response.ok) throw new Error(`n8n refused ${method} ${path.split('?')[0]}: HTTP ${response.status}, ${text.slice(0, 500)}`);
	return (JSON.parse(text) as { data: Answer }).data;
}

/** Creates a workflow and publishes it, and waits until its production webhook answers. @returns its ID */
export async function publish(api: N8nApi, content: WorkflowContent): Promise<string> {
	const { id } = await api.createWorkflow(content);
	const { versionId } = await api.readWorkflow(id);
	await ask(api, 'POST', `/rest/workflows/${id}/activate`, { versionId, name: '', description: '' });
	// n8n registers the webhook a little later.
	await until(`workflow ${id} is published`, async () => {
		const { status } = await ask<{ status: string }>(api, 'GET', `/rest/workflows/${id}/publication-status`);
		if (status !== 'published' && status !== 'in_progress') throw new Error(`n8n did not publish the workflow: ${status}`);
		return status === 'published';
	});
	return id;
}

/** Calls a production webhook. @throws Error when n8n does not accept the call */
export async function callWebhook(api: N8nApi, path: string, body: unknown): Promise<void> {
	const response = await fetch(`${api.url}/webhook/${path}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
		signal: AbortSignal.timeout(120_000),
	});
	if (!response.ok) throw new Error(`The webhook answered HTTP ${response.status}: ${await response.text()}`);
}

/** All executions of a workflow, the oldest first. */
export async function executionsOf(api: N8nApi, workflowId: string): Promise<ExecutionState[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	const { results } = await ask<{ results: ExecutionState[] }>(api, 'GET', `/rest/executions?filter=${filter}&limit=100`);
	return results.sort((a, b) => Number(a.id) - Number(b.id));
}

/** What the execution's page shows of its error. */
export async function errorOf(api: N8nApi, id: string): Promise<string> {
	const { data } = await ask<{ data: string }>(api, 'GET', `/rest/executions/${id}`);
	return /"((?:This execution|Workflow did not|The execution)[^"]*)"/.exec(data)?.[1] ?? '';
}

/** Presses "Retry" on an execution. @returns n8n's refusal, or undefined when it retried */
export async function retry(api: N8nApi, id: string): Promise<string | undefined> {
	try {
		await ask(api, 'POST', `/rest/executions/${id}/retry`, { loadWorkflow: false });
		return undefined;
	} catch (error) {
		return (error as Error).message;
	}
}

/**
 * Waits until a workflow has a number of executions and all have ended.
 *
 * @param patience milliseconds
 * @returns the executions
 * @throws Error when they have not in time
 */
export async function untilEnded(api: N8nApi, workflowId: string, count: number, patience = 300_000): Promise<ExecutionState[]> {
	let executions: ExecutionState[] = [];
	const allEnded = async () => {
		executions = await executionsOf(api, workflowId);
		return executions.length >= count && executions.every(({ status }) => ended.has(status));
	};
	const describe = () => `They stand at: ${executions.map(({ id, status }) => `${id} ${status}`).join(', ')}`;
	await until(`${count} executions have ended`, allEnded, { patience, pause: 250, describe });
	return executions;
}
