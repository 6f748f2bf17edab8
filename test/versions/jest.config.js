const { createRequire } = require('node:module');
const { join } = require('node:path');
const shared = require('../jest.shared.js');

const folder = process.env.N8N_ENGINE_FOLDER;
if (!folder) throw new Error('N8N_ENGINE_FOLDER says whose n8n-core and n8n-workflow to take: run "npm run test:versions".');
const { resolve } = createRequire(join(folder, 'package.json'));

// Dependencies of n8n-core that are ES modules only: jest loads them as CommonJS.
const esModules = ['is-network-error', 'p-retry'];
const [[typescript, swc]] = Object.entries(shared.transform);

/** The tests of the nodes, and of the built package in n8n's loader, with the engine of another version of n8n. */
/** @type {import('jest').Config} */
module.exports = {
	...shared,
	rootDir: '../..',
	roots: ['<rootDir>/test'],
	testMatch: [
		'<rootDir>/test/engine/*.test.mts',
		// Whether a credential reads the item is told from how the engine resolves it.
		'<rootDir>/test/faults/claimsAccounts.test.mts',
		'<rootDir>/test/package/package.test.mts',
		'<rootDir>/test/versions/engineUnderTest.mts',
	],
	modulePathIgnorePatterns: [],
	// The tests, the nodes and n8n-core must all get the same n8n-workflow.
	moduleNameMapper: { '^n8n-core$': resolve('n8n-core'), '^n8n-workflow$': resolve('n8n-workflow') },
	transform: { [`${typescript}|/node_modules/(${esModules.join('|')})/.*\\.js$`]: swc },
	transformIgnorePatterns: [`/node_modules/(?!@apidevtools/json-schema-ref-parser/|(${esModules.join('|')})/)`],
	setupFiles: [...shared.setupFiles, '<rootDir>/test/versions/harnessForOlderEngines.mts'],
	testTimeout: 60_000,
};
