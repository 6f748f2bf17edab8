/**
 * google.type.Decimal: an optional sign, digits with an optional fraction (or a fraction alone), an optional exponent; a dot, no
 * thousands separators.
 */
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;

interface Parts {
	negative: boolean;
	digits: string;
	/** The power of ten that the digits are multiplied by. */
	exponent: number;
}

function parse(text: string): Parts | undefined {
	const match = DECIMAL.exec(text);
	if (!match) return undefined;
	const [, sign, whole, fraction = '', exponent = '0'] = match;
	if (whole === '' && fraction === '') return undefined;
	const digits = (whole + fraction).replace(/^0+/, '');
	let end = digits.length;
	while (digits[end - 1] === '0') end -= 1;
	return {
		negative: sign === '-' && digits !== '',
		digits: digits.slice(0, end),
		exponent: digits === '' ? 0 : Number(exponent) - fraction.length + digits.length - end,
	};
}

/** Whether the text is a decimal as google.type.Decimal writes it. */
export function isDecimal(text: string): boolean {
	return parse(text) !== undefined;
}

/** Whether two decimals have the same value: `1.50` and `15e-1` do. Texts that are not decimals are equal only to the letter. */
export function equalDecimals(a: string, b: string): boolean {
	const [x, y] = [parse(a.trim()), parse(b.trim())];
	if (!x || !y) return a === b;
	return x.negative === y.negative && x.digits === y.digits && x.exponent === y.exponent;
}
