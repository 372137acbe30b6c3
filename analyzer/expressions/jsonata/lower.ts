import type { DataNode, ScalarNode } from '../../source/types.ts';
import type { Expression } from '../../../model/ir.ts';
import { arrayOf, field, literal, objectOf, readPath, walk } from '../build.ts';
import { type Lowering, mentionedVariables } from '../lowering.ts';
import { isJsonata } from './index.ts';

export function lowerJsonataNode(node: DataNode, lowering: Lowering, depth: number): Expression {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' && isJsonata(node.value)
        ? lowerJsonataText(node, lowering)
        : literal(node.value, node.span);
    case 'list':
      return arrayOf(
        node.items.map((item) => lowerJsonataNode(item, lowering, depth + 1)),
        node.span,
      );
    case 'map':
      return objectOf(
        node.entries.map((entry) => ({ name: entry.key, value: lowerJsonataNode(entry.value, lowering, depth + 1) })),
        node.span,
      );
  }
}

export function lowerJsonataText(node: ScalarNode, lowering: Lowering): Expression {
  const text = String(node.value).slice(2, -2).trim();
  const plain = /^\$states\.input((?:\.[A-Za-z_]\w*)*)$/.exec(text);
  const names = plain?.[1]?.split('.').slice(1);
  if (names !== undefined) return walk(readPath(lowering.scope.input, node.span), names.map(field), node.span);
  return lowering.opaque('JSONata expression', node.span, mentionedVariables(text));
}
