/** Syntax of JSONata, decoded from what the `jsonata` package parses. Offsets are code units in the expression's text. */

/** A `[…]` after an expression, or a `#$i` that binds positions. */
export type Stage =
  { readonly kind: 'filter'; readonly test: Node } | { readonly kind: 'index'; readonly name: string };

export interface Group {
  readonly pairs: readonly (readonly [Node, Node])[];
}

interface NodeBase {
  readonly from: number;
  readonly to: number;
  readonly stages: readonly Stage[];
  readonly group: Group | null;
  /** Variable that `@$v` binds the item to. */
  readonly focus: string | null;
  /** Variable that `#$i` binds the position to. */
  readonly index: string | null;
  /** Whether the path keeps what each item came from, for `%`, `@` and `#`: predicates then apply to all items of the path together. */
  readonly isTuple: boolean;
}

export type NodeShape =
  | { readonly kind: 'literal'; readonly value: null | boolean | number | string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'descendant' }
  | { readonly kind: 'parent' }
  | { readonly kind: 'regex'; readonly source: string }
  | { readonly kind: 'path'; readonly steps: readonly Node[] }
  | { readonly kind: 'negate'; readonly of: Node }
  | { readonly kind: 'array'; readonly items: readonly Node[] }
  | { readonly kind: 'object'; readonly pairs: Group['pairs'] }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Node; readonly right: Node }
  /** An argument that is null is a `?` of a partial application. */
  | { readonly kind: 'call'; readonly procedure: Node; readonly args: readonly (Node | null)[] }
  /** `isTyped`: a signature says which arguments it takes; a call with others fails. */
  | {
      readonly kind: 'lambda';
      readonly parameters: readonly string[];
      readonly body: Node;
      readonly isTyped: boolean;
    }
  | { readonly kind: 'condition'; readonly test: Node; readonly then: Node; readonly otherwise: Node | null }
  | { readonly kind: 'block'; readonly body: readonly Node[] }
  | { readonly kind: 'bind'; readonly name: string; readonly value: Node }
  | { readonly kind: 'chain'; readonly left: Node; readonly right: Node }
  | { readonly kind: 'transform'; readonly pattern: Node; readonly update: Node; readonly remove: Node | null }
  | { readonly kind: 'sort'; readonly terms: readonly Node[] }
  /** Something that this version does not know. */
  | { readonly kind: 'unknown'; readonly type: string };

export type Node = NodeBase & NodeShape;

/** The nodes directly below a node, its stages and group included. */
export function childrenOf(node: Node): readonly Node[] {
  const stages = node.stages.flatMap((stage) => (stage.kind === 'filter' ? [stage.test] : []));
  return [...ownChildren(node), ...stages, ...(node.group?.pairs.flat() ?? [])];
}

function ownChildren(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'path':
      return node.steps;
    case 'negate':
      return [node.of];
    case 'array':
      return node.items;
    case 'object':
      return node.pairs.flat();
    case 'binary':
    case 'chain':
      return [node.left, node.right];
    case 'call':
      return [node.procedure, ...node.args.filter((argument) => argument !== null)];
    case 'lambda':
      return [node.body];
    case 'condition':
      return [node.test, node.then, ...(node.otherwise === null ? [] : [node.otherwise])];
    case 'block':
      return node.body;
    case 'bind':
      return [node.value];
    case 'transform':
      return [node.pattern, node.update, ...(node.remove === null ? [] : [node.remove])];
    case 'sort':
      return node.terms;
    default:
      return [];
  }
}
