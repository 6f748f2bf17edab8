import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { PackageDirectoryLoader } from 'n8n-core';
import type { INodeTypeDescription, Themed } from 'n8n-workflow';

import { nodeNames, services } from '../services/index.mts';

const root = process.cwd();
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const PACKAGE: string = manifest.name;

/** For each credential type, the node that it is for. */
const usersOfCredentials = Object.fromEntries(
	nodeNames.flatMap((name) => services[name].credentialTypes.map((type) => [type.name, [name]])),
);

/** An icon's address in n8n, as the file of the package that it serves. */
const iconFile = (url: string) => join(root, url.replace(`icons/${PACKAGE}/`, ''));

interface Packed {
	size: number;
	files: Array<{ path: string }>;
}

describe("The built package in n8n's own loader", () => {
	const loader = new PackageDirectoryLoader(root);

	beforeAll(async () => await loader.loadAll());

	const descriptions = () => Object.values(loader.nodeTypes).map(({ type }) => type.description as INodeTypeDescription);

	test('has every node and its credentials, and no others', () => {
		expect(Object.keys(loader.nodeTypes).sort()).toEqual([...nodeNames].sort());
		expect(Object.keys(loader.credentialTypes).sort()).toEqual(Object.keys(usersOfCredentials).sort());
	});

	test('names for each credential the node that uses it', () => {
		const supported = Object.fromEntries(Object.entries(loader.credentialTypes).map(([name, { type }]) => [name, type.supportedNodes]));

		expect(supported).toEqual(usersOfCredentials);
	});

	test('shows every node and credential with an icon, light and dark', () => {
		const shown = [...descriptions(), ...Object.values(loader.credentialTypes).map(({ type }) => type)];
		for (const { iconUrl } of shown) {
			const { light, dark } = iconUrl as Exclude<Themed<string>, string>;

			expect(light).not.toBe(dark);
			for (const url of [light, dark]) expect(readFileSync(iconFile(url), 'utf8')).toContain('<svg');
		}
	});

	test('lists every node under Finance & Accounting, with words to search for', () => {
		for (const { codex } of descriptions()) {
			expect(codex?.categories).toContain('Finance & Accounting');
			expect(codex?.alias?.length).toBeGreaterThan(0);
			expect(codex?.resources?.primaryDocumentation?.[0].url).toMatch(/^https:\/\//);
		}
	});

	test('offers every node to AI agents', () => {
		expect(descriptions().every(({ usableAsTool }) => Boolean(usableAsTool))).toBe(true);
	});
});

describe('The tarball', () => {
	const pack = ['pack', '--dry-run', '--json', '--ignore-scripts'];
	const packed: Packed = JSON.parse(execFileSync('npm', pack, { encoding: 'utf8', stdio: 'pipe' }))[0];

	test('holds the compiled package, the readme and the licence, and nothing else', () => {
		const paths = packed.files.map(({ path }) => path);
		const expected = /^(dist\/(credentials|icons|nodes)\/.+\.(js|d\.ts|json|svg|js\.map)|README\.md|LICENSE|package\.json)$/;

		expect(paths.filter((path) => !expected.test(path))).toEqual([]);
		expect(paths).toEqual(
			expect.arrayContaining(['README.md', 'LICENSE', 'package.json', ...manifest.n8n.nodes, ...manifest.n8n.credentials]),
		);
	});

	test('is smaller than 110 kB', () => {
		expect(packed.size).toBeLessThan(110_000);
	});

	test('needs nothing but n8n-workflow', () => {
		expect(manifest.dependencies).toBeUndefined();
		const compiled = packed.files.map(({ path }) => path).filter((path) => path.endsWith('.js'));
		const foreign = compiled.flatMap((path) =>
			[...readFileSync(join(root, path), 'utf8').matchAll(/\brequire\(["']([^"']+)["']\)/g)]
				.map(([, name]) => name)
				.filter((name) => !name.startsWith('.') && name !== 'n8n-workflow'),
		);

		expect(foreign.filter((name) => !isBuiltin(name))).toEqual([]);
		// The only one that n8n's rules allow: it signs plans.
		expect([...new Set(foreign.filter(isBuiltin))]).toEqual(['crypto']);
		expect(compiled.every((path) => existsSync(join(root, path)))).toBe(true);
	});
});
