import { anchorsIn, fillIn, forService, sectionsOf, withLinksTo } from './markdown.mts';
import { packages, type SinglePackage } from './services.mts';

/** The README of a package: its template, with sections of the README of this repository. */

/** The sections that are taken over, in this order. */
const SECTIONS = [
	'Installation',
	'Credentials',
	'Operations',
	'Usage',
	'What happens',
	'Compatibility',
	'Limits',
	'Troubleshooting',
	'Resources',
	'Version history',
];

/** Sections of which a part is about each service, under a heading of its own. */
const OF_EACH_SERVICE = ['Credentials', 'Operations', 'Limits'];

/** Sentences that are about all nodes, and what the package of one says. */
const ofAll = (single: SinglePackage): Array<[there: string | RegExp, here: string]> => [
	[/\n\n\*\*One service only\.\*\*[^]*?(?=\n\n|$)/, ''],
	[/\n\nWithout an account\? .*/, ''],
	[' **Get Many** lists accounts, or organizations.', single.lists ? ` **Get Many** lists ${single.lists}.` : ''],
	['The nodes run in n8n', 'The node runs in n8n'],
	['All three nodes also work as tools of an AI agent.', 'The node also works as a tool of an AI agent.'],
	[
		/^The folder \[examples\/\]\(examples\/\) has workflows to import\./m,
		'The package of all three services has [workflows to import](examples/).',
	],
];

/**
 * @param template with `{{name}}` and the like
 * @param readme the README of this repository
 * @param words what stands for the names in the template
 * @param repository the address of this repository
 */
export function readmeOf(
	template: string,
	readme: string,
	single: SinglePackage,
	words: Record<string, string>,
	repository: string,
): string {
	const about = new RegExp(`^- \\*\\*(${single.service})\\*\\* (.+)$`, 'm').exec(readme)?.slice(1).join(' ');
	if (about === undefined) throw new Error(`README.md does not say what ${single.service} does, as a list item that begins with its name`);
	let source = readme;
	for (const [there, here] of ofAll(single)) {
		const replaced = source.replace(there, here);
		if (replaced === source) throw new Error(`README.md has nothing like "${String(there)}", which ${single.name} says in another way`);
		source = replaced;
	}
	const found = sectionsOf(source, 2);
	const taken = SECTIONS.map((title) => {
		const section = found.find((each) => each.title === title);
		if (!section) throw new Error(`README.md has no section "${title}", which ${single.name} needs`);
		if (OF_EACH_SERVICE.includes(title) && !sectionsOf(section.text, 3).some((each) => each.title === single.service)) {
			throw new Error(`Section "${title}" of README.md has no part "${single.service}"`);
		}
		const text = forService(section.text, single);
		if (text === '') throw new Error(`Section "${title}" of README.md has nothing for ${single.service}`);
		return { title, text: text.replaceAll(words.mainName, single.name) };
	});

	// The words first: the sections have words in braces of their own.
	const whole = fillIn(template.replace('{{sections}}', '<sections>'), { ...words, about }).replace('<sections>', () =>
		taken.map(({ title, text }) => `## ${title}\n\n${text}`).join('\n\n'),
	);
	if (/all three nodes|\bthese three\b/i.test(whole)) throw new Error(`The README of ${single.name} speaks of three nodes`);
	const others = packages.filter(({ name }) => name !== single.name).flatMap(({ service, node, contract }) => [service, node, contract]);
	const foreign = whole.split('\n').filter((line) => others.some((other) => line.toLowerCase().includes(other.toLowerCase())));
	if (foreign.length > 0) throw new Error(`The README of ${single.name} is about other services too: ${foreign.join('\n')}`);
	return withLinksTo(repository, whole, anchorsIn(whole));
}
