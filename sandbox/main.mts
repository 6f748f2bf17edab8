// The sandbox as a program: `npx tsx sandbox/main.mts`. Ctrl-C ends it.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { LogEntry } from './log.mts';
import { type SandboxOptions, sandboxSecrets, startSandbox } from './sandbox.mts';
import { type StandInName, standInNames, standIns } from './standIns.mts';

const HELP = `Local stand-ins for ${standInNames.map((name) => standIns[name].displayName).join(', ')}.

  npx tsx sandbox/main.mts [options]

  --port NAME=N             port of a stand-in
  --set NAME.OPTION=VALUE   an option of a stand-in; the value is JSON, or a text
  --help                    this text

  NAME and port, and OPTION with its default:
${standInNames.map(describe).join('\n')}
`;

function describe(name: StandInName): string {
	const { port, defaults } = standIns[name];
	const options = Object.entries(defaults).map(([option, value]) => `      ${option}=${JSON.stringify(value)}`);
	return [`    ${name}=${port}`, ...options].join('\n');
}

/** The part before `=` and the part after it. @throws Error where there is no `=` */
function split(flag: string, text: string): [string, string] {
	const at = text.indexOf('=');
	if (at < 0) throw new Error(`--${flag} "${text}" has no "="`);
	return [text.slice(0, at), text.slice(at + 1)];
}

function standInName(text: string): StandInName {
	const name = standInNames.find((candidate) => candidate === text);
	if (!name) throw new Error(`There is no stand-in "${text}", but ${standInNames.join(', ')}`);
	return name;
}

function parseValue(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

function portsFrom(texts: string[]): Record<StandInName, number> {
	const ports = Object.fromEntries(standInNames.map((name) => [name, standIns[name].port])) as Record<StandInName, number>;
	for (const text of texts) {
		const [name, value] = split('port', text);
		const port = Number(value);
		if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port ${name} must be a port, not "${value}"`);
		ports[standInName(name)] = port;
	}
	return ports;
}

function optionsFrom(texts: string[]): SandboxOptions {
	const options: Record<string, Record<string, unknown>> = {};
	for (const text of texts) {
		const [path, value] = split('set', text);
		const [first, option = ''] = path.split('.');
		const name = standInName(first);
		if (!(option in standIns[name].defaults)) throw new Error(`${name} has no option "${option}"`);
		options[name] = { ...options[name], [option]: parseValue(value) };
	}
	return options;
}

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
			port: { type: 'string', multiple: true, default: [] },
			set: { type: 'string', multiple: true, default: [] },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) {
		console.log(HELP);
		return;
	}
	const sandbox = await startSandbox({
		...optionsFrom(values.set),
		ports: portsFrom(values.port),
		contractsDir: join(import.meta.dirname, '..', 'contracts'),
		onRequest: (entry) => console.log(line(entry)),
	});
	for (const name of standInNames) {
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
