import type { Point } from './layout.ts';

const r = (value: number): string => String(Math.round(value * 10) / 10);
const at = ({ x, y }: Point): string => `${r(x)} ${r(y)}`;
const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/** A smooth line through the middles of a polyline's parts, as SVG path data; it begins and ends at the polyline's ends. */
export function curve(points: readonly Point[]): string {
  const [first, second, ...more] = points;
  if (first === undefined) return '';
  if (second === undefined) return `M${at(first)}`;
  if (more.length === 0) return `M${at(first)}L${at(second)}`;
  const parts = [`M${at(first)}L${at(middle(first, second))}`];
  for (let index = 1; index + 1 < points.length; index++) {
    const [corner, next] = [points[index], points[index + 1]];
    if (corner !== undefined && next !== undefined) parts.push(`Q${at(corner)} ${at(middle(corner, next))}`);
  }
  const last = points.at(-1);
  return last === undefined ? parts.join('') : `${parts.join('')}L${at(last)}`;
}
