const shared = require('../jest.shared.js');

/** The tests of the built package: `npm run test:package`. */
/** @type {import('jest').Config} */
module.exports = {
	...shared,
	rootDir: '../..',
	roots: ['<rootDir>/test/package'],
	// Here dist/ is what is tested.
	modulePathIgnorePatterns: ['<rootDir>/.cache/'],
	testTimeout: 60_000,
};
