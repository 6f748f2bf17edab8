import '../support/setup.mts';
import { allCases, matrixText, runMatrix } from './matrix.mts';

/** `npm run test:faults`: runs the whole matrix, or with an argument the rows whose name has it in them, and prints it. */
async function main(): Promise<void> {
	const part = process.argv[2] ?? '';
	const result = await runMatrix(
		allCases().filter(({ row }) => row.name.includes(part)),
		process.cwd(),
	);
	console.log(matrixText(result));
	// Sockets that are never answered would keep the process.
	process.exit(result.wrongClaims + result.secretsFound > 0 ? 1 : 0);
}

void main();
