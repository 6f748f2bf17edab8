/**
 * Characters that nobody sees: control and format characters (byte order mark, zero-width and bidirectional marks, soft hyphen), variation
 * selectors, and the fillers and blanks that are letters or signs by name only.
 */
const INVISIBLE = '\\p{Cc}\\p{Cf}\\p{Default_Ignorable_Code_Point}\\u2800';

const NOTHING_TO_SEE = new RegExp(`^[\\s${INVISIBLE}]*$`, 'u');
const INVISIBLE_OR_SPACE_AROUND = new RegExp(`^[\\s${INVISIBLE}]+|[\\s${INVISIBLE}]+$`, 'gu');
const ONE_INVISIBLE = new RegExp(`[${INVISIBLE}]`, 'u');
const EACH_INVISIBLE = new RegExp(`[${INVISIBLE}]`, 'gu');
/** White space other than the plain one, which looks the same. */
const EACH_ODD_SPACE = /[^\S \n\t]/gu;

/** Characters that mean nothing at the ends of any text. Joiners and variation selectors do: they shape the letter or emoji beside them. */
const MEANINGLESS_AROUND = /^[\s\u061C\u200B\u200E\u200F\u2060\uFEFF]+|[\s\u061C\u200B\u200E\u200F\u2060\uFEFF]+$/gu;

/** Most texts are plain: then no pattern has to look at each character by its Unicode properties. */
const PLAIN = /^[!-~](?:[ -~]*[!-~])?$/;

/** Whether a text shows nothing: it is empty, or has only white space and invisible characters. */
export function showsNothing(text: string): boolean {
	return !PLAIN.test(text) && NOTHING_TO_SEE.test(text);
}

/** Whether an invisible character is among those of a text. White space is none. */
export function holdsInvisible(text: string): boolean {
	return !PLAIN.test(text) && ONE_INVISIBLE.test(text);
}

/** Without white space and invisible characters at the ends: for values of which no such character can be a part. */
export function trimAll(text: string): string {
	return PLAIN.test(text) ? text : text.replace(INVISIBLE_OR_SPACE_AROUND, '');
}

/** Without white space and meaningless marks at the ends: for texts of any language. */
export function trimText(text: string): string {
	return PLAIN.test(text) ? text : text.replace(MEANINGLESS_AROUND, '');
}

/** A text with its invisible characters written out, e.g. `Ac[U+200B]me`; white space that looks like a plain one as well. */
export function showInvisible(text: string): string {
	if (PLAIN.test(text)) return text;
	const written = (character: string) => `[U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`;
	// Line ends and tabs are known to everybody and stay; JSON shows them.
	return text
		.replace(EACH_INVISIBLE, (character) => (/[\n\r\t]/.test(character) ? character : written(character)))
		.replace(EACH_ODD_SPACE, written);
}
