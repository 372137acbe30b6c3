import type { ScalarNode } from '../../source/types.ts';
import type { Expression } from '../../../model/ir.ts';
import { Cursor, Malformed, parsing } from '../cursor.ts';
import { Lowering, mentionedVariables, SELECTION_TEXT_MAX } from '../lowering.ts';
import type { Selection, SelectionScope } from '../types.ts';
import { lowerPath } from './lower.ts';
import { parsePath } from './parse.ts';

/**
 * Lowers a JSONPath selection: `$`, `$$`, `$name`, dot and bracket notation, indices, slices, wildcards, unions, recursive descent, filters and
 * function suffixes. Malformed text gives EXP001 and an expression that reads everything in scope.
 */
export function lowerJsonPath(node: ScalarNode, scope: SelectionScope): Selection {
  const lowering = new Lowering(scope);
  return lowering.finish(lowerPathText(node, lowering));
}

/** As {@link lowerJsonPath}, into a lowering that is under way. */
export function lowerPathText(node: ScalarNode, lowering: Lowering): Expression {
  const text = node.value;
  if (typeof text !== 'string') {
    lowering.report('EXP001', 'a path is a string that starts with `$`', node.span);
    return lowering.opaque('value that is no path', node.span);
  }
  if (text.length > SELECTION_TEXT_MAX) {
    lowering.report('EXP004', `the path is longer than ${SELECTION_TEXT_MAX} characters`, node.span);
    return lowering.opaque('path that is too long', node.span);
  }
  const cursor = new Cursor(text);
  const path = parsing(() => {
    const parsed = parsePath(cursor, 'whole');
    cursor.skipSpace();
    if (!cursor.isAtEnd) cursor.fail(`unexpected \`${cursor.peek()}\``);
    return parsed;
  });
  if (path instanceof Malformed) {
    const span = node.spanOf(Math.min(path.at, Math.max(0, text.length - 1)), Math.min(path.at + 1, text.length));
    const shown = `\`${text.slice(0, 80)}\``;
    if (path.isTooDeep) lowering.report('EXP044', `${shown} is not followed: ${path.message}`, span);
    else lowering.report('EXP001', `${shown} is no JSONPath: ${path.message}`, span);
    lowering.refuse('jsonpath-syntax', 'a path that cannot be parsed reads everything in scope', node.span);
    return lowering.opaque('path that cannot be parsed', node.span, mentionedVariables(text));
  }
  return lowerPath(path, { lowering, spanOf: (from, to) => node.spanOf(from, to), current: [] });
}
