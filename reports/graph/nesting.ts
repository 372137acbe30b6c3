import type { CompositionGraph, GraphNode } from '../../model/result.ts';

/** Deepest nesting of boxes that is drawn as such. */
const DEPTH_MAX = 32;

/** Which nodes are boxes around others, and where the ways into and out of a box begin and end. */
export class Nesting {
  readonly #parents: ReadonlyMap<string, string | null>;
  readonly #children = new Map<string, string[]>();
  readonly #nodes: readonly GraphNode[];
  readonly #hasEntry: ReadonlySet<string>;
  readonly #hasExit: ReadonlySet<string>;

  constructor(graph: CompositionGraph) {
    this.#nodes = graph.nodes;
    this.#parents = new Map(graph.nodes.map(({ id, group }) => [id, group]));
    for (const { id, group } of graph.nodes) {
      if (group === null || !this.#parents.has(group)) continue;
      const known = this.#children.get(group);
      if (known === undefined) this.#children.set(group, [id]);
      else known.push(id);
    }
    this.#hasEntry = new Set(graph.edges.map(({ to }) => to));
    this.#hasExit = new Set(graph.edges.map(({ from }) => from));
  }

  get hasBoxes(): boolean {
    return this.#children.size > 0;
  }

  isBox(id: string): boolean {
    return this.#children.has(id);
  }

  /** What stands directly in a box, or with null at the top, in document order. */
  children(id: string | null): readonly GraphNode[] {
    const isTop = (node: GraphNode): boolean => node.group === null || !this.#parents.has(node.group);
    return this.#nodes.filter((node) => (id === null ? isTop(node) : node.group === id));
  }

  /** Boxes around a node. */
  depth(id: string): number {
    let depth = 0;
    for (let at = this.#parents.get(id) ?? null; at !== null && depth < DEPTH_MAX; at = this.#parents.get(at) ?? null)
      depth++;
    return depth;
  }

  /** The node itself, or for a box the first node that the ways in it begin with. */
  entry(id: string): string {
    return this.#leaf(id, (child) => !this.#hasEntry.has(child), 0);
  }

  /** The node itself, or for a box the last node that a way in it ends with. */
  exit(id: string): string {
    return this.exits(id).at(-1) ?? id;
  }

  /** Every node that a way in a box ends with; the node itself when it is no box. */
  exits(id: string): readonly string[] {
    const found: string[] = [];
    const visit = (at: string, depth: number): void => {
      const children = this.#children.get(at);
      if (children === undefined || depth > DEPTH_MAX) found.push(at);
      else {
        const last = children.filter((child) => !this.#hasExit.has(child));
        for (const child of last.length > 0 ? last : children.slice(-1)) visit(child, depth + 1);
      }
    };
    visit(id, 0);
    return found;
  }

  #leaf(id: string, isWanted: (child: string) => boolean, depth: number): string {
    const children = this.#children.get(id);
    const first = children?.find(isWanted) ?? children?.[0];
    return first === undefined || depth > DEPTH_MAX ? id : this.#leaf(first, isWanted, depth + 1);
  }
}
