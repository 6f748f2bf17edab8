/** What an installation of n8n needs of this machine, checked before it begins: each complaint is a plain sentence with the command that helps. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What n8n takes on the disk, with what npm keeps of it meanwhile, in bytes. */
const DISK = 4e9;

/** How long the question for a ready driver may take, in milliseconds. */
const PATIENCE = 10_000;

/** What compiles the SQLite driver: of each row, one program. */
const TOOLS = [
	{ name: 'a C++ compiler', programs: ['g++', 'c++', 'clang++'], debian: 'g++' },
	{ name: 'make', programs: ['make', 'gmake'], debian: 'make' },
	{ name: 'Python 3', programs: ['python3', 'python'], debian: 'python3' },
];

/** The world, as far as the checks look at it; tests play it. */
export interface Machine {
	/** Whether a program is there and runs. */
	hasProgram(name: string): boolean;
	/** Whether a file can be downloaded. */
	isThere(url: string): Promise<boolean>;
	/** Free bytes on the disk that a folder, or the nearest one above it that exists, is on. */
	freeDisk(folder: string): number;
	platform: NodeJS.Platform;
}

const thisMachine: Machine = {
	hasProgram(name) {
		try {
			execFileSync(name, ['--version'], { stdio: 'ignore' });
			return true;
		} catch {
			return false;
		}
	},
	async isThere(url) {
		return await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(PATIENCE) }).then(
			({ ok }) => ok,
			() => false,
		);
	},
	freeDisk(folder) {
		let existing = folder;
		while (!existsSync(existing)) existing = dirname(existing);
		const { bavail, bsize } = statfsSync(existing);
		return bavail * bsize;
	},
	platform: process.platform,
};

/** The command that installs what compiles the driver. */
function commandFor(missing: typeof TOOLS, platform: NodeJS.Platform): string {
	if (platform === 'darwin') return 'xcode-select --install';
	if (platform === 'win32') return 'winget install Microsoft.VisualStudio.2022.BuildTools Python.Python.3.12';
	return `sudo apt-get install -y ${missing.map(({ debian }) => debian).join(' ')}   (Debian, Ubuntu; elsewhere the packages of the same purpose)`;
}

/** Where the driver's makers keep it ready for this platform. */
function readyDriver(definitionFolder: string): string {
	const { packages } = JSON.parse(readFileSync(join(definitionFolder, 'package-lock.json'), 'utf8')) as {
		packages: Record<string, { version: string }>;
	};
	const { version } = packages['node_modules/sqlite3'];
	const file = `sqlite3-v${version}-napi-v6-${process.platform}-${process.arch}.tar.gz`;
	return `https://github.com/TryGhost/node-sqlite3/releases/download/v${version}/${file}`;
}

/**
 * What is missing for an installation of n8n.
 * @param definitionFolder holds the lockfile
 * @param folder where n8n is to be
 * @returns a complaint for each; empty when it can begin
 */
export async function missingForInstallation(definitionFolder: string, folder: string, machine: Machine = thisMachine): Promise<string[]> {
	const complaints: string[] = [];
	const free = machine.freeDisk(folder);
	if (free < DISK) {
		complaints.push(
			`n8n needs about ${DISK / 1e9} GB of disk for its installation, and ${(free / 1e9).toFixed(1)} GB are free below ${folder}. Make room first; "npm cache clean --force" frees what npm keeps.`,
		);
	}
	const missing = TOOLS.filter(({ programs }) => !programs.some((program) => machine.hasProgram(program)));
	if (missing.length > 0 && !(await machine.isThere(readyDriver(definitionFolder)))) {
		const names = missing.map(({ name }) => name).join(', ');
		complaints.push(
			`n8n's database driver has to be compiled here, because its ready one could not be reached, and this machine lacks ${names}. Install first:\n    ${commandFor(missing, machine.platform)}`,
		);
	}
	return complaints;
}
