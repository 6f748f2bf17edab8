import { readFileSync } from 'node:fs';

import { forService } from '../../packages/markdown.mts';
import { readmeOf } from '../../packages/readme.mts';
import { packages, type SinglePackage } from '../../packages/services.mts';

/** The READMEs of the packages of one service each: each is about its own service, and about no other. */

const [aodocs, cudoCompute, userHub] = packages;
const readme = readFileSync('README.md', 'utf8');
const template = readFileSync('packages/README.template.md', 'utf8');
const others = (single: SinglePackage) => packages.filter((each) => each !== single);

function readmeFor(single: SinglePackage, source = readme): string {
	const words = { name: single.name, updates: single.updates, mainName: 'main', mainRepository: 'https://example.com', repository: '' };
	return readmeOf(template, source, single, words, 'https://example.com');
}

test.each(packages)('$name is about its service, and names no other', (single) => {
	const text = readmeFor(single).toLowerCase();

	expect(text).toContain(`### ${single.service}`.toLowerCase());
	for (const { service, node, contract } of others(single)) {
		for (const name of [service, node, contract]) expect(text).not.toContain(name.toLowerCase());
	}
});

test('a sentence about another service that nothing leaves out is an error, and not handed on', () => {
	const more = readme.replace('## Limits\n', '## Limits\n\nAODocs has one account, and UserHub and Cudo Compute have many.\n');

	for (const single of packages) expect(() => readmeFor(single, more)).toThrow('is about other services too');
});

describe('what a text says of one service', () => {
	test.each<[string, string, string, string, string]>([
		['a row that is of another only', '| Mask | Cudo Compute only; sent as given |', '', '| Mask | Cudo Compute only; sent as given |', ''],
		[
			'entries between commas',
			"| refused, AODocs' 409, reset | read |",
			"| refused, AODocs' 409, reset | read |",
			'| refused, reset | read |',
			'| refused, reset | read |',
		],
		[
			'parts of brackets',
			"| a part is set (UserHub's address; Cudo Compute's tax ID) | read |",
			'',
			"| a part is set (Cudo Compute's tax ID) | read |",
			"| a part is set (UserHub's address) | read |",
		],
		['a row that is not of one', '| Guard | refuses (not at UserHub, which has none) |', '| Guard | refuses |', '| Guard | refuses |', ''],
		['a list item that is not of one', '- **Clear** (not at AODocs) erases.', '', '- **Clear** erases.', '- **Clear** erases.'],
		['list items of one each', '- AODocs: nothing.\n- UserHub: choose.', '- AODocs: nothing.', '', '- UserHub: choose.'],
		['brackets about no service', '- a (b; c) d', '- a (b; c) d', '- a (b; c) d', '- a (b; c) d'],
	])('%s', (_, text, ...wanted) => {
		expect([aodocs, cudoCompute, userHub].map((single) => forService(text, single))).toEqual(wanted);
	});
});
