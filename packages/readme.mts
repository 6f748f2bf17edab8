import { anchorOf, forService, sectionsOf, titlesIn, withLinksTo } from './markdown.mts';
import type { SinglePackage } from './services.mts';

/** The README of a package: its template, with sections of the README of this repository. */

/** The sections that are taken over, in this order, with the titles that they may have there. */
const SECTIONS: Array<{ title: string; from: string[] }> = [
	{ title: 'Credentials', from: ['Credentials', 'The credentials'] },
	{ title: 'Operations', from: ['Operations', 'The nodes'] },
	{ title: 'Usage', from: ['Usage', 'What happens'] },
	{ title: 'Compatibility', from: ['Compatibility', 'Which n8n'] },
];

/** Taken over where they are there. */
const MORE_SECTIONS = ['Limits', 'Troubleshooting', 'Resources', 'Version history'];

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
	const found = sectionsOf(readme, 2);
	const taken = [...SECTIONS, ...MORE_SECTIONS.map((title) => ({ title, from: [title] }))].flatMap(({ title, from }) => {
		const section = found.find((each) => from.includes(each.title));
		if (!section && !MORE_SECTIONS.includes(title)) throw new Error(`README.md has no section "${from[0]}", which ${single.name} needs`);
		if (!section) return [];
		const text = forService(section.text, single);
		if (text === '') throw new Error(`Section "${section.title}" of README.md has nothing for ${single.service}`);
		return [{ title, text }];
	});
	for (const title of ['Credentials', 'Operations']) {
		const text = taken.find((section) => section.title === title)?.text ?? '';
		if (!text.includes(single.service)) throw new Error(`Section "${title}" of README.md does not name ${single.service}`);
	}

	const whole = template
		.replace('{{sections}}', () => taken.map(({ title, text }) => `## ${title}\n\n${text}`).join('\n\n'))
		.replace(/\{\{(\w+)\}\}/g, (_, word: string) => {
			if (!(word in words)) throw new Error(`README.template.md has {{${word}}}, which nothing stands for`);
			return words[word];
		});
	return withLinksTo(repository, whole, new Set(titlesIn(whole).map(anchorOf)));
}
