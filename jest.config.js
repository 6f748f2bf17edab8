const shared = require('./test/jest.shared.js');

const project = (name) => ({ ...shared, displayName: name, rootDir: __dirname, roots: [`<rootDir>/test/${name}`] });

/**
 * The quick tests, which `npm test` runs. Those that take long or need a build have a configuration of their own:
 * test/model, test/package, test/versions.
 */
/** @type {import('jest').Config} */
module.exports = {
	projects: [project('unit'), project('engine'), project('faults')],
	// A limit for what never ends: far longer than the slowest test on a busy machine.
	testTimeout: 120_000,
};
