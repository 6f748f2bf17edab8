import type { INode, INodeParameters } from 'n8n-workflow';

import type { LogEntry } from '../../sandbox/log.mts';
import type { FaultFixture, SignIn } from '../services/fixture.mts';
import { type NodeName, services } from '../services/index.mts';
import { recordOf } from '../services/recordOf.mts';
import { type NodeResult, type NodeRun, runNode, type StoredCredentials } from '../support/engine.mts';
import { type Bench, startBench } from './bench.mts';
import { checkClaims, type Dealt, type Manner } from './checkClaims.mts';
import { readClaims } from './claims.mts';
import { CHOSEN, type FaultContext, faultsOf, faultsOfDryRun } from './faultsOf.mts';
import type { FaultRow } from './faultTable.mts';
import { type Gate, startGate } from './gate.mts';
import type { OtherHost } from './otherHost.mts';
import { everythingIn, PlantedSecrets, spellings } from './secrets.mts';
import { startTokenServer, type TokenServer } from './tokenServer.mts';
import { travelled } from './travelled.mts';

/** What the node does when an item fails. */
export const modes = ['stop', 'continue', 'error output'] as const;
export type Mode = (typeof modes)[number];

const ON_ERROR: Record<Mode, INode['onError']> = {
	stop: 'stopWorkflow',
	continue: 'continueRegularOutput',
	'error output': 'continueErrorOutput',
};

/** One cell of the matrix. */
export interface Case {
	number: number;
	row: FaultRow;
	service: NodeName;
	mode: Mode;
	tellsChanges: boolean;
	/** Whether the items ask for another second field, where the service has one: UserHub's address, for which the record is read first. */
	other: boolean;
	signIn: SignIn;
	/** In which spelling the service repeats secrets. */
	spelling: number;
}

/** What a case came to. */
export interface CaseResult {
	case: Case;
	wrongClaims: string[];
	/** Where which secret was found. */
	secretsFound: string[];
	ms: number;
}

/** A bench with a server that renews tokens of OAuth2. */
export interface CaseBench extends Bench {
	tokenServer: TokenServer;
}

/** @param root the project's directory */
export async function startCaseBench(root: string): Promise<CaseBench> {
	const tokenServer = await startTokenServer();
	const bench = await startBench(root);
	const { stop } = bench;
	return Object.assign(bench, {
		tokenServer,
		stop: async () => {
			await Promise.all([stop(), tokenServer.stop()]);
		},
	});
}

const MAX_RETRIES = 2;
/** For how long connections are refused where that is for a moment, in ms. */
const MOMENT_MS = 150;

/** Everything of a result that reaches a person, another node, a log or n8n's database. */
const placesIn = ({ outputs, error, hints, runData, status }: NodeResult, log: string[]) => ({
	output: outputs,
	error: [error, error?.message, error?.description, error?.stack, error?.cause, error?.context],
	hints,
	'run data': [runData, status],
	log,
});

/** Each secret that got out, with where it is. */
function secretsIn(result: NodeResult, log: string[], secrets: PlantedSecrets, run: string): string[] {
	const places: Record<string, string[]> = {};
	for (const [place, value] of Object.entries(placesIn(result, log))) {
		for (const secret of secrets.in(everythingIn(value))) (places[secret] ??= []).push(place);
	}
	return Object.entries(places).map(([secret, found]) => `${run}: ${secret} in ${found.join(', ')}`);
}

/**
 * Runs one case: five items with the fault, then a dry run of one item with the same fault on its read.
 *
 * @param log the lines of n8n's logger, of all cases
 */
export async function runCase(testCase: Case, bench: CaseBench, otherHost: OtherHost, log: string[]): Promise<CaseResult> {
	const started = Date.now();
	const firstLine = log.length;
	const secrets = new PlantedSecrets(testCase.number);
	const update = await runUpdate(testCase, bench, otherHost, secrets);
	const drySecrets = new PlantedSecrets(testCase.number);
	const dry = await runDry(testCase, bench, otherHost, drySecrets);
	const lines = log.slice(firstLine);
	return {
		case: testCase,
		wrongClaims: [...update.wrong, ...dry.wrong],
		secretsFound: [...secretsIn(update.result, lines, secrets, 'update'), ...secretsIn(dry.result, lines, drySecrets, 'dry run')],
		ms: Date.now() - started,
	};
}

interface Prepared {
	context: FaultContext;
	credentials: StoredCredentials;
	dealt: Dealt[];
	gate?: Gate;
	end(): Promise<void>;
}

/** Puts the bench into the state in which a run begins. */
async function prepare(testCase: Case, bench: CaseBench, otherHost: OtherHost, secrets: PlantedSecrets): Promise<Prepared> {
	const { row, service: name } = testCase;
	const { sandbox, tokenServer } = bench;
	const service: FaultFixture = services[name].faults;
	const stand = sandbox[name];
	sandbox.reset();
	tokenServer.refuses = row.renewalRefused === true;
	tokenServer.makeToken = () => secrets.plant('renewedToken');
	tokenServer.made.length = 0;
	if (row.ignoresNotUpdatable) service.ignoreNotUpdatable?.(sandbox);

	const gate = row.refused ? await startGate(stand.url) : undefined;
	const credentials = testCase.signIn.credentials({
		sandbox,
		secret: (field, isSent) => secrets.plant(field, isSent),
		baseUrl: gate?.url ?? stand.url,
		tokenServer,
	});
	if (row.renewalRefused) testCase.signIn.refuseRenewal?.(sandbox);

	const items = service.accounts.map((_, index) => service.item(testCase.number, index, testCase.other));
	const { account } = items[CHOSEN];
	const reads = items.slice(0, CHOSEN + 1).filter((item) => item.account === account);
	const readsBefore =
		testCase.tellsChanges || services[name].update.readsFirst(items[CHOSEN].leaves.map(({ path }) => path)) ? reads.length : 0;
	const secret = secrets.sent[testCase.number % secrets.sent.length];
	const echo = `The credential ${spellings[testCase.spelling].spell(secret)} is not liked here`;

	const dealt: Dealt[] = [];
	bench.onRequest = (entry) => {
		for (const value of travelled(entry)) secrets.add(value);
		dealt.push({ entry, after: entry.account === undefined ? undefined : stand.record(entry.account) });
	};
	return {
		context: { service, items, readsBefore, echo, otherHost: otherHost.url },
		credentials,
		dealt,
		gate,
		end: async () => {
			bench.onRequest = undefined;
			await gate?.stop();
		},
	};
}

const runOf = ({ service, mode }: Case, parameters: INodeParameters, more: Partial<NodeRun>): NodeRun => ({
	node: service,
	parameters: { operation: 'update', ...services[service].faults.parameters, ...parameters },
	onError: ON_ERROR[mode],
	...more,
});

const optionsOf = ({ row, tellsChanges }: Case, maxRetries: number): INodeParameters => ({
	maxRetries,
	...(tellsChanges && { output: 'recordAndChanges' }),
	...(row.timeout !== undefined && { timeout: row.timeout }),
	// One after another, so that it is known which request is refused.
	...(row.refused && { maxConcurrentRequests: 1 }),
});

/** Shuts the gate right before the chosen item's update is due. */
function shutInTime({ row }: Case, { context: { items, readsBefore }, gate }: Prepared, bench: CaseBench): void {
	if (!gate) return;
	if (row.refused === 'from the start') {
		gate.shut();
		return;
	}
	// With one account after another, its last update before the chosen item's, or the read that this one needs.
	const { account } = items[CHOSEN];
	const sameAccount = items.every((item) => item.account === account);
	const before = sameAccount ? items[0] : items.findLast((item) => item.account === items[0].account)!;
	const isDue = ({ method, body, account: asked }: LogEntry) => {
		if (readsBefore > 0) return method === 'GET' && asked === account && --readsLeft === 0;
		return method === 'PATCH' && JSON.stringify(body).includes(JSON.stringify(before.leaves[0].value));
	};
	let readsLeft = readsBefore;
	const record = bench.onRequest;
	bench.onRequest = (entry) => {
		record?.(entry);
		if (gate.wasShut() || !isDue(entry)) return;
		gate.shut();
		if (row.refused === 'for a moment') setTimeout(() => void gate.open(), MOMENT_MS);
	};
}

async function runUpdate(testCase: Case, bench: CaseBench, otherHost: OtherHost, secrets: PlantedSecrets) {
	const { row, service: name, mode, tellsChanges } = testCase;
	const stand = bench.sandbox[name];
	const prepared = await prepare(testCase, bench, otherHost, secrets);
	const { context, credentials, dealt } = prepared;
	const faults = faultsOf(row, context).map((fault) => stand.faults.add(fault));
	shutInTime(testCase, prepared, bench);

	const { items, service } = context;
	const records = () => Object.fromEntries(service.accounts.map((account) => [account, stand.record(account)]));
	const first = records();
	const result = await runNode(
		runOf(
			testCase,
			{ ...testCase.signIn.parameters, options: optionsOf(testCase, MAX_RETRIES) },
			{
				items: items.map(({ json }) => json),
				credentials,
			},
		),
	);
	await prepared.end();

	const manner: Manner = { stops: mode === 'stop', errorOutput: mode === 'error output', tellsChanges };
	const truth = {
		items,
		dealt,
		first,
		last: records(),
		someRefused: row.refused !== undefined,
		valuesIn: (body: unknown) => recordOf(services[name], body),
	};
	const wrong = checkClaims(readClaims(result, tellsChanges), truth, manner);
	// A case whose fault nobody met would show nothing. Whether a renewal reads is the sign-in's business.
	const toMeet = faults.filter((_, index) => index === 0 || (row.reading && !row.renewalRefused));
	for (const { hits } of toMeet) if (hits === 0) wrong.push('a fault was not met');
	if (row.refused && !prepared.gate?.wasShut()) wrong.push('no connection was refused');
	if (otherHost.connections > 0) wrong.push(`the other host was connected to, and received: ${otherHost.received}`);
	return { result, wrong };
}

/** A dry run may fail, but it sends no update and says so. */
async function runDry(testCase: Case, bench: CaseBench, otherHost: OtherHost, secrets: PlantedSecrets) {
	const { row, service: name, mode } = testCase;
	const prepared = await prepare(testCase, bench, otherHost, secrets);
	for (const fault of faultsOfDryRun(row, prepared.context)) bench.sandbox[name].faults.add(fault);
	if (row.refused !== undefined) prepared.gate?.shut();
	const result = await runNode(
		runOf(
			testCase,
			{ ...testCase.signIn.parameters, dryRun: true, options: optionsOf(testCase, 1) },
			{
				items: [prepared.context.items[0].json],
				credentials: prepared.credentials,
			},
		),
	);
	await prepared.end();

	const wrong: string[] = [];
	if (prepared.dealt.some(({ entry }) => entry.method === 'PATCH')) wrong.push('dry run: an update was sent');
	const plans = result.outputs[0]?.filter(({ json }) => json.outcome === 'planned' && typeof json.plan === 'string') ?? [];
	const claims = readClaims(result, false).items.filter(({ said, outcome }) => said !== 'item' && outcome === 'not sent');
	if (plans.length + claims.length !== 1) wrong.push(`dry run: ${plans.length} plans and ${claims.length} failures for one item`);
	if ((result.error !== undefined) !== (mode === 'stop' && claims.length === 1)) wrong.push('dry run: fails otherwise than asked');
	return { result, wrong };
}
