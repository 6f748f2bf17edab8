/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: 'node',
	roots: ['<rootDir>/test'],
	testMatch: ['**/*.test.mts'],
	// The package test needs a built dist/: `npm run test:package` asks for it with --selectProjects or a path.
	// The whole fault matrix is `npm run faults`, the model is `npm run test:model`.
	testPathIgnorePatterns: [
		'<rootDir>/test/faults/matrix',
		'<rootDir>/test/model/',
		'<rootDir>/test/versions/',
		'/node_modules/',
		'<rootDir>/test/package/',
		'<rootDir>/test/n8n/',
		'<rootDir>/test/bench/',
	],
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.cache/', '<rootDir>/demo/'],
	moduleFileExtensions: ['ts', 'mts', 'js', 'json', 'node'],
	transform: {
		// openapi-backend loads one dependency that is an ES module only.
		'\\.m?ts$|/json-schema-ref-parser/.*\\.js$': [
			'@swc/jest',
			{
				jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2022' },
				module: { type: 'commonjs' },
			},
		],
	},
	transformIgnorePatterns: ['/node_modules/(?!@apidevtools/json-schema-ref-parser/)'],
	setupFiles: ['reflect-metadata', '<rootDir>/test/support/setup.mts'],
	setupFilesAfterEnv: ['<rootDir>/test/support/network.mts'],
	// A limit for what never ends: far longer than the slowest test on a busy machine.
	testTimeout: 120_000,
};
