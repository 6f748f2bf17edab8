import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { n8nDefinition } from '../../demo/folders.mts';
import { driverProgress, unpackingProgress } from '../../demo/n8nInstall.mts';
import { requireFreePorts } from '../../demo/ports.mts';
import { missingForInstallation, type Machine } from '../../demo/requirements.mts';

const all: Machine = { hasProgram: () => true, isThere: async () => true, freeDisk: () => 100e9, platform: 'linux' };

describe('What an installation of n8n needs', () => {
	const complaints = async (machine: Partial<Machine>) => await missingForInstallation(n8nDefinition, '/somewhere', { ...all, ...machine });

	test('a machine that has all is let through, and nothing is asked of the network', async () => {
		const isThere = jest.fn();

		expect(await complaints({ isThere })).toEqual([]);
		expect(isThere).not.toHaveBeenCalled();
	});

	test('without a compiler it goes on where a ready driver can be had', async () => {
		const isThere = jest.fn().mockResolvedValue(true);

		expect(await complaints({ hasProgram: () => false, isThere })).toEqual([]);
		expect(isThere.mock.calls).toEqual([[expect.stringMatching(/\/v5\.\d+\.\d+\/sqlite3-v5.*\.tar\.gz$/)]]);
	});

	test('without either, what is missing is named with the command that installs exactly that', async () => {
		const onlyPython = { hasProgram: (name: string) => name === 'python3', isThere: async () => false };

		expect(await complaints(onlyPython)).toEqual([
			expect.stringMatching(/lacks a C\+\+ compiler, make\. Install first:\n {4}sudo apt-get install -y g\+\+ make {3}/),
		]);
		expect((await complaints({ ...onlyPython, platform: 'darwin' }))[0]).toContain('xcode-select --install');
	});

	test('a disk that is too full', async () => {
		expect(await complaints({ freeDisk: () => 1.5e9 })).toEqual([expect.stringContaining('1.5 GB are free below /somewhere')]);
	});
});

describe('A port that is taken', () => {
	let server: Server;
	beforeEach(async () => {
		server = createServer();
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	});
	afterEach(() => server.close());

	test('is named with its user, and with the command that takes a free one', async () => {
		const { port } = server.address() as AddressInfo;

		await expect(requireFreePorts([{ user: 'n8n', variable: 'N8N_PORT', port }])).rejects.toThrow(
			new RegExp(`Port ${port}, needed for n8n, is taken by another program.*\n {4}N8N_PORT=\\d+ npm start`),
		);
	});
});

describe('Progress of an installation', () => {
	let folder: string;
	beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'installation-'))));
	afterEach(() => rmSync(folder, { recursive: true }));

	test('tells the phases of npm ci apart, and counts what is on the disk', () => {
		const paths = ['node_modules/a', 'node_modules/a/node_modules/b', 'node_modules/c'];
		const { describe: shown, onLine } = unpackingProgress(folder, paths);

		expect(shown()).toContain('reading the list of 3 packages');
		onLine('npm warn EBADENGINE Unsupported engine');
		onLine('npm silly packumentCache corgi:https://registry.example/a cache-miss');
		onLine('npm silly packumentCache corgi:https://registry.example/a set size:61 disposed:false');
		expect(shown()).toBe('npm: 1 of 3 packages asked for');
		onLine('npm http fetch GET 200 https://registry.example/a 12ms (cache miss)');
		expect(shown()).toBe('npm: the registry has answered about 1 of 3 packages');
		for (const path of paths.slice(0, 2)) {
			mkdirSync(join(folder, path), { recursive: true });
			writeFileSync(join(folder, path, 'package.json'), '{}');
		}
		mkdirSync(join(folder, paths[2]));
		expect(shown()).toBe('npm: 2 of about 3 packages unpacked');
	});

	test('says when the driver is compiled, and which file', () => {
		const { describe: shown, onLine } = driverProgress();

		expect(shown()).toContain('fetching');
		onLine('gyp info it worked if it ends with ok');
		expect(shown()).toContain('no ready database driver is found');
		onLine('  CC(target) Release/obj.target/sqlite3/gen/sqlite-autoconf-3440200/sqlite3.o');
		expect(shown()).toMatch(/compiling it: sqlite3\.o$/);
	});
});
