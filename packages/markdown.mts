import { packages, type SinglePackage } from './services.mts';

/** Sections of a document about all services, as far as they are about one. */

/** A heading with all below it, up to the next of its level. */
export interface Section {
	title: string;
	/** Without the heading's line. */
	text: string;
}

export interface Heading {
	anchor: string;
	/** The titles of the headings around it, the outermost first. */
	below: string[];
}

/** The anchor that GitHub gives a heading. */
const anchorOf = (title: string) =>
	title
		.toLowerCase()
		.replace(/[^\p{L}\p{N}\s_-]/gu, '')
		.replace(/\s/g, '-');

/** Lines of text, each with whether it stands in a block of code. */
function* lines(text: string): Generator<{ line: string; isCode: boolean }> {
	let isCode = false;
	for (const line of text.split('\n')) {
		const isFence = /^\s*(```|~~~)/.test(line);
		yield { line, isCode: isCode || isFence };
		if (isFence) isCode = !isCode;
	}
}

/** All headings. Where several have one title, GitHub numbers their anchors. */
export function headingsIn(text: string): Heading[] {
	const times = new Map<string, number>();
	const around: string[] = [];
	const headings: Heading[] = [];
	for (const { line, isCode } of lines(text)) {
		const found = isCode ? null : /^(#+) (.+)$/.exec(line);
		if (!found) continue;
		const title = found[2].trim();
		const anchor = anchorOf(title);
		const before = times.get(anchor) ?? 0;
		times.set(anchor, before + 1);
		around.length = found[1].length - 1;
		headings.push({ anchor: before === 0 ? anchor : `${anchor}-${before}`, below: around.filter(Boolean) });
		around.push(title);
	}
	return headings;
}

/** The anchors of all headings. */
export const anchorsIn = (text: string) => new Set(headingsIn(text).map(({ anchor }) => anchor));

/** The sections of one level. What stands before the first belongs to none. */
export function sectionsOf(text: string, level: number): Section[] {
	const sections: Section[] = [];
	for (const { line, isCode } of lines(text)) {
		const heading = isCode ? null : /^(#+) (.+)$/.exec(line);
		if (heading && heading[1].length <= level) {
			if (heading[1].length === level) sections.push({ title: heading[2].trim(), text: '' });
			else sections.push({ title: '', text: '' });
		} else if (sections.length > 0) sections.at(-1)!.text += `${line}\n`;
	}
	return sections.filter(({ title }) => title !== '').map(({ title, text: inner }) => ({ title, text: inner.trim() }));
}

/** Paragraphs, list items, rows, headings: what stays or goes as one. */
function blocksOf(text: string): string[] {
	const blocks: string[] = [];
	let isOpen = false;
	for (const { line, isCode } of lines(text)) {
		const startsNew = !isCode && (/^\s*([-*]|\d+\.) /.test(line) || /^\|/.test(line) || /^#/.test(line));
		const isBlank = line.trim() === '' && !isCode;
		if (isOpen && !startsNew && !isBlank) blocks[blocks.length - 1] += `\n${line}`;
		else blocks.push(line);
		isOpen = !isBlank && !/^#/.test(line);
	}
	return blocks;
}

/** The cells of a row of a table, without what stands around them. */
const cellsOf = (row: string) => row.split(/(?<!\\)\|/).slice(1, -1);

const notAt = (service: string) => `not at ${service}`;

const BRACKETS = / \(([^()]*)\)/g;

/** A text without the parts of its brackets, between semicolons, that are about another service. */
function withoutBrackets(text: string, isOther: (part: string) => boolean): string {
	return text.replace(BRACKETS, (brackets, inside: string) => {
		const parts = inside.split('; ');
		const kept = parts.filter((part) => !isOther(part));
		if (kept.length === parts.length) return brackets;
		return kept.length === 0 ? '' : ` (${kept.join('; ')})`;
	});
}

/** A row without the entries of its first cell, between commas, that are about another service. */
function withoutEntries(row: string, isOther: (part: string) => boolean): string {
	const [first, ...rest] = cellsOf(row);
	const entries = first.trim().split(', ');
	const kept = entries.filter((entry) => !isOther(entry));
	return kept.length === entries.length ? row : ['', ` ${kept.join(', ')} `, ...rest, ''].join('|');
}

/**
 * What of a text concerns one service. Left out are
 * - headings that begin with another service, with all below them,
 * - rows of which the first or second cell begins with another service, or says that it is of another only, and those of which the first cell has only
 *   others in brackets,
 * - list items and paragraphs of which the first sentence names others and not this one, and pictures of the others,
 * - rows, list items and paragraphs that say `not at` this service,
 * - of what is left: parts of brackets that begin with another, or with `not at` another; in the first cell of a row, entries that begin with another,
 * - in lists of links, those to others.
 */
export function forService(text: string, single: SinglePackage): string {
	const others = packages.filter(({ name }) => name !== single.name).flatMap(({ service, node }) => [service, node]);
	const own = [single.service, single.node];
	const names = (part: string, words: string[]) =>
		words.some((word) => part.includes(word) || part.includes(word.toLowerCase().replace(/ /g, '-')));
	const begins = (part: string, words: string[]) => words.some((word) => part.replace(/^[\s*`[_-]+/, '').startsWith(word));
	const firstSentence = (block: string) => /^[^]*?[.:](?=\s)/.exec(block)?.[0] ?? block;
	const isOther = (part: string) => begins(part.replace(/^not at /, ''), others);

	const isForeignRow = (row: string) => {
		const cells = cellsOf(row).slice(0, 2);
		const brackets = [...cells[0].matchAll(BRACKETS)].map(([, inside]) => inside.split('; '));
		return (
			cells.some((cell) => begins(cell, others) || others.some((other) => cell.includes(`${other} only`))) ||
			brackets.some((parts) => parts.every((part) => begins(part, others)))
		);
	};
	const isForeignText = (block: string) =>
		names(firstSentence(block), others) && !names(firstSentence(block), own.concat(others.map(notAt)));

	const kept: string[] = [];
	let skipBelow = Infinity;
	for (const block of blocksOf(text)) {
		const heading = /^(#+) (.+)/.exec(block);
		if (heading && heading[1].length <= skipBelow) skipBelow = begins(heading[2], others) ? heading[1].length : Infinity;
		if (skipBelow < Infinity) continue;
		const isRow = block.startsWith('|');
		const isForeign = names(block, own.map(notAt)) || (isRow ? isForeignRow(block) : !heading && isForeignText(block));
		if (isForeign) continue;
		const rest = withoutBrackets(block, isOther);
		kept.push(isRow ? withoutEntries(rest, isOther) : rest);
	}
	const links = new RegExp(`\\[(${others.join('|')})\\]\\([^)]*\\)(, )?`, 'g');
	return kept
		.map((block) => block.replace(links, '').replace(/, $/, ''))
		.join('\n')
		.replace(/\n{3,}/g, '\n\n')
		.trim();
}

/**
 * Lets links and pictures of a document lead where they led, though it stands in another repository.
 *
 * @param repository the address of the repository that it comes from
 * @param anchors of the headings that the new document has
 */
export function withLinksTo(repository: string, text: string, anchors: Set<string>): string {
	return text.replace(/(!?)\[((?:[^\]\\]|\\.)*)\]\(([^)\s]+)\)/g, (link, picture: string, label: string, target: string) => {
		if (/^[a-z]+:/i.test(target)) return link;
		if (target.startsWith('#')) return anchors.has(target.slice(1)) ? link : `[${label}](${repository}/blob/main/README.md${target})`;
		return `${picture}[${label}](${repository}/${picture ? 'raw' : 'blob'}/main/${target.replace(/^\.\//, '')})`;
	});
}

/** A template with its `{{words}}` filled in. */
export const fillIn = (template: string, words: Record<string, string>) =>
	template.replace(/\{\{(\w+)\}\}/g, (_, word: string) => {
		if (!(word in words)) throw new Error(`A template has {{${word}}}, which nothing stands for`);
		return words[word];
	});
