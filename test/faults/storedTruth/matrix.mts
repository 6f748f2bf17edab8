import { captureLog } from './harness.mts';
import type { NodeName } from './harness.mts';
import { kinds } from './kinds.mts';
import { type Case, type CaseResult, modes, runCase } from './runCase.mts';

const services: NodeName[] = ['aodocs', 'cudoCompute', 'userHub'];
const RETRIES = [0, 2];
/** Most false claims that are listed. */
const LISTED = 20;

/** All kinds, at each service, in each mode, without and with retries; or those whose area or name has the text in it. */
export const allCases = (part = ''): Case[] =>
	kinds
		.filter(({ area, name }) => `${area}: ${name}`.includes(part))
		.flatMap((kind) =>
			(kind.services ?? services).flatMap((service) =>
				modes.flatMap((mode) => RETRIES.map((maxRetries) => ({ kind, service, mode, maxRetries }))),
			),
		);

/** Runs cases, several at once. */
export async function runAll(cases: Case[], atOnce = 24): Promise<CaseResult[]> {
	const log = captureLog();
	const waiting = [...cases];
	const results: CaseResult[] = [];
	await Promise.all(
		Array.from({ length: atOnce }, async () => {
			for (let next = waiting.shift(); next; next = waiting.shift()) {
				results.push(await runCase(next, log));
				if (results.length % 100 === 0) process.stderr.write(`${results.length} of ${cases.length} cases\n`);
			}
		}),
	);
	// A Timeout of 200 ms may pass on a busy machine though the service answered at once: what is unknown for that is run again, alone.
	for (const [index, result] of results.entries()) {
		if (result.needlesslyUnknown.length > 0) results[index] = await runCase(result.case, log);
	}
	return results.sort((a, b) => cases.indexOf(a.case) - cases.indexOf(b.case));
}

export interface Totals {
	falseClaims: number;
	secrets: number;
	needlesslyUnknown: number;
}

const sum = (results: CaseResult[], count: (result: CaseResult) => number) => results.reduce((total, result) => total + count(result), 0);

export function totalsOf(results: CaseResult[]): Totals {
	return {
		falseClaims: sum(results, (result) => result.falseClaims.length),
		secrets: sum(results, (result) => result.secrets.length),
		needlesslyUnknown: sum(results, (result) => result.needlesslyUnknown.length),
	};
}

const title = ({ case: { kind, service, mode, maxRetries } }: CaseResult) =>
	`${kind.area}: ${kind.name}; ${service}, ${mode}, Max Retries ${maxRetries}`;

/** A line for each kind, then what is wrong, then the totals. */
export function textOf(results: CaseResult[]): string {
	const used = [...new Set(results.map((result) => result.case.kind))];
	const width = Math.max(...used.map(({ area, name }) => area.length + name.length)) + 4;
	const row = (name: string, cells: Array<number | string>) =>
		`${name.padEnd(width)}${cells.map((cell) => String(cell || '-').padStart(9)).join('')}`;
	const rows = used.map((kind) => {
		const own = results.filter((result) => result.case.kind === kind);
		const totals = totalsOf(own);
		const wrongCases = own.filter(({ falseClaims }) => falseClaims.length > 0).length;
		const cells = [
			own.length,
			wrongCases,
			totals.falseClaims,
			totals.secrets,
			totals.needlesslyUnknown,
			sum(own, ({ unknown }) => unknown),
		];
		return row(`${kind.area}: ${kind.name}`, [...cells, Math.round(Math.max(...own.map(({ ms }) => ms)))]);
	});
	const list = (heading: string, lines: string[]) =>
		lines.length === 0
			? []
			: [
					'',
					heading,
					...lines.slice(0, LISTED).map((line) => `  ${line}`),
					...(lines.length > LISTED ? [`  and ${lines.length - LISTED} more`] : []),
				];
	const lines = (of: (result: CaseResult) => string[]) =>
		results.flatMap((result) => of(result).map((line) => `${title(result)}: ${line}`));
	const totals = totalsOf(results);
	return [
		row('kind', ['cases', 'wrong', 'claims', 'secrets', 'needless', 'unknown', 'longest']),
		...rows,
		...list(
			'False claims',
			lines(({ falseClaims }) => falseClaims),
		),
		...list(
			'Unknown, though the service told the truth plainly',
			lines(({ needlesslyUnknown }) => needlesslyUnknown),
		),
		...list(
			'Secrets',
			lines(({ secrets }) => secrets),
		),
		'',
		`${results.length} cases, ${totals.falseClaims} false claims, ${totals.secrets} secrets, ${totals.needlesslyUnknown} needlessly unknown`,
	].join('\n');
}
