/**
 * Runs the tests of the nodes in the engines of several versions of n8n, from 1.x to the newest, and loads the built package with the
 * loader of each.
 *
 *   npx tsx test/versions/main.mts                 all versions
 *   npx tsx test/versions/main.mts 1.123.81 2.0.3  only these
 *   npx tsx test/versions/main.mts --write         all, and writes the table to docs/compatibility.md
 *
 * The package must have been built. What is installed is in .cache/versions. Ends with the code 1 when a test fails that is not listed
 * in differences.mts, or one that is listed passes.
 */
import '../../demo/nodeVersion.mts';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { cache as everything, n8nFolder, project } from '../../demo/folders.mts';
import { killAllGroups, runToEnd } from '../../demo/processGroups.mts';
import { differencesOf } from './differences.mts';
import { installOnce } from './install.mts';
import { engineVersions, runsOn, type EngineVersion } from './versions.mts';

const cache = join(everything, 'versions');
const documentation = join(project, 'docs', 'compatibility.md');
/** Where an installed n8n keeps the Node.js that comes with it: the demo installs one. */
const demoNode = join(n8nFolder, 'node_modules', 'node', 'bin', 'node');

interface JestReport {
	testResults: Array<{
		name: string;
		status: string;
		message: string;
		assertionResults: Array<{ fullName: string; status: string; failureMessages: string[] }>;
	}>;
}

interface Outcome {
	version: EngineVersion;
	core: string;
	workflow: string;
	node: string;
	passed: number;
	/** Tests that fail as differences.mts says. */
	differing: number;
	/** What failed otherwise, one line each. */
	failures: string[];
	seconds: number;
}

const nodeVersionOf = (program: string): string =>
	spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout?.trim().replace(/^v/, '') ?? '';

/** A Node.js on which a version of n8n runs: the running one where it fits, else a newer one, installed once. */
async function nodeFor(version: EngineVersion): Promise<{ program: string; version: string }> {
	const fits = (program: string) => runsOn(version, nodeVersionOf(program));
	let program = [process.execPath, ...(existsSync(demoNode) ? [demoNode] : [])].find(fits);
	if (!program) {
		const folder = await installOnce(join(import.meta.dirname, 'node'), cache, 'node', ['node']);
		program = join(folder, 'node_modules', 'node', 'bin', 'node');
	}
	return { program, version: nodeVersionOf(program) };
}

/** Runs the tests in the engine of one version. A test that fails is in the outcome, not thrown. */
async function testIn(version: EngineVersion): Promise<Outcome> {
	const started = Date.now();
	const { n8n } = version;
	const folder = await installOnce(join(import.meta.dirname, n8n), cache, n8n);
	const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
	const node = await nodeFor(version);
	const reportFile = join(folder, 'tests.json');
	rmSync(reportFile, { force: true });
	mkdirSync(join(folder, 'user'), { recursive: true });
	let lastWords = '';
	try {
		await runToEnd(
			node.program,
			[
				join(project, 'node_modules', 'jest', 'bin', 'jest.js'),
				...['--config', join(import.meta.dirname, 'jest.config.js')],
				// The tarball does not depend on the engine.
				...['--testNamePattern', '^(?!The tarball)'],
				// Some older engines keep a timer.
				'--forceExit',
				...['--json', '--outputFile', reportFile],
			],
			{
				cwd: project,
				env: {
					...process.env,
					PATH: [dirname(node.program), process.env.PATH].join(delimiter),
					N8N_ENGINE_FOLDER: folder,
					N8N_USER_FOLDER: join(folder, 'user'),
				},
			},
		);
	} catch (error) {
		lastWords = (error as Error).message;
	}
	// Jest ends with an error for every failed test; without a report it did not run at all.
	if (!existsSync(reportFile)) throw new Error(lastWords);

	const { testResults } = JSON.parse(readFileSync(reportFile, 'utf8')) as JestReport;
	const known = new Set(differencesOf(n8n).flatMap(({ tests }) => tests));
	const outcome: Outcome = {
		version,
		core: dependencies['n8n-core'],
		workflow: dependencies['n8n-workflow'],
		node: node.version,
		passed: 0,
		differing: 0,
		failures: [],
		seconds: 0,
	};
	for (const { name, status, message, assertionResults } of testResults) {
		if (status === 'failed' && assertionResults.length === 0) outcome.failures.push(`${name}: ${message}`);
		for (const { fullName, status: result, failureMessages } of assertionResults) {
			const isKnown = known.delete(fullName);
			if (result === 'passed' && isKnown) outcome.failures.push(`${fullName}: passes, but differences.mts lists it`);
			else if (result === 'passed') outcome.passed += 1;
			else if (result === 'failed' && isKnown) outcome.differing += 1;
			else if (result === 'failed') outcome.failures.push(`${fullName}\n${failureMessages.join('\n').replace(/^ +at .*\n?/gm, '')}`);
		}
	}
	for (const name of known) outcome.failures.push(`${name}: listed in differences.mts, but there is no such test`);
	outcome.seconds = Math.round((Date.now() - started) / 1000);
	return outcome;
}

const resultOf = ({ passed, differing, failures }: Outcome): string =>
	[
		`${passed} of ${passed + differing + failures.length}`,
		...(differing > 0 ? [`${differing} differ`] : []),
		...(failures.length > 0 ? [`${failures.length} fail`] : []),
	].join(', ');

/** The table, as it stands in docs/compatibility.md. */
function tableOf(outcomes: Outcome[]): string {
	const rows = [
		['n8n', 'n8n-core', 'n8n-workflow', 'Node.js', 'tests passed'],
		...outcomes.map((outcome) => [outcome.version.n8n, outcome.core, outcome.workflow, outcome.node, resultOf(outcome)]),
	];
	const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
	const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`);
	lines.splice(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
	return lines.join('\n');
}

function writeTable(table: string): void {
	const text = readFileSync(documentation, 'utf8');
	const written = text.replace(/^\| n8n +\|.*(?:\n\|.*)*/m, () => table);
	if (!written.includes(table)) throw new Error('docs/compatibility.md has no table that begins with "| n8n".');
	writeFileSync(documentation, written);
}

async function main(): Promise<void> {
	const asked = process.argv.slice(2).filter((argument) => argument !== '--write');
	const unknown = asked.filter((n8n) => !engineVersions.some((version) => version.n8n === n8n));
	if (unknown.length > 0) throw new Error(`There is no folder test/versions/${unknown[0]}.`);
	const chosen = engineVersions.filter(({ n8n }) => asked.length === 0 || asked.includes(n8n));

	const outcomes: Outcome[] = [];
	for (const version of chosen) {
		console.log(`\nn8n ${version.n8n}`);
		const outcome = await testIn(version);
		outcomes.push(outcome);
		for (const failure of outcome.failures) console.log(`  ✖ ${failure.replace(/\n/g, '\n    ')}`);
		console.log(`  ${resultOf(outcome)} (Node.js ${outcome.node}, ${outcome.seconds} s)`);
		if (outcome.differing > 0) for (const { since, what } of differencesOf(version.n8n)) console.log(`  before ${since}, ${what}`);
	}

	const table = tableOf(outcomes);
	console.log(`\n${table}\n`);
	if (process.argv.includes('--write') && asked.length === 0) writeTable(table);
	const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + count(outcome), 0);
	const failed = sum(({ failures }) => failures.length);
	console.log(`${sum(({ passed, differing }) => passed + differing)} passed, ${failed} failed`);
	process.exitCode = failed > 0 ? 1 : 0;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));
process.on('exit', killAllGroups);
main().catch((error: Error) => {
	console.error(`\n✖ ${error.message}`);
	process.exitCode = 1;
});
