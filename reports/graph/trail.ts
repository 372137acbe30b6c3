import type { CompositionGraph, GraphEdge, GraphNode } from '../../model/result.ts';
import type { Hop, Witness } from '../../model/verdict.ts';

/** A witness on the drawing of one workflow. */
export interface Trail {
  /** Numbers of the hops by node id, from 1, rising. */
  readonly hops: ReadonlyMap<string, readonly number[]>;
  /** Edges that lead from one hop to the next. */
  readonly edges: ReadonlySet<GraphEdge>;
}

export const NO_TRAIL: Trail = { hops: new Map(), edges: new Set() };

/** Finds the node of a hop: the state of that name, if several have it the smallest that holds the hop's text. Null for other workflows. */
export function nodeOfHop(hop: Hop, graph: CompositionGraph): GraphNode | null {
  if (hop.composition !== graph.composition) return null;
  const named = graph.nodes.filter(({ name }) => name === hop.name);
  const candidates = named.length > 0 ? named : graph.nodes;
  const holding = candidates
    .filter(
      ({ span }) =>
        span.file === hop.span.file &&
        span.start.offset <= hop.span.start.offset &&
        hop.span.end.offset <= span.end.offset,
    )
    .sort((a, b) => lengthOf(a) - lengthOf(b));
  return holding[0] ?? named[0] ?? null;
}

const lengthOf = ({ span }: GraphNode): number => span.end.offset - span.start.offset;

/** Puts a witness on a graph. Between two hops it takes the shortest way along the edges, or none when there is no way. */
export function trailOf(witness: Witness, graph: CompositionGraph): Trail {
  const hops = new Map<string, number[]>();
  const edges = new Set<GraphEdge>();
  const ways = new Ways(graph);
  let last: GraphNode | null = null;
  for (const [at, hop] of witness.hops.entries()) {
    const node = nodeOfHop(hop, graph);
    if (node !== null) {
      const known = hops.get(node.id);
      if (known === undefined) hops.set(node.id, [at + 1]);
      else known.push(at + 1);
      if (last !== null && last !== node) for (const edge of ways.between(last.id, node.id)) edges.add(edge);
    }
    last = node ?? last;
  }
  return { hops, edges };
}

/** The part of a large graph that a trail touches, with the boxes around it. */
export function cutToTrail(graph: CompositionGraph, trail: Trail): CompositionGraph {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const kept = new Set<string>();
  const ends = [...trail.edges].flatMap(({ from, to }) => [from, to]);
  for (const id of [...trail.hops.keys(), ...ends]) {
    for (let at: string | null = id; at !== null && !kept.has(at); at = byId.get(at)?.group ?? null) kept.add(at);
  }
  return {
    ...graph,
    nodes: graph.nodes.filter(({ id }) => kept.has(id)),
    edges: graph.edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
  };
}

/** Shortest ways along edges; a group leads to the nodes in it where no edge of the group does, and they lead out to it. */
class Ways {
  readonly #edges = new Map<string, GraphEdge[]>();
  readonly #parents = new Map<string, string>();
  readonly #children = new Map<string, string[]>();

  constructor(graph: CompositionGraph) {
    for (const edge of graph.edges) addTo(this.#edges, edge.from, edge);
    for (const { id, group } of graph.nodes) {
      if (group === null) continue;
      this.#parents.set(id, group);
      addTo(this.#children, group, id);
    }
  }

  between(from: string, to: string): readonly GraphEdge[] {
    const before = new Map<string, { readonly from: string; readonly edge: GraphEdge | null } | null>([[from, null]]);
    const queue = [from];
    for (const at of queue) {
      if (at === to) break;
      const inner = (this.#children.get(at) ?? []).map((id) => ({ id, edge: null }));
      const parent = this.#parents.get(at);
      const outer = parent === undefined ? [] : [{ id: parent, edge: null }];
      const along = (this.#edges.get(at) ?? []).map((edge) => ({ id: edge.to, edge }));
      for (const { id, edge } of [...along, ...inner, ...outer]) {
        if (before.has(id)) continue;
        before.set(id, { from: at, edge });
        queue.push(id);
      }
    }
    const way: GraphEdge[] = [];
    for (let step = before.get(to); step !== null && step !== undefined; step = before.get(step.from)) {
      if (step.edge !== null) way.push(step.edge);
    }
    return way;
  }
}

function addTo<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
