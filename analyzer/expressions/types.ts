import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Expression, Path, Segment } from '../../model/ir.ts';
import type { Span } from '../../model/span.ts';

/** Which IR variables the names of a selection language stand for at one place. */
export interface SelectionScope {
  /** What `$` (JSONPath) or `$states.input` (JSONata) reads. */
  readonly input: Path;
  /** What `$$` or `$states.context` reads. */
  readonly context: Path;
  /** What `$states.result` reads; null where it is not available. */
  readonly result: Path | null;
  /** What `$states.errorOutput` reads; null where it is not available. */
  readonly errorOutput: Path | null;
  /** Root variable of a workflow variable (`$name`); null when no such variable is assigned anywhere. */
  variable(name: string): string | null;
  /** Places that surely hold a value, besides the variables themselves; selecting them cannot fail. Absent: none. */
  readonly present?: readonly Path[];
}

/**
 * A way in which evaluation may fail at run time instead of giving a value. `path`: a JSONPath that selects nothing; `intrinsic`: a call of an
 * intrinsic function; `query`: a JSONata expression that fails or gives nothing.
 */
export interface SelectionFailure {
  readonly kind: 'path' | 'intrinsic' | 'query';
  /** What decides whether it fails; empty when nothing that is read does. */
  readonly reads: readonly Expression[];
  /** The text that is evaluated. */
  readonly span: Span;
}

/** What could not be modelled exactly, and the safe side that was taken. */
export interface SelectionNote {
  /** Feature id, e.g. `jsonpath-filter`, `jsonata-dynamic-lookup`, `jsonata-eval`. */
  readonly feature: string;
  readonly support: 'approximated' | 'refused';
  readonly note: string;
  readonly span: Span;
}

/** A lowered selection. There is always an expression: text that cannot be parsed gives one that reads everything in scope, marked `opaque`. */
export interface Selection {
  readonly expression: Expression;
  readonly notes: readonly SelectionNote[];
  readonly diagnostics: readonly Diagnostic[];
  /** How evaluating it may fail, in the order of the text; empty when it cannot. */
  readonly failures: readonly SelectionFailure[];
}

/** A reference path (ResultPath and the like) taken apart. */
export type ReferencePath =
  | { readonly ok: true; readonly variable: string | null; readonly segments: readonly Segment[] }
  | { readonly ok: false; readonly message: string };
