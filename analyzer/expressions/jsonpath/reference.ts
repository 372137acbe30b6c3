import type { Segment } from '../../../model/ir.ts';
import { Cursor, Malformed, parsing } from '../cursor.ts';
import type { ReferencePath } from '../types.ts';
import { parsePath } from './parse.ts';
import { SELECTION_TEXT_MAX } from '../lowering.ts';

/**
 * Takes a reference path apart: `$`, `$.a`, `$['a']`, `$.a[0]` or the same after a variable's name. It names one place, so wildcards, slices,
 * filters, descents and functions are refused, and so is the context object, which cannot be written to.
 */
export function parseReferencePath(text: string): ReferencePath {
  if (text.length > SELECTION_TEXT_MAX) return { ok: false, message: 'the path is too long' };
  const cursor = new Cursor(text);
  const path = parsing(() => {
    const parsed = parsePath(cursor, 'whole');
    cursor.skipSpace();
    if (!cursor.isAtEnd) cursor.fail(`unexpected \`${cursor.peek()}\``);
    return parsed;
  });
  if (path instanceof Malformed) return { ok: false, message: `${path.message} at offset ${path.at}` };
  if (path.root.kind === 'context') return { ok: false, message: 'the context object `$$` is read only' };
  const segments: Segment[] = [];
  for (const step of path.steps) {
    const [name] = step.kind === 'fields' ? step.names : [];
    const [index] = step.kind === 'indexes' ? step.indexes : [];
    if (step.kind === 'fields' && step.names.length === 1 && name !== undefined) segments.push({ kind: 'field', name });
    else if (step.kind === 'indexes' && step.indexes.length === 1 && index !== undefined && index >= 0)
      segments.push({ kind: 'index', index });
    else return { ok: false, message: `\`${text.slice(step.from, step.to)}\` may name more than one place` };
  }
  return { ok: true, variable: path.root.kind === 'variable' ? path.root.name : null, segments };
}
