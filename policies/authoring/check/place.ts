import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { Position, Span } from '../../../model/span.ts';
import type { Location } from '../rego/module.ts';

/** A finding of the checks before it has a place; `code` is of the area POL. */
export interface Message {
  readonly code: string;
  readonly severity: Diagnostic['severity'];
  readonly message: string;
  readonly help: string;
}

/** The span of a place in a file: the first line of what the parser says is meant. */
export function spanOf(file: string, text: string, location: Pick<Location, 'row' | 'col' | 'text'>): Span {
  const start = positionOf(text, location.row, location.col);
  const length = location.text.split('\n')[0]?.length ?? 0;
  return { file, start, end: { ...start, column: start.column + length, offset: start.offset + length } };
}

/** `opa` counts columns in bytes, people and reports in UTF-16 units. */
function positionOf(text: string, row: number, column: number): Position {
  const lines = text.split('\n');
  const line = Math.min(Math.max(row, 1), lines.length);
  const before = lines.slice(0, line - 1).reduce((sum, item) => sum + item.length + 1, 0);
  const content = lines[line - 1] ?? '';
  const units = Buffer.from(content, 'utf8')
    .subarray(0, Math.max(column, 1) - 1)
    .toString('utf8').length;
  return { line, column: units + 1, offset: before + units };
}

export const diagnosticAt = (span: Span, message: Message): Diagnostic => ({ ...message, span });
