/** The nodes as tools of n8n's AI agent, with a stand-in for the model. */
import assert from 'node:assert/strict';
import type { BrowserContext } from 'playwright-core';
import type { SavedCredential } from '../../demo/n8nApi.mts';
import { sandboxSecrets } from '../../sandbox/sandbox.mts';
import { openWorkflow } from './browser.mts';
import { startChatModel, type ChatModel } from './chatModel.mts';
import type { TestEnvironment } from './environment.mts';
import { NodeForm } from './nodeForm.mts';
import { requests, updatesSent } from './requests.mts';
import type { Steps } from './steps.mts';
import { agentWorkflow, fromAi, TRIGGER } from './workflows.mts';

type Service = TestEnvironment['services']['sandbox']['aodocs' | 'cudoCompute' | 'userHub'];

/** One node as a tool, and what is tried with it. */
interface ToolCase {
	name: string;
	type: string;
	service: Service;
	credential: SavedCredential;
	parameters: Record<string, unknown>;
	/** A call with the required values only, and the body that the service is to get. */
	required: { call: Record<string, unknown>; sent: unknown };
	/** The same with blanks in everything else. */
	blanks: Record<string, unknown>;
	/** A wrong value, and what the model has to be told about it: the field and the remedy. */
	wrong: { call: Record<string, unknown>; told: RegExp[] };
}

async function toolCases({ api, services }: TestEnvironment): Promise<ToolCase[]> {
	const { aodocs, cudoCompute, userHub } = services.sandbox;
	const secrets = sandboxSecrets;
	return [
		{
			name: 'AODocs',
			type: 'aodocs',
			service: aodocs,
			credential: await api.saveCredential({
				name: 'AODocs, for the agent',
				type: 'aodocsSecurityCodeApi',
				data: { baseUrl: aodocs.url, securityCode: secrets.aodocs.securityCode, sendIn: 'header' },
			}),
			parameters: { updateFields: { maxSeats: fromAi('Max_Seats'), portalUrl: fromAi('Portal_URL'), type: fromAi('Type') } },
			required: { call: { Max_Seats: '320' }, sent: { maxSeats: 320 } },
			blanks: { Max_Seats: '320', Portal_URL: '', Type: ' ' },
			wrong: { call: { Max_Seats: 'many', Portal_URL: '', Type: '' }, told: [/Max Seats is not a whole number/, /Use digits only/] },
		},
		{
			name: 'Cudo Compute',
			type: 'cudoCompute',
			service: cudoCompute,
			credential: await api.saveCredential({
				name: 'Cudo Compute, for the agent',
				type: 'cudoComputeApi',
				data: { baseUrl: cudoCompute.url, apiKey: secrets.cudoCompute.apiKey },
			}),
			parameters: {
				billingAccountId: { __rl: true, mode: 'id', value: fromAi('Billing_Account') },
				updateFields: {
					billingAddress: { city: fromAi('City'), line2: fromAi('Line_2') },
					creditBalanceRecharge: { autoRecharge: fromAi('Auto_Recharge') },
					monthlySpendLimit: fromAi('Monthly_Spend_Limit'),
					state: fromAi('State'),
				},
			},
			required: {
				call: { Billing_Account: 'acme-billing', City: 'Rome' },
				sent: { billingAccount: { billingAddress: { city: 'Rome' } }, updateMask: 'billingAddress.city' },
			},
			blanks: { Billing_Account: 'acme-billing', City: 'Rome', Line_2: '', Auto_Recharge: '', Monthly_Spend_Limit: '', State: '' },
			wrong: {
				call: { Billing_Account: 'acme-billing', City: '', Line_2: '', Auto_Recharge: '', Monthly_Spend_Limit: '1,000 €', State: '' },
				told: [/Monthly Spend Limit is not a decimal number/, /Use digits with a dot for the fraction/],
			},
		},
		{
			name: 'UserHub',
			type: 'userHub',
			service: userHub,
			credential: await api.saveCredential({
				name: 'UserHub, for the agent',
				type: 'userHubApi',
				data: {
					baseUrl: userHub.url,
					userApiKey: secrets.userHub.userApiKey,
					signInWith: 'userAccessToken',
					userAccessToken: secrets.userHub.userAccessToken,
				},
			}),
			parameters: {
				organizationId: { __rl: true, mode: 'id', value: fromAi('Organization') },
				updateFields: { displayName: fromAi('Display_Name'), email: fromAi('Email'), phoneNumber: fromAi('Phone_Number') },
			},
			required: {
				call: { Organization: 'org_sandbox0000002', Display_Name: 'Birchwood GmbH' },
				sent: { displayName: 'Birchwood GmbH' },
			},
			blanks: { Organization: 'org_sandbox0000002', Display_Name: 'Birchwood GmbH', Email: '', Phone_Number: '' },
			wrong: {
				call: { Organization: 'org_sandbox0000002', Display_Name: '', Email: 'billing at acme', Phone_Number: '030 12' },
				told: [/Email is not an e-mail address/, /Use one address/, /Phone Number is not a phone number/, /Start with \+/],
			},
		},
	];
}

async function runTool(
	steps: Steps,
	{ api }: TestEnvironment,
	model: ChatModel,
	workflowId: string,
	{ service, required, blanks, wrong }: ToolCase,
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

	await steps.step('called with the required values only, it updates, and the model gets the record', async () => {
		const answer = await call(required.call);
		assert.deepEqual(updatesSent(service), [required.sent]);
		assert.deepEqual(JSON.parse(answer), [service.record(requests(service, 'PATCH')[0].account!)]);
	});

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

/** @param name which node is the tool, by the name that people read */
export async function agent(steps: Steps, context: BrowserContext, environment: TestEnvironment, name: string): Promise<void> {
	const { api } = environment;
	const tool = (await toolCases(environment)).find((candidate) => candidate.name === name)!;
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
