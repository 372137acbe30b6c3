import type { CompositionGraph, GraphNode } from '../../model/result.ts';
import type { Layout, PlacedEdge, PlacedNode, Point } from './layout.ts';
import { MARGIN, NODE_HEIGHT, sizeOf } from './size.ts';

const ROW_LENGTH = 6;
const COLUMN_WIDTH = 310;
const ROW_HEIGHT = NODE_HEIGHT + 44;

/** Rows by distance from the beginning, for graphs too large to lay out in layers. Boxes are drawn as nodes beside what stands in them. */
export function layOutRows(graph: CompositionGraph): Layout {
  const order = byDistance(graph);
  const nodes = order.map((node, at): PlacedNode => {
    const [column, row] = [at % ROW_LENGTH, Math.floor(at / ROW_LENGTH)];
    return { node, x: MARGIN + column * COLUMN_WIDTH, y: MARGIN + row * ROW_HEIGHT, ...sizeOf(node), isBox: false };
  });
  const byId = new Map(nodes.map((placed) => [placed.node.id, placed]));
  const edges = graph.edges.flatMap((edge): PlacedEdge[] => {
    const [from, to] = [byId.get(edge.from), byId.get(edge.to)];
    if (from === undefined || to === undefined) return [];
    const [start, end] = ends(from, to);
    return [{ edge, points: [start, end], label: { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 } }];
  });
  const rows = Math.ceil(nodes.length / ROW_LENGTH);
  return {
    nodes,
    edges,
    width: 2 * MARGIN + ROW_LENGTH * COLUMN_WIDTH,
    height: 2 * MARGIN + rows * ROW_HEIGHT,
    isLayered: false,
  };
}

/** In one row from side to side, else from below to above. */
function ends(from: PlacedNode, to: PlacedNode): readonly [Point, Point] {
  const middle = (placed: PlacedNode): Point => ({ x: placed.x + placed.width / 2, y: placed.y + placed.height / 2 });
  const [a, b] = [middle(from), middle(to)];
  if (from.y === to.y) {
    const isForward = from.x < to.x;
    return [
      { x: isForward ? from.x + from.width : from.x, y: a.y },
      { x: isForward ? to.x : to.x + to.width, y: b.y },
    ];
  }
  const isDown = from.y < to.y;
  return [
    { x: a.x, y: isDown ? from.y + from.height : from.y },
    { x: b.x, y: isDown ? to.y : to.y + to.height },
  ];
}

/** Breadth first from the nodes nothing leads to; then, in document order, what is not reached. */
function byDistance(graph: CompositionGraph): readonly GraphNode[] {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const next = new Map<string, string[]>();
  const hasEntry = new Set<string>();
  const add = (from: string, to: string): void => {
    hasEntry.add(to);
    const known = next.get(from);
    if (known === undefined) next.set(from, [to]);
    else known.push(to);
  };
  for (const { from, to } of graph.edges) add(from, to);
  for (const { id, group } of graph.nodes) if (group !== null && byId.has(group)) add(group, id);
  const starts = graph.nodes.filter(({ id }) => !hasEntry.has(id)).map(({ id }) => id);
  const reached = new Set(starts);
  // A set grows while it is iterated over: this is the queue.
  for (const id of reached) for (const to of next.get(id) ?? []) reached.add(to);
  for (const { id } of graph.nodes) reached.add(id);
  return [...reached].flatMap((id) => byId.get(id) ?? []);
}
