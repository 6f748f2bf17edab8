/**
 * The checks of @n8n/scan-community-package, which decide whether n8n verifies a package: its rules, its files, and no inline disables. It takes
 * only a published package's name; here the same is done with files of this machine. Warnings count too.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildScanConfig, SOURCE_FILE_PATTERNS } from '@n8n/scan-community-package/scanner/scanner.mjs';
import { ESLint } from 'eslint';

/** What the scanner lints of a tarball, and of the sources that it was built from. */
export const scanned = {
	tarball: { patterns: ['**/*.js', '**/*.ts', '**/*.json'], planted: 'dist/nodes/planted.js' },
	sources: { patterns: SOURCE_FILE_PATTERNS, planted: 'nodes/planted.ts' },
};

/** What no node may do. */
const FORBIDDEN = "export function leak() {\n\tconsole.log(process.env.SECRET);\n\treturn eval('1');\n}\n";
/** The rules that have to find something in it. */
const MUST_FIND = ['no-console', '@n8n/community-nodes/no-dangerous-functions', '@n8n/community-nodes/no-restricted-globals'];

/**
 * Lints a folder as the scanner would. A forbidden file is planted first, so that a scan which sees nothing cannot pass.
 *
 * @param folder the unpacked tarball, or the sources; the planted file is removed again
 * @returns a line for each finding, but for those in the planted file
 * @throws Error when the planted file was not found out, or package.json was not read
 */
export async function scan(folder: string, kind: keyof typeof scanned): Promise<{ files: number; findings: string[] }> {
	const { patterns, planted } = scanned[kind];
	const eslint = new ESLint({
		cwd: folder,
		allowInlineConfig: false,
		overrideConfigFile: true,
		errorOnUnmatchedPattern: false,
		overrideConfig: await buildScanConfig(),
	});
	const plantedFile = join(folder, planted);
	writeFileSync(plantedFile, FORBIDDEN);
	try {
		const results = await eslint.lintFiles(patterns);
		const inPlanted = results.find(({ filePath }) => filePath === plantedFile)?.messages.map(({ ruleId }) => ruleId);
		const missed = MUST_FIND.filter((rule) => !inPlanted?.includes(rule));
		if (missed.length > 0) throw new Error(`The scan is blind: ${missed.join(', ')} found nothing in the planted ${planted}.`);
		if (!results.some(({ filePath }) => filePath === join(folder, 'package.json'))) throw new Error('The scan did not read package.json.');
		const scannedFiles = results.filter(({ filePath }) => filePath !== plantedFile);
		return {
			files: scannedFiles.length,
			findings: scannedFiles.flatMap(({ filePath, messages }) =>
				messages.map(({ line, severity, ruleId, message }) => {
					const name = severity === 2 ? 'error' : 'warning';
					return `${relative(folder, filePath)}:${line} ${name} ${message} (${ruleId ?? 'parser'})`;
				}),
			),
		};
	} finally {
		rmSync(plantedFile, { force: true });
	}
}
