/** A real n8n in a folder of its own: installed once from the committed lockfile, reused as long as that lockfile stays the same. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { runToEnd } from './processGroups.mts';
import { showProgress } from './progress.mts';
import { missingForInstallation } from './requirements.mts';

const definitionFiles = ['package.json', 'package-lock.json', '.npmrc'];
const stampFile = 'installed.json';

interface LockedPackage {
	optional?: boolean;
	os?: string[];
	cpu?: string[];
	libc?: string[];
	link?: boolean;
}

function readLockfile(folder: string) {
	return readFileSync(join(folder, 'package-lock.json'), 'utf8');
}

/** What an installation depends on: the lockfile, and the platform that its compiled parts are made for. */
function stampOf(lockfile: string): string {
	const hash = createHash('sha256').update(lockfile).digest('hex');
	return JSON.stringify({ lockfile: hash, platform: `${process.platform}-${process.arch}` });
}

/** Where npm will put the packages for this platform, by the lockfile. An estimate, for the progress line only. */
function packagePaths(lockfile: string): string[] {
	const { packages } = JSON.parse(lockfile) as { packages: Record<string, LockedPackage> };
	return Object.entries(packages)
		.filter(
			([path, { os, cpu, libc, link }]) =>
				path !== '' &&
				!link &&
				(!os || os.includes(process.platform)) &&
				(!cpu || cpu.includes(process.arch)) &&
				(!libc || libc.includes('glibc')),
		)
		.map(([path]) => path);
}

/**
 * Says how far `npm ci` is. Of unpacking npm prints nothing, so the folder is looked at; of looking up it does so only at its most talkative.
 * @param paths where the packages are to be, in the folder
 */
export function unpackingProgress(folder: string, paths: string[]): { onLine(line: string): void; describe(): string } {
	let asked = 0;
	let answered = 0;
	return {
		onLine(line) {
			if (/^npm silly packumentCache .* cache-miss/.test(line)) asked += 1;
			if (line.startsWith('npm http fetch ')) answered += 1;
		},
		describe() {
			const unpacked = paths.filter((path) => existsSync(join(folder, path, 'package.json'))).length;
			if (unpacked > 0) return `npm: ${unpacked} of about ${paths.length} packages unpacked`;
			if (answered > 0) return `npm: the registry has answered about ${answered} of ${paths.length} packages`;
			if (asked > 0) return `npm: ${asked} of ${paths.length} packages asked for`;
			return `npm: reading the list of ${paths.length} packages (up to a minute)`;
		},
	};
}

/** Says what the compiler is at, where no ready driver is found. */
export function driverProgress(): { onLine(line: string): void; describe(): string } {
	let doing = "fetching n8n's own Node.js and its database driver";
	return {
		onLine(line) {
			if (/^gyp /.test(line) && !doing.startsWith('no ready')) doing = 'no ready database driver is found, compiling it: a minute or two';
			const [, file] = /^\s*(?:CC|CXX|AR|SOLINK_MODULE|COPY|ACTION)\S* .*?([^/\s]+)$/.exec(line) ?? [];
			if (file) doing = `no ready database driver is found, compiling it: ${file}`;
		},
		describe: () => doing,
	};
}

/** The version of n8n that a definition folder (package.json, lockfile, .npmrc) asks for. */
export function n8nVersion(definitionFolder: string): string {
	const manifest = JSON.parse(readFileSync(join(definitionFolder, 'package.json'), 'utf8')) as {
		dependencies: Record<string, string>;
	};
	return manifest.dependencies.n8n;
}

/** Whether the n8n in `folder` is whole and is the one that the definition asks for. */
export function isN8nInstalled(definitionFolder: string, folder: string): boolean {
	const stamp = join(folder, stampFile);
	return existsSync(stamp) && readFileSync(stamp, 'utf8') === stampOf(readLockfile(definitionFolder));
}

/** The environment for programs that must run with the Node.js that is installed beside n8n. */
export function n8nEnvironment(folder: string, environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
	const { PATH, ...others } = environment;
	return { ...others, PATH: [join(folder, 'node_modules', '.bin'), PATH].filter(Boolean).join(delimiter) };
}

/** npm hands its own settings down to what it runs; the folder it was called in must not reach an npm for another folder. */
function npmEnvironment(): NodeJS.ProcessEnv {
	const { npm_config_local_prefix: _localPrefix, npm_config_prefix: _prefix, ...environment } = process.env;
	return environment;
}

/**
 * Makes sure that a whole n8n is in `folder`. Does nothing when it is there already; an installation that was interrupted, or made from
 * another lockfile, is made again.
 * @param definitionFolder holds package.json, package-lock.json and .npmrc
 * @param folder where node_modules is to be; created when missing
 * @throws Error with what this machine lacks for it, or with npm's last words when the installation fails
 */
export async function installN8n(definitionFolder: string, folder: string): Promise<void> {
	if (isN8nInstalled(definitionFolder, folder)) return;

	const missing = await missingForInstallation(definitionFolder, folder);
	if (missing.length > 0) throw new Error(missing.join('\n'));
	const lockfile = readLockfile(definitionFolder);
	mkdirSync(folder, { recursive: true });
	rmSync(join(folder, stampFile), { force: true });
	for (const file of definitionFiles) cpSync(join(definitionFolder, file), join(folder, file));

	const unpacking = unpackingProgress(folder, packagePaths(lockfile));
	// npm would remove what is left of an earlier installation, but until then it would count as unpacked.
	await rm(join(folder, 'node_modules'), { recursive: true, force: true });
	const downloading = showProgress(unpacking.describe);
	try {
		await runToEnd('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=silly', '--ignore-scripts=true'], {
			isNoise: (line) => /^npm (silly|verbose|http|warn EBADENGINE)/.test(line),
			cwd: folder,
			env: npmEnvironment(),
			onLine: unpacking.onLine,
		});
	} catch (error) {
		downloading.clear();
		throw error;
	}
	downloading.done('n8n downloaded and unpacked');

	const driver = driverProgress();
	const building = showProgress(driver.describe);
	try {
		// Only these two need their install scripts: the first fetches the Node.js program, the second the SQLite driver for it.
		await runToEnd('npm', ['rebuild', 'node', '--ignore-scripts=false'], { cwd: folder, env: npmEnvironment() });
		await runToEnd('npm', ['rebuild', 'sqlite3', '--ignore-scripts=false', '--foreground-scripts'], {
			onLine: driver.onLine,
			cwd: folder,
			env: n8nEnvironment(folder, npmEnvironment()),
		});
		await runToEnd(join(folder, 'node_modules', '.bin', 'node'), ['-e', "require('sqlite3')"], { cwd: folder });
	} catch (error) {
		building.clear();
		throw error;
	}
	building.done('n8n is set up');
	writeFileSync(join(folder, stampFile), stampOf(lockfile));
}
