/** How the pace is found over sockets, beside HTTP Request: the services of the limiter's tests, in real time. */
import { best, paceCases, type PaceCase } from '../support/paceCases.mts';
import { bareLoop, httpRequest, userHub, type Contender } from './contenders.mts';
import { median } from './median.mts';
import type { Figures, FiguresTogether, Stage } from './stage.mts';

/** Those that take minutes are measured in virtual time only. */
const isShort = ({ lengthMs = 0, inVirtualTimeOnly }: PaceCase) => lengthMs < 10_000 && !inVirtualTimeOnly;
/** V8 takes some thousand requests to make the code of a request as fast as it gets. */
const WARM_UP = { rounds: 8, items: 1000 };

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
const seedOf = (round: number) => 101 + round;

function printRow(cells: Array<string | number>): void {
	console.log(`| ${cells.join(' | ')} |`);
}

/** CPU time of a request through n8n's HTTP helper, with nothing around it, in milliseconds: nobody sends them quicker than that. */
async function cpuOfRequest(stage: Stage, rounds: number): Promise<number> {
	const { items } = WARM_UP;
	const figures: Figures[] = [];
	for (let round = 0; round < rounds; round++) figures.push(await stage.measure(bareLoop(stage.baseUrl, 50), items, 0));
	return median(figures.map(({ cpu }) => cpu)) / items;
}

/** What is possible of a case in a round: worked out; or as many bare loops as are best known beforehand, where it is their number that limits. */
async function bestOf(stage: Stage, given: PaceCase, seed: number, cpuMs: number): Promise<number> {
	if (given.bestAtOnce === undefined) return best(given, seed, cpuMs);
	const { time } = await stage.measure(bareLoop(stage.baseUrl, given.bestAtOnce), given.items, 0, '', { pace: given.name, seed });
	return time;
}

async function compareOne(stage: Stage, given: PaceCase, contenders: Contender[], rounds: number, cpuMs: number): Promise<void> {
	const measured = new Map<Contender, Figures[]>(contenders.map((contender) => [contender, []]));
	const times: number[] = [];
	for (let round = 0; round < rounds; round++) {
		const limits = { pace: given.name, seed: seedOf(round), accounts: given.accounts };
		times.push(await bestOf(stage, given, limits.seed, cpuMs));
		for (const contender of round % 2 ? [...contenders].reverse() : contenders) {
			measured.get(contender)!.push(await stage.measure(contender, given.items, 0, '', limits));
		}
	}
	for (const [contender, figures] of measured) {
		const of = (pick: (one: Figures, round: number) => number) => median(figures.map(pick));
		printRow([
			contender === contenders[0] ? `${given.name}, ${given.items}` : '',
			contender.name,
			seconds(of(({ time }) => time)),
			of(({ time }, round) => time / times[round]).toFixed(2) + (given.bestAtOnce ? '*' : ''),
			of(({ refused }) => refused),
			of(({ failed }) => failed),
			of(({ mostOpen }) => mostOpen),
		]);
	}
}

/** Two executions at once: in one n8n where they share a limiter, else in two. */
async function compareTogether(stage: Stage, given: PaceCase, contender: Contender, rounds: number): Promise<void> {
	const figures: FiguresTogether[] = [];
	for (let round = 0; round < rounds; round++) {
		const limits = { pace: given.name, seed: seedOf(round) };
		figures.push(await stage.measureTogether(contender, given.items, limits, given.oneLimiter ? 1 : 2));
	}
	const of = (pick: (one: FiguresTogether, round: number) => number) => median(figures.map(pick));
	printRow([
		`${given.name}, ${given.items} each`,
		seconds(of(({ time }) => time)),
		of(({ time }, round) => time / best(given, seedOf(round))).toFixed(2),
		of(({ refused }) => refused),
		of(({ failed }) => failed),
		of(({ share }) => share).toFixed(2),
		Math.min(...figures.map(({ share }) => share)).toFixed(2),
	]);
}

/**
 * Prints two tables: the time of each as a multiple of the best possible, what was refused, and the items that failed; and the same of two executions at
 * once, with the smaller share.
 *
 * @param only cases whose name has one of these, with | between
 */
export async function comparePace(stage: Stage, rounds: number, only: string): Promise<void> {
	const contenders = [userHub(undefined, false), httpRequest(stage.baseUrl)];
	const cases = paceCases.filter(isShort).filter(({ name }) => only.split('|').some((part) => name.includes(part)));
	for (let round = 0; round < WARM_UP.rounds; round++) await stage.measure(contenders[0], WARM_UP.items, 20);
	await stage.measure(contenders[1], WARM_UP.items, 20);
	const cpuMs = await cpuOfRequest(stage, rounds);
	console.log(
		`\nCPU time of a request through n8n's HTTP helper: ${cpuMs.toFixed(2)} ms. * of as many bare loops as are best known beforehand`,
	);

	console.log('\n| service, items | | time | of the best | refused | items failed | open at once |');
	console.log('|---|---|---:|---:|---:|---:|---:|');
	for (const given of cases.filter(({ starts }) => !starts)) await compareOne(stage, given, contenders, rounds, cpuMs);

	const together = cases.filter(({ starts }) => starts);
	if (together.length === 0) return;
	console.log('\n| two executions at once | time | of the best | refused | items failed | smaller share | least |');
	console.log('|---|---:|---:|---:|---:|---:|---:|');
	for (const given of together) await compareTogether(stage, given, contenders[0], rounds);
}
