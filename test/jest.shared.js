/** What the tests of all kinds share. A kind's own configuration says where its tests are. */
/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: 'node',
	testMatch: ['**/*.test.mts'],
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.cache/'],
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
	setupFilesAfterEnv: ['<rootDir>/test/support/network.mts', '<rootDir>/test/support/forgetPace.mts'],
};
