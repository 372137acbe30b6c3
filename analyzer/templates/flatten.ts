import { listNode, mapNode, scalarNode, type DataNode, type MapNode } from '../source/index.ts';
import { intrinsicOf, pieceTogether } from './pieces.ts';

/** A definition whose references are text. */
export interface Flattened {
  readonly definition: MapNode;
  /** What names between `${` and `}` stand for, besides the template's own. */
  readonly names: ReadonlyMap<string, DataNode>;
  /** Each `Fn::If` of which the first alternative was taken. */
  readonly choices: readonly DataNode[];
}

/**
 * Replaces intrinsic functions inside a definition that is written as a map by `${Name}` text, as the SAM translator does, so that all
 * definitions have one form. Spans are those of the functions.
 */
export function flattenDefinition(definition: MapNode): Flattened {
  const names = new Map<string, DataNode>();
  const choices: DataNode[] = [];
  const flatten = (node: DataNode): DataNode => {
    if (node.kind === 'scalar') return node;
    if (node.kind === 'list') return listNode(node.items.map(flatten), node.span);
    const call = intrinsicOf(node);
    if (call === null) {
      return mapNode(node.entries.map((entry) => ({ ...entry, value: flatten(entry.value) })), node.span, node.tag); // prettier-ignore
    }
    const pieces = pieceTogether(node);
    if (pieces === null) {
      const name = `${call.name} ${names.size + 1}`;
      names.set(name, node);
      return scalarNode({ value: `\${${name}}`, raw: `\${${name}}`, span: node.span });
    }
    for (const [name, value] of pieces.names) names.set(name, value);
    choices.push(...pieces.choices);
    return scalarNode({
      value: pieces.text,
      raw: pieces.text,
      span: node.span,
      place: (from, to) => pieces.place(from, to),
    });
  };
  return { definition: mapNode(definition.entries.map((entry) => ({ ...entry, value: flatten(entry.value) })), definition.span), names, choices }; // prettier-ignore
}
