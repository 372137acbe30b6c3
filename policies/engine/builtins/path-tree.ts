import { objectOf, setOf } from '../value/compare.ts';
import { isRegoArray, RegoObject, RegoSet, type RegoValue } from '../value/rego-value.ts';
import { writeValue } from '../value/write-value.ts';
import { itemsOf } from './operands.ts';
import { pathOf } from './patch.ts';

/** Paths by their segments; null is the end of a path, which covers everything below. Indexes of arrays are strings, as OPA looks them up. */
type PathTree = ReadonlyMap<string, PathTree | null>;

type Growing = Map<string, Growing | null>;

function treeOf(paths: RegoValue | undefined): PathTree | undefined {
  const items = itemsOf(paths);
  if (items === undefined) return undefined;
  const root: Growing = new Map();
  for (const item of items) {
    const path = pathOf(item);
    if (path === undefined) return undefined;
    grow(root, path);
  }
  return root;
}

function grow(root: Growing, path: readonly RegoValue[]): void {
  let node = root;
  for (const [at, segment] of path.entries()) {
    const key = writeValue(segment);
    const child = node.get(key);
    if (child === null) return;
    if (at === path.length - 1) {
      node.set(key, null);
    } else if (child === undefined) {
      const made: Growing = new Map();
      node.set(key, made);
      node = made;
    } else {
      node = child;
    }
  }
}

const below = (tree: PathTree, key: RegoValue): PathTree | null | undefined => tree.get(writeValue(key));

/** What is kept of a child: undefined to leave it out. */
type Judge = (value: RegoValue, tree: PathTree | null | undefined) => RegoValue | undefined;

/** Applies a judgement to the children of a value. */
function mapChildren(value: RegoValue, tree: PathTree, judge: Judge): RegoValue {
  if (value instanceof RegoObject) {
    return objectOf(
      value.entries.flatMap(([key, item]) => {
        const kept = judge(item, below(tree, key));
        return kept === undefined ? [] : [[key, kept] as const];
      }),
    );
  }
  if (value instanceof RegoSet) {
    const kept = value.items.map((item) => judge(item, below(tree, item)));
    return setOf(kept.filter((item) => item !== undefined));
  }
  if (!isRegoArray(value)) return value;
  const kept: RegoValue[] = [];
  for (const [at, item] of value.entries()) {
    const judged = judge(item, below(tree, String(at)));
    if (judged !== undefined) kept.push(judged);
  }
  return kept;
}

const withoutPaths: Judge = (value, tree) => {
  if (tree === null) return undefined;
  return tree === undefined ? value : mapChildren(value, tree, withoutPaths);
};

const onlyPaths: Judge = (value, tree) => {
  if (tree === undefined) return undefined;
  return tree === null ? value : mapChildren(value, tree, onlyPaths);
};

function applied(value: RegoValue | undefined, paths: RegoValue | undefined, judge: Judge): RegoValue | undefined {
  const tree = treeOf(paths);
  return value instanceof RegoObject && tree !== undefined ? mapChildren(value, tree, judge) : undefined;
}

/** `json.remove`. */
export const removePaths = ([value, paths]: readonly RegoValue[]): RegoValue | undefined =>
  applied(value, paths, withoutPaths);

/** `json.filter`. */
export const filterPaths = ([value, paths]: readonly RegoValue[]): RegoValue | undefined =>
  applied(value, paths, onlyPaths);
