import { monitorEventLoopDelay } from 'node:perf_hooks';

import { nodeNames, services } from '../services/index.mts';
import type { NodeName } from '../services/index.mts';
import type { SignIn } from '../services/fixture.mts';
import { captureLog } from './capturedLog.mts';
import { type FaultRow, faultTable } from './faultTable.mts';
import { type OtherHost, startOtherHost } from './otherHost.mts';
import { type Case, type CaseBench, type CaseResult, type Mode, modes, runCase, startCaseBench } from './runCase.mts';
import { spellings } from './secrets.mts';

/** The ways to sign in with which a service can meet a row; none where it cannot. */
function signInsFor(row: FaultRow, name: NodeName): SignIn[] {
	const { signIns, ignoreNotUpdatable } = services[name].faults;
	if (row.ignoresNotUpdatable && !ignoreNotUpdatable) return [];
	return signIns.filter(({ isRenewable = false }) => row.token === undefined || (row.token === 'renewable') === isRenewable);
}

/** What the whole matrix came to. */
export interface MatrixResult {
	results: CaseResult[];
	cases: number;
	wrongClaims: number;
	secretsFound: number;
}

/** All cases. What is not in the table (ways to sign in, Output, spellings) takes turns, so that it meets all of it. */
export function allCases(): Case[] {
	const cases: Case[] = [];
	faultTable.forEach((row, rowIndex) => {
		for (const service of nodeNames) {
			const usable = signInsFor(row, service);
			if (usable.length === 0) continue;
			modes.forEach((mode, modeIndex) => {
				const turn = rowIndex + modeIndex;
				cases.push({
					number: cases.length + 1,
					row,
					service,
					mode,
					tellsChanges: turn % 2 === 0,
					other: Math.floor(turn / 2) % 2 === 0,
					signIn: usable[turn % usable.length],
					spelling: cases.length % spellings.length,
				});
			});
		}
	});
	return cases;
}

/** How often a case is run again where this process was too slow for the case's own Timeout. */
const MOST_RERUNS = 3;

/**
 * Runs a case. What fails with a short Timeout says nothing where this process itself held up the answers, so then it is run again.
 */
async function runInTime(testCase: Case, bench: CaseBench, otherHost: OtherHost, log: string[]): Promise<CaseResult> {
	const { timeout } = testCase.row;
	for (let reruns = 0; ; reruns++) {
		const delay = monitorEventLoopDelay({ resolution: 10 });
		delay.enable();
		const result = await runCase(testCase, bench, otherHost, log);
		delay.disable();
		const wasHeldUp = timeout !== undefined && delay.max / 1e6 > timeout / 3;
		if (result.wrongClaims.length === 0 || !wasHeldUp || reruns === MOST_RERUNS) return result;
	}
}

/**
 * Runs cases, several at once.
 *
 * @param root the project's directory
 * @param benches how many at once
 */
export async function runMatrix(cases: Case[], root: string, benches = 12): Promise<MatrixResult> {
	const log = captureLog();
	const otherHost = await startOtherHost();
	const waiting = [...cases];
	const results: CaseResult[] = [];
	const started: CaseBench[] = [];
	try {
		await Promise.all(
			Array.from({ length: benches }, async () => {
				const bench = await startCaseBench(root);
				started.push(bench);
				for (let next = waiting.shift(); next; next = waiting.shift()) results.push(await runInTime(next, bench, otherHost, log));
			}),
		);
	} finally {
		await Promise.all([...started.map((bench) => bench.stop()), otherHost.stop()]);
	}
	results.sort((a, b) => a.case.number - b.case.number);
	const sum = (count: (result: CaseResult) => number) => results.reduce((total, result) => total + count(result), 0);
	return {
		results,
		cases: results.length,
		wrongClaims: sum((result) => result.wrongClaims.length),
		secretsFound: sum((result) => result.secretsFound.length),
	};
}

const MODE_TITLES: Record<Mode, string> = { stop: 'stop', continue: 'cont', 'error output': 'err.out' };

/** The matrix as a table of text: ok, or the number of wrong claims and of secrets found; then what is wrong, then the totals. */
export function matrixText({ results, cases, wrongClaims, secretsFound }: MatrixResult): string {
	const rows = [...new Set(results.map((result) => result.case.row))];
	const nameWidth = Math.max(...rows.map(({ name }) => name.length));
	const columns = nodeNames.flatMap((service) => modes.map((mode) => ({ service, mode })));
	const width = 8;
	const cell = (row: FaultRow, service: NodeName, mode: Mode) => {
		const result = results.find(({ case: run }) => run.row === row && run.service === service && run.mode === mode);
		if (!result) return '-';
		const { wrongClaims: wrong, secretsFound: found } = result;
		const counts = [wrong.length && `${wrong.length} wrong`, found.length && `${found.length} secr`];
		return counts.filter(Boolean).join(' ') || 'ok';
	};
	const line = (title: string, cells: string[]) =>
		`${title.padEnd(nameWidth)}  ${cells.map((text) => text.padEnd(width)).join('')}`.trimEnd();
	const groups = nodeNames.map((service) => service.padEnd(width * modes.length)).join('');
	const failed = results.filter((result) => result.wrongClaims.length + result.secretsFound.length > 0);
	return [
		`${''.padEnd(nameWidth)}  ${groups}`.trimEnd(),
		line(
			'fault',
			columns.map(({ mode }) => MODE_TITLES[mode]),
		),
		...rows.map((row) =>
			line(
				row.name,
				columns.map(({ service, mode }) => cell(row, service, mode)),
			),
		),
		'',
		...failed.flatMap(
			({ case: { number, row, service, mode, signIn, tellsChanges, spelling }, wrongClaims: wrong, secretsFound: found }) => [
				`case ${number}: ${row.name}, ${service}, ${mode}, ${signIn.name}${tellsChanges ? ', Record and Changes' : ''}`,
				...wrong.map((text) => `  ${text}`),
				...found.map((text) => `  ${text}; the service repeated it ${spellings[spelling].name}`),
			],
		),
		`${cases} cases, ${wrongClaims} wrong claims, ${secretsFound} secrets found`,
	].join('\n');
}
