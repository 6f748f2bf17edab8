/**
 * Makes a release: checks, tags, and says what to do next. Nothing is pushed and nothing is published.
 *
 *   npm run release               checks and tags the version in package.json
 *   npm run release -- --dry-run  checks only
 */
import { parseArgs } from 'node:util';
import { release } from './release.mts';

const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } });
process.exitCode = release(process.cwd(), { isDryRun: values['dry-run'], print: (line) => console.log(line) });
