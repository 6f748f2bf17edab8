/** How the pace is found over sockets, beside HTTP Request: the services of the limiter's tests, in real time. */
import { best, paceCases, type PaceCase } from '../support/paceCases.mts';
import { httpRequest, userHub, type Contender } from './contenders.mts';
import { median } from './median.mts';
import type { Figures, Stage } from './stage.mts';

/** Those that take minutes are measured in virtual time only, and so are two runs at once. */
const isShort = ({ lengthMs = 0, starts }: PaceCase) => lengthMs < 60_000 && !starts;

/**
 * Prints a table: the time of each as a multiple of the best possible, what was refused, and the items that failed.
 *
 * @param only cases whose name has it
 */
export async function comparePace(stage: Stage, rounds: number, only: string): Promise<void> {
	const contenders = [userHub(undefined, false), httpRequest(stage.baseUrl)];
	for (const contender of contenders) await stage.measure(contender, 500, 20);
	console.log('\n| service, items | | time | of the best | refused | items failed | open at once |');
	console.log('|---|---|---:|---:|---:|---:|---:|');
	for (const given of paceCases.filter(isShort).filter(({ name }) => name.includes(only))) {
		const measured = new Map<Contender, Figures[]>(contenders.map((contender) => [contender, []]));
		const times: number[] = [];
		for (let round = 0; round < rounds; round++) {
			const seed = 101 + round;
			times.push(best(given, seed));
			for (const contender of round % 2 ? [...contenders].reverse() : contenders) {
				const limits = { pace: given.name, seed, accounts: given.accounts };
				measured.get(contender)!.push(await stage.measure(contender, given.items, 0, '', limits));
			}
		}
		for (const [contender, figures] of measured) {
			const of = (pick: (one: Figures, round: number) => number) => median(figures.map(pick));
			const name = contender === contenders[0] ? `${given.name}, ${given.items}` : '';
			console.log(
				`| ${[
					name,
					contender.name,
					`${(of(({ time }) => time) / 1000).toFixed(2)} s`,
					of(({ time }, round) => time / times[round]).toFixed(2),
					of(({ refused }) => refused),
					of(({ failed }) => failed),
					of(({ mostOpen }) => mostOpen),
				].join(' | ')} |`,
			);
		}
	}
}
