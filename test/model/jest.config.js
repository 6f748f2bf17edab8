const shared = require('../jest.shared.js');

/** The random runs against a model of the services: `npm run test:model`. */
/** @type {import('jest').Config} */
module.exports = { ...shared, rootDir: '../..', roots: ['<rootDir>/test/model'], testTimeout: 20_000 };
