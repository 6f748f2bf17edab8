import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as prettier from 'prettier';

import { manifestOf, repositoryOf, type Manifest } from './manifest.mts';
import { anchorsIn, fillIn } from './markdown.mts';
import { readmeOf } from './readme.mts';
import { typeName, type SinglePackage } from './services.mts';
import { SourceFiles } from './sourceFiles.mts';

/** One package as a folder of source files, complete in itself. */

/** Files that every package has as they are here. */
const AS_THEY_ARE = [
	'.editorconfig',
	'.gitignore',
	'.npmrc',
	'.prettierignore',
	'.prettierrc.json',
	'LICENSE',
	'eslint.config.mjs',
	'gulpfile.js',
	'jest.config.js',
	'test/jest.shared.js',
	'tsconfig.json',
	'tsconfig.tools.json',
];

/** Files that the configuration of the tests names. */
const namedBy = (config: string) => [...config.matchAll(/<rootDir>\/([\w./-]+\.mts)/g)].map(([, path]) => path);

/** Programs that commands run. */
const programsOf = (manifest: Manifest) =>
	Object.values(manifest.scripts).flatMap((command) => [...command.matchAll(/\btsx ([\w./-]+\.mts)/g)].map(([, path]) => path));

/**
 * Writes a package.
 *
 * @param root the folder of this repository
 * @param folder for the package; what was there is replaced, but for its node_modules
 */
export async function writeTree(root: string, single: SinglePackage, folder: string): Promise<void> {
	const files = new SourceFiles(root, single);
	const main = JSON.parse(files.read('package.json')) as Manifest;
	const mainRepository = main.homepage.replace(/#.*$/, '');
	const repository = repositoryOf(single);

	const tests = files.tests();
	const sources = ['nodes', 'credentials', 'icons', 'contracts'].flatMap((each) => files.below(each));
	const configs = [...AS_THEY_ARE, ...namedBy(files.read('test/jest.shared.js'))];
	const first = files.needs([...sources, ...tests, ...configs]);
	const manifest = manifestOf(main, single, first.modules);
	const needed = files.needs([...first.files, ...programsOf(manifest)]);
	manifest.devDependencies = manifestOf(main, single, needed.modules).devDependencies;

	/** The addresses and names in a file, as they are in the package. */
	const named = (path: string, text: string): string => {
		let result = text.replaceAll(mainRepository, repository);
		if (/^test\//.test(path)) result = result.replaceAll(`'${main.name}`, `'${single.name}`);
		if (path === `nodes/${single.node}/${single.node}.node.json`) {
			const codex = JSON.parse(result) as { node: string };
			codex.node = `${single.name}.${typeName(single.node)}`;
			result = JSON.stringify(codex);
		}
		return result;
	};

	const written = new Map<string, string>();
	const formatting = JSON.parse(files.read('.prettierrc.json')) as prettier.Options;
	for (const path of needed.files) {
		const text = named(path, files.textOf(path)!);
		const isAsHere = text === files.read(path);
		written.set(path, isAsHere ? text : await prettier.format(text, { ...formatting, filepath: path }));
	}
	written.set('package.json', `${JSON.stringify(manifest, null, '\t')}\n`);
	const tools = JSON.parse(written.get('tsconfig.tools.json')!) as { include: string[] };
	tools.include = tools.include.filter((pattern) =>
		needed.files.some((path) => path.endsWith('.mts') && path.startsWith(`${pattern.split('/')[0]}/`)),
	);
	written.set('tsconfig.tools.json', await prettier.format(JSON.stringify(tools), { ...formatting, filepath: 'tsconfig.tools.json' }));

	const words = {
		name: single.name,
		service: single.service,
		version: main.version,
		updates: single.updates,
		mainName: main.name,
		mainRepository,
		repository,
	};
	const readme = readmeOf(files.read('packages/README.template.md'), files.read('README.md'), single, words, mainRepository);
	written.set('README.md', readme);
	written.set('CHANGELOG.md', fillIn(files.read('packages/CHANGELOG.template.md'), words));
	for (const [path, text] of workflowsOf(files, single)) written.set(path, text);
	checkHelpLinks(written, repository);

	for (const entry of ['.github', 'nodes', 'credentials', 'icons', 'contracts', 'sandbox', 'test', 'dist', 'packages']) {
		rmSync(join(folder, entry), { recursive: true, force: true });
	}
	for (const [path, text] of written) {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), text);
	}
	writeLockfile(root, folder);
}

/** The workflows of this repository, as far as a package has the commands for them. */
function workflowsOf(files: SourceFiles, { name }: SinglePackage): Array<[path: string, text: string]> {
	const changed = (path: string, changes: Array<[there: string | RegExp, here: string]>): [string, string] => {
		let text = files.read(path);
		for (const [there, here] of changes) {
			const replaced = text.replace(there, here);
			if (replaced === text) throw new Error(`${path} has nothing like "${String(there)}", which ${name} does in another way`);
			text = replaced;
		}
		return [path, text];
	};
	return [
		changed('.github/workflows/publish.yml', [
			[' `npm run release` makes the tag.', ''],
			['npm run test:package', 'npm run build'],
		]),
		changed('.github/workflows/ci.yml', [
			[/^# .*\n/, '# What must hold for every change.\n'],
			['npm run test:package', 'npm run build'],
			[/\n *# A real n8n, which runs the packed package[^]*$/, ''],
		]),
	];
}

/** Fails where a help link does not lead to a section that the README has. */
function checkHelpLinks(written: Map<string, string>, repository: string): void {
	const anchors = [...anchorsIn(written.get('README.md')!)].map((anchor) => `${repository}#${anchor}`);
	for (const [path, text] of written) {
		const links = [
			...(/^credentials\//.test(path) ? text.matchAll(/documentationUrl = '([^']+)'/g) : []),
			...(/\.node\.json$/.test(path) ? text.matchAll(/"url": "([^"]+)"/g) : []),
			...(/^(nodes|credentials)\//.test(path) ? text.matchAll(new RegExp(`(${repository}#[\\w-]+)`, 'g')) : []),
		].map(([, link]) => link);
		const astray = links.filter((link) => !anchors.includes(link));
		if (astray.length > 0) throw new Error(`${path} leads to ${astray.join(', ')}, which is no section of the README`);
		if (/^credentials\/|\.node\.json$/.test(path) && links.length === 0) throw new Error(`${path} has no help link`);
	}
}

/** The versions are those of this repository's lockfile: npm takes out of it what the package does not need, and asks nobody. */
function writeLockfile(root: string, folder: string): void {
	cpSync(join(root, 'package-lock.json'), join(folder, 'package-lock.json'));
	execFileSync('npm', ['install', '--package-lock-only', '--offline', '--no-audit', '--no-fund', '--loglevel=error'], {
		cwd: folder,
		stdio: 'pipe',
	});

	// npm mends what does not fit by choosing other versions: then it would not be what was tested here.
	type Lock = { packages: Record<string, { version?: string; integrity?: string }> };
	const [ours, theirs] = [root, folder].map((each) => JSON.parse(readFileSync(join(each, 'package-lock.json'), 'utf8')) as Lock);
	for (const [path, { version, integrity }] of Object.entries(theirs.packages)) {
		if (path === '') continue;
		if (ours.packages[path]?.version !== version || ours.packages[path]?.integrity !== integrity)
			throw new Error(`${folder}: ${path} is not what package-lock.json has`);
	}
}
