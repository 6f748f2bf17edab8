/** The nodes as tools of n8n's AI agent, with a stand-in for the model. */
import assert from 'node:assert/strict';
import type { BrowserContext } from 'playwright-core';
import type { SavedCredential } from '../../demo/n8nApi.mts';
import type { ToolFixture } from '../services/fixture.mts';
import { services, type NodeName } from '../services/index.mts';
import { openWorkflow } from './browser.mts';
import { startChatModel, type ChatModel } from './chatModel.mts';
import type { TestEnvironment } from './environment.mts';
import { NodeForm } from './nodeForm.mts';
import { requests, updatesSent } from './requests.mts';
import type { Steps } from './steps.mts';
import { agentWorkflow, TRIGGER } from './workflows.mts';

/** One node as a tool, and what is tried with it. */
interface Tool extends ToolFixture {
	name: string;
	type: NodeName;
	service: TestEnvironment['services']['sandbox'][NodeName];
	credential: SavedCredential;
}

/** The node as a tool, with a saved credential for its stand-in. */
async function toolOf(node: NodeName, { api, services: { sandbox } }: TestEnvironment): Promise<Tool> {
	const { displayName, sandboxCredentials, tool } = services[node];
	const service = sandbox[node];
	const [{ type, data }] = sandboxCredentials(service.url);
	const credential = await api.saveCredential({ name: `${displayName}, for the agent`, type, data });
	return { ...tool, name: displayName, type: node, service, credential };
}

async function runTool(
	steps: Steps,
	{ api }: TestEnvironment,
	model: ChatModel,
	workflowId: string,
	{ service, required, blanks, wrong }: Tool,
): Promise<void> {
	/** Lets the model call the tool. @returns what it was answered */
	const call = async (parameters: Record<string, unknown>): Promise<string> => {
		service.log.clear();
		model.callWith(parameters);
		const { status, error, nodes } = await api.runWorkflow(workflowId, TRIGGER);
		assert.equal(status, 'success', error?.message);
		assert.equal(nodes['AI Agent'].items[0].json.output, 'Done.');
		assert.ok(model.toolAnswer, 'The model was told nothing');
		return model.toolAnswer;
	};

	await steps.step(
		'called with the required values only, it updates, and the model gets the part of the record that it needs',
		async () => {
			const answer = await call(required.call);
			assert.deepEqual(updatesSent(service), [required.sent]);
			const record = service.record(requests(service, 'PATCH')[0].account!)!;
			const [told] = JSON.parse(answer) as Array<Record<string, unknown>>;
			for (const [key, value] of Object.entries(told).filter(([name]) => name in record)) {
				const stored = record[key] as { value?: unknown };
				assert.deepEqual(value, typeof value === 'string' ? (stored.value ?? stored) : stored);
			}
			assert.ok(Object.keys(told).length < Object.keys(record).length, answer);
		},
	);

	await steps.step('blanks are not sent', async () => {
		await call(blanks);
		assert.deepEqual(updatesSent(service), [required.sent]);
	});

	await steps.step('with a wrong value nothing is sent, and the model is told the field and the remedy', async () => {
		const answer = await call(wrong.call);
		assert.deepEqual(updatesSent(service), []);
		for (const told of wrong.told) assert.match(answer, told);
		return answer;
	});

	await steps.step('an error of the service reaches the model, with what to do about it', async () => {
		service.faults.add({ kind: 'status', status: 412, match: { method: 'PATCH' } });
		const answer = await call(required.call);
		assert.match(answer, /refused the request \(HTTP 412\)/);
		assert.match(answer, /not in the state that the service requires/);
		return answer;
	});
}

/** @param node which node is the tool */
export async function agent(steps: Steps, context: BrowserContext, environment: TestEnvironment, node: NodeName): Promise<void> {
	const { api } = environment;
	const tool = await toolOf(node, environment);
	const { name } = tool;
	const model = await startChatModel();
	try {
		const credential = await api.saveCredential({
			name: 'Stand-in for a model',
			type: 'openAiApi',
			data: { apiKey: 'none', url: model.url },
		});
		const { id } = await api.createWorkflow(agentWorkflow(`Agent with ${name}`, credential, tool));

		await steps.step('the form of the tool shows Update Fields, and no Data to Send', async () => {
			const page = await openWorkflow(context, api, id);
			const form = await NodeForm.open(page, api, name);
			for (const label of ['Dry Run', 'Update Fields']) await form.labelled(label).waitFor();
			await form.parameters.getByText('Defined automatically by the model').first().waitFor();
			assert.equal(await form.labelled('Data to Send').count(), 0, 'Data to Send is shown');
			await page.close();
		});
		await runTool(steps, environment, model, id, tool);
	} finally {
		await model.stop();
	}
}
