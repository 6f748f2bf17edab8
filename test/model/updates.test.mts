import fc from 'fast-check';
import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeParameters, NodeExecutionHint } from 'n8n-workflow';

import { forgetGates } from '../../nodes/shared/http/gates.ts';
import { nodeNames, services } from '../services/index.mts';
import { accounts } from '../support/accounts.mts';
import { runNode } from '../support/engine.mts';
import { errorIn } from '../support/items.mts';
import { nodes } from '../support/installation.mts';
import { nested } from '../support/leaves.mts';
import { put } from '../support/paths.mts';
import { closeServices } from '../support/service.mts';
import { entriesFor, inForm, parameterPath } from '../support/updates.mts';
import { Clock } from '../support/clock.mts';
import { checkExecution } from './check.mts';
import type { Execution } from './check.mts';
import type { Handed } from './claims.mts';
import { createModelService, listen } from './modelService.mts';
import type { ModelService } from './modelService.mts';
import { scenariosOf } from './scenarios.mts';
import type { Scenario } from './scenarios.mts';
import { modelOf } from './serviceModel.mts';
import type { ServiceModel } from './serviceModel.mts';

/**
 * Any items, any accounts, any faults: after every run, what the node says of each item must be true of a model of the service.
 *
 * MODEL_RUNS sets the number of runs (1,000), MODEL_SEED the seed. When a run fails, fast-check prints
 * its seed, path and scenario; with MODEL_SHRINK=1 it makes the scenario smaller first, which may take minutes.
 */

const RUNS = Number(process.env.MODEL_RUNS ?? 1000);
const SEED = Number(process.env.MODEL_SEED ?? 20_260_131);

// Waits are not what is tested here (that is in unit/retryPolicy and engine/whatHappens), so the clock is moved on instead of waiting.
const clock = new Clock();
jest.mock('n8n-workflow', () => {
	const actual = jest.requireActual<object>('n8n-workflow');
	return { ...actual, sleep: async (ms: number, signal?: AbortSignal) => await clock.sleep(ms, signal) };
});

// The log of a long run naps beside the requests, which would move this clock on while n8n is at work (it is tested in unit/progress).
jest.mock('../../nodes/shared/operations/progress.ts', () => ({
	tellingProgress: async (_context: unknown, _run: unknown, _what: unknown, _progressOf: unknown, work: () => Promise<void>) =>
		await work(),
}));

beforeAll(() => clock.install());
afterAll(() => {
	closeServices();
	clock.remove();
});

/** Random numbers that are the same in every run: they are in the waits of the nodes. */
function repeatable(): () => number {
	let state = 1;
	return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

/** The parameters, the same for all items; what differs is taken from the item's JSON by expressions. */
function parametersOf(model: ServiceModel, scenario: Scenario): INodeParameters {
	const { items, ofUser, autoMap, output, maxConcurrentRequests, maxRetries } = scenario;
	const paths = [...new Set(items.flatMap(({ values }) => Object.keys(values)))];
	const updateFields: IDataObject = {};
	for (const path of paths) put(updateFields, parameterPath(path), `={{ $json.values[${JSON.stringify(path)}] }}`);
	const option = (name: string) => `={{ $json.options.${name} }}`;
	return {
		...(ofUser ? services[model.name].model.ownAccount : accounts[model.name].selectionOf('={{ $json.account }}')),
		dataToSend: autoMap ? 'autoMapInputData' : 'defineBelow',
		...(autoMap ? { fieldsToMap: entriesFor(nodes[model.name], paths) } : inForm(nodes[model.name], updateFields)),
		...(model.clearable.length > 0 && { fieldsToClear: '={{ $json.clear }}' }),
		dryRun: option('dryRun'),
		options: {
			maxConcurrentRequests,
			maxRetries,
			output,
			skipIfUnchanged: option('skipIfUnchanged'),
			...(items[0].options.refuseChangesAbove !== undefined && { refuseChangesAbove: option('refuseChangesAbove') }),
		},
	} as INodeParameters;
}

/**
 * Runs a scenario in the engine.
 *
 * @returns every violation, in words
 */
async function run(model: ServiceModel, scenario: Scenario, service: ModelService): Promise<string[]> {
	const { name } = model;
	const executions: Execution[] = [];
	const node = nodes[name];
	const execute = Object.getPrototypeOf(node).execute as (this: IExecuteFunctions) => Promise<INodeExecutionData[][]>;
	// Watches each execution, since Retry On Fail makes several and n8n keeps only what the last one hands back.
	const watched = jest.spyOn(node, 'execute').mockImplementation(async function (this: IExecuteFunctions) {
		const first = structuredClone(service.records);
		const handed: Handed = { hints: [] };
		service.beginAttempt();
		clock.follow(this);
		const from = service.log.length;
		try {
			const output = await execute.call(this);
			handed.items = structuredClone(output[0]);
			return output;
		} catch (error) {
			handed.error = error as Handed['error'];
			throw error;
		} finally {
			handed.hints = (this as unknown as { hints: NodeExecutionHint[] }).hints;
			executions.push({
				attempt: executions.length,
				handed,
				first,
				last: structuredClone(service.records),
				log: service.log.slice(from),
				earlier: executions.at(-1),
			});
		}
	});
	try {
		const result = await runNode({
			node: name,
			parameters: parametersOf(model, scenario),
			credentials: accounts[name].credentials,
			items: scenario.items.map(
				(item) => ({ ...item, ...(scenario.autoMap ? nested(model.leaves, item.values) : {}) }) as unknown as IDataObject,
			),
			onError: scenario.onError,
			...(scenario.retryOnFail && { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 }),
		});
		const wrong = executions.flatMap((execution) =>
			checkExecution(model, scenario, execution).map((text) => (execution.attempt === 0 ? text : `try ${execution.attempt + 1}: ${text}`)),
		);
		if (service.strays.length > 0)
			wrong.push(`requests to nowhere: ${service.strays.map(({ method, path }) => `${method} ${path}`).join()}`);
		if (service.mostOpen > scenario.maxConcurrentRequests) wrong.push(`${service.mostOpen} requests at once`);
		wrong.push(...checkRerun(executions));
		const handedOn = result.error ? 0 : result.outputs.flat().length;
		if (!result.error && handedOn !== scenario.items.length) wrong.push(`${handedOn} items came out of the engine`);
		if (scenario.onError === 'continueErrorOutput' && result.outputs[0]?.some(({ json }) => errorIn(json) !== undefined)) {
			wrong.push('an error item came out of the regular output');
		}
		return wrong;
	} finally {
		watched.mockRestore();
	}
}

/** What had been carried out in full is not sent again by a rerun, unless a rerun item before it undid it. */
function checkRerun(executions: Execution[]): string[] {
	const updates = executions.map(({ log }) => log.filter(({ method }) => method === 'PATCH'));
	return updates.slice(1).flatMap((again, index) => {
		const firsts = [...new Map(again.toReversed().map((dealt) => [dealt.account, dealt])).values()];
		return firsts
			.filter(({ account, item }) =>
				updates[index].some((dealt) => dealt.account === account && dealt.item === item && dealt.meaning === 'good' && dealt.isWhole),
			)
			.map(({ account, item }) => `account ${account}: the rerun sent item ${item} again, which had been applied`);
	});
}

// One service after another: they share the clock.
test.each(nodeNames)(
	'every claim of %s is true of the model',
	async (name) => {
		const model = modelOf(name);
		let current: ModelService | undefined;
		listen(model, () => current);
		await fc.assert(
			fc.asyncProperty(scenariosOf(model), async (scenario) => {
				// What an earlier run found out about the pace is of another service.
				forgetGates();
				jest.spyOn(Math, 'random').mockImplementation(repeatable());
				current = createModelService(model, scenario, clock);
				expect(await run(model, scenario, current)).toEqual([]);
				await clock.runDown();
			}),
			{
				numRuns: Math.ceil(RUNS * services[name].model.share),
				seed: SEED,
				endOnFailure: process.env.MODEL_SHRINK === undefined,
				timeout: 120_000,
			},
		);
	},
	900_000,
);
