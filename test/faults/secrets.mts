import { inspect } from 'node:util';

/** Characters that look different in addresses, JSON and HTML. All may stand in a header. */
const UNSAFE = `/+=&%41"<i>'$,:;!~ \\`;

/** The secrets of one case: each unique, so that wherever its middle part turns up, in whatever spelling, it has got out. */
export class PlantedSecrets {
	private readonly cores: string[] = [];
	/** The secrets that the service is sent, as they are in the credential. */
	readonly sent: string[] = [];
	private readonly grown: string[] = [];

	constructor(private readonly caseNumber: number) {}

	/**
	 * Makes the secret for a field.
	 *
	 * @param isSent whether the service is sent it, and so can repeat it
	 */
	plant(field: string, isSent = true): string {
		const core = `Planted${field}${this.caseNumber}x${Math.random().toString(36).slice(2, 12)}`;
		const value = `s3:${UNSAFE}${core}${UNSAFE}9`;
		this.cores.push(core);
		if (isSent) this.sent.push(value);
		return value;
	}

	/** Adds a secret that came up on the way, such as the token of a session. */
	add(value: string): void {
		if (value !== '' && !this.cores.some((core) => value.includes(core))) this.grown.push(value);
	}

	/** The secrets that are in a text. */
	in(text: string): string[] {
		const lower = text.toLowerCase();
		return [...new Set([...this.cores, ...this.grown])].filter((secret) => lower.includes(secret.toLowerCase()));
	}
}

const escapeHtml = (text: string) =>
	text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');

/** What a careless service makes of a secret when it repeats a request in an error. */
export const spellings: Array<{ name: string; spell: (secret: string) => string }> = [
	{ name: 'as it is', spell: (secret) => secret },
	{ name: 'percent-encoded', spell: encodeURIComponent },
	{ name: 'percent-encoded in small letters', spell: (secret) => encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()) },
	{ name: 'as in a form', spell: (secret) => new URLSearchParams({ '': secret }).toString().slice(1) },
	{
		name: 'as the HTTP client writes an address',
		spell: (secret) => encodeURIComponent(secret).replace(/%3A/g, ':').replace(/%24/g, '$').replace(/%2C/g, ',').replace(/%20/g, '+'),
	},
	{ name: 'in JSON', spell: (secret) => JSON.stringify(secret).slice(1, -1) },
	{ name: 'in HTML', spell: escapeHtml },
];

/** A value as text in every way in which it may be looked at: enumerable or not, nested, through its JSON. */
export function everythingIn(value: unknown): string {
	const seen = new WeakSet<object>();
	const json = JSON.stringify(value, (_key, inner: unknown) => {
		if (typeof inner !== 'object' || inner === null) return inner;
		if (seen.has(inner)) return undefined;
		seen.add(inner);
		if (!(inner instanceof Error)) return inner;
		const { name, message, stack, cause } = inner;
		return { ...inner, name, message, stack, cause };
	});
	const options = { depth: Infinity, maxArrayLength: null, maxStringLength: null, showHidden: true, breakLength: Infinity };
	// inspect escapes quotes and backslashes, JSON does so too: a secret's middle part has none.
	return `${json}\n${inspect(value, options)}`;
}
