import type { GraphNode } from '../../model/result.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle of the drawing by its upper left corner and size. */
interface Box extends Point {
  readonly node: GraphNode;
  readonly width: number;
  readonly height: number;
}

/** Edges of a group are laid out from and to a node in it: keeps of such a line what lies outside the group's box. */
export function clip(points: readonly Point[], from: Box | undefined, to: Box | undefined): readonly Point[] {
  let visible = points;
  if (from?.node.isGroup === true) visible = cutStart(visible, from);
  if (to?.node.isGroup === true) visible = cutStart([...visible].reverse(), to).toReversed();
  return visible === points ? points : withoutStub(visible);
}

/** Shortest last part of a line, in pixels, that an arrowhead of 8 pixels can stand on without turning aside. */
const LAST_PART_MIN = 10;

function withoutStub(points: readonly Point[]): readonly Point[] {
  const [end, corner] = points.toReversed();
  if (end === undefined || corner === undefined || points.length < 3) return points;
  const isStub = Math.hypot(end.x - corner.x, end.y - corner.y) < LAST_PART_MIN;
  return isStub ? [...points.slice(0, -2), end] : points;
}

/** Drops the points inside the box at the start of a line and starts it at the border. A line that never leaves stays as it is. */
function cutStart(points: readonly Point[], box: Box): readonly Point[] {
  const outside = points.findIndex((point) => !isInside(point, box));
  const [inner, outer] = [points[outside - 1], points[outside]];
  if (inner === undefined || outer === undefined) return points;
  const start = crossing(inner, outer, box);
  // A point on the border is the start itself: twice the same point would turn the arrowhead.
  const isStart = Math.hypot(start.x - outer.x, start.y - outer.y) < 1;
  return isStart ? points.slice(outside) : [start, ...points.slice(outside)];
}

const isInside = ({ x, y }: Point, box: Box): boolean =>
  x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;

/** Where the line from a point inside to one outside crosses the border. */
function crossing(inner: Point, outer: Point, box: Box): Point {
  const along = (from: number, to: number, low: number, high: number): number =>
    to > high ? (high - from) / (to - from) : to < low ? (low - from) / (to - from) : 1;
  const share = Math.min(
    along(inner.x, outer.x, box.x, box.x + box.width),
    along(inner.y, outer.y, box.y, box.y + box.height),
  );
  return { x: inner.x + share * (outer.x - inner.x), y: inner.y + share * (outer.y - inner.y) };
}
