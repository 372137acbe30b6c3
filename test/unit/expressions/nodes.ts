/** Scalars and templates as the source reader gives them, over a file that holds nothing else, and a scope of plain names. */
import type { Path } from '../../../model/ir.ts';
import type { Span } from '../../../model/span.ts';
import type { SelectionScope } from '../../../analyzer/expressions/index.ts';
import type { DataNode, ScalarNode } from '../../../analyzer/source/types.ts';

export function spanAt(from: number, to: number): Span {
  const position = (offset: number): Span['start'] => ({ line: 1, column: offset + 1, offset });
  return { file: 'selection.txt', start: position(from), end: position(to) };
}

/** A string scalar whose value starts at offset 0. */
export function scalar(value: ScalarNode['value']): ScalarNode {
  const raw = String(value);
  return { kind: 'scalar', value, raw, span: spanAt(0, raw.length), spanOf: spanAt };
}

/** A template from plain JSON. Keys keep their order. */
export function template(value: unknown): DataNode {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(template), span: spanAt(0, 1) };
  if (typeof value !== 'object' || value === null) {
    const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return scalar(isScalar ? value : null);
  }
  const entries = Object.entries(value).map(([key, part]) => ({ key, keySpan: spanAt(0, 1), value: template(part) }));
  return { kind: 'map', entries, span: spanAt(0, 1), tag: null };
}

const root = (name: string): Path => ({ root: name, segments: [] });

/** Input, context, result and error output are variables of these names; `$v` and `$w` are workflow variables. */
export const SCOPE: SelectionScope = {
  input: root('input'),
  context: root('context'),
  result: root('result'),
  errorOutput: root('error'),
  variable: (name) => (name === 'v' || name === 'w' ? name : null),
};
