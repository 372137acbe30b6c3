import { isObject, type Document } from './document.ts';
import { isBelow } from './manifest.ts';
import { quoted, refuse } from './refusal.ts';

/** A data file of a bundle. */
export interface DataFile {
  readonly path: string;
  readonly document: Document;
}

/**
 * Merges data files; the folder of a file is the path of its content. Throws BND042 when a file in the top folder is no object, BND043 when two files
 * give one path, BND019 for folders that begin with a dot (OPA leaves out the dots, so that two names would mean one path).
 */
export function mergeData(files: readonly DataFile[]): ReadonlyMap<string, Document> {
  const merged = new Map<string, Document>();
  for (const { path, document } of files) {
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')).split('/') : [];
    if (folder[0]?.startsWith('.') === true) refuse('BND019', `the folder of ${quoted(path)} begins with a dot`);
    let tree = document;
    for (const part of folder.toReversed()) tree = new Map([[part, tree]]);
    if (!isObject(tree)) refuse('BND042', `${quoted(path)} is no object`);
    mergeInto(merged, tree, path);
  }
  return merged;
}

function mergeInto(target: Map<string, Document>, source: ReadonlyMap<string, Document>, path: string): void {
  for (const [key, value] of source) {
    const there = target.get(key);
    if (there === undefined) {
      target.set(key, value);
    } else if (isObject(there) && isObject(value)) {
      // What a file gave must not change, so that each level that two files share is a map of our own.
      const copy = new Map(there);
      mergeInto(copy, value, path);
      target.set(key, copy);
    } else {
      refuse('BND043', `${quoted(path)} gives ${quoted(key)}, which another file gives too`);
    }
  }
}

/** Checks that data is below the roots. Throws BND044. */
export function checkRoots(data: ReadonlyMap<string, Document>, roots: readonly string[]): void {
  check(data, [], roots);
}

function check(node: Document, path: readonly string[], roots: readonly string[]): void {
  if (roots.some((root) => isBelow(path, root))) return;
  const isAbove = roots.some((root) => path.every((part, index) => root.split('/')[index] === part));
  if (!isAbove || !isObject(node))
    refuse('BND044', `the data at ${quoted(`/${path.join('/')}`)} is outside of the roots`);
  for (const [key, value] of node) check(value, [...path, key], roots);
}
