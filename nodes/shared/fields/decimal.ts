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
	/** How many digits after the dot the text shows, whatever they are. */
	places: number;
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
		places: Math.max(0, fraction.length - Number(exponent)),
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

/** Numbers whose digits lie further apart than this are not compared by rounding: nobody writes them, and they would cost much time. */
const MAX_DIGITS_APART = 100;

/**
 * Whether a decimal is another one, rounded to the nearest value with the places it shows: `10.005` may become `10.01` or `10.00`, never `10.02`.
 * What rounds to nothing is another value: 0 is not 0.004.
 */
export function isRoundingOf(exact: string, rounded: string): boolean {
	const [x, y] = [parse(exact.trim()), parse(rounded.trim())];
	if (!x || !y || x.digits === '' || y.digits === '' || x.negative !== y.negative) return false;
	const lowest = Math.min(x.exponent, y.exponent, -y.places - 1);
	if (Math.max(x.exponent, y.exponent) - lowest > MAX_DIGITS_APART) return false;
	const scaled = (digits: string, exponent: number) => BigInt(digits + '0'.repeat(exponent - lowest));
	const distance = scaled(x.digits, x.exponent) - scaled(y.digits, y.exponent);
	const halfOfLastPlace = scaled('5', -y.places - 1);
	return distance !== 0n && distance <= halfOfLastPlace && -distance <= halfOfLastPlace;
}
