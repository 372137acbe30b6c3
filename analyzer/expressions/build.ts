/** Constructors of IR expressions that simplify as they build, so that plain selections stay plain paths. */
import type { Expression, ObjectField, Path, Segment } from '../../model/ir.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Span } from '../../model/span.ts';

export const field = (name: string): Segment => ({ kind: 'field', name });
export const ANY_ELEMENT: Segment = { kind: 'anyElement' };
export const ANY_CHILD: Segment = { kind: 'anyChild' };
export const SPREAD: Segment = { kind: 'spread' };
export const OWN: Segment = { kind: 'own' };
export const DYNAMIC: Segment = { kind: 'dynamic' };

export const readPath = (path: Path, span: Span): Expression => ({ kind: 'path', path, span });
export const literal = (value: JsonValue, span: Span): Expression => ({ kind: 'literal', value, span });
export const objectOf = (fields: readonly ObjectField[], span: Span): Expression => ({ kind: 'object', fields, span });
export const arrayOf = (items: readonly Expression[], span: Span): Expression => ({ kind: 'array', items, span });
export const merge = (base: Expression, over: Expression, span: Span): Expression => ({
  kind: 'merge',
  base,
  over,
  span,
});

/** An application; arguments that are applications of the same associative operator are taken in, so that chains stay flat. */
export function apply(operator: string, args: readonly Expression[], span: Span): Expression {
  if (!ASSOCIATIVE.has(operator)) return { kind: 'apply', operator, args, span };
  const flat = args.flatMap((argument) =>
    argument.kind === 'apply' && argument.operator === operator ? argument.args : [argument],
  );
  return { kind: 'apply', operator, args: flat, span };
}

const ASSOCIATIVE: ReadonlySet<string> = new Set(['jsonata:&', 'jsonata:and', 'jsonata:or', 'guards']);

/** `of` one segment down, e.g. a field of an object constructor is the field's expression. */
export function step(of: Expression, segment: Segment, span: Span): Expression {
  switch (of.kind) {
    case 'path':
      return readPath({ root: of.path.root, segments: extend(of.path.segments, segment) }, span);
    case 'get':
      return { kind: 'get', of: of.of, segments: extend(of.segments, segment), span };
    case 'literal':
      return stepLiteral(of, segment, span);
    case 'object':
      if (segment.kind !== 'field') break;
      return of.fields.findLast((entry) => entry.name === segment.name)?.value ?? literal(null, span);
    case 'array':
      if (segment.kind === 'field') return literal(null, span);
      if (segment.kind !== 'index') break;
      return of.items.at(segment.index) ?? literal(null, span);
    default:
      break;
  }
  return { kind: 'get', of, segments: [segment], span };
}

export function walk(of: Expression, segments: readonly Segment[], span: Span): Expression {
  return segments.reduce((at, segment) => step(at, segment, span), of);
}

function extend(segments: readonly Segment[], segment: Segment): readonly Segment[] {
  return segments.at(-1)?.kind === 'dynamic' ? segments : [...segments, segment];
}

function stepLiteral(of: Extract<Expression, { kind: 'literal' }>, segment: Segment, span: Span): Expression {
  const { value } = of;
  if (segment.kind === 'index') {
    return literal(isList(value) ? (value.at(segment.index) ?? null) : null, span);
  }
  if (segment.kind !== 'field') return { kind: 'get', of, segments: [segment], span };
  if (value === null || typeof value !== 'object' || isList(value)) return literal(null, span);
  return literal(Object.hasOwn(value, segment.name) ? (value[segment.name] ?? null) : null, span);
}

/** Whether a JSON value is an array. */
export function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The value with everything in it raised by what `guards` read; unchanged without guards. */
export function guarded(value: Expression, guards: readonly Expression[], span: Span): Expression {
  const reading = guards.filter((guard) => guard.kind !== 'literal');
  const [first] = reading;
  if (first === undefined) return value;
  const test = reading.length === 1 ? first : apply('guards', reading, span);
  return { kind: 'conditional', test, then: value, otherwise: literal(null, span), span };
}
