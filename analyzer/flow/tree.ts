import type { Path, Segment } from '../../model/ir.ts';
import type { Leaf, Leaves } from './leaf.ts';

/**
 * Labels of a value, by access path.
 *
 * `own` covers existence, type and length; `rest` everything below that is not listed; `parts` the listed parts, keyed by {@link fieldKey}
 * or {@link indexKey}; `element` is the summary of array elements that are not listed (null: they are covered by `rest`).
 */
export interface Tree {
  readonly own: Leaf;
  readonly rest: Leaf;
  readonly parts: ReadonlyMap<string, Tree>;
  readonly element: Tree | null;
}

/** Deepest listed part; what lies deeper is joined into `rest`. */
export const TREE_DEPTH_MAX = 8;
/** Most listed parts of one value; further ones are joined into `rest`. */
export const TREE_PARTS_MAX = 128;

/** Most listed parts of one value at all levels together; a larger value is folded to fewer levels. */
export const TREE_SIZE_MAX = 2_000;

const NO_PARTS: ReadonlyMap<string, Tree> = new Map();

export const fieldKey = (name: string): string => `.${name}`;
export const indexKey = (index: number): string => `#${index}`;
const isIndexKey = (key: string): boolean => key.startsWith('#');

/** Called for every leaf of a tree with a text that tells its place in the tree. */
export type LeafMap = (leaf: Leaf, slot: string) => Leaf;

export function uniform(leaf: Leaf): Tree {
  return { own: leaf, rest: leaf, parts: NO_PARTS, element: null };
}

/** Operations on trees over one set of {@link Leaves}. */
export class Trees {
  readonly leaves: Leaves;
  readonly empty: Tree;

  constructor(leaves: Leaves) {
    this.leaves = leaves;
    this.empty = uniform(leaves.bottom);
  }

  /** Everything in the tree, joined. */
  flatten(tree: Tree): Leaf {
    if (tree.parts.size === 0 && tree.element === null) return this.leaves.join(tree.own, tree.rest);
    return this.leaves.joinAll(leavesOf(tree));
  }

  join(left: Tree, right: Tree): Tree {
    if (left === right || right === this.empty) return left;
    if (left === this.empty) return right;
    const own = this.leaves.join(left.own, right.own);
    const rest = this.leaves.join(left.rest, right.rest);
    const element =
      left.element === null && right.element === null ? null : this.join(elementOf(left), elementOf(right));
    if (left.parts.size === 0 && right.parts.size === 0) return { own, rest, parts: NO_PARTS, element };
    const parts = new Map<string, Tree>();
    for (const [key, part] of left.parts) parts.set(key, this.join(part, partOf(right, key)));
    for (const [key, part] of right.parts) if (!parts.has(key)) parts.set(key, this.join(partOf(left, key), part));
    return this.limitParts({ own, rest, parts, element });
  }

  /** As {@link join} of many, but the origins of each leaf are gathered once. */
  joinAll(trees: readonly Tree[]): Tree {
    const some = [...new Set(trees)].filter((tree) => tree !== this.empty);
    const [first, second] = some;
    if (first === undefined || second === undefined) return first ?? this.empty;
    if (some.length === 2) return this.join(first, second);
    const own = this.leaves.joinAll(some.map((tree) => tree.own));
    const rest = this.leaves.joinAll(some.map((tree) => tree.rest));
    const element = some.every((tree) => tree.element === null) ? null : this.joinAll(some.map(elementOf));
    const keys = new Set(some.flatMap((tree) => [...tree.parts.keys()]));
    if (keys.size === 0) return { own, rest, parts: NO_PARTS, element };
    const parts = new Map<string, Tree>();
    for (const key of keys) parts.set(key, this.joinAll(some.map((tree) => partOf(tree, key))));
    return this.limitParts({ own, rest, parts, element });
  }

  /** The subtree one segment down. Reading an element also reveals the array's length. */
  step(tree: Tree, segment: Segment): Tree {
    switch (segment.kind) {
      case 'field':
        return partOf(tree, fieldKey(segment.name));
      case 'index':
        if (segment.index < 0) return this.step(tree, { kind: 'anyElement' });
        return this.raise(partOf(tree, indexKey(segment.index)), tree.own);
      case 'anyElement':
        return this.raise(this.anyElement(tree), tree.own);
      case 'anyChild':
        return this.raise(this.anyChild(tree), tree.own);
      case 'spread':
        return this.spread(tree);
      case 'own':
        return uniform(tree.own);
      case 'dynamic':
        return uniform(this.flatten(tree));
    }
  }

  walk(tree: Tree, segments: readonly Segment[]): Tree {
    let at = tree;
    for (const segment of segments) at = this.step(at, segment);
    return at;
  }

  /** The join of all elements, listed or not. */
  anyElement(tree: Tree): Tree {
    let joined = elementOf(tree);
    for (const [key, part] of tree.parts) if (isIndexKey(key)) joined = this.join(joined, part);
    return joined;
  }

  /** The tree joined with those of its elements, down to where elements have no trees of their own. */
  spread(tree: Tree, depth = 0): Tree {
    const elements = this.raise(this.anyElement(tree), tree.own);
    const isLast = tree.element === null && ![...tree.parts.keys()].some(isIndexKey);
    if (isLast) return this.join(tree, elements);
    return this.join(
      tree,
      depth >= TREE_DEPTH_MAX ? uniform(this.flatten(elements)) : this.spread(elements, depth + 1),
    );
  }

  /** The join of all elements and all fields, listed or not. */
  anyChild(tree: Tree): Tree {
    let joined = this.join(elementOf(tree), uniform(tree.rest));
    for (const part of tree.parts.values()) joined = this.join(joined, part);
    return joined;
  }

  mapLeaves(tree: Tree, map: LeafMap, slot = ''): Tree {
    const own = map(tree.own, `${slot}!`);
    const rest =
      tree.rest === tree.own && tree.parts.size === 0 && tree.element === null ? own : map(tree.rest, `${slot}*`);
    const element = tree.element === null ? null : this.mapLeaves(tree.element, map, `${slot}#*`);
    if (tree.parts.size === 0) {
      if (own === tree.own && rest === tree.rest && element === tree.element) return tree;
      return { own, rest, parts: NO_PARTS, element };
    }
    const parts = new Map<string, Tree>();
    for (const [key, part] of tree.parts) parts.set(key, this.mapLeaves(part, map, slot + key));
    return { own, rest, parts, element };
  }

  /** Every leaf joined with `by`. */
  raise(tree: Tree, by: Leaf): Tree {
    if (by === this.leaves.bottom) return tree;
    return this.mapLeaves(tree, (leaf) => this.leaves.join(leaf, by));
  }

  /**
   * `tree[segments ↦ value]`: strong for fields and for known indexes. `own` of what lies above the target is joined with `ancestors`.
   */
  assign(tree: Tree, segments: readonly Segment[], update: { readonly value: Tree; readonly ancestors: Leaf }): Tree {
    return this.#update(tree, segments, { ancestors: update.ancestors, change: () => update.value });
  }

  /** Raises the subtree at `segments` by `by`, and `own` of what lies above it. */
  raiseAt(tree: Tree, segments: readonly Segment[], raise: { readonly map: LeafMap; readonly ancestors: Leaf }): Tree {
    return this.#update(tree, segments, {
      ancestors: raise.ancestors,
      change: (part) => this.mapLeaves(part, raise.map),
    });
  }

  #update(
    tree: Tree,
    segments: readonly Segment[],
    update: { readonly ancestors: Leaf; readonly change: (tree: Tree) => Tree },
    depth = 0,
  ): Tree {
    const [segment, ...below] = segments;
    if (segment === undefined) return update.change(tree);
    const own = this.leaves.join(tree.own, update.ancestors);
    if (depth >= TREE_DEPTH_MAX || (segment.kind !== 'field' && segment.kind !== 'index')) {
      const value = this.flatten(update.change(tree));
      return this.raise({ ...tree, own }, value);
    }
    const key = segment.kind === 'field' ? fieldKey(segment.name) : indexKey(segment.index);
    const part = this.#update(partOf(tree, key), below, update, depth + 1);
    const parts = new Map(tree.parts);
    parts.set(key, part);
    return this.limitParts({ own, rest: tree.rest, parts, element: tree.element });
  }

  /** Folds what lies beyond the limits of depth, width and size into `rest`. Trees within the limits are returned as they are. */
  limit(tree: Tree): Tree {
    const { depth, size } = extentOf(tree);
    if (depth <= TREE_DEPTH_MAX && size <= TREE_SIZE_MAX) return this.limitParts(tree);
    let folded = tree;
    for (let most = Math.min(depth - 1, TREE_DEPTH_MAX); most >= 1; most--) {
      folded = this.#fold(tree, most);
      if (extentOf(folded).size <= TREE_SIZE_MAX) break;
    }
    return folded;
  }

  #fold(tree: Tree, depth: number): Tree {
    if (tree.parts.size === 0 && tree.element === null) return tree;
    if (depth <= 0) return { own: tree.own, rest: this.flatten(tree), parts: NO_PARTS, element: null };
    const parts = new Map<string, Tree>();
    for (const [key, part] of tree.parts) parts.set(key, this.#fold(part, depth - 1));
    const element = tree.element === null ? null : this.#fold(tree.element, depth - 1);
    return this.limitParts({ own: tree.own, rest: tree.rest, parts, element });
  }

  limitParts(tree: Tree): Tree {
    if (tree.parts.size <= TREE_PARTS_MAX) return tree;
    const keys = [...tree.parts.keys()].sort();
    const parts = new Map<string, Tree>();
    let rest = tree.rest;
    for (const [at, key] of keys.entries()) {
      const part = partOf(tree, key);
      if (at < TREE_PARTS_MAX) parts.set(key, part);
      else rest = this.leaves.join(rest, this.flatten(part));
    }
    const element = tree.element === null ? null : this.raise(tree.element, rest);
    return { own: tree.own, rest, parts, element };
  }

  equal(left: Tree, right: Tree): boolean {
    if (left === right) return true;
    if (left.own !== right.own || left.rest !== right.rest || left.parts.size !== right.parts.size) return false;
    if (left.element !== right.element) {
      if (left.element === null || right.element === null || !this.equal(left.element, right.element)) return false;
    }
    for (const [key, part] of left.parts) {
      const other = right.parts.get(key);
      if (other === undefined || !this.equal(part, other)) return false;
    }
    return true;
  }

  /** A text equal for trees with equal labels; origins are left out. */
  labelKey(tree: Tree): string {
    const parts = [...tree.parts]
      .map(([key, part]) => `${JSON.stringify(key)}:${this.labelKey(part)}`)
      .sort()
      .join(',');
    const element = tree.element === null ? '' : `[${this.labelKey(tree.element)}]`;
    return `${tree.own.label.id}/${tree.rest.label.id}${element}{${parts}}`;
  }
}

interface Extent {
  /** Levels of listed parts below the value. */
  readonly depth: number;
  /** Listed parts at all levels, those that are shared counted each time. */
  readonly size: number;
}

const EXTENTS = new WeakMap<Tree, Extent>();
const NO_EXTENT: Extent = { depth: 0, size: 0 };

/** Remembered, since trees share their parts and never change. */
function extentOf(tree: Tree): Extent {
  if (tree.parts.size === 0 && tree.element === null) return NO_EXTENT;
  const known = EXTENTS.get(tree);
  if (known !== undefined) return known;
  let [depth, size] = [0, 0];
  for (const part of tree.element === null ? tree.parts.values() : [...tree.parts.values(), tree.element]) {
    const inner = extentOf(part);
    depth = Math.max(depth, inner.depth);
    size += inner.size + 1;
  }
  const extent = { depth: depth + 1, size };
  EXTENTS.set(tree, extent);
  return extent;
}

function* leavesOf(tree: Tree): Generator<Leaf> {
  yield tree.own;
  yield tree.rest;
  for (const part of tree.parts.values()) yield* leavesOf(part);
  if (tree.element !== null) yield* leavesOf(tree.element);
}

function elementOf(tree: Tree): Tree {
  return tree.element ?? uniform(tree.rest);
}

function partOf(tree: Tree, key: string): Tree {
  return tree.parts.get(key) ?? (isIndexKey(key) ? elementOf(tree) : uniform(tree.rest));
}

const SEGMENT_TEXT = { anyElement: '[*]', anyChild: '.*', spread: '', own: '.length()', dynamic: '..*' } as const;

/** A path as users write it, e.g. `$input.a[0]`. */
export function formatPath(path: Path): string {
  let text = path.root;
  for (const segment of path.segments) {
    if (segment.kind === 'field') text += `.${segment.name}`;
    else if (segment.kind === 'index') text += `[${segment.index}]`;
    else text += SEGMENT_TEXT[segment.kind];
  }
  return text;
}
