/** Installs what a folder here pins, once, into .cache/versions. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runToEnd } from '../../demo/processGroups.mts';
import { showProgress } from '../../demo/progress.mts';

const definitionFiles = ['package.json', 'package-lock.json', '.npmrc'];

/** npm hands its settings down to what it runs; those of the folder it was called in must not reach an npm for another folder. */
function npmEnvironment(): NodeJS.ProcessEnv {
	const { npm_config_local_prefix: _localPrefix, npm_config_prefix: _prefix, ...environment } = process.env;
	return environment;
}

/**
 * Makes sure that the packages of a definition are in `<cache>/<name>/node_modules`; nothing is done where they are already.
 *
 * @param definition folder with package.json, package-lock.json and .npmrc
 * @param rebuild packages whose install scripts have to run
 * @returns the folder with node_modules
 * @throws Error with npm's last words when it fails
 */
export async function installOnce(definition: string, cache: string, name: string, rebuild: string[] = []): Promise<string> {
	const folder = join(cache, name);
	const stampFile = join(folder, 'installed');
	const lockfile = readFileSync(join(definition, 'package-lock.json'));
	const stamp = `${createHash('sha256').update(lockfile).digest('hex')} ${process.platform}-${process.arch}`;
	if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return folder;

	mkdirSync(folder, { recursive: true });
	rmSync(stampFile, { force: true });
	for (const file of definitionFiles) cpSync(join(definition, file), join(folder, file));
	const progress = showProgress(() => `npm ci in .cache/versions/${name}`);
	try {
		const options = { cwd: folder, env: npmEnvironment() };
		await runToEnd('npm', ['ci', '--no-audit', '--no-fund'], options);
		for (const script of rebuild) await runToEnd('npm', ['rebuild', script, '--ignore-scripts=false'], options);
	} catch (error) {
		progress.clear();
		throw error;
	}
	progress.done(`installed in .cache/versions/${name}`);
	writeFileSync(stampFile, stamp);
	return folder;
}
