/**
 * Writes the packages of one service each, and does with every one what its own repository would do before it publishes: formatting, lint in strict
 * mode, types, tests, build, and n8n's scan of the tarball and of the sources.
 *
 *   npx tsx test/packages/main.mts                    with this repository's node_modules
 *   npx tsx test/packages/main.mts --without-tests    the same, without running their tests
 *   npx tsx test/packages/main.mts --install          each with what `npm ci` installs from its own lockfile
 *
 * Names of packages behind that leave out the others. Ends with code 1 where something fails.
 */
import { existsSync, lstatSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { cache, project } from '../../demo/folders.mts';
import { killAllGroups, runToEnd } from '../../demo/processGroups.mts';
import { packages } from '../../packages/services.mts';
import { writeTree } from '../../packages/tree.mts';

process.on('exit', killAllGroups);

const { values: asked, positionals: names } = parseArgs({
	allowPositionals: true,
	options: { 'without-tests': { type: 'boolean' }, install: { type: 'boolean' } },
});

/** Node modules of this repository do not help a package that installs its own: it stands where no folder around it has them. */
const out = asked.install ? join(tmpdir(), 'update-billing-packages') : join(cache, 'packages');

/** What no node may do, and n8n's rules have to find. */
const FORBIDDEN = 'export const later = (then: () => void) => setTimeout(then, 1);\n';

async function step(name: string, what: () => Promise<string | void>): Promise<void> {
	const began = Date.now();
	const result = (await what()) ?? 'good';
	console.log(`  ${name}: ${result} (${((Date.now() - began) / 1000).toFixed(0)} s)`);
}

/** Whether lint finds what it has to. */
async function lintSees(folder: string): Promise<string> {
	const planted = join(folder, 'nodes/planted.ts');
	writeFileSync(planted, FORBIDDEN);
	const found = await runToEnd('npm', ['run', 'lint'], { cwd: folder }).then(
		() => '',
		(error: Error) => error.message,
	);
	rmSync(planted);
	if (!found.includes('no-restricted-globals')) throw new Error(`The lint is blind: it did not find setTimeout in ${planted}. ${found}`);
	return 'found';
}

/** Lint in strict mode: without a finding, warnings included. */
async function lint(folder: string): Promise<string> {
	const lines = await runToEnd('npm', ['run', 'lint'], { cwd: folder });
	const findings = lines.filter((line) => /\b(warning|error)\b/.test(line));
	if (findings.length > 0) throw new Error(findings.join('\n'));
	return '0 findings';
}

/** Types and tests. */
async function runTests(folder: string): Promise<string> {
	const lines = await runToEnd('npm', ['test'], { cwd: folder });
	const counts = lines.find((line) => line.startsWith('Tests:'))?.replace(/^Tests: */, '');
	if (!counts || /failed|skipped|todo/.test(counts)) throw new Error(`${folder}: ${counts ?? 'no test ran'}`);
	return counts;
}

async function scan(folder: string): Promise<string> {
	const lines = await runToEnd('npx', ['tsx', 'test/scan/main.mts', folder], { cwd: project });
	return lines.join('. ');
}

/** The files that every repository has. */
function filesOf(folder: string): string {
	const missing = ['README.md', 'CHANGELOG.md', 'LICENSE', 'package-lock.json', '.npmrc', '.gitignore'].filter(
		(file) => !existsSync(join(folder, file)),
	);
	if (missing.length > 0) throw new Error(`${folder} lacks ${missing.join(', ')}`);
	const text = readFileSync(join(folder, 'package-lock.json'), 'utf8');
	return `${Object.keys((JSON.parse(text) as { packages: object }).packages).length - 1} packages in its lockfile`;
}

async function prepare(folder: string): Promise<string | void> {
	const modules = join(folder, 'node_modules');
	if (asked.install) {
		await runToEnd('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder });
		return 'npm ci';
	}
	if (!lstatSync(modules, { throwIfNoEntry: false })) symlinkSync(join(project, 'node_modules'), modules, 'junction');
	return "this repository's";
}

async function main(): Promise<void> {
	const unknown = names.filter((name) => !packages.some((single) => single.name === name));
	if (unknown.length > 0) throw new Error(`There is no package ${unknown.join(', ')}`);
	const chosen = packages.filter(({ name }) => names.length === 0 || names.includes(name));
	for (const single of chosen) {
		console.log(single.name);
		const folder = join(out, single.name);
		await step('written', async () => {
			await writeTree(project, single, folder);
			return filesOf(folder);
		});
		await step('node_modules', async () => await prepare(folder));
		await step('formatting', async () => void (await runToEnd('npm', ['run', 'format:check'], { cwd: folder })));
		if (single === chosen[0]) await step('a planted finding', async () => await lintSees(folder));
		await step('lint', async () => await lint(folder));
		if (asked['without-tests']) await step('types', async () => void (await runToEnd('npm', ['run', 'typecheck'], { cwd: folder })));
		else await step('types and tests', async () => await runTests(folder));
		await step('build', async () => void (await runToEnd('npm', ['run', 'build'], { cwd: folder })));
		await step('scan', async () => await scan(folder));
	}
}

main().then(
	() => process.exit(0),
	(error: Error) => {
		console.error(`✗ ${error.message}`);
		process.exit(1);
	},
);
