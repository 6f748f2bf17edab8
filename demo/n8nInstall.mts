/** A real n8n in a folder of its own: installed once from the committed lockfile, reused as long as that lockfile stays the same. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runToEnd } from './processGroups.mts';
import { showProgress } from './progress.mts';

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

/** How many packages npm will fetch for this platform, by the lockfile. An estimate, for the progress line only. */
function countPackages(lockfile: string): number {
	const { packages } = JSON.parse(lockfile) as { packages: Record<string, LockedPackage> };
	return Object.entries(packages).filter(
		([path, { os, cpu, libc, link }]) =>
			path !== '' &&
			!link &&
			(!os || os.includes(process.platform)) &&
			(!cpu || cpu.includes(process.arch)) &&
			(!libc || libc.includes('glibc')),
	).length;
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
 * @throws Error with npm's last words when the installation fails
 */
export async function installN8n(definitionFolder: string, folder: string): Promise<void> {
	if (isN8nInstalled(definitionFolder, folder)) return;

	const lockfile = readLockfile(definitionFolder);
	mkdirSync(folder, { recursive: true });
	rmSync(join(folder, stampFile), { force: true });
	for (const file of definitionFiles) cpSync(join(definitionFolder, file), join(folder, file));

	const total = countPackages(lockfile);
	let fetched = 0;
	const downloading = showProgress(() =>
		fetched < total ? `npm: ${fetched} of about ${total} packages fetched` : `npm: ${fetched} packages fetched, unpacking`,
	);
	try {
		await runToEnd('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=http', '--ignore-scripts=true'], {
			cwd: folder,
			env: npmEnvironment(),
			onLine: (line) => {
				if (/^npm http (fetch GET 200|cache) .*\.tgz/.test(line)) fetched += 1;
			},
		});
	} catch (error) {
		downloading.clear();
		throw error;
	}
	downloading.done('n8n downloaded and unpacked');

	const building = showProgress(() => "setting up n8n's own Node.js and its database driver (compiled here where no ready one is found)");
	try {
		// Only these two need their install scripts: the first fetches the Node.js program, the second the SQLite driver for it.
		await runToEnd('npm', ['rebuild', 'node', '--ignore-scripts=false'], { cwd: folder, env: npmEnvironment() });
		await runToEnd('npm', ['rebuild', 'sqlite3', '--ignore-scripts=false'], {
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
