import { objectOf } from '../value/compare.ts';
import { isRegoArray, RegoSet, type RegoValue } from '../value/rego-value.ts';
import { BuiltinRefusal, type HostBuiltins } from './builtin.ts';
import { int64Of, onTexts, textsOf } from './operands.ts';
import { sprintf } from './sprintf/sprintf.ts';

/** Positions of `search` in code points; overlapping ones count. */
function indexesOf(base: string, search: string): number[] | undefined {
  if (search === '') return undefined;
  const positions: number[] = [];
  let codePoints = 0;
  let from = 0;
  for (let at = base.indexOf(search); at !== -1; at = base.indexOf(search, at + 1)) {
    codePoints += codePointCount(base, from, at);
    positions.push(codePoints);
    from = at;
  }
  return positions;
}

function codePointCount(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code < 0xdc00 || code > 0xdfff) count++;
  }
  return count;
}

/** Go's `strings.Count`: occurrences that do not overlap; an empty text occurs around every code point. */
const countOf = (text: string, sub: string): number =>
  sub === '' ? codePointCount(text, 0, text.length) + 1 : text.split(sub).length - 1;

function anyAffix(
  texts: RegoValue | undefined,
  affixes: RegoValue | undefined,
  matches: (text: string, affix: string) => boolean,
): boolean | undefined {
  const [left, right] = [listOf(texts), listOf(affixes)];
  if (left === undefined || right === undefined) return undefined;
  return left.some((text) => right.some((affix) => matches(text, affix)));
}

/** A string, or an array or set of strings. */
function listOf(value: RegoValue | undefined): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  return value instanceof RegoSet || (value !== undefined && isRegoArray(value)) ? textsOf(value) : undefined;
}

/** The first `count` parts, or the last ones for a negative count. */
function splitN([text, delimiter, count]: readonly RegoValue[]): RegoValue | undefined {
  const limit = int64Of(count);
  if (typeof text !== 'string' || typeof delimiter !== 'string' || limit === undefined) return undefined;
  const parts = delimiter === '' ? Array.from(text) : text.split(delimiter);
  return limit >= 0n ? parts.slice(0, Number(limit)) : parts.slice(Math.max(parts.length + Number(limit), 0));
}

/** Characters with a meaning in glob patterns: those of the library that OPA uses, github.com/gobwas/glob. */
const GLOB_META = /[*?\\[\]{}]/g;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const UUID_DIGITS = /^[0-9a-f]{32}$/i;
const URN_PREFIX = /^urn:uuid:/i;

/** The 32 digits of a UUID in one of the forms that OPA's library reads. */
function uuidDigits(text: string): string | undefined {
  const bare = text.length === 45 && URN_PREFIX.test(text) ? text.slice(9) : text;
  const inner = bare.length === 38 && bare.startsWith('{') && bare.endsWith('}') ? bare.slice(1, -1) : bare;
  if (UUID.test(inner)) return inner.replaceAll('-', '').toLowerCase();
  return UUID_DIGITS.test(text) ? text.toLowerCase() : undefined;
}

const UUID_VARIANTS = [
  [0xc0, 0x80, 'RFC4122'],
  [0xe0, 0xc0, 'Microsoft'],
  [0xe0, 0xe0, 'Future'],
] as const;

function parseUuid(text: string): RegoValue | undefined {
  const digits = uuidDigits(text);
  if (digits === undefined) return undefined;
  const bytes = Buffer.from(digits, 'hex');
  const version = (bytes[6] ?? 0) >> 4;
  // Versions 1 and 2 carry a time and an address; what OPA reads from them is not computed here.
  if (version === 1 || version === 2) throw new BuiltinRefusal('uuid.parse does not read versions 1 and 2');
  const variantBits = bytes[8] ?? 0;
  const variant = UUID_VARIANTS.find(([mask, bits]) => (variantBits & mask) === bits)?.[2] ?? 'Reserved';
  return objectOf([
    ['version', version],
    ['variant', variant],
  ]);
}

/** Strings. */
export const TEXT_BUILTINS: HostBuiltins = {
  sprintf: ([format, operands]) =>
    typeof format === 'string' && operands !== undefined && isRegoArray(operands)
      ? sprintf(format, operands)
      : undefined,
  indexof_n: onTexts(2, (base = '', search = '') => indexesOf(base, search)),
  'strings.count': onTexts(2, (text = '', sub = '') => countOf(text, sub)),
  'strings.any_prefix_match': ([texts, affixes]) => anyAffix(texts, affixes, (text, affix) => text.startsWith(affix)),
  'strings.any_suffix_match': ([texts, affixes]) => anyAffix(texts, affixes, (text, affix) => text.endsWith(affix)),
  'strings.split_n': (operands) => splitN(operands),
  'glob.quote_meta': onTexts(1, (pattern = '') => pattern.replaceAll(GLOB_META, String.raw`\$&`)),
  'uuid.parse': onTexts(1, (text = '') => parseUuid(text)),
};
