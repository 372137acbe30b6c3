import { safe } from '../common/text.ts';
import { clip } from './clip.ts';
import { newGraph, placeInLayers, type LayeredGraph } from './dagre.ts';
import type { CompositionGraph, GraphEdge, GraphNode } from '../../model/result.ts';

/** In pixels, from the upper left corner of the drawing. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

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
  readonly points: readonly Point[];
  /** Middle of the text on it. */
  readonly label: Point;
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
    if (from !== to) layout.setEdge(from, to, labelSize(edge.text), String(at));
  }
  placeInLayers(layout);
  return readLayout(graph, layout);
}

/** Most characters of a condition on an edge. */
const LABEL_LENGTH_MAX = 30;
const LABEL_CHARACTER_WIDTH = 5.8;
const LABEL_HEIGHT = 14;

/** A condition cut to what the layout keeps room for. */
export const shortLabel = (text: string): string =>
  text.length > LABEL_LENGTH_MAX ? `${text.slice(0, LABEL_LENGTH_MAX - 1)}…` : text;

/** Room for the text of an edge, so that it neither lies under a node nor outside the drawing. */
function labelSize(text: string): object {
  if (text === '') return {};
  // Control characters are shown as escapes, which are longer.
  return { width: shortLabel(safe(text)).length * LABEL_CHARACTER_WIDTH + 12, height: LABEL_HEIGHT, labelpos: 'c' };
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
  const byId = new Map(nodes.map((placed) => [placed.node.id, placed]));
  const edges = layout.edges().flatMap((name): PlacedEdge[] => {
    const edge = graph.edges[Number(name.name)];
    const { points = [], x, y } = layout.edge(name);
    const middle = points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
    const visible = clip(points, byId.get(edge?.from ?? ''), byId.get(edge?.to ?? ''));
    return edge === undefined ? [] : [{ edge, points: visible, label: { x: x ?? middle.x, y: y ?? middle.y } }];
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
    const side = (placed: PlacedNode, bottom: boolean): Point => ({
      x: placed.x + placed.width / 2,
      y: placed.y + (bottom ? placed.height : 0),
    });
    const [start, end] = [side(from, true), side(to, false)];
    return [{ edge, points: [start, end], label: { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 } }];
  });
  const rows = Math.ceil(nodes.length / ROW_LENGTH);
  return {
    nodes,
    edges,
    width: 2 * MARGIN + ROW_LENGTH * (NODE_WIDTH_MAX + 24),
    height: 2 * MARGIN + rows * (NODE_HEIGHT + 36),
  };
}
