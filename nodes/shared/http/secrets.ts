/** Shorter values are not masked: they would be found everywhere. */
const SHORTEST_SECRET = 6;
const MASK = '•••';

const HTML_NAMES: Record<string, string> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos', ' ': 'nbsp' };

/** All texts inside a value. */
export function textsIn(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value !== 'object' || value === null) return [];
	return Object.values(value).flatMap(textsIn);
}

const escapeForPattern = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** A pattern for a text with each letter in either case. */
const inEitherCase = (text: string) => text.replace(/[a-z]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`);

/** Every way in which one character of a secret comes back: as it is, in an address, a form, JSON or HTML. */
function spellingsOf(character: string): string {
	const code = character.codePointAt(0)!;
	const hex = code.toString(16);
	const percent = encodeURIComponent(character);
	const spellings = [
		escapeForPattern(character),
		inEitherCase(percent === character ? `%${hex}` : percent),
		`\\\\{1,16}u${inEitherCase(hex.padStart(4, '0'))}`,
		`&#0*${code};`,
		`&#[xX]0*${inEitherCase(hex)};`,
	];
	// JSON inside JSON escapes the escapes; their number is bounded, so that no answer can make the search slow.
	if (character === '\\') spellings.push('\\\\{1,16}');
	if (!/[a-z0-9]/i.test(character))
		spellings.push(`\\\\{1,16}${escapeForPattern(character)}`, ...(code < 128 ? [`%${inEitherCase(hex.padStart(2, '0'))}`] : []));
	if (character === ' ') spellings.push('\\+');
	if (HTML_NAMES[character]) spellings.push(`&${HTML_NAMES[character]};`);
	// Longer spellings first, so that the escape in front of a character is masked with it.
	return `(?:${[...new Set(spellings)].sort((a, b) => b.length - a.length).join('|')})`;
}

/**
 * A function that masks secrets in a text, however the text spells them.
 *
 * @param secrets values of a credential, also nested; short ones are left alone
 */
export function maskOf(secrets: unknown[]): (text: string) => string {
	const known = [...new Set(textsIn(secrets))].filter((text) => text.length >= SHORTEST_SECRET).sort((a, b) => b.length - a.length);
	if (known.length === 0) return (text) => text;
	const pattern = new RegExp(known.map((text) => [...text].map(spellingsOf).join('')).join('|'), 'g');
	return (text) => text.replace(pattern, MASK);
}
