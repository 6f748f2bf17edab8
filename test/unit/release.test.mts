import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { problemsOf, release } from '../../release/release.mts';

const changelog = '# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-11-25\n\n### Added\n\n- A thing.\n\n## [1.1.0] - 2026-10-01\n';
const passing = { check: 'node -e ""' };

let root: string;

const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
const write = (file: string, content: string | object) =>
	writeFileSync(join(root, file), typeof content === 'string' ? content : JSON.stringify(content));

interface Options {
	scripts?: Record<string, string>;
	changes?: string;
	locked?: string;
}

/** A project that is ready for 1.2.0, but for what a test changes about it. */
function makeProject({ scripts = passing, changes = changelog, locked = '1.2.0' }: Options = {}): void {
	write('package.json', { name: 'some-package', version: '1.2.0', scripts });
	write('package-lock.json', { version: locked, packages: { '': { version: locked } } });
	write('CHANGELOG.md', changes);
	git('init', '--quiet', '--initial-branch', 'main');
	git('config', 'user.email', 'someone@example.com');
	git('config', 'user.name', 'Someone');
	git('config', 'core.hooksPath', '/dev/null');
	git('add', '.');
	git('commit', '--quiet', '--message', 'Ready');
}

/** Runs a release. */
function run(isDryRun: boolean): { code: number; printed: string } {
	const lines: string[] = [];
	const code = release(root, { isDryRun, print: (line) => lines.push(line) });
	return { code, printed: lines.join('\n') };
}

beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'release-'));
});

afterEach(() => rmSync(root, { recursive: true }));

test('a project that is ready is tagged, and the next steps are told', () => {
	makeProject();

	const { code, printed } = run(false);

	expect(code).toBe(0);
	expect(git('tag', '--list')).toBe('v1.2.0');
	expect(git('cat-file', '-t', 'v1.2.0')).toBe('tag');
	expect(printed).toContain('1. git push origin main v1.2.0');
});

test('a dry run checks the same and tags nothing', () => {
	makeProject();

	const { code, printed } = run(true);

	expect(code).toBe(0);
	expect(printed).toContain('✓ npm run check');
	expect(git('tag', '--list')).toBe('');
});

test('a check that fails ends it, without a tag', () => {
	makeProject({ scripts: { check: 'node -e "process.exit(1)"' } });

	const { code, printed } = run(false);

	expect(code).toBe(1);
	expect(printed).toContain('✗ npm run check failed.');
	expect(git('tag', '--list')).toBe('');
});

test('a scan is run where the project has one', () => {
	makeProject({ scripts: { ...passing, scan: 'node -e "process.exit(1)"' } });

	expect(run(false).printed).toContain('✗ npm run scan failed.');
	expect(git('tag', '--list')).toBe('');
});

test('a script that changes files ends it', () => {
	makeProject({ scripts: { check: `node -e "require('fs').writeFileSync('left.txt', '')"` } });

	expect(run(false)).toMatchObject({ code: 1, printed: expect.stringContaining('The scripts changed files') });
	expect(git('tag', '--list')).toBe('');
});

describe('What keeps a version from being tagged', () => {
	test('nothing, where all is ready', () => {
		makeProject();

		expect(problemsOf(root)).toEqual([]);
	});

	test('another branch', () => {
		makeProject();
		git('switch', '--quiet', '--create', 'other');

		expect(problemsOf(root)).toEqual(['The branch is other. Releases are made on main.']);
	});

	test('changes that are not committed', () => {
		makeProject();
		write('new.txt', 'new');

		expect(problemsOf(root)).toEqual(['There are changes that are not committed.']);
	});

	test('a tag that exists', () => {
		makeProject();
		git('tag', 'v1.2.0');

		expect(problemsOf(root)).toEqual(['The tag v1.2.0 exists already. Raise the version in package.json.']);
	});

	test('a lockfile of another version', () => {
		makeProject({ locked: '1.1.0' });

		expect(problemsOf(root)).toEqual([expect.stringMatching(/^package-lock.json does not say 1.2.0/)]);
	});

	test('no section in the changelog, or one without a date', () => {
		makeProject({ changes: changelog.replace('## [1.2.0] - 2026-11-25', '## [1.2.0]') });

		expect(problemsOf(root)).toEqual(['CHANGELOG.md has no section "## [1.2.0] - YYYY-MM-DD".']);
	});

	test('an empty section', () => {
		makeProject({ changes: changelog.replace('### Added\n\n- A thing.\n', '') });

		expect(problemsOf(root)).toEqual(['The section of 1.2.0 in CHANGELOG.md is empty.']);
	});
});
