/** Decimal forms of doubles, rounded half to even on their exact value, as Go's `strconv.FormatFloat` does. */

/** A double as `numerator / 2^shift`; the sign is left out. */
interface Exact {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

function exactOf(value: number): Exact {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const exponentBits = Number(bits >> 52n);
  const fraction = bits & ((1n << 52n) - 1n);
  const mantissa = exponentBits === 0 ? fraction : fraction | (1n << 52n);
  const exponent = Math.max(exponentBits, 1) - 1075;
  return exponent >= 0
    ? { numerator: mantissa << BigInt(exponent), denominator: 1n }
    : { numerator: mantissa, denominator: 1n << BigInt(-exponent) };
}

function roundHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  return twice > denominator || (twice === denominator && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

/** `value × 10^power`, rounded to a whole number. */
function scaled({ numerator, denominator }: Exact, power: number): bigint {
  return power >= 0
    ? roundHalfEven(numerator * 10n ** BigInt(power), denominator)
    : roundHalfEven(numerator, denominator * 10n ** BigInt(-power));
}

/** Significant digits and the power of ten of the first; `0` has the power 0. */
interface Digits {
  readonly digits: string;
  readonly power: number;
}

function shortest(value: number): Digits {
  const [mantissa = '0', power = '0'] = Math.abs(value).toExponential().split('e');
  return { digits: mantissa.replace('.', ''), power: Number(power) };
}

/** Rounded to a number of significant digits. */
function rounded(value: number, count: number): Digits {
  if (value === 0) return { digits: '0'.repeat(count), power: 0 };
  const exact = exactOf(value);
  let { power } = shortest(value);
  let digits = String(scaled(exact, count - 1 - power));
  if (digits.length > count) {
    power++;
    digits = String(scaled(exact, count - 1 - power));
  }
  return { digits, power };
}

const exponentText = (power: number): string => `e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;

function scientific({ digits, power }: Digits, hasPoint: boolean): string {
  const fraction = digits.slice(1);
  return `${digits.slice(0, 1)}${fraction === '' && !hasPoint ? '' : `.${fraction}`}${exponentText(power)}`;
}

function plain({ digits, power }: Digits): string {
  if (power < 0) return `0.${'0'.repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, '0');
  const fraction = digits.slice(power + 1);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** Threshold of powers at which `%g` without precision turns to powers of ten. */
const SHORTEST_POWER_MAX = 6;

function general(value: number, precision: number | undefined, isSharp: boolean): string {
  const count = precision === undefined ? undefined : precision === 0 ? 1 : precision;
  const found = count === undefined ? shortest(value) : rounded(value, count);
  const digits = isSharp ? found.digits : found.digits.replace(/0+$/, '') || '0';
  const limit =
    count === undefined
      ? SHORTEST_POWER_MAX
      : count > digits.length && digits.length >= found.power + 1
        ? digits.length
        : count;
  const trimmed = { digits, power: found.power };
  return found.power < -4 || found.power >= limit ? scientific(trimmed, false) : plain(trimmed);
}

/** The text without sign. */
export function floatText(
  value: number,
  {
    verb,
    precision,
    isSharp,
  }: { readonly verb: 'e' | 'f' | 'g'; readonly precision: number | undefined; readonly isSharp: boolean },
): string {
  if (verb === 'g') return general(value, precision, isSharp);
  const decimals = precision ?? 6;
  if (verb === 'e') return scientific(rounded(value, decimals + 1), isSharp);
  const digits = String(scaled(exactOf(value), decimals)).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  return decimals === 0 ? (isSharp ? `${whole}.` : whole) : `${whole}.${digits.slice(digits.length - decimals)}`;
}
