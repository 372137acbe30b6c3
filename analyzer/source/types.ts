import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Span } from '../../model/span.ts';

/** The text of one file as the analyzer was given it. */
export interface SourceFile {
  /** Relative to the analysis root, forward slashes. */
  readonly path: string;
  readonly text: string;
}

/**
 * A value of a JSON, JSON5 or YAML document with the places of everything. One shape for all three, so that front ends see no difference.
 *
 * YAML: anchors, aliases and merge keys are resolved; a value reached through an alias keeps the span of the anchor's text. CloudFormation's
 * short-form tags become a one-entry map with the long name (`!Sub x` is `{"Fn::Sub": "x"}`, `!Ref x` is `{"Ref": "x"}`, `!GetAtt a.b` is
 * `{"Fn::GetAtt": ["a", "b"]}`) whose `tag` is kept.
 */
export type DataNode = ScalarNode | ListNode | MapNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: null | boolean | number | string;
  /** The text as written (numbers keep their form), without quotes. */
  readonly raw: string;
  readonly span: Span;
  /**
   * Span of `value.slice(from, to)` in the user's own file, through escapes, block scalars and substitutions. Falls back to the
   * whole scalar's span where text and value do not correspond.
   */
  spanOf(from: number, to: number): Span;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly DataNode[];
  readonly span: Span;
}

export interface MapNode {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
  readonly span: Span;
  /** Short-form tag it was written with, e.g. `!Sub`; null for plain maps. */
  readonly tag: string | null;
}

export interface MapEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: DataNode;
}

/** A comment, for inline suppressions and labels. `text` is without the comment sign. */
export interface Comment {
  readonly text: string;
  readonly span: Span;
}

export interface ParsedDocument {
  readonly path: string;
  readonly format: 'json' | 'json5' | 'yaml';
  /** One for each YAML document in the file; a broken document is left out and has a diagnostic. */
  readonly roots: readonly DataNode[];
  readonly comments: readonly Comment[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Everything a front end may look at. Reading other files goes through `read`, so that the CLI decides what may be read. */
export interface Workspace {
  /** Parsed documents (JSON, JSON5, YAML) of the repository, sorted by path. */
  readonly documents: readonly ParsedDocument[];
  /** Text of a file below the analysis root by relative path; null when absent, outside the root or too large. */
  read(path: string): SourceFile | null;
  /** Parsed form of a file by relative path, also of files that were not in `documents`; null as above. */
  parse(path: string): ParsedDocument | null;
}
