import { LIST_OPERATOR, SEQUENCE_OPERATOR, type Expression, type Path, type Segment } from '../../../model/ir.ts';
import type { JsonValue } from '../../../model/json.ts';

export type Variables = ReadonlyMap<string, JsonValue>;

/** What differs between runs besides the program: the value of a labelled constant. */
export type SecretOf = (name: string) => number;

/** A small hash of any value (FNV-1a over its JSON with sorted keys, then a finalizer). */
export function hash(...parts: readonly unknown[]): number {
  const text = canonical(parts);
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    state ^= text.charCodeAt(at);
    state = Math.imul(state, 0x01000193) >>> 0;
  }
  // MurmurHash3's finalizer: without it the low bits, which are all that is used, hardly depend on the text.
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

/** A whole number from 0 to `below` - 1 that depends on a value; small numbers stand for themselves. */
export function pick(value: JsonValue, below: number): number {
  return (typeof value === 'number' ? value : hash('pick', value)) % below;
}

/** JSON with sorted keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`).join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);
const isObject = (value: JsonValue): value is { readonly [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !isList(value);

/** Largest value that a run may make, in parts; a run with a larger one is stopped. */
const VALUE_PARTS_MAX = 2_000;

/** Whether a value has grown beyond what is worth running on. */
export function isTooLarge(value: JsonValue): boolean {
  let parts = 0;
  const visit = (at: JsonValue): boolean => {
    parts += 1;
    if (parts > VALUE_PARTS_MAX) return true;
    if (isList(at)) return at.some(visit);
    return isObject(at) && Object.values(at).some(visit);
  };
  return visit(value);
}

export const isTruthy = (value: JsonValue): boolean => value !== null && value !== false && value !== 0 && value !== '';

/** One segment into a value; what is absent is null. */
export function step(value: JsonValue, segment: Segment): JsonValue {
  switch (segment.kind) {
    case 'field':
      return isObject(value) ? (value[segment.name] ?? null) : null;
    case 'index':
      return isList(value) ? (value.at(segment.index) ?? null) : null;
    case 'anyElement':
      return isList(value) ? (value.at(-1) ?? null) : null;
    case 'anyChild':
      if (isList(value)) return value.at(-1) ?? null;
      return isObject(value) ? (value[Object.keys(value).sort().at(-1) ?? ''] ?? null) : null;
    case 'spread': {
      let at = value;
      while (isList(at)) at = at.at(-1) ?? null;
      return at;
    }
    case 'own':
      return isList(value) ? value.length : value === null ? 'null' : typeof value;
    case 'dynamic':
      return value;
  }
}

export const read = (variables: Variables, path: Path): JsonValue =>
  path.segments.reduce<JsonValue>(step, variables.get(path.root) ?? null);

/** Thrown when a field is assigned into something that has none; nobody can catch it. */
export class Abort extends Error {
  override readonly name = 'Abort';
}

export function write(value: JsonValue, segments: readonly Segment[], part: JsonValue): JsonValue {
  const [segment, ...below] = segments;
  if (segment === undefined) return part;
  if (segment.kind === 'field') {
    if (value !== null && !isObject(value)) throw new Abort('a field is assigned into something else');
    const fields = value ?? {};
    return { ...fields, [segment.name]: write(fields[segment.name] ?? null, below, part) };
  }
  if (segment.kind !== 'index') throw new Abort('targets have fields and indexes only');
  if (value !== null && !isList(value)) throw new Abort('an index is assigned into something else');
  const items = [...(value ?? [])];
  while (items.length <= segment.index) items.push(null);
  items[segment.index] = write(items[segment.index] ?? null, below, part);
  return items;
}

/** A value of the same shape whose scalars depend on a secret. */
function stir(value: JsonValue, secret: number): JsonValue {
  if (isList(value)) return value.map((item) => stir(item, secret));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, stir(part, secret)]));
  return hash(value, secret) % 4;
}

/** The values that exist. */
function listOf(values: readonly JsonValue[]): JsonValue {
  return values.filter((value) => value !== null);
}

/** As {@link listOf}, but one value stands for itself, arrays are taken apart, and nothing is null. */
function sequenceOf(values: readonly JsonValue[]): JsonValue {
  const list = values.flatMap((value) => (isList(value) ? value : [value])).filter((value) => value !== null);
  return list.length === 0 ? null : list.length === 1 ? (list[0] ?? null) : list;
}

/** The value of an expression. Operators are uninterpreted: any function of the arguments will do, so it is a hash. */
export function evaluate(expression: Expression, variables: Variables, secretOf: SecretOf): JsonValue {
  const inner = (part: Expression): JsonValue => evaluate(part, variables, secretOf);
  switch (expression.kind) {
    case 'path':
      return read(variables, expression.path);
    case 'literal':
      return expression.value;
    case 'source':
      return stir(inner(expression.of), secretOf(expression.description));
    case 'object':
      return Object.fromEntries(expression.fields.map((field) => [field.name, inner(field.value)]));
    case 'array':
      return expression.items.map(inner);
    case 'merge': {
      const [base, over] = [inner(expression.base), inner(expression.over)];
      return isObject(base) && isObject(over) ? { ...base, ...over } : over;
    }
    case 'get':
      return expression.segments.reduce<JsonValue>(step, inner(expression.of));
    case 'conditional':
      return isTruthy(inner(expression.test)) ? inner(expression.then) : inner(expression.otherwise);
    case 'apply':
      if (expression.operator === LIST_OPERATOR) return listOf(expression.args.map(inner));
      if (expression.operator === SEQUENCE_OPERATOR) return sequenceOf(expression.args.map(inner));
      return hash(expression.operator, ...expression.args.map(inner)) % 4;
  }
}
