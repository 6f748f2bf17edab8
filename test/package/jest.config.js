const shared = require('../../jest.config.js');

/** The tests of the built package: `npm run build` first, then `jest --config test/package/jest.config.js`. */
/** @type {import('jest').Config} */
module.exports = {
	...shared,
	rootDir: '../..',
	roots: ['<rootDir>/test/package'],
	testPathIgnorePatterns: ['/node_modules/'],
	// Here dist/ is what is tested.
	modulePathIgnorePatterns: ['<rootDir>/.cache/', '<rootDir>/demo/'],
	testTimeout: 60_000,
};
