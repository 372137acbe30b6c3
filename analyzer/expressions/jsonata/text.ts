import type { Expression } from '../../../model/ir.ts';
import type { ScalarNode } from '../../source/types.ts';
import { mentionedVariables, SELECTION_TEXT_MAX, type Lowering } from '../lowering.ts';
import { DELIMITER_LENGTH } from './delimiters.ts';
import { absence } from './failures.ts';
import { JsonataLowerer, topEnvironment } from './lower.ts';
import { parseJsonata } from './parse.ts';

/** Lowers the expression between `{%` and `%}` of a string. */
export function lowerJsonataText(node: ScalarNode, lowering: Lowering): Expression {
  const whole = String(node.value);
  const text = whole.slice(DELIMITER_LENGTH, -DELIMITER_LENGTH);
  if (text.length > SELECTION_TEXT_MAX) {
    lowering.report('EXP004', `the expression is longer than ${SELECTION_TEXT_MAX} characters`, node.span);
    return lowering.opaque('expression that is too long', node.span);
  }
  const parsed = parseJsonata(text);
  if (!parsed.ok) {
    const at = Math.max(0, Math.min(parsed.at, text.length) - 1) + DELIMITER_LENGTH;
    lowering.report('EXP060', `the expression is no JSONata: ${parsed.message}`, node.spanOf(at, at + 1));
    lowering.refuse('jsonata-syntax', 'an expression that cannot be parsed reads everything in scope', node.span);
    return lowering.opaque('expression that cannot be parsed', node.span, mentionedVariables(text));
  }
  const place = (from: number, to: number) => node.spanOf(from + DELIMITER_LENGTH, to + DELIMITER_LENGTH);
  const value = new JsonataLowerer(lowering, text, place).value(parsed.node, topEnvironment());
  const missing = absence(value, lowering.scope);
  // A field whose expression gives nothing fails the state.
  if (missing.length > 0) lowering.fail('query', missing, node.span);
  return value;
}
