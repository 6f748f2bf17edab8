/** A plan that one worker makes and another applies: the first is stopped while a person's approval is awaited. */
import { linkInChat, untilItWaits } from '../examples/approvalForm.mts';
import { setUp, readExample } from '../examples/files.mts';
import type { SavedCredential, Execution } from '../../../demo/n8nApi.mts';
import type { Sandbox } from '../../../sandbox/sandbox.mts';
import { services } from '../../services/index.mts';
import type { Websites } from '../examples/websites.mts';
import { requests } from '../requests.mts';
import type { Cluster, Worker } from './cluster.mts';

const NAME = 'monthly-seats';
const TRIGGER = 'First of the Month';

/** How an execution that waited for an approval went. */
export interface Approved {
	execution: Execution;
	/** Updates that were sent before the approval. */
	sentBefore: number;
	planned: Worker[];
	applied: Worker[];
}

async function saveCredential({ api }: Cluster, sandbox: Sandbox): Promise<SavedCredential> {
	const [{ title, type, data }] = services.aodocs.sandboxCredentials(sandbox.aodocs.url);
	return await api.saveCredential({ name: title, type, data });
}

/** Sends the form that n8n serves at an address, as a browser does. */
async function submit(form: string, decision: string): Promise<void> {
	const body = new FormData();
	body.set('field-0', decision);
	const response = await fetch(form, { method: 'POST', body, signal: AbortSignal.timeout(120_000) });
	if (!response.ok) throw new Error(`The form answered HTTP ${response.status}: ${await response.text()}`);
}

/**
 * Runs examples/monthly-seats.json: schedule, sheet, dry run, form, Apply Plan.
 * @param whileItWaits called when the form waits; returns the workers that are left
 */
export async function approveOnAnotherWorker(
	cluster: Cluster,
	sandbox: Sandbox,
	websites: Websites,
	whileItWaits: () => Promise<Worker[]>,
): Promise<Approved> {
	const { api } = cluster;
	const begun = (workers: Worker[], id: string) => workers.filter((worker) => worker.executions().includes(id));
	websites.messages.length = 0;
	websites.put('/seats.csv', 'department,seats\nSales,120\nEngineering,192\n');
	const { id } = await api.createWorkflow(setUp(readExample(NAME), [await saveCredential(cluster, sandbox)], websites));
	const executionId = await api.startWorkflow(id, TRIGGER);
	const form = await linkInChat(websites);
	await untilItWaits(api, executionId);
	const planned = begun(cluster.workers, executionId);
	const sentBefore = requests(sandbox.aodocs, 'PATCH').length;
	const left = await whileItWaits();
	await submit(form, 'Apply');
	return { execution: await api.waitForExecution(executionId), sentBefore, planned, applied: begun(left, executionId) };
}
