/** Exact fractions, for builtins that Go computes with `math/big`. */

/** `numerator / denominator`; the denominator is positive. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;

/** A decimal number; undefined for anything else, and for powers of ten beyond `powerMax`. */
export function fractionOf(text: string, powerMax = 1000): Fraction | undefined {
  const [all, sign = '', whole = '', part = '', power = '0'] = DECIMAL.exec(text) ?? [];
  if (all === undefined || whole + part === '' || Math.abs(Number(power)) > powerMax) return undefined;
  const digits = BigInt(whole + part) * (sign === '-' ? -1n : 1n);
  const exponent = Number(power) - part.length;
  return exponent >= 0
    ? { numerator: digits * 10n ** BigInt(exponent), denominator: 1n }
    : { numerator: digits, denominator: 10n ** BigInt(-exponent) };
}

export const multiply = (one: Fraction, other: Fraction): Fraction => ({
  numerator: one.numerator * other.numerator,
  denominator: one.denominator * other.denominator,
});

/** Rounds half away from zero to a number of decimals, as `big.Rat.FloatString` does. */
export function decimalText({ numerator, denominator }: Fraction, decimals: number): string {
  const isNegative = numerator < 0n;
  const scaled = (isNegative ? -numerator : numerator) * 10n ** BigInt(decimals);
  const rounded = (scaled * 2n + denominator) / (denominator * 2n);
  const digits = String(rounded).padStart(decimals + 1, '0');
  const text = `${digits.slice(0, digits.length - decimals)}.${digits.slice(digits.length - decimals)}`;
  return isNegative ? `-${text}` : text;
}

/** Rounds to a mantissa of 64 bits, half to even: one step of Go's `big.Float` with its default precision. */
export function toFloat64Bits(fraction: Fraction): Fraction {
  if (fraction.numerator === 0n) return fraction;
  const isNegative = fraction.numerator < 0n;
  const magnitude = isNegative ? -fraction.numerator : fraction.numerator;
  let shift = 64 - (bitLength(magnitude) - bitLength(fraction.denominator));
  let rounded = divideHalfEven(magnitude, fraction.denominator, shift);
  if (bitLength(rounded) > 64) rounded = divideHalfEven(magnitude, fraction.denominator, --shift);
  const signed = isNegative ? -rounded : rounded;
  return shift >= 0
    ? { numerator: signed, denominator: 1n << BigInt(shift) }
    : { numerator: signed << BigInt(-shift), denominator: 1n };
}

const bitLength = (value: bigint): number => value.toString(2).length;

function divideHalfEven(magnitude: bigint, divisor: bigint, shift: number): bigint {
  const numerator = shift >= 0 ? magnitude << BigInt(shift) : magnitude;
  const denominator = shift >= 0 ? divisor : divisor << BigInt(-shift);
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  const isUp = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  return isUp ? quotient + 1n : quotient;
}
