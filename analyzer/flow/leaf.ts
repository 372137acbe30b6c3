import type { Label, LabelSpace, MarkName } from '../../model/label.ts';

/** An interned set of trace nodes: where a label came from. Empty unless witnesses are being looked for. */
export interface OriginSet {
  readonly id: number;
  /** Ascending. */
  readonly nodes: readonly number[];
}

/** A label together with where it came from. Interned: equal leaves of one {@link Leaves} are the same object. */
export interface Leaf {
  readonly label: Label;
  readonly origins: OriginSet;
}

const LABEL_ID_STRIDE = 2 ** 26;

/**
 * Makes, joins and interns leaves. The algebra of the checker: everything that the typing rules join is a leaf.
 *
 * Joins are memoised for the life of one check; the number of leaves is bounded by labels × origin sets that occur.
 */
export class Leaves {
  readonly space: LabelSpace;
  readonly none: OriginSet;
  readonly bottom: Leaf;
  readonly #sets = new Map<string, OriginSet>();
  readonly #unions = new Map<number, OriginSet>();
  readonly #leaves = new Map<number, Leaf>();

  constructor(space: LabelSpace) {
    this.space = space;
    this.none = this.originsOf([]);
    this.bottom = this.leaf(space.bottom);
  }

  /** The leaf with this label and these origins. */
  leaf(label: Label, origins: OriginSet = this.none): Leaf {
    const key = origins.id * LABEL_ID_STRIDE + label.id;
    const known = this.#leaves.get(key);
    if (known !== undefined) return known;
    const made = { label, origins };
    this.#leaves.set(key, made);
    return made;
  }

  /** The interned set of these node ids, given in ascending order without duplicates. */
  originsOf(nodes: readonly number[]): OriginSet {
    const key = nodes.join(',');
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const made = { id: this.#sets.size, nodes };
    this.#sets.set(key, made);
    return made;
  }

  join(left: Leaf, right: Leaf): Leaf {
    if (left === right || right === this.bottom) return left;
    if (left === this.bottom) return right;
    return this.leaf(this.space.join(left.label, right.label), this.union(left.origins, right.origins));
  }

  /** Joins many at once: the origins are gathered before the set is interned. */
  joinAll(leaves: Iterable<Leaf>): Leaf {
    let label = this.space.bottom;
    let only: OriginSet = this.none;
    let gathered: Set<number> | null = null;
    for (const leaf of leaves) {
      label = this.space.join(label, leaf.label);
      if (leaf.origins === this.none || leaf.origins === only) continue;
      if (only === this.none && gathered === null) {
        only = leaf.origins;
        continue;
      }
      gathered ??= new Set(only.nodes);
      for (const node of leaf.origins.nodes) gathered.add(node);
    }
    return this.leaf(label, gathered === null ? only : this.originsOf([...gathered].sort((a, b) => a - b)));
  }

  union(left: OriginSet, right: OriginSet): OriginSet {
    if (left === right || right === this.none) return left;
    if (left === this.none) return right;
    const [low, high] = left.id < right.id ? [left, right] : [right, left];
    const key = low.id * LABEL_ID_STRIDE + high.id;
    const known = this.#unions.get(key);
    if (known !== undefined) return known;
    const nodes = [...new Set([...left.nodes, ...right.nodes])].sort((a, b) => a - b);
    const made = this.originsOf(nodes);
    this.#unions.set(key, made);
    return made;
  }

  withMarks(leaf: Leaf, marks: readonly MarkName[]): Leaf {
    return marks.length === 0 ? leaf : this.leaf(this.space.withMarks(leaf.label, marks), leaf.origins);
  }

  withoutMarks(leaf: Leaf, marks: readonly MarkName[]): Leaf {
    return marks.length === 0 ? leaf : this.leaf(this.space.withoutMarks(leaf.label, marks), leaf.origins);
  }
}
