/** What the demo is about to do and how long that takes, and whether this machine has what it needs. */
import { n8nDefinition, n8nFolder } from './folders.mts';
import { isN8nInstalled, n8nVersion } from './n8nInstall.mts';
import { requireFreePorts } from './ports.mts';
import { missingForInstallation } from './requirements.mts';
import { printDetail, printStep } from './report.mts';
import { n8nPort, servicePorts } from './services.mts';

/** @throws Error with what is missing, a plain sentence for each */
export async function checkReadiness(): Promise<void> {
	const installed = isN8nInstalled(n8nDefinition, n8nFolder);
	printStep('The demo: this package in a real n8n, with stand-ins of the three services. Everything stays on this machine');
	printDetail(
		[
			'1. builds the package: half a minute',
			`2. ${installed ? 'n8n is installed already' : `installs n8n ${n8nVersion(n8nDefinition)} into .cache/n8n, this once: 2 to 6 minutes, about 2.4 GB`}`,
			'3. starts n8n and the stand-ins, and runs a workflow: a minute',
		].join('\n'),
	);
	await requireFreePorts([n8nPort(), ...Object.values(servicePorts())]);
	const missing = installed ? [] : await missingForInstallation(n8nDefinition, n8nFolder);
	if (missing.length > 0) throw new Error(missing.join('\n'));
}
