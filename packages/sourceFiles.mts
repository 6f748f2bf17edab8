import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, dirname, join, normalize } from 'node:path/posix';
import ts from 'typescript';

import { packages, typeName, type SinglePackage } from './services.mts';
import { testsSomething, without, type Rest } from './without.mts';

/** The files of this repository that a package is made of: those of its service, and the tests that can run there with all they need. */

/** The kinds of tests that `npm test` runs. */
const KINDS = ['unit', 'engine', 'faults'];

/** Tests of this repository's own documents, packages, workflows, commands and demo. */
const STAY_HERE = [
	'test/unit/commands.test.mts',
	'test/unit/demoInstallation.test.mts',
	'test/unit/demoReport.test.mts',
	'test/unit/documents.test.mts',
	'test/unit/packageReadmes.test.mts',
];

/** A program that a test starts in a process of its own, with tsx. */
const PROGRAM = /^test\/[\w./-]+\.mts$/;

/** All files that are in version control, or will be. */
function listFiles(root: string): string[] {
	const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
	return listed.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}

/** The package that a file belongs to alone; undefined where it belongs to all. */
function ownerOf(path: string): SinglePackage | undefined {
	return packages.find(
		({ node, contract }) =>
			path.startsWith(`nodes/${node}/`) ||
			path === `contracts/${contract}.yaml` ||
			(/^(credentials|icons)\//.test(path) && basename(path).toLowerCase().startsWith(node.toLowerCase())) ||
			(/^(sandbox|test\/services)\//.test(path) && basename(path) === `${typeName(node)}.mts`),
	);
}

/** The files of one package, by path. */
export class SourceFiles {
	private readonly paths: string[];
	/** Names in code that belong to other services: nodes and credential types, and their classes. */
	private readonly otherNames: Set<string>;
	private readonly rests = new Map<string, Rest | 'none'>();

	/**
	 * @param root the folder of this repository
	 * @param single the package to be made
	 */
	constructor(
		private readonly root: string,
		private readonly single: SinglePackage,
	) {
		const all = listFiles(root);
		const isOwn = (path: string) => [undefined, single].includes(ownerOf(path));
		this.paths = all.filter(isOwn);
		const otherClasses = all
			.filter((path) => !isOwn(path))
			.flatMap((path) => /^(?:credentials|nodes\/\w+)\/(\w+)\.(?:credentials|node)\.ts$/.exec(path)?.[1] ?? []);
		this.otherNames = new Set(otherClasses.flatMap((name) => [name, typeName(name)]));
	}

	/** A file as it is here. */
	read(path: string): string {
		return readFileSync(join(this.root, path), 'utf8');
	}

	/** All paths below a folder. */
	below(folder: string): string[] {
		return this.paths.filter((path) => path.startsWith(`${folder}/`));
	}

	/** The path of a file that an import names. */
	private resolve(from: string, specifier: string): string {
		const path = normalize(join(dirname(from), specifier));
		return (
			[path, `${path}.ts`, `${path}.js`, `${path}/index.ts`].find((each) => existsSync(join(this.root, each)) && /\.\w+$/.test(each)) ??
			path
		);
	}

	/** A file without what is about other services; undefined where nothing is left. */
	textOf(path: string): string | undefined {
		const rest = this.restOf(path);
		return rest === 'none' || rest.text.trim() === '' ? undefined : rest.text;
	}

	private restOf(path: string): Rest | 'none' {
		const known = this.rests.get(path);
		if (known) return known;
		if (!this.paths.includes(path)) return 'none';
		const text = this.read(path);
		// Where files import types in a circle, the second look finds the file whole.
		this.rests.set(path, { text, gone: new Set() });
		const rest = path.endsWith('.mts')
			? without(path, text, {
					names: this.otherNames,
					goneFrom: (specifier) => this.goneFrom(path, specifier),
					isGoneFile: (name) => PROGRAM.test(name) && existsSync(join(this.root, name)) && this.textOf(name) === undefined,
				})
			: { text, gone: new Set<string>() };
		const result = rest.text.trim() === '' ? 'none' : rest;
		this.rests.set(path, result);
		return result;
	}

	private goneFrom(from: string, specifier: string): 'all' | Set<string> {
		if (!specifier.startsWith('.')) return new Set();
		const rest = this.restOf(this.resolve(from, specifier));
		return rest === 'none' ? 'all' : rest.gone;
	}

	private importsOf(text: string): string[] {
		return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
	}

	/** The tests that are left, by path. */
	tests(): string[] {
		return KINDS.flatMap((kind) => this.below(`test/${kind}`))
			.filter((path) => path.endsWith('.test.mts') && !STAY_HERE.includes(path))
			.filter((path) => testsSomething(path, this.textOf(path) ?? ''));
	}

	/**
	 * What files import, and what that imports.
	 *
	 * @returns the files, those given included, and the packages
	 */
	needs(paths: string[]): { files: string[]; modules: Set<string> } {
		const files = new Set<string>();
		const modules = new Set<string>();
		const left = [...paths];
		for (let path = left.pop(); path !== undefined; path = left.pop()) {
			if (files.has(path)) continue;
			const text = this.textOf(path);
			if (text === undefined) throw new Error(`${this.single.name} needs ${path}, which is about another service`);
			files.add(path);
			if (!/\.(c|m)?(j|t)s$/.test(path)) continue;
			for (const specifier of this.importsOf(text)) {
				if (specifier.startsWith('.')) left.push(this.resolve(path, specifier));
				else if (!isBuiltin(specifier)) modules.add(specifier);
			}
			for (const [, name] of text.matchAll(/'([\w./-]+\.mts)'/g)) {
				if (!PROGRAM.test(name) || !existsSync(join(this.root, name))) continue;
				left.push(name);
				modules.add('tsx');
			}
		}
		return { files: [...files].sort(), modules };
	}
}
