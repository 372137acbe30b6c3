/** The files of one revision of a repository, wherever they come from: a disk, a revision of git, standard input, a test. */
export interface FileTree {
  /** Files that may be analysed: relative to the root, forward slashes, sorted. */
  readonly paths: readonly string[];
  /** Text of any file below the root by relative path; null when absent, outside the root, unreadable or too large. */
  read(path: string): string | null;
}

/** A tree of texts in memory. */
export function treeOf(texts: Readonly<Record<string, string>>): FileTree {
  const files = new Map(Object.entries(texts));
  return { paths: [...files.keys()].sort(), read: (path) => files.get(path) ?? null };
}

/** A tree with one file replaced or added, e.g. by what an editor has not saved yet. */
export function withFile(tree: FileTree, path: string, text: string): FileTree {
  return {
    paths: [...new Set([...tree.paths, path])].sort(),
    read: (wanted) => (wanted === path ? text : tree.read(wanted)),
  };
}
