/** Where everything that is installed or stored goes: out of the sources, and out of git. */
import { join } from 'node:path';

export const project = join(import.meta.dirname, '..');
export const cache = join(project, '.cache');
/** What is committed of the real n8n: its package.json and lockfile. */
export const n8nDefinition = join(import.meta.dirname, 'n8n');
/** The real n8n, installed. */
export const n8nFolder = join(cache, 'n8n');

/**
 * The user folder of one n8n. n8n writes the scripts of its editor there, which no linter should read: all of them pass over folders called
 * node_modules.
 *
 * @param purpose what this n8n is for; its name
 */
export function userFolderOf(purpose: string): string {
	return join(cache, 'node_modules', purpose);
}
