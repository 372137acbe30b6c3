import type { Position, Span } from '../span.ts';
import { BARE_FILE_PATTERN, WORD_PATTERN } from './words.ts';

/** One token. Text positions are offsets in UTF-16 code units. */
export interface Token {
  readonly kind: 'word' | 'string' | 'variable' | 'number' | 'punctuation' | 'span' | 'invalid' | 'end';
  /** As written. */
  readonly text: string;
  /** The decoded text of a string or variable. */
  readonly value: string;
  /** The place that a span token names. */
  readonly span: Span | null;
  readonly start: number;
  readonly end: number;
  /** First token of its line. */
  readonly isFirst: boolean;
  /** At the very start of its line. */
  readonly isAtMargin: boolean;
}

const JSON_STRING = '"[^"\\\\\\n]*(?:\\\\.[^"\\\\\\n]*)*"';
const PUNCTUATION = ['->', '<-', ':=', '..*', '.*', '?', '{', '}', '(', ')', '[', ']', ',', ':', '.', '*', '+'];
const escapeAll = (texts: readonly string[]): string =>
  texts.map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');

/** Alternatives in order of preference; the last takes one character that begins nothing. */
const TOKEN = new RegExp(
  [
    '(?<blank>[ \\t\\r\\n]+|#[^\\n]*)',
    `(?<span>@(?:${JSON_STRING}|${BARE_FILE_PATTERN}):\\d+:\\d+\\+\\d+-\\d+:\\d+\\+\\d+)`,
    `(?<word>${WORD_PATTERN})`,
    `(?<string>${JSON_STRING})`,
    '(?<variable>`[^`"\\\\\\n]*(?:\\\\.[^`"\\\\\\n]*)*`)',
    '(?<number>-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)',
    `(?<punctuation>${escapeAll(PUNCTUATION)})`,
    '(?<invalid>[^])',
  ].join('|'),
  'y',
);
const SPAN = new RegExp(`^@(${JSON_STRING}|${BARE_FILE_PATTERN}):(\\d+):(\\d+)\\+(\\d+)-(\\d+):(\\d+)\\+(\\d+)$`);

/** Splits a text into tokens, the last of which is `end`. Never throws: what is no token becomes `invalid`. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let lineStart = 0;
  let isFirst = true;
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    const start = found.index;
    const written = found[0];
    const kind = kindOf(found.groups ?? {});
    if (kind === 'blank') {
      const newline = written.lastIndexOf('\n');
      if (newline >= 0) {
        lineStart = start + newline + 1;
        isFirst = true;
      }
      continue;
    }
    tokens.push(makeToken(kind, written, { start, isFirst, isAtMargin: start === lineStart }));
    isFirst = false;
  }
  tokens.push(makeToken('end', '', { start: text.length, isFirst: true, isAtMargin: true }));
  return tokens;
}

const KINDS = ['blank', 'span', 'word', 'string', 'variable', 'number', 'punctuation'] as const;

function kindOf(groups: Readonly<Record<string, string | undefined>>): (typeof KINDS)[number] | 'invalid' {
  return KINDS.find((kind) => groups[kind] !== undefined) ?? 'invalid';
}

function makeToken(kind: Token['kind'], text: string, place: Pick<Token, 'start' | 'isFirst' | 'isAtMargin'>): Token {
  const token = { kind, text, value: text, span: null, end: place.start + text.length, ...place };
  if (kind === 'span') {
    const span = readSpan(text);
    return span === null ? { ...token, kind: 'invalid' } : { ...token, span };
  }
  if (kind !== 'string' && kind !== 'variable') return token;
  const value = decode(`"${text.slice(1, -1)}"`);
  return value === null ? { ...token, kind: 'invalid' } : { ...token, value };
}

/** The text of a JSON string; null when its escapes are wrong. */
function decode(json: string): string | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

function readSpan(text: string): Span | null {
  const [, written = '', ...numbers] = SPAN.exec(text) ?? [];
  const file = written.startsWith('"') ? decode(written) : written;
  const [line = 1, column = 1, offset = 0, endLine = 1, endColumn = 1, endOffset = 0] = numbers.map(Number);
  if (file === null) return null;
  return {
    file,
    start: { line, column, offset },
    end: { line: endLine, column: endColumn, offset: endOffset },
  };
}

/** Turns offsets into positions. */
export function positionsOf(text: string): (offset: number) => Position {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1, offset };
  };
}
