/** Prints what the limiter reaches, beside what it has to: `tsx test/unit/limiter/table.mts [first seed] [seeds] [name]`. */
import { measure, median, paceCases } from '../../support/paceCases.mts';

const [firstSeed = '101', count = '9', name = ''] = process.argv.slice(2);
const seeds = Array.from({ length: Number(count) }, (_, i) => Number(firstSeed) + i);
const rounded = (value: number): string => value.toFixed(2);

console.log('| service | time (worst) | at most | refused (worst) | at most | failed | most open | smaller share (least) |');
console.log('|---|---|---|---|---|---|---|---|');
for (const given of paceCases.filter((each) => each.name.includes(name))) {
	const all = seeds.map((seed) => measure(given, seed));
	const of = (pick: (one: (typeof all)[number]) => number): number => median(all.map(pick));
	const most = (pick: (one: (typeof all)[number]) => number): number => Math.max(...all.map(pick));
	const missed = [
		of((one) => one.time) > given.time && 'TIME',
		of((one) => one.refused - one.mayBeRefused) > 0 && 'REFUSED',
		most((one) => one.failed) > 0 && 'FAILED',
		of((one) => one.mostOpen) > (given.mostOpen ?? Infinity) && 'OPEN',
		given.share && (of((one) => one.share) < given.share[0] || Math.min(...all.map((one) => one.share)) < given.share[1]) && 'SHARE',
	].filter(Boolean);
	console.log(
		`| ${[
			given.name,
			`${rounded(of((one) => one.time))} (${rounded(most((one) => one.time))})`,
			rounded(given.time),
			`${of((one) => one.refused)} (${most((one) => one.refused)})`,
			Math.floor(of((one) => one.mayBeRefused)),
			most((one) => one.failed),
			of((one) => one.mostOpen),
			given.share ? `${rounded(of((one) => one.share))} (${rounded(Math.min(...all.map((one) => one.share)))})` : '',
		].join(' | ')} | ${missed.join(' ')}`,
	);
}
