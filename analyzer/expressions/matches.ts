import { LIST_OPERATOR, SEQUENCE_OPERATOR, type Expression, type Segment } from '../../model/ir.ts';
import type { Span } from '../../model/span.ts';
import { apply, guarded, literal, merge, step } from './build.ts';

/**
 * What a selection may have selected so far: one of `direct`, or any number of the values that `items` read. `guards` decide which.
 */
export interface Matches {
  readonly direct: readonly Expression[];
  readonly items: readonly Expression[];
  readonly guards: readonly Expression[];
}

/** Most alternatives that are followed one by one; more are joined. */
export const ALTERNATIVES_MAX = 24;

export const single = (expression: Expression): Matches => ({ direct: [expression], items: [], guards: [] });

/** Every alternative one segment down. */
export function stepAll(matches: Matches, segment: Segment, span: Span): Matches {
  const down = (part: Expression): Expression => step(part, segment, span);
  return limited({ ...matches, direct: matches.direct.map(down), items: matches.items.map(down) }, span);
}

/** All alternatives, whether direct or items. */
export const alternatives = (matches: Matches): readonly Expression[] => [...matches.direct, ...matches.items];

/** Joins the alternatives when there are more than {@link ALTERNATIVES_MAX}. */
export function limited(matches: Matches, span: Span): Matches {
  if (matches.direct.length + matches.items.length <= ALTERNATIVES_MAX) return matches;
  return { direct: [], items: [apply('joined', alternatives(matches), span)], guards: matches.guards };
}

/** The expression for a selection whose items are always an array. */
export function finishList(matches: Matches, span: Span): Expression {
  return finish(matches, LIST_OPERATOR, span);
}

/** The expression for a selection of which a single item stands for itself. */
export function finishSequence(matches: Matches, span: Span): Expression {
  return finish(matches, SEQUENCE_OPERATOR, span);
}

function finish(matches: Matches, operator: string, span: Span): Expression {
  const list = matches.items.length === 0 ? [] : [apply(operator, matches.items, span)];
  const [first, ...others] = [...list, ...matches.direct];
  const value =
    first === undefined ? literal(null, span) : others.reduce((base, over) => merge(base, over, span), first);
  return guarded(value, matches.guards, span);
}
