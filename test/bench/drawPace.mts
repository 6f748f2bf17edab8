/** Draws docs/pace.svg: how the pace is found, simulated for three services. `npx tsx test/bench/drawPace.mts` */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { project } from '../../demo/folders.mts';
import { measure, paceCases } from '../support/paceCases.mts';

const SEED = 101;
const SLICE_MS = 250;
const [WIDTH, HEIGHT, LEFT, TOP, BOTTOM] = [760, 300, 50, 20, 40];
const MOST_S = 10;
const MOST_PER_SECOND = 200;
const shown = [
	{ name: '100/s burst 20', label: '100 a second, burst 20', colour: '#2563eb' },
	{ name: '100/s, then 20/s, then 100/s', label: '100, then 20, then 100 a second', colour: '#d97706' },
	{ name: '50/s without burst', label: '50 a second, no burst', colour: '#059669' },
];

const x = (seconds: number) => LEFT + (seconds / MOST_S) * (WIDTH - LEFT - 20);
const y = (perSecond: number) => HEIGHT - BOTTOM - (Math.min(perSecond, MOST_PER_SECOND) / MOST_PER_SECOND) * (HEIGHT - TOP - BOTTOM);
const text = (at: [number, number], words: string, more = '') => `<text x="${at[0]}" y="${at[1]}" ${more}>${words}</text>`;

/** Items done per second, slice by slice. */
function ratesOf(name: string): number[] {
	const { result } = measure(paceCases.find((given) => given.name === name)!, SEED);
	const done = result.runs[0].doneAt;
	const slices = Math.floor(Math.min(done[done.length - 1], MOST_S * 1000) / SLICE_MS);
	return Array.from({ length: slices }, (_, slice) => done.filter((at) => Math.floor(at / SLICE_MS) === slice).length * (1000 / SLICE_MS));
}

const parts = [
	...[0, 50, 100, 150, 200].flatMap((rate) => [
		`<line x1="${LEFT}" x2="${WIDTH - 20}" y1="${y(rate)}" y2="${y(rate)}" stroke="#8884"/>`,
		text([LEFT - 8, y(rate) + 4], String(rate), 'text-anchor="end"'),
	]),
	...[0, 2, 4, 6, 8, 10].map((seconds) => text([x(seconds), HEIGHT - BOTTOM + 18], `${seconds} s`, 'text-anchor="middle"')),
	...shown.flatMap(({ name, label, colour }, index) => [
		`<polyline fill="none" stroke="${colour}" stroke-width="2" points="${ratesOf(name)
			.map((rate, slice) => `${x(((slice + 0.5) * SLICE_MS) / 1000).toFixed(1)},${y(rate).toFixed(1)}`)
			.join(' ')}"/>`,
		text([LEFT + 10 + index * 240, HEIGHT - 4], label, `fill="${colour}"`),
	]),
];
writeFileSync(
	join(project, 'docs/pace.svg'),
	`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#808080">\n` +
		`<title>Items done per second over time, for three services</title>\n${parts.join('\n')}\n</svg>\n`,
);
