import path from 'node:path/posix';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { DataNode, Workspace } from '../source/index.ts';

/** A file that a template refers to. */
export interface FoundFile {
  /** Relative to the analysis root. */
  readonly path: string;
  /** The first document; null when the file cannot be parsed. */
  readonly root: DataNode | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Finds a parsed file; null when it is absent or lies outside the analysis root. */
export type Lookup = (path: string) => FoundFile | null;

export function lookupIn(workspace: Workspace): Lookup {
  return (wanted) => {
    const document = wanted.startsWith('../') ? null : workspace.parse(wanted);
    if (document === null) return null;
    return { path: wanted, root: document.roots[0] ?? null, diagnostics: document.diagnostics };
  };
}

/** A path written in a file, relative to the analysis root. */
export function relativeTo(file: string, written: string): string {
  return path.normalize(path.join(path.dirname(file), written));
}

/** The last part of a path. */
export const baseName = (file: string): string => path.basename(file);
