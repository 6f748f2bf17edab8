// The sandbox as a program: `npx tsx sandbox/main.mts`. Ctrl-C ends it.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { LogEntry } from './log.mts';
import { sandboxSecrets, startSandbox } from './sandbox.mts';

const HELP = `Local stand-ins for AODocs, Cudo Compute and UserHub.

  npx tsx sandbox/main.mts [options]

  --aodocs-port N      port of AODocs (4401)
  --cudo-port N        port of Cudo Compute (4402)
  --userhub-port N     port of UserHub (4403)
  --accounts N         number of Cudo Compute accounts (25)
  --organizations N    number of UserHub organizations (12)
  --session-seconds N  life of a UserHub session (3600)
  --help               this text
`;

function line(entry: LogEntry): string {
	const { service, method, path, account, status, applied, faults, problem, at } = entry;
	return [
		new Date(at).toISOString().slice(11, 23),
		service.padEnd(11),
		method.padEnd(5),
		String(status ?? 'cut').padEnd(3),
		path,
		account && !path.includes(account) ? `(${account})` : '',
		applied ? 'applied' : '',
		faults.length > 0 ? `fault: ${faults.join(', ')}` : '',
		problem ?? '',
	]
		.filter((part) => part !== '')
		.join(' ');
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			'aodocs-port': { type: 'string', default: '4401' },
			'cudo-port': { type: 'string', default: '4402' },
			'userhub-port': { type: 'string', default: '4403' },
			accounts: { type: 'string', default: '25' },
			organizations: { type: 'string', default: '12' },
			'session-seconds': { type: 'string', default: '3600' },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) {
		console.log(HELP);
		return;
	}
	const number = (name: Exclude<keyof typeof values, 'help'>): number => {
		const value = Number(values[name]);
		if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a whole number, not "${values[name]}"`);
		return value;
	};

	const sandbox = await startSandbox({
		ports: { aodocs: number('aodocs-port'), cudoCompute: number('cudo-port'), userHub: number('userhub-port') },
		contractsDir: join(import.meta.dirname, '..', 'contracts'),
		cudoCompute: { accounts: number('accounts') },
		userHub: { organizations: number('organizations'), sessionLifetime: number('session-seconds') * 1000 },
		onRequest: (entry) => console.log(line(entry)),
	});
	for (const name of ['aodocs', 'cudoCompute', 'userHub'] as const) {
		console.log(name, sandbox[name].url);
		for (const [field, value] of Object.entries(sandboxSecrets[name])) console.log(`  ${field}: ${value}`);
	}
	console.log('Ctrl-C ends the sandbox.');
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.stop());
}

main().catch((error: Error) => {
	console.error(error.message);
	process.exitCode = 1;
});
