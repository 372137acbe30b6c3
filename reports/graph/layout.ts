import { newGraph, placeInLayers, type LayeredGraph } from './dagre.ts';
import type { CompositionGraph, GraphEdge, GraphNode } from '../../model/result.ts';

export interface PlacedNode {
  readonly node: GraphNode;
  /** Upper left corner and size in pixels. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge {
  readonly edge: GraphEdge;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Layout {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
}

/** Largest graph, in nodes plus edges, that dagre lays out; a larger one is put into rows in document order, which takes linear time. */
export const LAYERED_SIZE_MAX = 900;

const CHARACTER_WIDTH = 7.2;
const NODE_WIDTH_MIN = 120;
const NODE_WIDTH_MAX = 260;
const NODE_HEIGHT = 52;
const MARGIN = 24;

/** Most characters of a name or detail that fit into a node. */
export const TEXT_LENGTH_MAX = Math.floor((NODE_WIDTH_MAX - 40) / CHARACTER_WIDTH);

function widthOf(node: GraphNode): number {
  const longest = Math.max(node.name.length, node.detail.length, node.kind.length + 4);
  return Math.max(NODE_WIDTH_MIN, Math.min(NODE_WIDTH_MAX, longest * CHARACTER_WIDTH + 44));
}

/** Places a graph's nodes in layers from top to bottom. Deterministic. */
export function layOut(graph: CompositionGraph): Layout {
  if (graph.nodes.length + graph.edges.length > LAYERED_SIZE_MAX) return layOutRows(graph);
  const layout = newGraph();
  layout.setGraph({ rankdir: 'TB', nodesep: 28, ranksep: 42, marginx: MARGIN, marginy: MARGIN });
  layout.setDefaultEdgeLabel(() => ({}));
  const groups = new Set(
    graph.nodes
      .filter((node) => node.isGroup && graph.nodes.some((other) => other.group === node.id))
      .map((node) => node.id),
  );
  for (const node of graph.nodes) layout.setNode(node.id, { width: widthOf(node), height: NODE_HEIGHT });
  for (const node of graph.nodes)
    if (node.group !== null && groups.has(node.group)) layout.setParent(node.id, node.group);
  const representative = firstChildren(graph, groups);
  for (const [at, edge] of graph.edges.entries()) {
    // dagre cannot lay out edges of a group itself; they are drawn from and to a node in it.
    const [from, to] = [representative.get(edge.from) ?? edge.from, representative.get(edge.to) ?? edge.to];
    if (from !== to) layout.setEdge(from, to, {}, String(at));
  }
  placeInLayers(layout);
  return readLayout(graph, layout);
}

function firstChildren(graph: CompositionGraph, groups: ReadonlySet<string>): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  for (const group of groups) {
    let at = group;
    for (let depth = 0; depth < 64 && groups.has(at); depth++)
      at = graph.nodes.find((node) => node.group === at)?.id ?? at;
    first.set(group, at);
  }
  return first;
}

function readLayout(graph: CompositionGraph, layout: LayeredGraph): Layout {
  const nodes = graph.nodes.map((node): PlacedNode => {
    const { x, y, width, height } = layout.node(node.id);
    return { node, x: (x ?? 0) - width / 2, y: (y ?? 0) - height / 2, width, height };
  });
  const edges = layout.edges().flatMap((name): PlacedEdge[] => {
    const edge = graph.edges[Number(name.name)];
    const points = layout.edge(name).points ?? [];
    return edge === undefined ? [] : [{ edge, points }];
  });
  const size = layout.graph();
  return { nodes, edges, width: Math.ceil(size.width ?? 0), height: Math.ceil(size.height ?? 0) };
}

const ROW_LENGTH = 6;

/** Rows in document order, for graphs too large to lay out in layers. */
function layOutRows(graph: CompositionGraph): Layout {
  const plain = graph.nodes.map((node) => ({ ...node, isGroup: false }));
  const nodes = plain.map((node, at): PlacedNode => {
    const [column, row] = [at % ROW_LENGTH, Math.floor(at / ROW_LENGTH)];
    return {
      node,
      x: MARGIN + column * (NODE_WIDTH_MAX + 24),
      y: MARGIN + row * (NODE_HEIGHT + 36),
      width: widthOf(node),
      height: NODE_HEIGHT,
    };
  });
  const byId = new Map(nodes.map((placed) => [placed.node.id, placed]));
  const edges = graph.edges.flatMap((edge): PlacedEdge[] => {
    const [from, to] = [byId.get(edge.from), byId.get(edge.to)];
    if (from === undefined || to === undefined) return [];
    const middle = (placed: PlacedNode, bottom: boolean): { x: number; y: number } => ({
      x: placed.x + placed.width / 2,
      y: placed.y + (bottom ? placed.height : 0),
    });
    return [{ edge, points: [middle(from, true), middle(to, false)] }];
  });
  const rows = Math.ceil(nodes.length / ROW_LENGTH);
  return {
    nodes,
    edges,
    width: 2 * MARGIN + ROW_LENGTH * (NODE_WIDTH_MAX + 24),
    height: 2 * MARGIN + rows * (NODE_HEIGHT + 36),
  };
}
