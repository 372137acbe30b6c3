import { SEQUENCE_OPERATOR, type Expression, type Path, type Segment } from '../../model/ir.ts';
import type { SelectionScope } from './types.ts';

/** Parts of the context object that hold what users send; all others are made by the service. */
export const OPEN_CONTEXT: readonly (readonly string[])[] = [
  ['Execution', 'Input'],
  ['Map', 'Item', 'Value'],
];

/**
 * Whether selecting an expression surely gives something: a whole variable (a workflow variable is taken to be assigned), a place that the
 * scope names, what the service puts into the context object and the error output, and what is built in the text itself.
 */
export function isPresent(of: Expression, scope: SelectionScope): boolean {
  const [only, ...others] = of.kind === 'apply' && of.operator === SEQUENCE_OPERATOR ? of.args : [];
  if (only !== undefined && others.length === 0) return only.kind === 'path' && isPresent(only, scope);
  if (of.kind !== 'path') return of.kind === 'literal' || of.kind === 'object' || of.kind === 'array';
  // What is named as present is no array, so that a step through arrays is a step.
  const path = { root: of.path.root, segments: of.path.segments.filter((segment) => segment.kind !== 'spread') };
  if (path.segments.length === 0) return true;
  const places = [scope.input, scope.result, scope.errorOutput, ...(scope.present ?? [])];
  if (places.some((place) => place !== null && segmentsBelow(path, place)?.length === 0)) return true;
  const inError = scope.errorOutput === null ? null : segmentsBelow(path, scope.errorOutput);
  if (inError?.length === 1) return true;
  const inContext = segmentsBelow(path, scope.context);
  return (
    inContext !== null && !OPEN_CONTEXT.some((open) => inContext.length > open.length && startsWith(inContext, open))
  );
}

const startsWith = (segments: readonly Segment[], names: readonly string[]): boolean =>
  names.every((name, at) => {
    const segment = segments[at];
    return segment?.kind !== 'field' || segment.name === name;
  });

/** Segments of `path` below `base`; null when it is not below. */
export function segmentsBelow(path: Path, base: Path): readonly Segment[] | null {
  if (path.root !== base.root || path.segments.length < base.segments.length) return null;
  const isBelow = base.segments.every((segment, at) => {
    const own = path.segments[at];
    if (own === undefined || own.kind !== segment.kind) return false;
    if (own.kind === 'field' && segment.kind === 'field') return own.name === segment.name;
    return own.kind !== 'index' || segment.kind !== 'index' || own.index === segment.index;
  });
  return isBelow ? path.segments.slice(base.segments.length) : null;
}
