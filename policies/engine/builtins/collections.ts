import { compare, setOf } from '../value/compare.ts';
import { isRegoArray, RegoObject, RegoSet, type RegoValue } from '../value/rego-value.ts';
import { BuiltinRefusal, type HostBuiltins } from './builtin.ts';
import { integer, integerOf, isObject, itemsOf } from './operands.ts';

const areEqual = (one: RegoValue, other: RegoValue): boolean => compare(one, other) === 0;

const contains = (items: readonly RegoValue[], item: RegoValue): boolean => items.some((one) => areEqual(one, item));

const valueOf = (object: RegoObject, key: RegoValue): RegoValue | undefined =>
  object.entries.find(([one]) => areEqual(one, key))?.[1];

/** Whether the items of `sub` follow one another somewhere in `whole`. */
function isRun(whole: readonly RegoValue[], sub: readonly RegoValue[]): boolean {
  for (let start = 0; start + sub.length <= whole.length; start++) {
    if (sub.every((item, at) => areEqual(item, whole[start + at] ?? null))) return true;
  }
  return false;
}

function isObjectSubset(whole: RegoObject, sub: RegoObject): boolean {
  return sub.entries.every(([key, value]) => {
    const other = valueOf(whole, key);
    if (other === undefined) return false;
    return areEqual(other, value) || (isRegoArrayLike(other, value) && isSubset(other, value) === true);
  });
}

/** Nested values are compared as subsets when both have the same type; a set inside an array's place is not. */
const isRegoArrayLike = (one: RegoValue, other: RegoValue): boolean =>
  (one instanceof RegoObject && other instanceof RegoObject) ||
  (one instanceof RegoSet && other instanceof RegoSet) ||
  (isRegoArray(one) && isRegoArray(other));

function isSubset(whole: RegoValue | undefined, sub: RegoValue | undefined): boolean | undefined {
  if (isObject(whole) && isObject(sub)) return isObjectSubset(whole, sub);
  if (whole instanceof RegoSet && sub instanceof RegoSet) return sub.items.every((item) => contains(whole.items, item));
  if (Array.isArray(whole) && Array.isArray(sub)) return isRun(whole, sub);
  if (Array.isArray(whole) && sub instanceof RegoSet) {
    return isSetInArray(whole, sub.items);
  }
  return undefined;
}

/** As OPA counts: an item that occurs twice counts twice, and an empty array holds not even the empty set. */
function isSetInArray(whole: readonly RegoValue[], sub: readonly RegoValue[]): boolean {
  let missing = sub.length;
  return whole.some((item) => {
    if (contains(sub, item)) missing--;
    return missing === 0;
  });
}

/** Paths that are returned; a graph of a few nodes can have millions. */
const PATHS_MAX = 10_000;
/** Nodes on one path. */
const PATH_LENGTH_MAX = 500;

/** All longest paths from the start nodes that meet no node twice. */
function reachablePaths(graph: RegoValue | undefined, start: RegoValue | undefined): RegoValue | undefined {
  const starts = itemsOf(start);
  if (!isObject(graph) || starts === undefined) return undefined;
  const paths: RegoValue[][] = [];
  const commit = (path: RegoValue[]): void => {
    if (paths.length >= PATHS_MAX) throw new BuiltinRefusal(`graph.reachable_paths finds more than ${PATHS_MAX} paths`);
    paths.push(path);
  };
  const walk = (node: RegoValue, path: RegoValue[]): void => {
    if (path.length > PATH_LENGTH_MAX) throw new BuiltinRefusal('graph.reachable_paths finds a path that is too long');
    const edges = valueOf(graph, node);
    if (edges === undefined) {
      commit(path);
      return;
    }
    const extended = [...path, node];
    const neighbours = itemsOf(edges) ?? [];
    if (neighbours.length === 0) commit(extended);
    for (const neighbour of neighbours) {
      if (contains(extended, neighbour)) commit(extended);
      else walk(neighbour, extended);
    }
  };
  for (const node of starts) {
    const edges = valueOf(graph, node);
    if (edges === undefined) continue;
    const neighbours = itemsOf(edges) ?? [];
    if (neighbours.length === 0) commit([node]);
    for (const neighbour of neighbours) walk(neighbour, [node]);
  }
  return setOf(paths);
}

/** Numbers in one range. */
const RANGE_LENGTH_MAX = 100_000;

function rangeOf(
  first: RegoValue | undefined,
  last: RegoValue | undefined,
  step: RegoValue | undefined,
): RegoValue | undefined {
  const [from, to, by] = [integerOf(first), integerOf(last), integerOf(step)];
  if (from === undefined || to === undefined || by === undefined || by <= 0n) return undefined;
  const distance = from <= to ? to - from : from - to;
  if (distance / by >= BigInt(RANGE_LENGTH_MAX))
    throw new BuiltinRefusal(`numbers.range_step makes more than ${RANGE_LENGTH_MAX} numbers`);
  const direction = from <= to ? by : -by;
  return Array.from({ length: Number(distance / by) + 1 }, (_, at) => integer(from + BigInt(at) * direction));
}

/** Objects, graphs, ranges. */
export const COLLECTION_BUILTINS: HostBuiltins = {
  'object.subset': ([whole, sub]) => isSubset(whole, sub),
  'graph.reachable_paths': ([graph, start]) => reachablePaths(graph, start),
  'numbers.range_step': ([first, last, step]) => rangeOf(first, last, step),
};
