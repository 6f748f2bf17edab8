import '../../support/setup.mts';
import { SAY_OUTCOMES } from './claims.mts';
import { update } from './oneRun.mts';
import { standIns } from './standIns.mts';
import { startTruthServer } from './truthServer.mts';

/** A key with backslashes, and a refusal with many: prints the outcome and the milliseconds of computing. In a process of its own, because a slow pattern stops everything else. */
async function main(): Promise<void> {
	const server = await startTruthServer('aodocs');
	const key = '\\\\\\\\key';
	server.tenants.set(key, 't1');
	const message = '\\'.repeat(20_000);
	server.script = ({ kind }) =>
		kind === 'update' ? { store: false, status: 400, body: () => JSON.stringify({ error: { message } }) } : undefined;
	const began = process.cpuUsage();
	const { outcomes } = await update('aodocs', server, {
		updates: [{ values: { maxSeats: 300 } }],
		credentials: standIns.aodocs.credentials(server.url, key),
		options: { ...SAY_OUTCOMES, maxRetries: 0 },
	});
	const { user } = process.cpuUsage(began);
	console.log(JSON.stringify({ outcomes, ms: user / 1000 }));
	process.exit(0);
}

void main();
