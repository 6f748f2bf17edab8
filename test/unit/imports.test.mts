import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/** The direction of imports inside nodes/: types count as well, because who needs a type needs to know its file. */

const NODES = join(__dirname, '../../nodes');

/** A room may import what stands in a row below it, and nothing of its own row but itself. */
const ROOMS = [['operations'], ['report'], ['apply'], ['plan'], ['http', 'parameters'], ['fields']];

const files = readdirSync(NODES, { recursive: true, encoding: 'utf8' })
	.filter((name) => name.endsWith('.ts'))
	.map((name) => name.replaceAll('\\', '/'));

/** The files inside nodes/ that a file imports or hands on, by their place below nodes/. */
function importsOf(file: string): string[] {
	const path = join(NODES, file);
	const { importedFiles } = ts.preProcessFile(readFileSync(path, 'utf8'), true, true);
	return importedFiles
		.map(({ fileName }) => fileName)
		.filter((name) => name.startsWith('.'))
		.map((name) => relative(NODES, join(dirname(path), name)).replaceAll('\\', '/'))
		.map((name) => (files.includes(`${name}.ts`) ? `${name}.ts` : name));
}

const imports = new Map(files.map((file) => [file, importsOf(file)]));
const inShared = files.filter((file) => file.startsWith('shared/'));
const roomOf = (file: string) => file.split('/')[1];
const rowOf = (file: string) => ROOMS.findIndex((row) => row.includes(roomOf(file)));

/** The first circle of imports that is found from a file; undefined where there is none. */
function circleFrom(file: string, way: string[] = [], done = new Set<string>()): string[] | undefined {
	if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
	if (done.has(file)) return undefined;
	for (const next of imports.get(file) ?? []) {
		const circle = circleFrom(next, [...way, file], done);
		if (circle) return circle;
	}
	done.add(file);
	return undefined;
}

test('every import leads to a file that is there', () => {
	const missing = [...imports].flatMap(([file, names]) => names.filter((name) => !files.includes(name)).map((name) => `${file}: ${name}`));
	expect(missing).toEqual([]);
});

test('shared/ has the rooms that are known here, and service.ts', () => {
	const rooms = new Set(inShared.map(roomOf));
	expect([...rooms].sort()).toEqual([...ROOMS.flat(), 'service.ts'].sort());
});

test('rooms import downwards only', () => {
	const upwards = inShared.flatMap((file) =>
		imports
			.get(file)!
			.filter((name) => name !== 'shared/service.ts' && roomOf(name) !== roomOf(file) && rowOf(name) <= rowOf(file))
			.map((name) => `${file} imports ${name}`),
	);
	expect(upwards).toEqual([]);
});

test('there is no circle', () => {
	const done = new Set<string>();
	expect(files.map((file) => circleFrom(file, [], done)).find((circle) => circle)).toBeUndefined();
});

test('service.ts imports nothing from the package', () => {
	expect(imports.get('shared/service.ts')).toEqual([]);
});

test('shared/ imports nothing from a service, nor a service from another', () => {
	const foreign = files.flatMap((file) =>
		imports
			.get(file)!
			.filter((name) => !name.startsWith('shared/') && name.split('/')[0] !== file.split('/')[0])
			.map((name) => `${file} imports ${name}`),
	);
	expect(foreign).toEqual([]);
});
