import type { Application } from '../../model/application.ts';
import type { ParsedDocument, SourceFile } from '../source/types.ts';

/** Everything a front end may look at. Reading other files goes through `read`, so that the CLI decides what may be read. */
export interface Workspace {
  /** Parsed documents (JSON, JSON5, YAML) of the repository, sorted by path. */
  readonly documents: readonly ParsedDocument[];
  /** Text of a file below the analysis root by relative path; null when absent, outside the root or too large. */
  read(path: string): SourceFile | null;
  /** Parsed form of a file by relative path, also of files that were not in `documents`; null as above. */
  parse(path: string): ParsedDocument | null;
}

/** One platform front end: finds its compositions in a workspace and lowers them. */
export interface Platform {
  readonly name: string;
  /** True when a document may hold something of this platform. Cheap, never throws. */
  detect(document: ParsedDocument): boolean;
  /** Lowers all that was found. Never throws on user text; what is broken gets diagnostics and the rest is still lowered. */
  lower(workspace: Workspace): Application;
}
