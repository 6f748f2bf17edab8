import '../../support/setup.mts';
import { allCases, runAll, textOf, totalsOf } from './matrix.mts';

/** Runs all cases, or with an argument those whose kind has it in its name, and prints what is wrong. Exit code 1 if anything is. */
async function main(): Promise<void> {
	const results = await runAll(allCases(process.argv[2]));
	console.log(textOf(results));
	const { falseClaims, secrets, needlesslyUnknown } = totalsOf(results);
	// Sockets that are never answered would keep the process.
	process.exit(falseClaims + secrets + needlesslyUnknown > 0 ? 1 : 0);
}

void main();
