import nock from 'nock';

import { allCases, matrixText, runMatrix } from './matrix.mts';

// The faults are of real sockets, which nock would stand before.
beforeAll(() => nock.restore());

test('whatever fails, no claim of a node is wrong and no secret gets out', async () => {
	const result = await runMatrix(allCases(), process.cwd());
	const { wrongClaims, secretsFound } = result;
	if (wrongClaims + secretsFound > 0) throw new Error(matrixText(result));
	expect({ wrongClaims, secretsFound }).toEqual({ wrongClaims: 0, secretsFound: 0 });
}, 300_000);
