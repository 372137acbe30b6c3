/** A position in a source file as the user sees it. */
export interface Position {
  /** One-based line. */
  readonly line: number;
  /** One-based column, counted in UTF-16 code units. */
  readonly column: number;
  /** Zero-based offset in UTF-16 code units from the start of the file (after a byte order mark). */
  readonly offset: number;
}

/** A range of text in one file, `end` exclusive. Every IR element, verdict and finding carries one. */
export interface Span {
  /** Path relative to the analysis root, with forward slashes. */
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

/** Compares spans by file, then by start, then by end; the order in which results are reported. */
export function compareSpans(left: Span, right: Span): number {
  if (left.file !== right.file) return left.file < right.file ? -1 : 1;
  return left.start.offset - right.start.offset || left.end.offset - right.end.offset;
}

/** Makes a span that covers the very start of a file, for things that have no text of their own. */
export function spanAtStart(file: string): Span {
  const start = { line: 1, column: 1, offset: 0 };
  return { file, start, end: start };
}
