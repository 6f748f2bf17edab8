/**
 * The nodes of this package and what people use instead, side by side in one real n8n against the same server.
 *
 *   npm run bench                                            everything: three counts of items, three answer times, memory, loading (70 minutes)
 *   npm run bench -- --parts time --items 1000 --delays 20   a part of it
 *   npm run bench -- --only UserHub                          those whose name has it, and HTTP Request
 *   npm run bench -- --only UserHub --alone                  without HTTP Request, for which 10,000 items take minutes
 *   npm run bench -- --parts plan --items 1000 --delays 20   Apply Plan beside Update with Skip If Unchanged
 *   npm run bench -- --parts check --items 1000 --rounds 1   what it costs that all plans are checked before the first is applied, at 50 requests a second
 *   npm run bench -- --concurrency 1,5,10,20,50,100          UserHub with so many requests at once
 *   npm run bench -- --parts pace --rounds 3                 services that do not bear everything, and HTTP Request beside them (27 minutes)
 *   npm run bench -- --parts growth --rounds 5               10,000 items beside 1,000, in turn
 *   npm run bench -- --items 1000 --profile FOLDER           also a CPU profile of n8n for each, to be opened in a browser's developer tools
 *
 * In each round every contender runs once, and the order changes from round to round. Figures are medians. Linux only: memory is read from /proc.
 */
import { mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { cache, n8nDefinition, project } from '../../demo/folders.mts';
import { n8nVersion } from '../../demo/n8nInstall.mts';
import { packPackage, type PackedPackage } from '../../demo/package.mts';
import { killAllGroups, stopAllGroups } from '../../demo/processGroups.mts';
import { applyPlan, bareLoop, checkedFirst, cudoCompute, httpRequest, updateIfChanged, userHub, type Contender } from './contenders.mts';
import { measureLoading } from './loading.mts';
import { median } from './median.mts';
import { comparePace } from './pace.mts';
import { setStage, type Figures, type Stage } from './stage.mts';

const { values: flags } = parseArgs({
	options: {
		items: { type: 'string', default: '100,1000,10000' },
		'memory-items': { type: 'string', default: '1000,10000' },
		delays: { type: 'string', default: '0,20,100' },
		rounds: { type: 'string', default: '5' },
		only: { type: 'string', default: '' },
		alone: { type: 'boolean', default: false },
		concurrency: { type: 'string', default: '' },
		parts: { type: 'string', default: 'time,memory,loading' },
		profile: { type: 'string' },
	},
});
const numbers = (list: string) => list.split(',').map(Number);
const rounds = Number(flags.rounds);

function contendersOf(baseUrl: string, delay: number): Contender[] {
	// Where the server takes long, more requests at once are what helps.
	const most = delay >= 100 ? 100 : 50;
	if (flags.concurrency !== '') return [httpRequest(baseUrl), ...numbers(flags.concurrency).map((limit) => userHub(limit, false))];
	return [
		httpRequest(baseUrl),
		userHub(undefined, false),
		userHub(most, false),
		userHub(most, true),
		userHub(most, false, { skipIfUnchanged: true }),
		cudoCompute(undefined, false),
		cudoCompute(most, false),
		cudoCompute(most, true),
		bareLoop(baseUrl, 20),
		bareLoop(baseUrl, most),
	].filter(({ name }, index) => (index === 0 && !flags.alone) || name.includes(flags.only));
}

/** Every second round the other way round. */
function inTurn<Entry>(entries: Entry[], round: number): Entry[] {
	return round % 2 ? [...entries].reverse() : entries;
}

async function compare(stage: Stage, items: number, delay: number, contenders: Contender[]): Promise<void> {
	const measured = new Map<Contender, Figures[]>(contenders.map((contender) => [contender, []]));
	// Code runs faster once it has run.
	for (const contender of contenders) await stage.measure(contender, Math.min(items, 1000), delay);
	for (let round = 0; round < rounds; round++) {
		for (const contender of inTurn(contenders, round)) measured.get(contender)!.push(await stage.measure(contender, items, delay));
	}
	const medianOf = (contender: Contender, figure: keyof Figures) => median(measured.get(contender)!.map((figures) => figures[figure]));
	const peer = medianOf(contenders[0], 'time');
	console.log(`\n${items} items, the server answers in ${delay} ms\n`);
	console.log('| node, Max Concurrent Requests | time | items/s | of the first | n8n CPU | open at once |');
	console.log('|---|---:|---:|---:|---:|---:|');
	for (const contender of contenders) {
		const time = medianOf(contender, 'time');
		const most = Math.max(...measured.get(contender)!.map(({ mostOpen }) => mostOpen));
		console.log(
			`| ${contender.name} | ${(time / 1000).toFixed(2)} s | ${Math.round((items / time) * 1000)} | ${(time / peer).toFixed(2)} | ${(medianOf(contender, 'cpu') / 1000).toFixed(2)} s | ${most} |`,
		);
	}
	if (flags.profile) {
		mkdirSync(flags.profile, { recursive: true });
		for (const contender of contenders) {
			const file = `${contender.name}, ${items} items, ${delay} ms.cpuprofile`;
			await stage.measure(contender, items, delay, resolve(flags.profile, file));
		}
	}
}

/** Ten times as many items, in turn: a process is quicker in one minute than in another. */
async function compareGrowth(stage: Stage): Promise<void> {
	const counts = [1000, 10_000];
	console.log('\n| node | 1,000 items | 10,000 items | times as long | CPU per item, 1,000 | 10,000 |');
	console.log('|---|---:|---:|---:|---:|---:|');
	for (const contender of [userHub(undefined, false), cudoCompute(undefined, false)]) {
		const figures: Figures[][] = [];
		for (let round = 0; round < 5; round++) await stage.measure(contender, counts[0], 0);
		for (let round = 0; round < rounds; round++) {
			const inRound: Figures[] = [];
			for (const count of counts) inRound.push(await stage.measure(contender, count, 0));
			figures.push(inRound);
		}
		const of = (pick: (inRound: Figures[]) => number) => median(figures.map(pick));
		const timeOf = (index: number) => `${(of((each) => each[index].time) / 1000).toFixed(2)} s`;
		const cpuOf = (index: number) => `${(of((each) => each[index].cpu) / counts[index]).toFixed(2)} ms`;
		const growth = of(([few, many]) => many.time / few.time).toFixed(1);
		console.log(`| ${[contender.name, timeOf(0), timeOf(1), growth, cpuOf(0), cpuOf(1)].join(' | ')} |`);
	}
}

/** Each in an n8n of its own: a process keeps the memory that it has once had. */
async function compareMemory(packed: PackedPackage, items: number): Promise<void> {
	const contenders = [httpRequest, () => userHub(50, false), () => cudoCompute(50, false), (baseUrl: string) => bareLoop(baseUrl, 50)];
	const measured = new Map<string, number[]>();
	for (let round = 0; round < rounds; round++) {
		for (const contenderAt of inTurn(contenders, round)) {
			const stage = await setStage(packed);
			const contender = contenderAt(stage.baseUrl);
			await stage.measure(contender, 100, 0);
			const { memory } = await stage.measure(contender, items, 0);
			measured.set(contender.name, [...(measured.get(contender.name) ?? []), memory]);
			await stage.stop();
		}
	}
	console.log(`\n${items} items, peak resident memory of n8n over what it has when idle\n`);
	console.log('| node, Max Concurrent Requests | memory | of HTTP Request |');
	console.log('|---|---:|---:|');
	const peer = median(measured.get('HTTP Request')!);
	for (const [name, figures] of measured) {
		console.log(`| ${name} | ${Math.round(median(figures))} MB | ${(median(figures) / peer).toFixed(2)} |`);
	}
}

async function main(): Promise<void> {
	const parts = flags.parts.split(',');
	const packed = await packPackage(project, cache);
	console.log(`n8n ${n8nVersion(n8nDefinition)}, ${cpus().length} × ${cpus()[0].model}, medians of ${rounds} rounds`);
	if (parts.includes('time')) {
		const stage = await setStage(packed);
		for (const delay of numbers(flags.delays)) {
			for (const items of numbers(flags.items)) await compare(stage, items, delay, contendersOf(stage.baseUrl, delay));
		}
		await stage.stop();
	}
	if (parts.includes('plan')) {
		const stage = await setStage(packed);
		for (const delay of numbers(flags.delays)) {
			for (const items of numbers(flags.items)) await compare(stage, items, delay, [updateIfChanged(50), applyPlan(50)]);
		}
		await stage.stop();
	}
	if (parts.includes('check')) {
		const stage = await setStage(packed);
		for (const items of numbers(flags.items)) await compare(stage, items, 0, checkedFirst(50, items));
		await stage.stop();
	}
	if (parts.includes('pace')) {
		const stage = await setStage(packed);
		await comparePace(stage, rounds, flags.only);
		await stage.stop();
	}
	if (parts.includes('growth')) {
		const stage = await setStage(packed);
		await compareGrowth(stage);
		await stage.stop();
	}
	if (parts.includes('memory')) {
		for (const items of numbers(flags['memory-items'])) await compareMemory(packed, items);
	}
	if (parts.includes('loading')) {
		console.log(`\nLoading all nodes and credentials: ${(await measureLoading(15)).toFixed(1)} ms beyond n8n-workflow`);
		console.log(`Packed: ${(packed.size / 1000).toFixed(1)} kB`);
	}
}

process.on('exit', killAllGroups);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
main()
	.then(() => 0)
	.catch((error: Error) => {
		console.error(error.message);
		return 1;
	})
	.then(async (code) => {
		await stopAllGroups();
		process.exit(code);
	});
