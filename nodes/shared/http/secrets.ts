/** Shorter values are not masked: they would be found everywhere. */
const SHORTEST_SECRET = 6;
const MASK = '•••';
/** An escape may be escaped again, as JSON inside JSON is. Deeper nesting than this is not looked for. */
const MOST_DECODINGS = 6;

const HTML_NAMES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** All texts inside a value. */
export function textsIn(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value !== 'object' || value === null) return [];
	return Object.values(value).flatMap(textsIn);
}

/** A text with the place of each of its characters in the answer that it was decoded from: `starts[i]` to `ends[i]`. */
interface Decoded {
	text: string;
	starts?: Uint32Array;
	ends?: Uint32Array;
}

/** One escaped character: JSON's `\u0041` behind any number of backslashes, a form's or an address's `%41`, HTML's `&#65;` and `&lt;`. */
const ESCAPE = /\\+u([0-9a-f]{4})|\\+|((?:%[0-9a-f]{2})+)|&#0*(\d{1,7});|&#x0*([0-9a-f]{1,6});|&(amp|lt|gt|quot|apos|nbsp);|\+/gi;

function fromCode(code: number): string {
	return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

/** The characters of `%41%C3%A4`: as UTF-8 where they are, else byte by byte. */
function fromPercent(escapes: string): string {
	try {
		return decodeURIComponent(escapes);
	} catch {
		return escapes.replace(/%(..)/g, (_, hex: string) => fromCode(parseInt(hex, 16)));
	}
}

function decodeEscape([match, json, percent, decimal, hex, name]: RegExpExecArray): string {
	if (json) return fromCode(parseInt(json, 16));
	if (percent) return fromPercent(percent);
	if (decimal) return fromCode(Number(decimal));
	if (hex) return fromCode(parseInt(hex, 16));
	if (name) return HTML_NAMES[name.toLowerCase()];
	// A plus sign is a space in a form. Backslashes in front of a character say nothing of it: they fall away, in the secret as in the answer.
	return match === '+' ? ' ' : '';
}

/** Takes one layer of escapes away. What is decoded from several characters stands where they stood. */
function decode({ text, starts, ends }: Decoded): Decoded {
	const parts: string[] = [];
	const spans: number[] = [];
	const add = (part: string, from: number, to: number, isPlain: boolean) => {
		parts.push(part);
		for (let index = 0; index < part.length; index++) {
			const [first, last] = isPlain ? [from + index, from + index] : [from, to - 1];
			spans.push(starts ? starts[first] : first, ends ? ends[last] : last + 1);
		}
	};
	let end = 0;
	for (const match of text.matchAll(ESCAPE)) {
		add(text.slice(end, match.index), end, match.index, true);
		add(decodeEscape(match), match.index, match.index + match[0].length, false);
		end = match.index + match[0].length;
	}
	add(text.slice(end), end, text.length, true);
	const half = spans.length / 2;
	const decoded: Decoded = { text: parts.join(''), starts: new Uint32Array(half), ends: new Uint32Array(half) };
	for (let index = 0; index < half; index++) {
		decoded.starts![index] = spans[2 * index];
		decoded.ends![index] = spans[2 * index + 1];
	}
	return decoded;
}

/** A text and what comes out when its escapes are taken away, layer by layer. */
function* layersOf(text: string): Generator<Decoded> {
	let layer: Decoded = { text };
	yield layer;
	for (let depth = 0; depth < MOST_DECODINGS && /[\\%&+]/.test(layer.text); depth++) {
		const next = decode(layer);
		if (next.text === layer.text) return;
		layer = next;
		yield layer;
	}
}

/** A token that no credential is known to hold, where it stands behind the name of a way to sign in. */
const NAMED_TOKEN = /\b(Bearer|Basic|securityCode)((?:[\s"':=\\]|%20|%3A|%3D){1,12})(?=[\w.~+/=%-]{20}|[\w.~+/=%-]*\d)([\w.~+/=%-]{8,})/gi;

/**
 * A function that masks secrets in a text: as they are, and escaped as in JSON, HTML, an address or a form. It takes time in proportion to the
 * text, whatever the secrets and the text are.
 *
 * @param secrets values of a credential, also nested; short ones are left alone
 */
export function maskOf(secrets: unknown[]): (text: string) => string {
	// A header loses what it cannot carry: control characters, those beyond a byte, those beyond ASCII.
	const lost = [/[^\P{Cc}\t]/gu, /[^\t\x20-\xff]/g, /[^\t\x20-\x7e]/g];
	const values = textsIn(secrets).flatMap((text) => [text, text.trim(), ...lost.map((characters) => text.replace(characters, ''))]);
	const forms = new Set<string>();
	for (const value of values.filter((text) => text.length >= SHORTEST_SECRET)) {
		for (const { text } of layersOf(value)) if (text.length >= SHORTEST_SECRET) forms.add(text);
	}

	return (text) => {
		const spans: Array<[start: number, end: number]> = [];
		for (const layer of layersOf(text)) {
			for (const form of forms) {
				for (let at = layer.text.indexOf(form); at >= 0; at = layer.text.indexOf(form, at + form.length)) {
					const last = at + form.length - 1;
					spans.push([layer.starts ? layer.starts[at] : at, layer.ends ? layer.ends[last] : last + 1]);
				}
			}
		}
		return cut(text, spans).replace(NAMED_TOKEN, (_, name: string, between: string) => `${name}${between}${MASK}`);
	};
}

/** The text with a mask in place of each span; spans that overlap become one. */
function cut(text: string, spans: Array<[start: number, end: number]>): string {
	if (spans.length === 0) return text;
	spans.sort(([a], [b]) => a - b);
	const parts: string[] = [];
	let end = 0;
	for (const [from, to] of spans) {
		if (from >= end) parts.push(text.slice(end, from), MASK);
		end = Math.max(end, to);
	}
	parts.push(text.slice(end));
	return parts.join('');
}
