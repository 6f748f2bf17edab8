/** What the package adds to the start of n8n: the time to load all its nodes and credentials, in fresh processes of n8n's own Node.js. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { n8nFolder, project } from '../../demo/folders.mts';
import { runToEnd } from '../../demo/processGroups.mts';
import { median } from './median.mts';

/** Run in a process of its own: n8n has loaded n8n-workflow long before it loads a package. */
const PROGRAM = `
	require('n8n-workflow');
	const start = performance.now();
	for (const file of process.argv.slice(1)) require(file);
	console.log(performance.now() - start);
`;

/** @returns milliseconds beyond loading n8n-workflow, median of the rounds */
export async function measureLoading(rounds: number): Promise<number> {
	const { n8n } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { n8n: { nodes: string[]; credentials: string[] } };
	const files = [...n8n.nodes, ...n8n.credentials].map((file) => join(project, file));
	const node = join(n8nFolder, 'node_modules', 'node', 'bin', 'node');
	const times: number[] = [];
	for (let round = 0; round < rounds; round++) {
		const [time] = await runToEnd(node, ['-e', PROGRAM, ...files], { cwd: project });
		times.push(Number(time));
	}
	return median(times);
}
