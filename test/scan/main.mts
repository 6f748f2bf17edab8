/**
 * Scans a package as n8n does before it verifies one: the packed tarball, and the unbuilt sources.
 *
 *   npx tsx test/scan/main.mts                  this package
 *   npx tsx test/scan/main.mts FOLDER           the package in another folder
 *   npx tsx test/scan/main.mts PACKAGE.tgz      a tarball alone
 *
 * The package must have been built. Of a git repository the sources are those of HEAD, as n8n fetches them; of another folder, all of it that no
 * build has made. Ends with code 1 when there is a finding.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { cache, project } from '../../demo/folders.mts';
import { packPackage } from '../../demo/package.mts';
import { killAllGroups } from '../../demo/processGroups.mts';
import { scan, scanned } from './scan.mts';

process.on('exit', killAllGroups);

/** What is not source: made by a build, an installation or git. */
const NOT_SOURCE = ['node_modules', 'dist', '.cache', '.git'];

function isRepository(folder: string): boolean {
	return existsSync(join(folder, '.git'));
}

/** The sources as they are before any build. */
function copySources(folder: string, destination: string): void {
	if (isRepository(folder)) {
		const archive = execFileSync('git', ['archive', 'HEAD'], { cwd: folder, maxBuffer: 2 ** 30 });
		execFileSync('tar', ['-x', '-C', destination], { input: archive });
	} else {
		cpSync(folder, destination, { recursive: true, filter: (file) => file === folder || !NOT_SOURCE.includes(basename(file)) });
	}
}

/** @returns the number of findings, which are printed */
async function scanAndTell(title: string, folder: string, kind: keyof typeof scanned): Promise<number> {
	const { files, findings } = await scan(folder, kind);
	console.log(`${title}: ${files} files, ${findings.length} findings; the planted one was found`);
	for (const finding of findings) console.log(`  ${finding}`);
	return findings.length;
}

async function main(): Promise<number> {
	const subject = realpathSync(resolve(process.argv[2] ?? project));
	mkdirSync(cache, { recursive: true });
	const work = mkdtempSync(join(cache, 'scan-'));
	try {
		let findings = 0;
		const isTarball = subject.endsWith('.tgz');
		const tarball = isTarball ? subject : (await packPackage(subject, work)).tarball;
		const unpacked = join(work, 'tarball');
		mkdirSync(unpacked);
		execFileSync('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);
		findings += await scanAndTell('The tarball', unpacked, 'tarball');
		if (!isTarball) {
			const sources = join(work, 'sources');
			mkdirSync(sources);
			copySources(subject, sources);
			findings += await scanAndTell(isRepository(subject) ? 'The sources of HEAD' : 'The sources', sources, 'sources');
		}
		return findings === 0 ? 0 : 1;
	} finally {
		rmSync(work, { recursive: true, force: true });
	}
}

main()
	.catch((error: Error) => {
		console.error(`✗ ${error.message}`);
		return 1;
	})
	.then((code) => process.exit(code));
