/** Values of expressions, for the constructs whose lowering claims to give the value and not only its labels. */
import { LIST_OPERATOR, SEQUENCE_OPERATOR, type Expression, type Segment } from '../../../model/ir.ts';
import type { JsonValue } from '../../../model/json.ts';
import { INTRINSICS } from './intrinsics-reference.ts';
import { at } from './labels.ts';

type Variables = Readonly<Record<string, JsonValue>>;

const isArray = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);
const isObject = (value: JsonValue): value is { readonly [key: string]: JsonValue } =>
  value !== null && typeof value === 'object' && !isArray(value);

/** Arrays taken apart, through arrays in arrays. */
const spread = (value: JsonValue): readonly JsonValue[] => (isArray(value) ? value.flatMap(spread) : [value]);

function select(value: JsonValue, segment: Segment): readonly JsonValue[] {
  switch (segment.kind) {
    case 'field':
      return isObject(value) && Object.hasOwn(value, segment.name) ? [at(value, [segment.name])] : [];
    case 'index': {
      const found = isArray(value) ? value.at(segment.index) : undefined;
      return found === undefined ? [] : [found];
    }
    case 'anyElement':
      return isArray(value) ? value : [];
    case 'anyChild':
      return isArray(value) ? value : isObject(value) ? Object.values(value) : [];
    case 'spread':
      return spread(value);
    // Only whether the value is there is looked at here.
    case 'own':
      return [true];
    case 'dynamic':
      throw new Error('a dynamic segment has no single value');
  }
}

/** All values that an argument of a list gives. */
function several(expression: Expression, variables: Variables): readonly JsonValue[] {
  if (expression.kind !== 'path' && expression.kind !== 'get') {
    const value = concrete(expression, variables);
    return value === undefined ? [] : [value];
  }
  const start =
    expression.kind === 'path' ? [variables[expression.path.root] ?? null] : several(expression.of, variables);
  const segments = expression.kind === 'path' ? expression.path.segments : expression.segments;
  return segments.reduce<readonly JsonValue[]>(
    (found, segment) => found.flatMap((value) => select(value, segment)),
    start,
  );
}

/** JSONata: none is absent, one stands for itself, several are taken apart once. */
function sequence(found: readonly JsonValue[]): JsonValue | undefined {
  const flat = found.length === 1 ? found : found.flatMap((value) => (isArray(value) ? value : [value]));
  return flat.length <= 1 ? flat[0] : flat;
}

function applied(operator: string, args: readonly (JsonValue | undefined)[]): JsonValue | undefined {
  const text = (value: JsonValue | undefined): string =>
    value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const [one, two] = args;
  switch (operator) {
    case 'jsonata:&':
      return args.map(text).join('');
    case 'jsonata:=':
      return one !== undefined && two !== undefined && JSON.stringify(one) === JSON.stringify(two);
    case 'jsonata:boolean':
      return truth(one);
    case 'jsonata:and':
      return args.every(truth);
    case 'jsonata:or':
      return args.some(truth);
    case 'jsonata:$exists':
      return one !== undefined;
    default: {
      const result = INTRINSICS[operator]?.(args.map((each) => each ?? null));
      if (result === undefined || result === null) throw new Error(`\`${operator}\` has no value`);
      return result.value;
    }
  }
}

/** The effective boolean value of JSONata. */
function truth(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return false;
  if (isArray(value)) return value.length === 1 ? truth(value[0]) : value.some(truth);
  return isObject(value) ? Object.keys(value).length > 0 : Boolean(value);
}

/** The value of an expression; undefined when it is absent. */
export function concrete(expression: Expression, variables: Variables): JsonValue | undefined {
  const inner = (part: Expression): JsonValue | undefined => concrete(part, variables);
  switch (expression.kind) {
    case 'path':
    case 'get':
      return several(expression, variables)[0];
    case 'literal':
      return expression.value;
    case 'source':
      return inner(expression.of);
    case 'object':
      return Object.fromEntries(
        expression.fields.flatMap(({ name, value }) => {
          const part = inner(value);
          return part === undefined ? [] : [[name, part]];
        }),
      );
    case 'array':
      return expression.items.map((item) => inner(item) ?? null);
    case 'merge': {
      const [base, over] = [inner(expression.base) ?? null, inner(expression.over) ?? null];
      return isObject(base) && isObject(over) ? { ...base, ...over } : (over ?? base);
    }
    case 'conditional':
      return inner(truth(inner(expression.test)) ? expression.then : expression.otherwise);
    case 'apply': {
      if (expression.operator === LIST_OPERATOR) return expression.args.flatMap((arg) => several(arg, variables));
      if (expression.operator === SEQUENCE_OPERATOR)
        return sequence(expression.args.flatMap((arg) => several(arg, variables)));
      return applied(expression.operator, expression.args.map(inner));
    }
  }
}
