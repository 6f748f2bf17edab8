import '../../support/setup.mts';
import { startNode } from './harness.mts';
import { nodeRun } from './oneRun.mts';
import { startTruthServer } from './truthServer.mts';

/** Stops an execution whose request is never answered, and lives on long enough for what is left of it to come up. */
async function main(): Promise<void> {
	const operation = process.argv[2];
	const server = await startTruthServer('cudoCompute');
	let hasCome = () => {};
	const came = new Promise<void>((resolve) => {
		hasCome = resolve;
	});
	server.script = () => {
		hasCome();
		return { instead: 'hang' };
	};
	const updates = [{ values: { displayName: 'New' } }];
	const run = startNode(nodeRun('cudoCompute', server, { updates, parameters: { operation }, options: { timeout: 500, maxRetries: 2 } }));
	await came;
	run.cancel();
	await run.result;
	await server.stop();
	await new Promise((resolve) => setTimeout(resolve, 1500));
	console.log('ended in order');
	process.exit(0);
}

void main();
