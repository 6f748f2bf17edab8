/** What is used of n8n's scanner, which brings no types. */
declare module '@n8n/scan-community-package/scanner/scanner.mjs' {
	import type { Linter } from 'eslint';

	/** What the scanner lints of the sources. */
	export const SOURCE_FILE_PATTERNS: string[];
	/** The rules of the scanner. */
	export function buildScanConfig(): Promise<Linter.Config[]>;
}
