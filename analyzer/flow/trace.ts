import type { CompositionId, StepId } from '../../model/brand.ts';
import type { Label } from '../../model/label.ts';
import type { LabelOrigin } from '../../model/labelling.ts';
import type { Span } from '../../model/span.ts';
import type { Hop } from '../../model/verdict.ts';
import type { Leaf, Leaves, OriginSet } from './leaf.ts';

/** Where in a program something happens. */
export interface Site {
  readonly composition: CompositionId;
  readonly step: StepId | null;
  readonly name: string;
  readonly span: Span;
  /** Distinguishes analyses of the same step in different contexts. */
  readonly context: string;
}

/** How a label got from its origins to a leaf. */
export interface HopDescription {
  readonly site: Site;
  readonly construct: Hop['construct'];
  /** Distinguishes leaves of one step, e.g. the place in the tree. */
  readonly slot: string;
  readonly why: string;
}

export interface TraceNode {
  readonly id: number;
  readonly site: Site;
  readonly construct: Hop['construct'];
  readonly why: string;
  label: Label;
  /** Nodes the label came from; true where it came by control. */
  readonly from: Map<number, boolean>;
  /** Set on sources only. */
  readonly source: TraceSource | null;
  /** Stands for a set of origins and is no hop of its own. */
  readonly isBundle: boolean;
}

export interface TraceSource {
  readonly description: string;
  readonly origin: LabelOrigin;
  /** False for constructs that are not modelled and for assumptions. */
  readonly isDefinite: boolean;
}

/** Most hops of one check; beyond, labels keep the origins they have and witnesses may be shorter. */
export const TRACE_NODES_MAX = 400_000;

/**
 * Records how labels travel. Nodes are keyed by (context, step, slot), so repeated visits of a step add to the same node and the graph stays
 * as large as the program, whatever the number of fixpoint rounds. A recorder that is off returns leaves unchanged: the first, fast pass.
 */
export class Trace {
  readonly nodes: TraceNode[] = [];
  readonly isOn: boolean;
  readonly #leaves: Leaves;
  readonly #byKey = new Map<string, TraceNode>();

  constructor(leaves: Leaves, isOn: boolean) {
    this.#leaves = leaves;
    this.isOn = isOn;
  }

  /** A leaf whose only origin is a new source. */
  source(leaf: Leaf, hop: HopDescription, source: TraceSource): Leaf {
    if (!this.isOn) return leaf;
    const node = this.#node(hop, leaf.label, { source, isBundle: false });
    return node === null ? leaf : this.#leafOf(node, leaf.label);
  }

  /** A leaf with the label of `leaf` and one origin: a hop that has the origins of `data` and `control` before it. */
  hop(leaf: Leaf, hop: HopDescription, from: { readonly data: OriginSet; readonly control: OriginSet }): Leaf {
    if (!this.isOn || (from.data.nodes.length === 0 && from.control.nodes.length === 0)) return leaf;
    const node = this.#node(hop, leaf.label, { source: null, isBundle: false });
    if (node === null) return leaf;
    for (const id of from.control.nodes) if (id !== node.id && !node.from.has(id)) node.from.set(id, true);
    for (const id of from.data.nodes) if (id !== node.id) node.from.set(id, false);
    return this.#leafOf(node, leaf.label);
  }

  /** The same leaf with one origin that stands for all of its origins, so that what is built on it has one edge instead of many. */
  bundle(leaf: Leaf, site: Site, slot: string): Leaf {
    if (!this.isOn || leaf.origins.nodes.length < 2) return leaf;
    const node = this.#node({ site, construct: 'guard', slot, why: '' }, leaf.label, {
      source: null,
      isBundle: true,
    });
    if (node === null) return leaf;
    for (const id of leaf.origins.nodes) if (id !== node.id) node.from.set(id, true);
    return this.#leafOf(node, leaf.label);
  }

  #leafOf(node: TraceNode, label: Label): Leaf {
    return this.#leaves.leaf(label, this.#leaves.originsOf([node.id]));
  }

  #node(hop: HopDescription, label: Label, kind: Pick<TraceNode, 'source' | 'isBundle'>): TraceNode | null {
    const { site } = hop;
    const key = `${site.context}|${site.composition}|${site.step ?? ''}|${hop.construct}|${hop.slot}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      known.label = this.#leaves.space.join(known.label, label);
      return known;
    }
    if (this.nodes.length >= TRACE_NODES_MAX) return null;
    const node: TraceNode = {
      id: this.nodes.length,
      site,
      construct: hop.construct,
      why: hop.why,
      label,
      from: new Map(),
      ...kind,
    };
    this.nodes.push(node);
    this.#byKey.set(key, node);
    return node;
  }
}
