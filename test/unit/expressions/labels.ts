/**
 * Two-run non-interference for one expression: a secret is put at one place of the input; parts of the result that the checker labels low must not
 * change when the secret does.
 */
import { evaluate } from '../../../analyzer/flow/evaluate.ts';
import { Kernel } from '../../../analyzer/flow/kernel.ts';
import type { Leaf } from '../../../analyzer/flow/leaf.ts';
import { allPremises } from '../../../analyzer/flow/premise.ts';
import type { Site } from '../../../analyzer/flow/trace.ts';
import { fieldKey, indexKey, uniform, type Tree } from '../../../analyzer/flow/tree.ts';
import { compositionId } from '../../../model/brand.ts';
import type { Expression, Segment } from '../../../model/ir.ts';
import type { JsonValue } from '../../../model/json.ts';
import { compileLabelSpace, DEFAULT_LABEL_SPACE_DECLARATION } from '../../../model/label-space.ts';
import { spanAt } from './nodes.ts';

const compiled = compileLabelSpace(DEFAULT_LABEL_SPACE_DECLARATION, spanAt(0, 0));
if (!compiled.ok) throw new Error('the default label space compiles');
const kernel = new Kernel(compiled.value, { premises: allPremises, tracing: false });
const { space, leaves, trees } = kernel;
const LOW = leaves.bottom;
const HIGH = leaves.leaf(kernel.top);
const SITE: Site = {
  composition: compositionId('test'),
  step: null,
  name: 'test',
  span: spanAt(0, 0),
  context: 'test',
};

const isHigh = (leaf: Leaf): boolean => space.exceeds(leaf.label, space.bottom).length > 0;

/** A place in a JSON value. */
export type Place = readonly (string | number)[];

/** How the labels of an array's elements are kept: each index apart, or as one summary, as declarations give it. */
export type Detail = 'listed' | 'summary';

/** The labels of a value that is low but for what is at `secret`. */
export function treeWithSecret(value: JsonValue, secret: Place | null, detail: Detail): Tree {
  if (secret?.length === 0) return uniform(HIGH);
  if (isArray(value)) {
    const items = value.map((item, at) => treeWithSecret(item, below(secret, at), detail));
    if (detail === 'summary') {
      const element = items.reduce((joined, item) => trees.join(joined, item), trees.empty);
      return { own: LOW, rest: LOW, parts: new Map(), element };
    }
    return { own: LOW, rest: LOW, parts: new Map(items.map((item, at) => [indexKey(at), item])), element: null };
  }
  if (value === null || typeof value !== 'object') return uniform(LOW);
  const parts = new Map(
    Object.entries(value).map(([name, part]) => [fieldKey(name), treeWithSecret(part, below(secret, name), detail)]),
  );
  return { own: LOW, rest: LOW, parts, element: null };
}

const below = (secret: Place | null, key: string | number): Place | null =>
  secret !== null && secret[0] === key ? secret.slice(1) : null;

const isArray = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

/** Every place in a value, itself first. */
export function placesOf(value: JsonValue): readonly Place[] {
  const entries: readonly (readonly [string | number, JsonValue])[] = isArray(value)
    ? [...value.entries()]
    : value === null || typeof value !== 'object'
      ? []
      : Object.entries(value);
  return [[], ...entries.flatMap(([key, part]) => placesOf(part).map((place) => [key, ...place]))];
}

/** What is at a place; null when there is nothing. */
export function at(value: JsonValue, place: Place): JsonValue {
  let here: JsonValue = value;
  for (const key of place) {
    if (here === null || typeof here !== 'object') return null;
    const next: JsonValue | undefined = isArray(here)
      ? typeof key === 'number'
        ? here[key]
        : undefined
      : typeof key === 'string' && Object.hasOwn(here, key)
        ? here[key]
        : undefined;
    here = next ?? null;
  }
  return here;
}

/** `value` with another value at a place. */
export function withAt(value: JsonValue, place: Place, other: JsonValue): JsonValue {
  const [key, ...rest] = place;
  if (key === undefined) return other;
  if (isArray(value)) return value.map((item, index) => (index === key ? withAt(item, rest, other) : item));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, name === key ? withAt(part, rest, other) : part]),
  );
}

/** What `own` of a value covers: its kind, its length, and for scalars the value. */
function shallow(value: JsonValue): string {
  if (isArray(value)) return `array of ${value.length}`;
  return value !== null && typeof value === 'object' ? 'object' : JSON.stringify(value);
}

/** The place of the first part of two results that is labelled low and differs; null when there is none. `low` counts the parts that are low. */
export function findLeak(
  tree: Tree,
  results: readonly [JsonValue, JsonValue],
): { readonly leak: Place | null; readonly low: number } {
  const [one, two] = results;
  let low = 0;
  for (const place of [...placesOf(one), ...placesOf(two)]) {
    const segments = place.map((key): Segment =>
      typeof key === 'number' ? { kind: 'index', index: key } : { kind: 'field', name: key },
    );
    if (isHigh(trees.walk(tree, segments).own)) continue;
    low += 1;
    if (shallow(at(one, place)) !== shallow(at(two, place))) return { leak: place, low };
  }
  return { leak: null, low };
}

/** The labels of an expression's value. Variables that are not given are low. */
export function labelsOf(expression: Expression, variables: Readonly<Record<string, Tree>>): Tree {
  return evaluate(expression, { kernel, variables: new Map(Object.entries(variables)), site: SITE });
}

/** Whether anything in what expressions read is labelled high. */
export function readsHigh(reads: readonly Expression[], variables: Readonly<Record<string, Tree>>): boolean {
  return reads.some((read) => isHigh(trees.flatten(labelsOf(read, variables))));
}
