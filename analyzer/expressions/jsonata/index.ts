import type { Expression } from '../../../model/ir.ts';
import type { DataNode, ScalarNode } from '../../source/types.ts';
import { arrayOf, literal, objectOf } from '../build.ts';
import { Lowering, TEMPLATE_DEPTH_MAX } from '../lowering.ts';
import type { Selection, SelectionScope } from '../types.ts';
import { isJsonata } from './delimiters.ts';
import { lowerJsonataText } from './text.ts';

export { isJsonata };

/**
 * Lowers a JSONata string, `{% … %}`. A string without the delimiters is a constant. Text that cannot be parsed gives EXP060 and reads
 * everything in scope.
 */
export function lowerJsonata(node: ScalarNode, scope: SelectionScope): Selection {
  const lowering = new Lowering(scope);
  return lowering.finish(lowerScalar(node, lowering));
}

/** Lowers Arguments, Output, Assign and the like: every `{% … %}` string in it is evaluated, everything else is constant. */
export function lowerJsonataTemplate(node: DataNode, scope: SelectionScope): Selection {
  const lowering = new Lowering(scope);
  return lowering.finish(lowerNode(node, lowering, 0));
}

function lowerNode(node: DataNode, lowering: Lowering, depth: number): Expression {
  if (depth > TEMPLATE_DEPTH_MAX) {
    lowering.report('EXP044', `the template is nested deeper than ${TEMPLATE_DEPTH_MAX}`, node.span);
    return lowering.opaque('template that is nested too deep', node.span);
  }
  switch (node.kind) {
    case 'scalar':
      return lowerScalar(node, lowering);
    case 'list':
      return arrayOf(
        node.items.map((item) => lowerNode(item, lowering, depth + 1)),
        node.span,
      );
    case 'map':
      return objectOf(
        node.entries.map((entry) => ({ name: entry.key, value: lowerNode(entry.value, lowering, depth + 1) })),
        node.span,
      );
  }
}

function lowerScalar(node: ScalarNode, lowering: Lowering): Expression {
  const { value } = node;
  if (typeof value !== 'string') return literal(value, node.span);
  if (isJsonata(value)) return lowerJsonataText(node, lowering);
  if (isJsonata(value.trim())) {
    lowering.report('EXP061', 'the string is not evaluated: there is text before `{%` or after `%}`', node.span);
  }
  return literal(value, node.span);
}
