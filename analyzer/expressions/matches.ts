import type { Expression, Segment } from '../../model/ir.ts';
import type { Span } from '../../model/span.ts';
import { apply, guarded, literal, merge, step } from './build.ts';

/**
 * What a selection may have selected so far.
 *
 * The result is one of `direct`, with its parts as they are; or a list, or a single one, of the values that `items` read. The parts of
 * items cannot be told apart in the result, because an expression cannot say "array whose elements are like this": they end under an
 * application. `guards` decide which.
 */
export interface Matches {
  readonly direct: readonly Expression[];
  readonly items: readonly Expression[];
  readonly guards: readonly Expression[];
}

/** Most alternatives that are followed one by one; more are joined. */
export const ALTERNATIVES_MAX = 24;

/** The operator of the application that stands for a list of selected values; its arguments may each give several. */
export const LIST_OPERATOR = 'list';

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

/** The expression for a selection; `isList` when the result is a list whatever was matched. */
export function finish(matches: Matches, span: Span): Expression {
  const [first, ...others] = matches.direct;
  const list = matches.items.length === 0 ? null : apply(LIST_OPERATOR, matches.items, span);
  const direct = first === undefined ? null : others.reduce((base, over) => merge(base, over, span), first);
  const value = direct === null ? list : list === null ? direct : merge(list, direct, span);
  return guarded(value ?? literal(null, span), matches.guards, span);
}
