import { ExactDecimal, isRegoNumber, type RegoValue } from '../../value/rego-value.ts';
import { numberText } from '../../value/write-value.ts';
import { BuiltinRefusal } from '../builtin.ts';
import { isInt64 } from '../operands.ts';
import { pad, type Directive } from './directive.ts';
import { floatText } from './floats.ts';
import { quote, quoteRune, termText } from './quote.ts';

/** An operand as OPA hands it to Go's `fmt`. */
export type FormatOperand =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'int64' | 'big.Int'; readonly value: bigint }
  | { readonly type: 'float64'; readonly value: number };

/** Numbers stay numbers, strings strings; everything else becomes the text that Rego has for it. */
export function formatOperandOf(value: RegoValue): FormatOperand {
  if (typeof value === 'string') return { type: 'string', value };
  if (!isRegoNumber(value)) return { type: 'string', value: termText(value) };
  if (typeof value === 'bigint' || Number.isInteger(value)) {
    const whole = BigInt(typeof value === 'object' ? 0 : value);
    return { type: isInt64(whole) ? 'int64' : 'big.Int', value: whole };
  }
  const double = value instanceof ExactDecimal ? Number(value.text) : value;
  return Number.isFinite(double) ? { type: 'float64', value: double } : { type: 'string', value: numberText(value) };
}

/** The operand under a verb, as `fmt.Sprintf` writes it. */
export function formatOperand(directive: Directive, operand: FormatOperand): string {
  if (directive.verb === 'T') return pad(operand.type === 'big.Int' ? '*big.Int' : operand.type, directive);
  const text =
    operand.type === 'string'
      ? formatText(directive, operand.value)
      : operand.type === 'float64'
        ? formatFloat(directive, operand.value)
        : formatInteger(directive, operand.value, operand.type === 'big.Int');
  if (text !== undefined) return text;
  return `%!${directive.verb}(${operand.type}=${plainText(operand)})`;
}

const NO_FLAGS: Directive = {
  verb: 'v',
  isPlus: false,
  isMinus: false,
  isSharp: false,
  isSpace: false,
  isZero: false,
  width: undefined,
  precision: undefined,
};

/** The operand under `%v`. */
export const plainText = (operand: FormatOperand): string =>
  operand.type === 'float64' ? (formatFloat(NO_FLAGS, operand.value) ?? '') : String(operand.value);

function formatText(directive: Directive, value: string): string | undefined {
  const { verb, precision, isSharp, isPlus } = directive;
  const shortened = precision === undefined ? value : Array.from(value).slice(0, precision).join('');
  switch (verb) {
    case 'v':
      return pad(isSharp ? quote(value) : shortened, directive);
    case 's':
      return pad(shortened, directive);
    case 'q':
      return pad(isSharp && canBackquote(shortened) ? `\`${shortened}\`` : quote(shortened, isPlus), directive);
    case 'x':
    case 'X':
      return pad(hexText(value, directive), directive);
    default:
      return undefined;
  }
}

/** Text that may stand between back quotes in Go. */
const canBackquote = (text: string): boolean => !/[\p{Cc}`\u{feff}]/u.test(text.replaceAll('\t', ''));

function hexText(value: string, { verb, precision, isSpace, isSharp }: Directive): string {
  const bytes = Buffer.from(value).subarray(0, precision);
  const pairs = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
  const prefix = isSharp && pairs.length > 0 ? '0x' : '';
  const text = isSpace ? pairs.map((pair) => prefix + pair).join(' ') : prefix + pairs.join('');
  return verb === 'X' ? text.toUpperCase() : text;
}

const RADIX: Readonly<Record<string, number>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

function formatInteger(directive: Directive, value: bigint, isBig: boolean): string | undefined {
  const { verb } = directive;
  if (isBig) {
    if (verb === 's') return integerText({ ...directive, verb: 'd' }, value);
    if (!(verb in RADIX)) return undefined;
    return integerText(directive, value);
  }
  if (verb in RADIX) return integerText(directive, value);
  if (verb === 'c') return pad(String.fromCodePoint(codePointOf(value)), directive);
  if (verb === 'q') return pad(quoteRune(codePointOf(value), directive.isPlus), directive);
  return verb === 'U' ? unicodeText(directive, value) : undefined;
}

const REPLACEMENT = 0xfffd;

function codePointOf(value: bigint): number {
  const isScalar = value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn);
  return isScalar ? Number(value) : REPLACEMENT;
}

function unicodeText(directive: Directive, value: bigint): string {
  if (directive.isSharp || directive.precision !== undefined || value < 0n) {
    throw new BuiltinRefusal('sprintf does not write this form of %U');
  }
  return pad(`U+${value.toString(16).toUpperCase().padStart(4, '0')}`, { ...directive, isZero: false });
}

const PREFIXES: Readonly<Record<string, string>> = { b: '0b', o: '0', x: '0x', X: '0X' };

function integerText(directive: Directive, value: bigint): string {
  const { verb, precision, isPlus, isSpace, isSharp } = directive;
  const magnitude = value < 0n ? -value : value;
  let digits = magnitude.toString(RADIX[verb] ?? 10);
  if (verb === 'X') digits = digits.toUpperCase();
  if (precision !== undefined) digits = precision === 0 && value === 0n ? '' : digits.padStart(precision, '0');
  if (precision === 0 && value === 0n) return pad('', { ...directive, isZero: false });
  const prefix =
    verb === 'O' ? '0o' : isSharp && !(verb === 'o' && digits.startsWith('0')) ? (PREFIXES[verb] ?? '') : '';
  const sign = value < 0n ? '-' : isPlus ? '+' : isSpace ? ' ' : '';
  // A precision says how many digits there are; zeros that fill the width then do not.
  const isZero = directive.isZero && precision === undefined && !directive.isMinus;
  if (isZero && prefix !== '' && directive.width !== undefined) {
    throw new BuiltinRefusal('sprintf does not fill numbers with a prefix with zeros');
  }
  return pad(prefix + digits, { ...directive, isZero }, sign);
}

const FLOAT_VERBS: Readonly<Record<string, 'e' | 'f' | 'g'>> = {
  v: 'g',
  e: 'e',
  E: 'e',
  f: 'f',
  F: 'f',
  g: 'g',
  G: 'g',
};

function formatFloat(directive: Directive, value: number): string | undefined {
  const { verb, precision, isPlus, isSpace } = directive;
  const form = FLOAT_VERBS[verb];
  if (form === undefined) {
    if (verb === 'x' || verb === 'X' || verb === 'b')
      throw new BuiltinRefusal(`sprintf does not write fractions with %${verb}`);
    return undefined;
  }
  const isSharp = directive.isSharp && verb !== 'v';
  // With `#` and no precision Go writes six digits.
  const digits = floatText(value, {
    verb: form,
    precision: isSharp && form === 'g' ? (precision ?? 6) : precision,
    isSharp,
  });
  const text = verb === 'E' || verb === 'G' ? digits.toUpperCase() : digits;
  const isNegative = value < 0 || Object.is(value, -0);
  return pad(
    text,
    { ...directive, isZero: directive.isZero && !directive.isMinus },
    isNegative ? '-' : isPlus ? '+' : isSpace ? ' ' : '',
  );
}
