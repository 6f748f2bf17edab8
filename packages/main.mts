import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { packages } from './services.mts';
import { writeTree } from './tree.mts';

/** `npm run packages`: writes the packages of one service each, as complete source trees, into .cache/packages or the folder that --out names. */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({ options: { out: { type: 'string' } } });
const out = resolve(values.out ?? join(root, '.cache/packages'));

for (const single of packages) {
	const folder = join(out, single.name);
	await writeTree(root, single, folder);
	console.log(folder);
}
