import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = process.cwd();
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

const listed = (...patterns: string[]) =>
	execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns], { cwd: root, encoding: 'utf8' })
		.split('\n')
		.filter((path) => path !== '' && existsSync(join(root, path)));

const workflows = listed('.github/workflows/*.yml');
const documents = listed('*.md');

interface Workflow {
	permissions: Record<string, string>;
	jobs: Record<string, { steps: Array<{ uses?: string; run?: string }> }>;
}

describe.each([...workflows, ...documents])('%s', (path) => {
	test('names only commands that package.json has', () => {
		const named = [...read(path).matchAll(/\bnpm run ([a-z][\w:]*)/g)].map(([, script]) => script);

		expect(named.filter((script) => !(script in scripts))).toEqual([]);
	});
});

describe.each(workflows)('%s', (path) => {
	const { permissions, jobs } = parse(read(path)) as Workflow;
	const steps = Object.values(jobs).flatMap((job) => job.steps);

	test('pins every action to a commit', () => {
		const actions = steps.flatMap(({ uses }) => (uses === undefined ? [] : [uses]));

		expect(actions.length).toBeGreaterThan(0);
		for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
	});

	test('names no registry: that is for the configuration of npm to say', () => {
		expect(read(path)).not.toMatch(/registry\.\w|registry-url/);
	});

	test('may only read, unless a job asks for more', () => {
		expect(permissions).toEqual({ contents: 'read' });
	});
});

test.each(listed('.github/*.yml', '.github/ISSUE_TEMPLATE/*.yml'))('%s is YAML', (path) => {
	expect(parse(read(path))).toBeInstanceOf(Object);
});
