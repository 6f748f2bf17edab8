import { without } from '../../packages/without.mts';

/** What the package of one service takes out of the tests of all. */

const others = {
	names: new Set(['userHub', 'userHubApi']),
	goneFrom: (specifier: string) =>
		(specifier.includes('userHub') ? 'all' : specifier === './kept.mts' ? new Set(['lost']) : new Set<string>()) as 'all' | Set<string>,
	isGoneFile: (text: string) => text === 'test/gone.mts',
};
/** The lines that are left, without the commas that formatting takes away. */
const left = (...lines: string[]) =>
	without('x.mts', lines.join('\n'), others)
		.text.replace(/,(?=\s*[}\]])/g, '')
		.split('\n')
		.map((line) => line.trim())
		.filter((line) => line !== '');

test('a file that names no other service stays as it is, to the letter', () => {
	const text = "import { a } from './kept.mts';\n\n// Kept.\ntest('one', () => expect(a).toBe( 1 ));\n";
	expect(without('x.mts', text, others).text).toBe(text);
});

test('entries of a register go, with their imports', () => {
	expect(
		left(
			"import { aodocs } from './aodocs.mts';",
			"import { userHub } from './userHub.mts';",
			'export const services = { aodocs, userHub };',
		),
	).toEqual(["import { aodocs } from './aodocs.mts';", 'export const services = { aodocs };']);
});

test('a test goes as a whole, and what only it needs', () => {
	expect(
		left(
			"import { used, unused } from './kept.mts';",
			'const helper = () => unused;',
			"test('one', () => used());",
			"test('two', () => helper(accounts.userHub));",
		),
	).toEqual(["import { used } from './kept.mts';", "test('one', () => used());"]);
});

test('rows of a table go; a table without rows goes with its test', () => {
	expect(
		left(
			"test.each([['aodocs', 1], ['userHub', 2]])('%s', () => {});",
			"test.each([['userHub', 2]])('none is left: %s', () => {});",
			"describe('a group', () => { test('of one', () => run('userHub')); });",
		),
	).toEqual(["test.each([['aodocs', 1]])('%s', () => {});"]);
});

test('what needs a name that is gone goes too, but not what only has a member of that name', () => {
	const rest = without(
		'x.mts',
		[
			"import { lost } from './kept.mts';",
			'export const made = lost();',
			"test('one', () => use(made));",
			"test('two', () => use(other.made, { made: 1 }));",
			"test('three', () => { const made = 1; use(made); });",
		].join('\n'),
		others,
	);
	expect(rest.text.match(/'(one|two|three)'/g)).toEqual(["'two'", "'three'"]);
	expect(rest.gone).toContain('made');
});

test('a test that starts a program which is gone goes', () => {
	expect(left("test('one', () => start('test/gone.mts'));", "test('two', () => start('test/kept.mts'));")).toEqual([
		"test('two', () => start('test/kept.mts'));",
	]);
});

test('members of a union go', () => {
	expect(left("export type Name = 'aodocs' | 'userHub';")).toEqual(["export type Name = 'aodocs';"]);
});
