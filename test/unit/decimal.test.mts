import fc from 'fast-check';

import { equalDecimals, isDecimal } from '../../nodes/shared/fields/decimal.ts';
import { cpuTimeOf } from '../support/cpuTime.mts';

interface Parts {
	sign: string;
	whole: string;
	/** With its dot. */
	fraction: string;
	exponent: string;
}

const spelled = ({ sign, whole, fraction, exponent }: Parts) => sign + whole + fraction + exponent;

const digits = (minLength: number) => fc.stringMatching(new RegExp(`^\\d{${minLength},12}$`));

const decimals: fc.Arbitrary<Parts> = fc.record({
	sign: fc.constantFrom('', '+', '-'),
	whole: digits(1),
	fraction: fc.oneof(
		fc.constantFrom('', '.'),
		digits(1).map((fraction) => `.${fraction}`),
	),
	exponent: fc.oneof(
		fc.constant(''),
		fc.tuple(fc.constantFrom('e', 'E'), fc.integer({ min: -20, max: 20 })).map((parts) => parts.join('')),
	),
});

/** The value times ten to the power of 40, exactly. */
function modelOf({ sign, whole, fraction, exponent }: Parts): bigint {
	const after = fraction.slice(1);
	const power = Number(exponent.slice(1) || '0') - after.length + 40;
	return BigInt(`${sign === '-' ? '-' : ''}${whole}${after}`) * 10n ** BigInt(power);
}

/** The same value, written in another way. */
function respelled(parts: Parts, zeros: number, shift: number): Parts {
	const fraction = `${parts.fraction || '.'}${'0'.repeat(zeros)}`;
	const exponent = Number(parts.exponent.slice(1) || '0');
	if (shift === 0 || parts.whole.length <= shift) return { ...parts, fraction, whole: '0'.repeat(zeros) + parts.whole };
	const [front, back] = [parts.whole.slice(0, -shift), parts.whole.slice(-shift)];
	return { ...parts, whole: front, fraction: `.${back}${fraction.slice(1)}`, exponent: `e${exponent + shift}` };
}

describe('isDecimal', () => {
	test.each(['0', '-0', '+1', '1.50', '.5', '1.', '007', '1e3', '1E-3', '-2.5e+10', '9'.repeat(60)])('%s', (text) => {
		expect(isDecimal(text)).toBe(true);
	});

	test.each(['', '.', '-', 'e5', '1e', '1,000', '1 000', ' 1', '1 ', '0x10', 'NaN', 'Infinity', '1.2.3', '--1', '€5', '１', '1e1234567'])(
		'not %p',
		(text) => {
			expect(isDecimal(text)).toBe(false);
		},
	);

	test('every decimal that the API can write', () => {
		fc.assert(fc.property(decimals, (parts) => isDecimal(spelled(parts))));
	});
});

describe('equalDecimals', () => {
	test.each([
		['1.50', '1.5'],
		['15e-1', '1.5'],
		['-0', '0.00'],
		['0e9', '0'],
		[' 5 ', '5'],
		['1'.repeat(40), `${'1'.repeat(40)}.0`],
	])('%s is %s', (a, b) => expect(equalDecimals(a, b)).toBe(true));

	test.each([
		['1', '-1'],
		['0.1', '0.10000000000000000001'],
		['9007199254740993', '9007199254740992'],
		['1e5', '1e6'],
		['five', '5'],
		['', '0'],
	])('%s is not %s', (a, b) => expect(equalDecimals(a, b)).toBe(false));

	test('texts that are no decimals are equal to the letter', () => {
		expect(equalDecimals('n/a', 'n/a')).toBe(true);
		expect(equalDecimals('n/a', 'N/A')).toBe(false);
	});

	test('any two decimals are equal exactly when their values are', () => {
		fc.assert(
			fc.property(decimals, decimals, (a, b) => {
				expect(equalDecimals(spelled(a), spelled(b))).toBe(modelOf(a) === modelOf(b));
			}),
		);
	});

	test('any decimal equals itself in another spelling', () => {
		fc.assert(
			fc.property(decimals, fc.nat({ max: 5 }), fc.nat({ max: 3 }), (a, zeros, shift) => {
				const b = respelled(a, zeros, shift);
				expect(modelOf(b)).toBe(modelOf(a));
				expect(equalDecimals(spelled(a), spelled(b))).toBe(true);
			}),
		);
	});

	test('a very long decimal takes no time', () => {
		// Compared digit by digit this takes milliseconds; where each digit looks at all others, minutes.
		const long = `1${'0'.repeat(300_000)}1`;
		const spent = cpuTimeOf(() => expect(equalDecimals(long, `${long}.0`)).toBe(true));
		expect(spent).toBeLessThan(10_000);
	});
});
