import type { Expression } from '../../model/ir.ts';
import { operandsOf } from '../../model/walk.ts';
import { apply } from './build.ts';

/** Most nodes of one expression as a tree; a local variable that is used often makes expressions that are small to write and large to read. */
export const EXPRESSION_SIZE_MAX = 4_000;
/** Deepest expression; the checker gives up precision beyond 64. */
export const EXPRESSION_HEIGHT_MAX = 48;

interface Measure {
  readonly size: number;
  readonly height: number;
}

const MEASURES = new WeakMap<Expression, Measure>();

/** The expression itself, or, when it is beyond the limits, one that reads the same without structure. */
export function bounded(expression: Expression): Expression {
  const { size, height } = measure(expression);
  if (size <= EXPRESSION_SIZE_MAX && height <= EXPRESSION_HEIGHT_MAX) return expression;
  return apply('joined', leavesOf(expression), expression.span);
}

/** Parts that were built before were measured before, so this only goes as deep as what is new. */
function measure(expression: Expression): Measure {
  const known = MEASURES.get(expression);
  if (known !== undefined) return known;
  let size = 1;
  let height = 0;
  for (const part of operandsOf(expression)) {
    const inner = measure(part);
    size += inner.size;
    height = Math.max(height, inner.height);
  }
  const made = { size: Math.min(size, Number.MAX_SAFE_INTEGER), height: height + 1 };
  MEASURES.set(expression, made);
  return made;
}

/** The paths and marked sources in an expression, each once. */
function leavesOf(expression: Expression): readonly Expression[] {
  const seen = new Set<Expression>();
  const leaves = new Map<string, Expression>();
  const open: Expression[] = [expression];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    if (at.kind === 'path') leaves.set(JSON.stringify(at.path), at);
    else if (at.kind === 'source') leaves.set(`source ${at.description}`, { ...at, of: apply('joined', [], at.span) });
    open.push(...operandsOf(at));
  }
  return [...leaves.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, leaf]) => leaf);
}
