import type { ScalarNode } from '../../source/types.ts';
import type { Expression } from '../../../model/ir.ts';
import { Cursor, Malformed, parsing } from '../cursor.ts';
import { Lowering, mentionedVariables, SELECTION_TEXT_MAX } from '../lowering.ts';
import type { Selection, SelectionScope } from '../types.ts';
import { lowerCall } from './lower.ts';
import { parseCall } from './parse.ts';

/**
 * Lowers a call of an intrinsic function, `States.Format('{}', $.a)`. Malformed text gives EXP024, calls that are nested too deep
 * EXP044; both read everything in scope.
 */
export function lowerIntrinsic(node: ScalarNode, scope: SelectionScope): Selection {
  const lowering = new Lowering(scope);
  return lowering.finish(lowerIntrinsicText(node, lowering));
}

/** As {@link lowerIntrinsic}, into a lowering that is under way. */
export function lowerIntrinsicText(node: ScalarNode, lowering: Lowering): Expression {
  const text = node.value;
  if (typeof text === 'string' && text.length > SELECTION_TEXT_MAX) {
    lowering.report('EXP004', `the call is longer than ${SELECTION_TEXT_MAX} characters`, node.span);
    return lowering.opaque('call that is too long', node.span);
  }
  if (typeof text !== 'string') {
    lowering.report('EXP024', 'an intrinsic function is called in a string such as `States.UUID()`', node.span);
    return lowering.opaque('value that is no call', node.span);
  }
  const cursor = new Cursor(text);
  const call = parsing(() => {
    const parsed = parseCall(cursor);
    cursor.skipSpace();
    if (!cursor.isAtEnd) cursor.fail(`unexpected \`${cursor.peek()}\``);
    return parsed;
  });
  if (call instanceof Malformed) {
    const last = Math.max(0, text.length - 1);
    const span = node.spanOf(Math.min(call.at, last), Math.min(call.at + 1, text.length));
    const shown = `\`${text.slice(0, 80)}\``;
    if (call.isTooDeep) lowering.report('EXP044', `${shown} is not followed: ${call.message}`, span);
    else lowering.report('EXP024', `${shown} is no call of an intrinsic function: ${call.message}`, span);
    lowering.refuse('intrinsic-syntax', 'a call that cannot be parsed reads everything in scope', node.span);
    return lowering.opaque('call that cannot be parsed', node.span, mentionedVariables(text));
  }
  return lowerCall(call, { lowering, spanOf: (from, to) => node.spanOf(from, to), current: [] });
}
