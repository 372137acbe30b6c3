import { RE2JS } from 're2js';
import type { RegoValue } from '../value/rego-value.ts';
import { BuiltinRefusal, type HostBuiltins } from './builtin.ts';
import { int64Of, onTexts } from './operands.ts';

/** Compiled patterns that are kept, by text; the one that was compiled first goes first. */
const PATTERNS_MAX = 200;
/** Longest pattern, characters. */
const PATTERN_LENGTH_MAX = 10_000;
/** Longest text to search, characters. Matching takes time linear in it. */
const TEXT_LENGTH_MAX = 1_000_000;
/** Longest result, characters. */
const RESULT_LENGTH_MAX = 4_000_000;

const patterns = new Map<string, RE2JS>();

/** Compiles a pattern of RE2's syntax; undefined when it is none. */
function patternOf(text: string): RE2JS | undefined {
  const known = patterns.get(text);
  if (known !== undefined) return known;
  if (text.length > PATTERN_LENGTH_MAX) throw new BuiltinRefusal('a pattern is too long');
  let made;
  try {
    made = RE2JS.compile(text);
  } catch {
    return undefined;
  }
  const [oldest] = patterns.keys();
  if (patterns.size >= PATTERNS_MAX && oldest !== undefined) patterns.delete(oldest);
  patterns.set(text, made);
  return made;
}

export const isPattern = (text: string): boolean => patternOf(text) !== undefined;

/** Where a pattern matches: positions and what its groups hold. */
interface Match {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly string[];
}

/** Matches that do not overlap, from the left; an empty one right behind another is none, as in Go. */
function matchesOf(pattern: RE2JS, text: string, limit: number): Match[] {
  if (text.length > TEXT_LENGTH_MAX) throw new BuiltinRefusal('a text is too long to be searched');
  const matcher = pattern.matcher(text);
  const matches: Match[] = [];
  let before = -1;
  while (matches.length < limit && matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    if (start === end && start === before) continue;
    before = end;
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, at) => matcher.group(at) ?? '');
    matches.push({ start, end, groups });
  }
  return matches;
}

const ALL = Number.MAX_SAFE_INTEGER;

function split(patternText: string, text: string): RegoValue | undefined {
  const pattern = patternOf(patternText);
  if (pattern === undefined) return undefined;
  if (patternText !== '' && text === '') return [''];
  const parts: string[] = [];
  let [start, end] = [0, 0];
  for (const match of matchesOf(pattern, text, ALL)) {
    end = match.start;
    if (match.end !== 0) parts.push(text.slice(start, end));
    start = match.end;
  }
  if (end !== text.length) parts.push(text.slice(start));
  return parts;
}

function findN([patternText, text, count]: readonly RegoValue[]): RegoValue | undefined {
  const limit = int64Of(count);
  const pattern = typeof patternText === 'string' ? patternOf(patternText) : undefined;
  if (pattern === undefined || typeof text !== 'string' || limit === undefined) return undefined;
  return matchesOf(pattern, text, limit < 0n ? ALL : Number(limit)).map(({ start, end }) => text.slice(start, end));
}

const REFERENCE = /\$(?:\$|\{(\w+)\}|(\w+))/g;

/** `regexp.Expand` of Go: `$1`, `${1}`, `$name`; a group that is not there is empty. */
function expand(template: string, match: Match, names: Readonly<Record<string, number>>): string {
  return template.replaceAll(REFERENCE, (_found, braced: string | undefined, bare: string | undefined) => {
    const name = braced ?? bare;
    if (name === undefined) return '$';
    const index = /^\d+$/.test(name) ? Number(name) : names[name];
    return index === undefined ? '' : (match.groups[index] ?? '');
  });
}

function replace(text: string, patternText: string, template: string): RegoValue | undefined {
  const pattern = patternOf(patternText);
  if (pattern === undefined) return undefined;
  const names = pattern.namedGroups();
  let result = '';
  let end = 0;
  for (const match of matchesOf(pattern, text, ALL)) {
    result += text.slice(end, match.start) + expand(template, match, names);
    end = match.end;
    if (result.length > RESULT_LENGTH_MAX) throw new BuiltinRefusal('regex.replace makes a text that is too long');
  }
  return result + text.slice(end);
}

/** Positions of the outermost pairs of delimiters; undefined when they do not pair. */
function delimited(template: string, open: string, close: string): readonly (readonly [number, number])[] | undefined {
  const pairs: [number, number][] = [];
  let depth = 0;
  let start = 0;
  for (const [at, character] of Array.from(template).entries()) {
    if (character === open) {
      if (depth++ === 0) start = at;
    } else if (character === close) {
      if (--depth === 0) pairs.push([start, at + 1]);
      else if (depth < 0) return undefined;
    }
  }
  return depth === 0 ? pairs : undefined;
}

function templateMatch([template, text, open, close]: readonly RegoValue[]): RegoValue | undefined {
  if (typeof template !== 'string' || typeof text !== 'string' || typeof open !== 'string' || typeof close !== 'string')
    return undefined;
  if (Buffer.byteLength(open) !== 1 || Buffer.byteLength(close) !== 1) return undefined;
  const characters = Array.from(template);
  const pairs = delimited(template, open, close);
  if (pairs === undefined) return undefined;
  let source = '^';
  let end = 0;
  for (const [from, to] of pairs) {
    const part = characters.slice(from + 1, to - 1).join('');
    if (patternOf(`^${part}$`) === undefined) return undefined;
    source += `${RE2JS.quote(characters.slice(end, from).join(''))}(${part})`;
    end = to;
  }
  const pattern = patternOf(`${source}${RE2JS.quote(characters.slice(end).join(''))}$`);
  return pattern && matchesOf(pattern, text, 1).length > 0;
}

/** Regular expressions that the compiled module lacks, on an engine that also takes linear time. */
export const REGEX_BUILTINS: HostBuiltins = {
  'regex.split': onTexts(2, (pattern = '', text = '') => split(pattern, text)),
  'regex.find_n': (operands) => findN(operands),
  'regex.replace': onTexts(3, (text = '', pattern = '', template = '') => replace(text, pattern, template)),
  'regex.template_match': (operands) => templateMatch(operands),
};
