/** How a scalar is written; decides what stands between its source text and its value. */
export type ScalarStyle = 'json' | 'double' | 'single' | 'plain' | 'literal' | 'folded';

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0', a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r', e: '\x1b', N: '\x85', _: '\xa0', L: '\u2028', P: '\u2029',
}; // prettier-ignore

const HEX_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * Maps every code unit of a value to the offset in `raw` where it is written.
 *
 * @param raw source text between the delimiters (without quotes; for block scalars from the line after the header)
 * @returns `value.length + 1` offsets into `raw`, the last one the end; null when text and value do not correspond
 */
export function alignScalar(value: string, raw: string, style: ScalarStyle): readonly number[] | null {
  const offsets: number[] = [];
  let at = 0;
  for (let index = 0; index < value.length;) {
    const written = readUnit(raw, at, style);
    if (written !== null && value.startsWith(written.text, index) && !isFold(value, index, raw, at)) {
      for (let unit = 0; unit < written.text.length; unit++) offsets.push(at);
      index += written.text.length;
      at += written.length;
      continue;
    }
    const skipped = skipLayout(raw, at, value[index] ?? '');
    if (skipped === null) return null;
    if (skipped.consumesValue) {
      offsets.push(at);
      index += 1;
    }
    at = skipped.next;
  }
  offsets.push(at);
  return offsets;
}

/** A line break in the source never stands for itself except in literal text, where indentation follows it. */
function isFold(value: string, index: number, raw: string, at: number): boolean {
  return (
    raw[at] === ' ' &&
    value[index] === ' ' &&
    /^[ \t]*\r?\n/.test(raw.slice(at)) &&
    !/^[ \t]*\r?\n/.test(value.slice(index))
  );
}

/** One written unit: an escape sequence, a doubled quote or a plain code unit. */
function readUnit(
  raw: string,
  at: number,
  style: ScalarStyle,
): { readonly text: string; readonly length: number } | null {
  const unit = raw[at];
  if (unit === undefined) return null;
  if (style === 'single' && unit === "'" && raw[at + 1] === "'") return { text: "'", length: 2 };
  if (unit !== '\\' || (style !== 'json' && style !== 'double')) return { text: unit, length: 1 };
  const next = raw[at + 1] ?? '';
  const digits = HEX_LENGTHS[next];
  if (digits !== undefined) {
    const code = Number.parseInt(raw.slice(at + 2, at + 2 + digits), 16);
    if (Number.isNaN(code) || code > 0x10ffff) return null;
    return { text: String.fromCodePoint(code), length: 2 + digits };
  }
  if (next === '\n' || next === '\r') return null;
  return { text: SIMPLE_ESCAPES[next] ?? next, length: 2 };
}

/** Steps over what the layout adds: indentation, folded line breaks, escaped line ends. */
function skipLayout(
  raw: string,
  at: number,
  expected: string,
): { readonly next: number; readonly consumesValue: boolean } | null {
  const layout = /^(\\?[ \t]*\r?\n[ \t]*|[ \t]+|\r)/.exec(raw.slice(at, at + 4096))?.[0];
  if (layout === undefined) return null;
  const folds = layout.includes('\n') && (expected === ' ' || expected === '\n') && !layout.startsWith('\\');
  return { next: at + layout.length, consumesValue: folds };
}
