import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Result } from '../../../model/result.ts';
import type { Directive } from '../pipeline/directives.ts';
import type { FileTree } from '../pipeline/file-tree.ts';

/** Folder below the root. */
export const CACHE_FOLDER = '.weir-cache';
/** Results that are kept; the oldest go first. */
const ENTRIES_MAX = 16;
/** Raised when the form of an entry changes. */
const CACHE_VERSION = 2;

/** What is remembered of a run: everything before suppressions and baselines, which depend on the day and on other files. */
export interface CachedRun {
  readonly result: Result;
  readonly directives: readonly Directive[];
}

interface Entry extends CachedRun {
  readonly version: number;
  /** Files that were read besides those of the key, with the digest of their text; null when there was none. */
  readonly reads: Readonly<Record<string, string | null>>;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Key of a run: digest over everything that goes in. `salt` is the program's version and options, the configuration and so on. */
export function cacheKey(tree: FileTree, salt: readonly string[]): string {
  const hash = createHash('sha256');
  const add = (text: string): void => {
    hash.update(`${text.length}:`).update(text);
  };
  for (const text of [String(CACHE_VERSION), ...salt]) add(text);
  for (const file of tree.paths) {
    add(file);
    add(tree.read(file) ?? '');
  }
  return hash.digest('hex');
}

/** A tree that remembers what was read of it. */
export function recordReads(tree: FileTree): { readonly tree: FileTree; reads(): Entry['reads'] } {
  const reads = new Map<string, string | null>();
  return {
    tree: {
      paths: tree.paths,
      read: (file) => {
        const text = tree.read(file);
        reads.set(file, text === null ? null : digest(text));
        return text;
      },
    },
    reads: () => Object.fromEntries([...reads].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** The remembered run; null when there is none or a file it read has changed. A damaged entry counts as none. */
export function readCache(root: string, key: string, tree: FileTree): CachedRun | null {
  const file = entryFile(root, key);
  if (!existsSync(file)) return null;
  try {
    const entry = JSON.parse(readFileSync(file, 'utf8')) as Entry;
    if (entry.version !== CACHE_VERSION) return null;
    const isFresh = Object.entries(entry.reads).every(([path_, expected]) => {
      const text = tree.read(path_);
      return (text === null ? null : digest(text)) === expected;
    });
    return isFresh ? { result: entry.result, directives: entry.directives } : null;
  } catch {
    return null;
  }
}

/** Remembers a run. A cache that cannot be written is no reason to fail. */
export function writeCache(root: string, key: string, run: CachedRun & { readonly reads: Entry['reads'] }): void {
  try {
    const folder = path.join(root, CACHE_FOLDER);
    mkdirSync(folder, { recursive: true });
    const { result, directives, reads } = run;
    const entry: Entry = { version: CACHE_VERSION, result, directives, reads };
    const file = entryFile(root, key);
    // Written aside and moved, so that another run never reads half an entry.
    writeFileSync(`${file}.${process.pid}.part`, JSON.stringify(entry));
    renameSync(`${file}.${process.pid}.part`, file);
    writeFileSync(path.join(folder, '.gitignore'), '*\n');
    const entries = readdirSync(folder).filter((name) => name.endsWith('.json'));
    const byAge = entries.map((name) => ({ name, time: statSync(path.join(folder, name)).mtimeMs }));
    byAge.sort((a, b) => b.time - a.time || (a.name < b.name ? -1 : 1));
    for (const { name } of byAge.slice(ENTRIES_MAX)) rmSync(path.join(folder, name), { force: true });
  } catch {
    return;
  }
}

const entryFile = (root: string, key: string): string => path.join(root, CACHE_FOLDER, `${key}.json`);
