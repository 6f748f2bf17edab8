import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.N8N_ENGINE_FOLDER ?? '';
const manifestOf = (path: string) => JSON.parse(readFileSync(join(folder, path, 'package.json'), 'utf8'));

describe('The engine under test', () => {
	test.each(['n8n-core', 'n8n-workflow'])('is the %s that this version of n8n depends on', (name) => {
		expect(require.resolve(name)).toContain(realpathSync(join(folder, 'node_modules', name)));
		expect(manifestOf(join('node_modules', name)).version).toBe(manifestOf('.').dependencies[name]);
	});
});
