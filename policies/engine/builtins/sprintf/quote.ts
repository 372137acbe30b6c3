import { isRegoNumber, RegoObject, RegoSet, type RegoValue } from '../../value/rego-value.ts';
import { numberText } from '../../value/write-value.ts';

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

/** Letters, marks, numbers, punctuation, symbols and the space: `unicode.IsPrint` of Go. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

function escape(character: string, isAscii: boolean): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  if (PRINTABLE.test(character) && (!isAscii || code < 0x80)) return character;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

/** `strconv.Quote` of Go. */
export const quote = (text: string, isAscii = false): string =>
  `"${Array.from(text, (character) => (character === '"' ? '\\"' : escape(character, isAscii))).join('')}"`;

/** `strconv.QuoteRune`. */
export function quoteRune(code: number, isAscii: boolean): string {
  const character = String.fromCodePoint(code);
  return `'${character === "'" ? "\\'" : escape(character, isAscii)}'`;
}

/** A value as Rego writes it. */
export function termText(value: RegoValue): string {
  if (typeof value === 'string') return quote(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (isRegoNumber(value)) return numberText(value);
  if (value instanceof RegoSet) return value.items.length === 0 ? 'set()' : `{${value.items.map(termText).join(', ')}}`;
  if (value instanceof RegoObject) {
    return `{${value.entries.map(([key, item]) => `${termText(key)}: ${termText(item)}`).join(', ')}}`;
  }
  return `[${value.map(termText).join(', ')}]`;
}
