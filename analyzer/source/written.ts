/**
 * Decodes scalars as they are written, keeping for every code unit of the value the place where it is written. The parsers' libraries give
 * values only; a decoded value that differs from theirs is thrown away by the caller, so a slip here costs a precise position and never a value.
 */
import { decodeBlock } from './written-block.ts';
import { WrittenBuilder, type WrittenValue } from './written-value.ts';

export type { WrittenValue };

/** How a scalar is written; decides what stands between its source text and its value. */
export type ScalarStyle = 'json' | 'double' | 'single' | 'plain' | 'block';

/**
 * Decodes source text.
 *
 * @param raw without quotes; for block scalars from the header (`|` or `>`) on
 * @param parentIndent indentation of the parent of a block scalar, in columns; used when the header says its own indentation
 * @returns null when the text has no value in this style
 */
export function decodeWritten(raw: string, style: ScalarStyle, parentIndent = 0): WrittenValue | null {
  if (style === 'block') return decodeBlock(raw, parentIndent);
  const out = new WrittenBuilder();
  let at = 0;
  while (at < raw.length) {
    const next = style === 'json' ? jsonUnit(raw, at, out) : flowUnit(raw, at, { style, out });
    if (next === null) return null;
    at = next;
  }
  return out.finish(raw.length);
}

const JSON_ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '0': '\0',
};

const YAML_ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0', a: '\x07', b: '\b', t: '\t', '\t': '\t', n: '\n', v: '\v', f: '\f', r: '\r', e: '\x1b', ' ': ' ', '"': '"', '/': '/', '\\': '\\',
  N: '\x85', _: '\xa0', L: '\u2028', P: '\u2029',
}; // prettier-ignore

const HEX_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Reads one unit of a JSON or JSON5 string and gives the offset after it. */
function jsonUnit(raw: string, at: number, out: WrittenBuilder): number | null {
  const unit = raw[at] ?? '';
  if (unit !== '\\') {
    out.push(unit, at, at + 1);
    return at + 1;
  }
  const next = raw[at + 1] ?? '';
  if (next === 'x' || next === 'u') return hexEscape(raw, at, out);
  if (next === '\r' && raw[at + 2] === '\n') return at + 3;
  if (next === '\n' || next === '\r' || next === '\u2028' || next === '\u2029') return at + 2;
  out.push(JSON_ESCAPES[next] ?? next, at, at + 2);
  return at + 2;
}

function hexEscape(raw: string, at: number, out: WrittenBuilder): number | null {
  const digits = HEX_LENGTHS[raw[at + 1] ?? ''] ?? 0;
  const text = raw.slice(at + 2, at + 2 + digits);
  const code = /^[0-9a-fA-F]+$/.test(text) && text.length === digits ? Number.parseInt(text, 16) : Number.NaN;
  if (Number.isNaN(code) || code > 0x10ffff) return null;
  out.push(String.fromCodePoint(code), at, at + 2 + digits);
  return at + 2 + digits;
}

/** Reads one unit of a plain or quoted YAML scalar, with line folding, and gives the offset after it. */
function flowUnit(
  raw: string,
  at: number,
  { style, out }: { readonly style: ScalarStyle; readonly out: WrittenBuilder },
): number | null {
  const unit = raw[at] ?? '';
  if (unit === '\n' || (unit === '\r' && raw[at + 1] === '\n')) return fold(raw, at, out);
  if (unit === ' ' || unit === '\t') {
    const end = blanksEnd(raw, at);
    // Blanks before a line break are layout.
    if (!isLineBreak(raw, end)) out.pushEach(raw.slice(at, end), at);
    return end;
  }
  if (style === 'single' && unit === "'") {
    out.push("'", at, at + 2);
    return at + 2;
  }
  if (style === 'double' && unit === '\\') return doubleEscape(raw, at, out);
  out.push(unit, at, at + 1);
  return at + 1;
}

function doubleEscape(raw: string, at: number, out: WrittenBuilder): number | null {
  const next = raw[at + 1] ?? '';
  if (next === '\n') return blanksEnd(raw, at + 2);
  if (next === '\r' && raw[at + 2] === '\n') return blanksEnd(raw, at + 3);
  if (HEX_LENGTHS[next] !== undefined) return hexEscape(raw, at, out);
  const text = YAML_ESCAPES[next];
  if (text === undefined) return null;
  out.push(text, at, at + 2);
  return at + 2;
}

/** One line break is a space; of several the first is layout and each other one stands for itself. */
function fold(raw: string, start: number, out: WrittenBuilder): number {
  const breaks: number[] = [];
  let at = start;
  for (;;) {
    at = blanksEnd(raw, at);
    if (!isLineBreak(raw, at)) break;
    breaks.push(at);
    at += raw[at] === '\r' ? 2 : 1;
  }
  if (breaks.length === 1) out.push(' ', start, at);
  for (const lineBreak of breaks.slice(1)) out.push('\n', lineBreak, lineBreak + (raw[lineBreak] === '\r' ? 2 : 1));
  return at;
}

const isLineBreak = (raw: string, at: number): boolean =>
  raw[at] === '\n' || (raw[at] === '\r' && raw[at + 1] === '\n');

function blanksEnd(raw: string, start: number): number {
  let at = start;
  while (raw[at] === ' ' || raw[at] === '\t') at += 1;
  return at;
}
