import { isRegoArray, RegoSet, type RegoValue } from '../value/rego-value.ts';
import type { HostBuiltins } from './builtin.ts';
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
};
