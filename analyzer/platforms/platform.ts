import type { Application } from '../../model/application.ts';
import type { ParsedDocument, Workspace } from '../source/types.ts';
import type { VariableWords } from '../wording/index.ts';

export type { Workspace };

/** One platform front end: finds its compositions in a workspace and lowers them. */
export interface Platform {
  readonly name: string;
  /** True when a document may hold something of this platform. Cheap, never throws. */
  detect(document: ParsedDocument): boolean;
  /** Lowers all that was found. Never throws on user text; what is broken gets diagnostics and the rest is still lowered. */
  lower(workspace: Workspace): Application;
  /** What its users call a variable of the IR that lowering makes. */
  wordsOf(root: string): VariableWords;
}
