import { SEQUENCE_OPERATOR, type Expression, type Path } from '../../../model/ir.ts';
import type { Span } from '../../../model/span.ts';
import { SPREAD, step } from '../build.ts';
import { OPEN_CONTEXT, segmentsBelow } from '../present.ts';
import type { SelectionScope } from '../types.ts';

/**
 * What a step of a path applies to: the value itself, or its elements wherever it turns out to be an array (`orders.items.price` selects from all
 * of them). Values that are known not to be arrays are left as they are, so that plain selections stay plain.
 */
export function spreadOf(of: Expression, scope: SelectionScope, span: Span): Expression {
  if (isNeverArray(of, scope) || isSpread(of)) return of;
  const [only, ...others] = of.kind === 'apply' && of.operator === SEQUENCE_OPERATOR ? of.args : [];
  return only !== undefined && others.length === 0 ? spreadOf(only, scope, span) : step(of, SPREAD, span);
}

/** Whether a value was spread already. It may still be an array: the items of an array of arrays are arrays. */
function isSpread(of: Expression): boolean {
  const segments = of.kind === 'path' ? of.path.segments : of.kind === 'get' ? of.segments : [];
  return segments.at(-1)?.kind === 'spread';
}

/** Whether a value cannot be an array, as far as its form tells. */
export function isNeverArray(of: Expression, scope: SelectionScope): boolean {
  switch (of.kind) {
    case 'object':
      return true;
    case 'literal':
      return !Array.isArray(of.value);
    case 'path':
      return isScalarPath(of.path, scope);
    default:
      return false;
  }
}

function isScalarPath(path: Path, scope: SelectionScope): boolean {
  const below = segmentsBelow(path, scope.context);
  if (below !== null) {
    return !OPEN_CONTEXT.some((open) =>
      open.every((name, at) => {
        const segment = below[at];
        return segment !== undefined && (segment.kind !== 'field' || segment.name === name);
      }),
    );
  }
  return scope.errorOutput !== null && segmentsBelow(path, scope.errorOutput) !== null;
}
