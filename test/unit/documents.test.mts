import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { anchorsIn, headingsIn, sectionsOf } from '../../packages/markdown.mts';
import { nodes } from '../support/installation.mts';
import type { NodeName } from '../support/installation.mts';

const root = process.cwd();
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const { homepage } = JSON.parse(read('package.json')) as { homepage: string };
const home = homepage.replace(/#.*$/, '');

/** Files below a folder, as paths from the project's root. */
function filesBelow(folder: string, ending: string): string[] {
	return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith(ending))
		.map((file) => join(folder, file));
}

/** A document without its blocks of code. */
const prose = (path: string) => read(path).replace(/^ *```[\s\S]*?^ *```/gm, '');

/** What a section of README says. */
const section = (title: string) =>
	[2, 3].flatMap((level) => sectionsOf(read('README.md'), level)).find((each) => each.title === title)!.text;

const documents = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: root, encoding: 'utf8' })
	.trim()
	.split('\n')
	// A template's links are whole only once `npm run packages` has filled it in.
	.filter((path) => existsSync(join(root, path)) && !path.endsWith('.template.md'));

const sources = [...filesBelow('credentials', '.ts'), ...filesBelow('nodes', '.ts'), ...filesBelow('nodes', '.node.json')];

describe('Help links', () => {
	const links = sources.flatMap((file) => [...read(file).matchAll(/https:\/\/github\.com\/[^\s"'`)]+/g)].map(([url]) => ({ file, url })));

	test('there is one in every credential and every codex file', () => {
		const files = new Set(links.map(({ file }) => file));
		const expected = [...filesBelow('credentials', '.credentials.ts'), ...filesBelow('nodes', '.node.json')];

		expect(expected.filter((file) => !files.has(file))).toEqual([]);
	});

	test.each(links)('$url ($file) leads to a section of README', ({ url }) => {
		const [address, anchor] = url.split('#');

		expect(address).toBe(home);
		expect([...anchorsIn(read('README.md'))]).toContain(anchor);
	});

	test.each(links.filter(({ file }) => file.startsWith('credentials')))('$file leads to how its key is made', ({ url }) => {
		const heading = headingsIn(read('README.md')).find(({ anchor }) => anchor === url.split('#')[1]);

		expect(heading?.below).toContain('Credentials');
	});
});

describe('Documents', () => {
	const links = documents.flatMap((document) =>
		[...prose(document).matchAll(/\]\(([^)\s]+)\)/g)]
			.map(([, target]) => ({ document, target }))
			.filter(({ target }) => !/^[a-z]+:/.test(target)),
	);

	test.each(links)('$document: $target exists', ({ document, target }) => {
		const [path, anchor] = target.split('#');
		const file = path === '' ? document : join(dirname(document), path);

		expect(existsSync(join(root, file))).toBe(true);
		if (anchor !== undefined) expect([...anchorsIn(read(file))]).toContain(anchor);
	});
});

describe('README', () => {
	test.each(Object.keys(nodes) as NodeName[])('has a row for every option of %s', (name) => {
		const rows = section('Options');
		const { properties } = nodes[name].description;
		const options = properties.filter((property) => property.name === 'options').flatMap((property) => property.options ?? []);
		const labels = options.flatMap((option) => ('displayName' in option ? [option.displayName] : []));

		expect(labels.length).toBeGreaterThan(0);
		expect(labels.filter((label) => !rows.includes(`| ${label} |`))).toEqual([]);
	});

	test.each(Object.keys(nodes) as NodeName[])('names every field of %s', (name) => {
		const operations = section('Operations');
		const { properties } = nodes[name].description;
		const fields = properties.find((property) => property.name === 'updateFields')?.options ?? [];
		const labels = fields.flatMap((field) => ('displayName' in field ? [field.displayName] : []));

		expect(labels.filter((label) => !operations.includes(`| ${label} |`))).toEqual([]);
	});

	const code = sources.map(read).join('\n');
	const messages = [...section('Troubleshooting').matchAll(/^\| ([^|]+) \|/gm)]
		.map(([, message]) => message)
		.filter((message) => message !== 'message' && !message.startsWith('---'));

	test.each(messages)('the message "%s" is one of the code', (message) => {
		// What changes is cut out, the status of an HTTP answer too; the code puts some messages together at a comma, or at its "because".
		const parts = message
			.replace(/\d+/g, '…')
			.split(/…|, (?:because )?/)
			.map((part) => part.trim().replace(/^,|[,)]$/g, ''))
			.filter((part) => /\w{2}/.test(part));

		expect(parts.length).toBeGreaterThan(0);
		expect(parts.filter((part) => !code.includes(part))).toEqual([]);
	});
});
