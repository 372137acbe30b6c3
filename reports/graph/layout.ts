import type { CompositionGraph, GraphEdge, GraphNode } from '../../model/result.ts';
import { safe } from '../common/text.ts';
import { clip } from './clip.ts';
import { newGraph, placeInLayers, type LayeredGraph } from './dagre.ts';
import { Nesting } from './nesting.ts';
import { layOutRows } from './rows.ts';
import { LABEL_HEIGHT, labelWidth, MARGIN, sizeOf } from './size.ts';

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
  /** Drawn as a box around others. */
  readonly isBox: boolean;
}

export interface PlacedEdge {
  readonly edge: GraphEdge;
  readonly points: readonly Point[];
  /** Middle of the text on it. */
  readonly label: Point;
}

export interface Layout {
  /** Boxes before what stands in them. */
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
  /** False when the graph was too large for layers. */
  readonly isLayered: boolean;
}

/** Largest graph, in nodes plus edges, that dagre lays out (about a second); a larger one is put into rows, which takes linear time. */
export const LAYERED_SIZE_MAX = 900;

/** Room for the name of a box above what stands in it, in pixels. */
const BOX_TITLE_HEIGHT = 22;

/** Places a graph's nodes in layers from top to bottom. Deterministic. */
export function layOut(graph: CompositionGraph): Layout {
  if (graph.nodes.length + graph.edges.length > LAYERED_SIZE_MAX) return layOutRows(graph);
  const nesting = new Nesting(graph);
  const layout = newGraph();
  layout.setGraph({
    rankdir: 'TB',
    nodesep: 30,
    edgesep: 18,
    ranksep: nesting.hasBoxes ? 46 : 38,
    marginx: MARGIN,
    marginy: MARGIN,
  });
  layout.setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) layout.setNode(node.id, sizeOf(node));
  for (const { id, group } of graph.nodes) if (group !== null && nesting.isBox(group)) layout.setParent(id, group);
  for (const [at, edge] of graph.edges.entries()) {
    // dagre cannot lay out edges of a box itself: they are drawn from and to a node in it, and what comes after a box is below all that ends in it.
    const [from, to] = [nesting.exit(edge.from), nesting.entry(edge.to)];
    if (from === to) continue;
    layout.setEdge(from, to, labelSize(edge.text), String(at));
    for (const end of nesting.exits(edge.from))
      if (end !== from && end !== to) layout.setEdge(end, to, {}, `${at} ${end}`);
  }
  placeInLayers(layout);
  return readLayout(graph, layout, nesting);
}

/** Room for the text of an edge, so that it neither lies under a node nor outside the drawing. */
function labelSize(text: string): object {
  return text === '' ? {} : { width: labelWidth(safe(text)), height: LABEL_HEIGHT, labelpos: 'c' };
}

function readLayout(graph: CompositionGraph, layout: LayeredGraph, nesting: Nesting): Layout {
  const placed = graph.nodes.map((node): PlacedNode => {
    const { x = 0, y = 0, width, height } = layout.node(node.id);
    const isBox = nesting.isBox(node.id);
    const title = isBox ? BOX_TITLE_HEIGHT : 0;
    return { node, x: x - width / 2, y: y - height / 2 - title, width, height: height + title, isBox };
  });
  const boxes = placed.filter(({ isBox }) => isBox).sort((a, b) => nesting.depth(a.node.id) - nesting.depth(b.node.id));
  const nodes = [...boxes, ...placed.filter(({ isBox }) => !isBox)];
  const byId = new Map(nodes.map((each) => [each.node.id, each]));
  const edges = layout.edges().flatMap((name): PlacedEdge[] => {
    const edge = graph.edges[Number(name.name)];
    if (edge === undefined) return [];
    const { points = [], x, y } = layout.edge(name);
    const middle = points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
    const visible = clip(points, byId.get(edge.from), byId.get(edge.to));
    // Between boxes, the room that dagre kept for the text may be under their titles.
    const isCut = visible.length > 0 && visible !== points;
    const label = isCut ? halfway(visible) : { x: x ?? middle.x, y: y ?? middle.y };
    return [{ edge, points: visible, label }];
  });
  return { nodes, edges, ...extent(layout, nodes), isLayered: true };
}

/** The point in the middle of a line, by length. */
function halfway(points: readonly Point[]): Point {
  const lengths = points.slice(1).map((point, at) => distance(points[at] ?? point, point));
  let left = lengths.reduce((sum, length) => sum + length, 0) / 2;
  for (const [at, length] of lengths.entries()) {
    const [from, to] = [points[at], points[at + 1]];
    if (from === undefined || to === undefined) break;
    const share = length === 0 ? 0 : left / length;
    if (left <= length) return { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) };
    left -= length;
  }
  return points[0] ?? { x: 0, y: 0 };
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

/** Size of the drawing. The titles of boxes are above what dagre knows of. */
function extent(
  layout: LayeredGraph,
  nodes: readonly PlacedNode[],
): { readonly width: number; readonly height: number } {
  const { width = 0, height = 0 } = layout.graph();
  const right = Math.max(0, ...nodes.map((placed) => placed.x + placed.width + MARGIN));
  const bottom = Math.max(0, ...nodes.map((placed) => placed.y + placed.height + MARGIN));
  return { width: Math.ceil(Math.max(width, right)), height: Math.ceil(Math.max(height, bottom)) };
}
