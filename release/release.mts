/** What makes a version ready to be tagged, and the tag. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
	name: string;
	version: string;
	scripts?: Record<string, string>;
}

interface Lockfile {
	version?: string;
	packages?: Record<string, { version?: string }>;
}

/** The scripts that have to pass, those that the project has. */
const SCRIPTS = ['check', 'test:package', 'scan'];

function git(root: string, ...args: string[]): string {
	return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

function readJson<T>(root: string, file: string): T | undefined {
	const path = join(root, file);
	return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as T) : undefined;
}

/** What CHANGELOG.md says of a version: its lines up to the next version. Undefined where it has no section for it. */
function changesOf(root: string, version: string): { date: string; text: string } | undefined {
	const path = join(root, 'CHANGELOG.md');
	const changelog = existsSync(path) ? readFileSync(path, 'utf8') : '';
	const sections = changelog.split(/^(?=## \[)/m);
	const found = sections.find((section) => section.startsWith(`## [${version}]`));
	const date = /^## \[[^\]]+\] - (\d{4}-\d{2}-\d{2})\s*$/m.exec(found ?? '')?.[1];
	if (!found || !date) return undefined;
	const text = found.replace(/^## .*$/m, '').replace(/^\[[^\]]+\]: .*$/gm, '');
	return { date, text: text.trim() };
}

/**
 * What keeps a version from being tagged, as far as it is seen at once.
 *
 * @param root the folder of the project
 */
export function problemsOf(root: string): string[] {
	const problems: string[] = [];
	const { version } = readJson<Manifest>(root, 'package.json')!;
	const tag = `v${version}`;

	const branch = git(root, 'branch', '--show-current');
	if (branch !== 'main') problems.push(`The branch is ${branch || 'none'}. Releases are made on main.`);
	if (git(root, 'status', '--porcelain') !== '') problems.push('There are changes that are not committed.');
	if (git(root, 'tag', '--list', tag) !== '') problems.push(`The tag ${tag} exists already. Raise the version in package.json.`);

	if (!/^\d+\.\d+\.\d+$/.test(version)) problems.push(`The version ${version} in package.json is not one like 1.2.3.`);
	const lockfile = readJson<Lockfile>(root, 'package-lock.json');
	const locked = new Set([lockfile?.version, lockfile?.packages?.['']?.version]);
	if (locked.size !== 1 || !locked.has(version))
		problems.push(`package-lock.json does not say ${version} in both places. Run npm install --package-lock-only.`);

	const changes = changesOf(root, version);
	if (!changes) problems.push(`CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD".`);
	else if (changes.text === '') problems.push(`The section of ${version} in CHANGELOG.md is empty.`);
	return problems;
}

/** What a person does after the tag was made. */
function nextSteps({ name, version }: Pick<Manifest, 'name' | 'version'>): string[] {
	return [
		`git push origin main v${version}: the workflow Publish builds the package and publishes it to npm with provenance.`,
		`Wait for it, then look at https://www.npmjs.com/package/${name}: the version, and "Built and signed on GitHub Actions".`,
		`Make a release of the tag v${version} at GitHub, with the section of CHANGELOG.md as its text.`,
		'For a version that n8n is to verify, hand it in at the n8n Creator Portal.',
	];
}

export interface ReleaseOptions {
	/** Everything is checked, and nothing is tagged. */
	isDryRun: boolean;
	print: (line: string) => void;
}

/**
 * Checks that the version in package.json is ready, tags it, and says what to do next.
 *
 * @param root the folder of the project
 * @returns the exit code
 */
export function release(root: string, { isDryRun, print }: ReleaseOptions): number {
	const manifest = readJson<Manifest>(root, 'package.json')!;
	const tag = `v${manifest.version}`;
	print(`${manifest.name} ${manifest.version}`);

	const problems = problemsOf(root);
	for (const problem of problems) print(`✗ ${problem}`);
	if (problems.length > 0) return 1;
	print('✓ branch, commits, versions and CHANGELOG.md');

	for (const script of SCRIPTS.filter((each) => manifest.scripts?.[each] !== undefined)) {
		const { status } = spawnSync('npm', ['run', script], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
		if (status !== 0) {
			print(`✗ npm run ${script} failed.`);
			return 1;
		}
		print(`✓ npm run ${script}`);
	}
	// What the scripts build and write must not be among what is tagged.
	if (git(root, 'status', '--porcelain') !== '') {
		print('✗ The scripts changed files. Look at git status.');
		return 1;
	}

	if (isDryRun) {
		print(`Dry run: ${tag} was not tagged.`);
		return 0;
	}
	git(root, 'tag', '--annotate', tag, '--message', `${manifest.name} ${manifest.version}`);
	print(`✓ tagged ${tag}\n\nNext:`);
	nextSteps(manifest).forEach((step, index) => print(`${index + 1}. ${step}`));
	return 0;
}
