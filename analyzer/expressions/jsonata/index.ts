import type { DataNode, ScalarNode } from '../../source/types.ts';
import { literal } from '../build.ts';
import { Lowering } from '../lowering.ts';
import type { Selection, SelectionScope } from '../types.ts';
import { lowerJsonataNode, lowerJsonataText } from './lower.ts';

/** Whether Step Functions evaluates a string as JSONata: it starts with `{%` and ends with `%}`. */
export const isJsonata = (text: string): boolean => text.length >= 4 && text.startsWith('{%') && text.endsWith('%}');

/**
 * Lowers a JSONata string, `{% … %}`. A string without the delimiters is a constant. Text that cannot be parsed gives EXP060 and reads
 * everything in scope.
 */
export function lowerJsonata(node: ScalarNode, scope: SelectionScope): Selection {
  const lowering = new Lowering(scope);
  const isCode = typeof node.value === 'string' && isJsonata(node.value);
  return lowering.finish(isCode ? lowerJsonataText(node, lowering) : literal(node.value, node.span));
}

/** Lowers Arguments, Output, Assign and the like: every `{% … %}` string in it is evaluated, everything else is constant. */
export function lowerJsonataTemplate(node: DataNode, scope: SelectionScope): Selection {
  const lowering = new Lowering(scope);
  return lowering.finish(lowerJsonataNode(node, lowering, 0));
}
