import type { SinglePackage } from './services.mts';

/** The package.json of a package, made from the one of this repository. */

export interface Manifest {
	name: string;
	version: string;
	homepage: string;
	scripts: Record<string, string>;
	devDependencies: Record<string, string>;
	n8n: { credentials: string[]; nodes: string[]; [other: string]: unknown };
	[other: string]: unknown;
}

/** The commands that a package has too. */
const SCRIPTS = ['build', 'lint', 'icons', 'format', 'format:check', 'typecheck', 'check', 'test', 'dev'];

/** Development packages that commands, compilers and the engine need without an import. */
const TOOLS = [
	'@n8n/node-cli',
	'@swc/core',
	'@swc/jest',
	'@types/jest',
	'@types/node',
	'eslint',
	'gulp',
	'jest',
	'prettier',
	'reflect-metadata',
	'typescript',
	'zod',
];

/** The address of a package's repository. */
export const repositoryOf = (single: SinglePackage) => `https://github.com/n8n-nodes-update-billing/${single.name}`;

/**
 * @param main the package.json of this repository
 * @param modules what the files of the package import
 */
export function manifestOf(main: Manifest, single: SinglePackage, modules: Set<string>): Manifest {
	const repository = repositoryOf(single);
	const missing = SCRIPTS.filter((name) => !(name in main.scripts));
	if (missing.length > 0) throw new Error(`package.json has no script ${missing.join(', ')}, which ${single.name} should have`);

	const isNeeded = (name: string) => TOOLS.includes(name) || [...modules].some((each) => each === name || each.startsWith(`${name}/`));
	const unknown = [...modules].filter(
		(each) => !Object.keys(main.devDependencies).some((name) => each === name || each.startsWith(`${name}/`)),
	);
	if (unknown.length > 0) throw new Error(`${single.name} imports ${unknown.join(', ')}, which package.json does not have`);

	const isOwn = (path: string) => path.includes(`/${single.node}`);
	return {
		...main,
		name: single.name,
		description: `n8n node that updates ${single.updates}: nothing is sent that was not asked for, and after every run it is known what was changed`,
		homepage: `${repository}#readme`,
		bugs: { url: `${repository}/issues` },
		keywords: ['n8n-community-node-package', 'n8n', 'billing', ...single.keywords],
		repository: { type: 'git', url: `git+${repository}.git` },
		scripts: Object.fromEntries(SCRIPTS.map((name) => [name, main.scripts[name]])),
		n8n: { ...main.n8n, credentials: main.n8n.credentials.filter(isOwn), nodes: main.n8n.nodes.filter(isOwn) },
		devDependencies: Object.fromEntries(Object.entries(main.devDependencies).filter(([name]) => isNeeded(name))),
	};
}
