/**
 * n8n's queue mode with the packed package: one main, two workers, PostgreSQL and Redis, the services' stand-ins in this process.
 *
 *   npx tsx test/n8n/queue/main.mts                 with short locks, so that a dead worker is missed after seconds
 *   npx tsx test/n8n/queue/main.mts --default-locks with n8n's own, which takes about two minutes longer
 *
 * 50 executions are started at once; then a worker is killed in the middle of a run of many items, and what n8n and the accounts show
 * afterwards is checked against docs/queue-mode.md. The package must have been built. Needs Debian's postgresql and redis-server.
 */
import '../../../demo/nodeVersion.mts';
import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cache, n8nDefinition, n8nFolder, project } from '../../../demo/folders.mts';
import type { SavedCredential } from '../../../demo/n8nApi.mts';
import { installN8n } from '../../../demo/n8nInstall.mts';
import { packPackage } from '../../../demo/package.mts';
import { killAllGroups, stopAllGroups } from '../../../demo/processGroups.mts';
import { until } from '../../../demo/until.mts';
import type { LogEntry } from '../../../sandbox/log.mts';
import { startSandbox, type Sandbox } from '../../../sandbox/sandbox.mts';
import { services } from '../../services/index.mts';
import { startWebsites } from '../examples/websites.mts';
import { startCluster, type Cluster, type Worker } from './cluster.mts';
import { approveOnAnotherWorker } from './approval.mts';
import { callWebhook, errorOf, executionsOf, publish, retry, untilEnded } from './executions.mts';
import { findPrograms, startStores } from './stores.mts';
import { errorWorkflow, updateMany, updateOne } from './workflows.mts';

/** Executions at each of the two services, started at once. */
const CALLS = 25;
/** Items of the run in which a worker dies, and how long the service takes for each. */
const ITEMS = 40;
const ANSWER_MS = 500;
/** Updates that have been applied when the worker is killed. */
const KILL_AFTER = 10;

/** n8n misses a dead worker when the lock on its job has run out and the next check comes. By default 60 s and 30 s. */
const shortLocks = {
	QUEUE_WORKER_LOCK_DURATION: '6000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '3000',
};
const defaultLocks = process.argv.includes('--default-locks');

const cleanups: Array<() => Promise<void>> = [];

async function stopAll(): Promise<void> {
	for (const cleanup of cleanups.splice(0).reverse()) await cleanup().catch((error: Error) => console.error(error.message));
	await stopAllGroups();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.once(signal, () => void stopAll().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143)));
}
process.on('exit', killAllGroups);

let passed = 0;
let failed = 0;

/** One thing that must hold; a failure is counted and printed, and the rest goes on. */
function check(title: string, assertion: () => void): void {
	try {
		assertion();
		passed += 1;
		console.log(`  ✓ ${title}`);
	} catch (error) {
		failed += 1;
		console.log(`  ✗ ${title}\n${(error as Error).message.replace(/^/gm, '      ')}`);
	}
}

const seconds = (since: number) => `${((Date.now() - since) / 1000).toFixed(1)} s`;
const isUpdate = ({ method }: LogEntry) => method === 'PATCH';

/** How many updates each account got. */
function updatesByAccount(entries: readonly LogEntry[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const { account = '' } of entries.filter(isUpdate)) counts.set(account, (counts.get(account) ?? 0) + 1);
	return counts;
}

/** The services whose accounts are updated. */
const updated = ['cudoCompute', 'userHub'] as const;

async function saveCredentials({ api }: Cluster, sandbox: Sandbox): Promise<Record<(typeof updated)[number], SavedCredential>> {
	const save = async (name: (typeof updated)[number]) => {
		const [{ title, type, data }] = services[name].sandboxCredentials(sandbox[name].url);
		return await api.saveCredential({ name: title, type, data });
	};
	return { cudoCompute: await save('cudoCompute'), userHub: await save('userHub') };
}

type Credentials = Awaited<ReturnType<typeof saveCredentials>>;

/** Many executions at once, each with an account of its own. */
async function atOnce(cluster: Cluster, sandbox: Sandbox, credentials: Credentials): Promise<void> {
	const { api, workers } = cluster;
	console.log(`\n${updated.length * CALLS} executions at once`);
	const workflows: string[] = [];
	for (const name of updated) workflows.push(await publish(api, updateOne(name, `one-${name}`, credentials[name])));
	const wanted = updated.flatMap((name) =>
		sandbox[name]
			.ids()
			.filter((id) => name === 'cudoCompute' || id.startsWith('org_'))
			.slice(0, CALLS)
			.map((account, index) => ({ name, account, displayName: `Queued ${name} ${index}` })),
	);
	const started = Date.now();
	await Promise.all(wanted.map(async ({ name, ...body }) => await callWebhook(api, `one-${name}`, body)));
	const accepted = seconds(started);
	const executions = (await Promise.all(workflows.map(async (id) => await untilEnded(api, id, CALLS)))).flat();
	console.log(`  accepted by the webhooks within ${accepted}, all ended within ${seconds(started)}`);
	const ids = new Set(executions.map(({ id }) => id));
	const shares = workers.map(({ name, executions: begun }) => ({ name, count: begun().filter((id) => ids.has(id)).length }));
	console.log(`  executions per worker: ${shares.map(({ name, count }) => `${name} ${count}`).join(', ')}`);
	console.log(`  sessions made at UserHub: ${sandbox.userHub.sessions.created}`);

	check(`all ${wanted.length} executions succeeded`, () => {
		assert.deepEqual(
			executions.map(({ status }) => status),
			wanted.map(() => 'success'),
		);
	});
	check('each ran on one worker, and both workers ran some', () => {
		assert.equal(
			shares.reduce((sum, { count }) => sum + count, 0),
			wanted.length,
		);
		assert.ok(shares.every(({ count }) => count > 0));
	});
	check('each account got one update and ends as asked, and no other account got any', () => {
		for (const name of updated) {
			const mine = wanted.filter((call) => call.name === name);
			assert.deepEqual(updatesByAccount(sandbox[name].log.entries), new Map(mine.map(({ account }) => [account, 1])));
			assert.deepEqual(
				mine.map(({ account }) => sandbox[name].record(account)?.displayName),
				mine.map(({ displayName }) => displayName),
			);
		}
	});
}

/** The worker that runs an execution. */
async function workerOf(workers: Worker[], id: string): Promise<Worker> {
	return await until(`a worker begins execution ${id}`, () => workers.find((worker) => worker.executions().includes(id)));
}

/** A worker dies in the middle of a run of many items; then the items are run again. */
async function killedWorker(cluster: Cluster, sandbox: Sandbox, credentials: Credentials): Promise<void> {
	const { api, workers } = cluster;
	const service = sandbox.cudoCompute;
	console.log(`\nA worker is killed in the middle of ${ITEMS} items`);
	const accounts = service
		.ids()
		.slice(0, ITEMS)
		.map((account, index) => ({ account, displayName: `After the crash ${index}` }));
	const isDone = ({ account, displayName }: (typeof accounts)[number]) => service.record(account)?.displayName === displayName;
	const done = () => accounts.filter(isDone).length;
	const alarm = await publish(api, errorWorkflow());
	const first = await publish(api, updateMany('many', credentials.cudoCompute, {}, { errorWorkflow: alarm }));
	service.log.clear();
	const slow = service.faults.add({ kind: 'delay', ms: ANSWER_MS, times: 'always', match: { method: 'PATCH' } });

	await callWebhook(api, 'many', { accounts });
	const { id } = await until('the execution is listed', async () => (await executionsOf(api, first))[0]);
	const victim = await workerOf(workers, id);
	const survivors = workers.filter((worker) => worker !== victim);
	await until(`${KILL_AFTER} updates are applied`, () => done() >= KILL_AFTER, { pause: 20 });
	process.kill(-victim.server.pid, 'SIGKILL');
	const killed = Date.now();
	const atKill = done();
	await victim.server.ended;
	const sentAtKill = service.log.entries.filter(isUpdate).length;
	console.log(`  ${victim.name}, which ran execution ${id}, was killed: ${sentAtKill} updates sent, ${atKill} of them applied by then`);

	const [ended] = await untilEnded(api, first, 1, 300_000);
	const took = seconds(killed);
	console.log(`  n8n showed it as "running" for another ${took}, then as "${ended.status}"`);
	console.log(`  its error: ${await errorOf(api, id)}`);
	// A second start must not come, and nothing tells that it will not: this is long enough for one, if there were one.
	await sleep(Number(shortLocks.QUEUE_WORKER_LOCK_DURATION) + 2 * Number(shortLocks.QUEUE_WORKER_STALLED_INTERVAL));
	const sent = service.log.entries.filter(isUpdate);
	const applied = done();
	console.log(`  ${sent.length} updates had been sent in all, ${applied} applied, ${ITEMS - applied} accounts untouched`);
	check('the execution ended as "crashed" or "error"', () => assert.match(ended.status, /^(crashed|error)$/));
	const executions = await executionsOf(api, first);
	check('no other worker ran it again', () => {
		assert.equal(executions.length, 1);
		assert.deepEqual(
			survivors.flatMap((worker) => worker.executions().filter((other) => other === id)),
			[],
		);
	});
	check('no account got a second update', () => assert.ok([...updatesByAccount(sent).values()].every((count) => count === 1)));
	check('what had been sent was applied, though n8n does not know: no more than was in flight', () => {
		assert.equal(applied, sent.length);
		assert.ok(applied - atKill <= 2, `${applied - atKill} were applied after the worker was killed`);
		assert.ok(applied < ITEMS);
	});
	const alarms = await executionsOf(api, alarm);
	check('the error workflow was run, once', () =>
		assert.deepEqual(
			alarms.map(({ status }) => status),
			['success'],
		),
	);
	service.log.clear();
	const refusal = await retry(api, id);
	const retried = (await untilEnded(api, first, refusal === undefined ? 2 : 1)).filter(({ mode }) => mode === 'retry');
	const sentByRetry = service.log.entries.filter(isUpdate).length;
	console.log(
		`  Retry in the list of executions: ${refusal ?? `accepted, ended as "${retried.map(({ status }) => status).join()}"`}, ${sentByRetry} updates sent`,
	);
	check('Retry sends nothing: n8n has not kept the items', () => assert.equal(sentByRetry, 0));

	console.log('\nThe same items once more, with Skip If Unchanged');
	slow.remove();
	service.log.clear();
	const second = await publish(api, updateMany('again', credentials.cudoCompute, { skipIfUnchanged: true }));
	await callWebhook(api, 'again', { accounts });
	const [again] = await untilEnded(api, second, 1);
	const resent = service.log.entries.filter(isUpdate);
	console.log(`  ${resent.length} updates sent, to the accounts that had not been updated; ${done()} of ${ITEMS} accounts are right now`);
	check('the execution succeeded on the worker that is left', () => {
		assert.equal(again.status, 'success');
		assert.ok(survivors[0].executions().includes(again.id));
	});
	check('only the rest was sent, once each', () => {
		assert.equal(resent.length, ITEMS - applied);
		assert.ok([...updatesByAccount(resent).values()].every((count) => count === 1));
	});
	check('every account ends right', () => assert.equal(done(), ITEMS));
}

/** A plan is approved, and applied by another worker than the one that made it; first without drift, then with. */
async function approvedElsewhere(cluster: Cluster, sandbox: Sandbox): Promise<void> {
	console.log('\nA plan waits for an approval, and another worker applies it');
	const websites = await startWebsites();
	cleanups.push(websites.stop);
	const service = sandbox.aodocs;
	/** Starts another worker and stops all that were there. */
	const relieve = async () => {
		const before = [...cluster.workers];
		const other = await cluster.addWorker();
		await Promise.all(before.map(async ({ server }) => await server.stop()));
		return [other];
	};
	const named = (workers: Worker[]) => workers.map(({ name }) => name).join(', ') || 'none';

	service.log.clear();
	const plain = await approveOnAnotherWorker(cluster, sandbox, websites, relieve);
	console.log(
		`  planned by ${named(plain.planned)}, applied by ${named(plain.applied)}: ${plain.execution.nodes['Apply Plan']?.hints[0] ?? ''}`,
	);
	check('nothing was sent before the approval', () => assert.equal(plain.sentBefore, 0));
	check('the plan was applied by a worker that did not make it', () => {
		assert.equal(plain.execution.status, 'success');
		assert.equal(plain.planned.length, 1);
		assert.equal(plain.applied.length, 1);
		assert.equal(service.record('domain')!.maxSeats, 312);
	});

	service.reset();
	const drifted = await approveOnAnotherWorker(cluster, sandbox, websites, async () => {
		service.set('domain', { ...service.record('domain')!, maxSeats: 400 });
		return await relieve();
	});
	console.log(
		`  with drift: planned by ${named(drifted.planned)}, refused by ${named(drifted.applied)}: ${drifted.execution.error?.message}`,
	);
	check('with drift, the other worker sends nothing and says so', () => {
		assert.equal(drifted.execution.status, 'error');
		assert.match(drifted.execution.error!.message, /has changed since the plan was made/);
		assert.equal(service.record('domain')!.maxSeats, 400);
	});
}

async function main(): Promise<void> {
	findPrograms();
	const started = Date.now();
	const packed = await packPackage(project, join(cache, 'queue'));
	await installN8n(n8nDefinition, n8nFolder);
	const sandbox = await startSandbox({
		contractsDir: join(project, 'contracts'),
		cudoCompute: { accounts: 2 * CALLS },
		userHub: { organizations: CALLS },
	});
	cleanups.push(sandbox.stop);
	const stores = await startStores(join(cache, 'queue', 'stores'));
	cleanups.push(stores.stop);
	const cluster = await startCluster(packed, { ...stores.environment, ...(defaultLocks ? {} : shortLocks) });
	cleanups.push(cluster.stop);
	console.log(
		`${packed.name} ${packed.version} in n8n's queue mode, one main and ${cluster.workers.length} workers (started in ${seconds(started)})`,
	);

	const credentials = await saveCredentials(cluster, sandbox);
	await atOnce(cluster, sandbox, credentials);
	await killedWorker(cluster, sandbox, credentials);
	await approvedElsewhere(cluster, sandbox);
}

main()
	.catch((error: Error) => {
		failed += 1;
		console.error(`\n✖ ${error.stack ?? error.message}`);
	})
	.finally(() => {
		void stopAll().then(() => {
			console.log(`\n${passed} passed, ${failed} failed`);
			process.exit(failed > 0 ? 1 : 0);
		});
	});
