/**
 * Paths go through arrays at every step: `orders.items.price` selects from all elements wherever a value turns out to be an array. An
 * expression cannot ask what a value is, so a step is lowered to both readings: the field itself, and the field of the elements.
 */
import type { Expression, Path, Segment } from '../../../model/ir.ts';
import type { Span } from '../../../model/span.ts';
import { ANY_ELEMENT, DYNAMIC, step } from '../build.ts';
import type { SelectionScope } from '../types.ts';

/** Arrays that one path is followed through; beyond that the rest of the value is read as a whole. */
export const CROSSINGS_MAX = 2;

/** What the elements of a value are if it is an array; nothing when it is known not to be one, or when reading it gives everything anyway. */
export function elementsOf(of: Expression, scope: SelectionScope, span: Span): readonly Expression[] {
  switch (of.kind) {
    case 'object':
      return [];
    case 'literal':
      return Array.isArray(of.value) ? [step(of, ANY_ELEMENT, span)] : [];
    case 'array':
      return of.items;
    case 'path':
      return isNeverArray(of.path, scope) ? [] : deeper(of, of.path.segments, span);
    case 'get':
      return deeper(of, of.segments, span);
    case 'apply':
      return of.operator === 'list' || of.operator === 'sequence' ? deeper(of, [], span) : [];
    default:
      return deeper(of, [], span);
  }
}

function deeper(of: Expression, segments: readonly Segment[], span: Span): readonly Expression[] {
  if (segments.at(-1)?.kind === 'dynamic') return [];
  const elements = step(of, ANY_ELEMENT, span);
  const crossings = segments.filter((segment) => segment.kind === 'anyElement').length;
  const isNested = segments.at(-1)?.kind === 'anyElement';
  return [isNested || crossings >= CROSSINGS_MAX ? step(elements, DYNAMIC, span) : elements];
}

/** Parts of the context object that hold what users send; all others are objects and scalars. */
const OPEN_CONTEXT: readonly (readonly string[])[] = [
  ['Execution', 'Input'],
  ['Map', 'Item', 'Value'],
];

function isNeverArray(path: Path, scope: SelectionScope): boolean {
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

/** Segments of `path` below `base`; null when it is not below. */
function segmentsBelow(path: Path, base: Path): readonly Segment[] | null {
  if (path.root !== base.root || path.segments.length < base.segments.length) return null;
  const isBelow = base.segments.every((segment, at) => {
    const own = path.segments[at];
    if (own === undefined || own.kind !== segment.kind) return false;
    if (own.kind === 'field' && segment.kind === 'field') return own.name === segment.name;
    return own.kind !== 'index' || segment.kind !== 'index' || own.index === segment.index;
  });
  return isBelow ? path.segments.slice(base.segments.length) : null;
}
