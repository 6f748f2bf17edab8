/** The package as its users get it: packed by npm, and unpacked where n8n keeps the community packages that its editor installs. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runToEnd } from './processGroups.mts';

export interface PackedPackage {
	name: string;
	version: string;
	/** Path of the .tgz file. */
	tarball: string;
	/** Number of files in it, and bytes of the packed file. */
	files: number;
	size: number;
}

/**
 * Packs the package, which must have been built.
 * @param projectFolder where its package.json is
 * @param destination folder for the tarball; created when missing
 */
export async function packPackage(projectFolder: string, destination: string): Promise<PackedPackage> {
	const manifest = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as {
		n8n?: { nodes?: string[]; credentials?: string[] };
	};
	const missing = [...(manifest.n8n?.nodes ?? []), ...(manifest.n8n?.credentials ?? [])].filter(
		(file) => !existsSync(join(projectFolder, file)),
	);
	if (missing.length > 0) {
		throw new Error(`The package is not built: ${missing.join(', ')} is missing. Run "npm run build" first.`);
	}

	mkdirSync(destination, { recursive: true });
	const output = await runToEnd('npm', ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', destination], {
		cwd: projectFolder,
	});
	const text = output.join('\n');
	const [packed] = JSON.parse(text.slice(text.indexOf('['))) as Array<{
		name: string;
		version: string;
		filename: string;
		size: number;
		entryCount: number;
	}>;
	return {
		name: packed.name,
		version: packed.version,
		tarball: join(destination, packed.filename),
		files: packed.entryCount,
		size: packed.size,
	};
}

/**
 * Installs a packed package for an n8n, as n8n's own installer does (downloadPackage in its community packages service): unpacked into
 * `.n8n/nodes/node_modules`, without the development, peer and optional dependencies, without running any script, and entered in
 * `.n8n/nodes/package.json`. A former installation of the package is replaced.
 * @param userFolder n8n's N8N_USER_FOLDER
 */
export async function installPackage(packed: PackedPackage, userFolder: string): Promise<void> {
	const nodesFolder = join(userFolder, '.n8n', 'nodes');
	const target = join(nodesFolder, 'node_modules', packed.name);
	mkdirSync(dirname(target), { recursive: true });

	// Unpacked aside and then moved, so that n8n never meets half a package. The folder must not look like a package to n8n.
	const aside = mkdtempSync(join(nodesFolder, 'unpacking-'));
	try {
		await runToEnd('tar', ['-xzf', packed.tarball, '-C', aside, '--strip-components=1'], {});
		const manifestFile = join(aside, 'package.json');
		const {
			devDependencies: _dev,
			peerDependencies: _peer,
			optionalDependencies: _optional,
			...manifest
		} = JSON.parse(readFileSync(manifestFile, 'utf8')) as Record<string, unknown>;
		writeFileSync(manifestFile, JSON.stringify(manifest, null, 2));
		if (Object.keys((manifest.dependencies as object | undefined) ?? {}).length > 0) {
			// n8n would fetch these from the registry; a verified package has none.
			throw new Error(`${packed.name} has run-time dependencies, which n8n does not allow in a verified package.`);
		}
		rmSync(target, { recursive: true, force: true });
		renameSync(aside, target);
	} finally {
		rmSync(aside, { recursive: true, force: true });
	}

	const ledgerFile = join(nodesFolder, 'package.json');
	writeFileSync(
		ledgerFile,
		JSON.stringify({ name: 'installed-nodes', private: true, dependencies: { [packed.name]: packed.version } }, null, 2),
	);
	for (const entry of readdirSync(nodesFolder)) {
		if (entry.startsWith('unpacking-')) rmSync(join(nodesFolder, entry), { recursive: true, force: true });
	}
}
