/**
 * The demo: the package, installed into a real n8n as its users install it, updates billing at stand-ins of the services.
 *
 *   npx tsx demo/start.mts          runs the demo workflow once, then leaves n8n's editor open until Ctrl-C
 *   npx tsx demo/start.mts --exit   runs it once and ends; exit code 1 when anything fails
 *
 * The package must have been built. Everything that is installed or stored is in .cache/.
 */
import './nodeVersion.mts';
import { join } from 'node:path';
import { standInNames, standIns } from '../sandbox/standIns.mts';
import { nodeNames } from '../test/services/index.mts';
import { cache, n8nDefinition, n8nFolder, project, userFolderOf } from './folders.mts';
import { billingNodes, saveDemoWorkflow } from './demoWorkflow.mts';
import { N8nApi } from './n8nApi.mts';
import { installN8n, isN8nInstalled, n8nVersion } from './n8nInstall.mts';
import { startN8n } from './n8nServer.mts';
import { demoOwner } from './owner.mts';
import { installPackage, packPackage } from './package.mts';
import { requireFreePorts } from './ports.mts';
import { killAllGroups, stopAllGroups } from './processGroups.mts';
import { describeError, printDetail, printNodeRun, printRequest, printStep, requestLine } from './report.mts';
import { demoCredentials, googleOverwrite, n8nPort, servicePorts, startServices } from './services.mts';

const userFolder = userFolderOf('demo');
const workflowFile = join(project, 'examples', 'address-change-form.json');
const trigger = 'Run by Hand';
const endAfterRun = process.argv.includes('--exit');

/** What has to be undone before the end, the last first. */
const cleanups: Array<() => Promise<void>> = [];
let ending = false;

/**
 * Ends everything that was started, then the demo itself.
 * @param lastWords said when nothing runs any more
 */
async function end(code: number, lastWords?: string): Promise<never> {
	ending = true;
	for (const cleanup of cleanups.splice(0).reverse()) {
		await cleanup().catch((error: Error) => console.error(error.message));
	}
	await stopAllGroups();
	if (lastWords) console.log(lastWords);
	process.exit(code);
}

function endOnSignals(): void {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => {
			if (ending) return;
			console.log('\nStopping …');
			void end(signal === 'SIGINT' ? 130 : 143, 'Stopped.');
		});
	}
	process.on('exit', killAllGroups);
}

async function main(): Promise<void> {
	const started = Date.now();
	const ports = servicePorts();
	await requireFreePorts([n8nPort(), ...Object.values(ports)]);

	printStep('Packing the package');
	const packed = await packPackage(project, cache);
	printDetail(`${packed.name} ${packed.version}: ${packed.files} files, ${Math.ceil(packed.size / 1024)} kB`);

	const version = n8nVersion(n8nDefinition);
	if (!isN8nInstalled(n8nDefinition, n8nFolder)) {
		printStep(`Installing n8n ${version} into .cache/n8n, this once: 2 to 6 minutes, about 2.4 GB`);
		await installN8n(n8nDefinition, n8nFolder);
	}

	printStep('Starting the services: stand-ins on this machine');
	let printRequests = false;
	const services = await startServices(ports, join(project, 'contracts'), (entry) => {
		if (printRequests) printDetail(requestLine(entry));
	});
	cleanups.push(services.stop);
	const running = standInNames.map((name) => services.sandbox[name]);
	printDetail(running.map(({ name, url }) => `${standIns[name].displayName} ${url}`).join('\n'));

	printStep(`Starting n8n ${version} with the packed package installed: 10 to 60 seconds`);
	await installPackage(packed, userFolder);
	const n8n = await startN8n({
		n8nFolder,
		userFolder,
		port: n8nPort().port,
		environment: { CREDENTIALS_OVERWRITE_DATA: googleOverwrite(services) },
	});
	cleanups.push(n8n.stop);
	void n8n.ended.then((code) => {
		if (ending) return;
		console.error(`\nn8n ended by itself (exit code ${code ?? 'none'}). Its log: ${n8n.logFile}`);
		void end(1);
	});
	const api = new N8nApi(n8n.url, n8nFolder);
	await api.signIn(demoOwner);
	const types = await api.nodeTypes();
	const missing = nodeNames.map((name) => `${packed.name}.${name}`).filter((type) => !types.has(type));
	if (missing.length > 0) throw new Error(`n8n did not load ${missing.join(', ')}. Its log: ${n8n.logFile}`);

	printStep('Entering the credentials and the workflow');
	const credentials = [];
	for (const content of demoCredentials(services)) {
		const credential = await api.saveCredential(content);
		credentials.push(credential);
		if (content.type === 'aodocsOAuth2Api') {
			await api.connectOAuth2(credential.id);
			printDetail(`${credential.name}: connected through the authorization server`);
		} else {
			const { status, message } = await api.testCredential(credential.id);
			if (status !== 'OK') throw new Error(`The test of the credential "${credential.name}" failed: ${message}`);
			printDetail(`${credential.name}: tested`);
		}
	}
	const workflow = await saveDemoWorkflow(api, workflowFile, credentials, join(userFolder, 'workflow.json'));
	printDetail(`Workflow "${workflow.content.name}": ${workflow.state}`);

	printStep(`Running the workflow from "${trigger}"`);
	for (const { log } of running) log.clear();
	const execution = await api.runWorkflow(workflow.id, trigger);
	for (const name of billingNodes(workflow.content)) {
		const run = execution.nodes[name];
		if (run) printNodeRun(name, run);
	}

	printStep('What the services were asked');
	const entries = running.flatMap(({ log }) => log.entries).sort((a, b) => a.at - b.at);
	for (const entry of entries) printRequest(entry);
	if (execution.status !== 'success') {
		throw new Error(
			`The execution ended with the status "${execution.status}".${execution.error ? `\n${describeError(execution.error)}` : ''}`,
		);
	}
	// The nodes of the workflow go on after an error, so its success alone says nothing.
	const spared = running.filter(({ log }) => !log.entries.some(({ method, applied }) => method === 'PATCH' && applied));
	if (spared.length > 0) throw new Error(`Nothing was updated at ${spared.map(({ name }) => standIns[name].displayName).join(', ')}.`);
	const seconds = Math.round((Date.now() - started) / 1000);
	printStep(`Done in ${seconds} s: the workflow ran without an error`);
	if (endAfterRun) await end(0);

	console.log(`
  Editor   ${n8n.url}/workflow/${workflow.id}
  E-mail   ${demoOwner.email}
  Password ${demoOwner.password}

  The run above is under Executions. To run it again, choose "from ${trigger}" at the arrow of "Execute workflow", then press
  "Execute workflow": the requests appear below.
  To make a workflow of your own, choose one of the credentials that end in (Demo).
  Ctrl-C stops everything.
`);
	printRequests = true;
}

endOnSignals();
main().catch(async (error: Error) => {
	if (ending) return;
	console.error(`\n✖ ${error.message}`);
	await end(1);
});
