import stringWidth from 'string-width';
import type { Span } from '../../model/span.ts';
import { cutColumns, takeLastColumns } from '../common/columns.ts';
import type { SourceLines } from '../common/source-lines.ts';
import { safe } from '../common/text.ts';
import type { Palette } from './palette.ts';

/** Lines shown before and after the one that is meant. */
const CONTEXT_LINES = 2;
/** Columns that a tab takes. */
const TAB = '  ';
/** Columns of a long line that are shown before what is meant. */
const LEAD_COLUMNS = 24;

export interface FrameOptions {
  readonly palette: Palette;
  /** Columns that a whole line of the frame may take. */
  readonly width: number;
  /** Columns of the line numbers. */
  readonly gutter: number;
}

/** Columns that the line numbers of a frame take. */
export const gutterOf = (span: Span): number => String(span.start.line + CONTEXT_LINES).length;

/** The lines around the start of a span with numbers, and carets below what it covers; empty when the text is not known. */
export function codeFrame(span: Span, sources: SourceLines, options: FrameOptions): readonly string[] {
  const lines = sources.of(span.file);
  const line = lines?.[span.start.line - 1];
  if (lines === null || line === undefined) return [];
  const { palette, gutter } = options;
  const room = Math.max(20, options.width - gutter - 3);
  const window = windowOf(line, span, room);
  const row = (number: number | null, text: string): string =>
    `${palette.rail(`${String(number ?? '').padStart(gutter)} │`)}${text === '' ? '' : ` ${text}`}`;
  const context = (number: number): string =>
    row(number, palette.dim(cutColumns(shown(lines[number - 1] ?? ''), room)).trimEnd());
  const first = Math.max(1, span.start.line - CONTEXT_LINES);
  const last = Math.min(lines.length, span.start.line + CONTEXT_LINES);
  const output: string[] = [];
  for (let number = first; number < span.start.line; number++) output.push(context(number));
  output.push(row(span.start.line, window.text), row(null, `${window.lead}${palette.mark('^'.repeat(window.carets))}`));
  // After a span of several lines, what follows its first line is part of it.
  for (let number = span.start.line + 1; number <= last; number++) {
    if (number < last || (lines[number - 1] ?? '').trim() !== '') output.push(context(number));
  }
  return output;
}

/** As people see it: tabs as spaces, control characters as escapes. */
const shown = (text: string): string => safe(text.replaceAll('\t', TAB));

/** The part of a line around what is meant that fits into the room. */
function windowOf(
  line: string,
  span: Span,
  room: number,
): { readonly text: string; readonly lead: string; readonly carets: number } {
  const isOneLine = span.end.line === span.start.line;
  const start = Math.min(span.start.column - 1, line.length);
  const end = isOneLine ? Math.min(span.end.column - 1, line.length) : line.length;
  const before = shown(line.slice(0, start));
  const meant = shown(line.slice(start, Math.max(start, end)).trimEnd());
  const after = shown(line.slice(Math.max(start, end)));
  const isLong = stringWidth(before + meant + after) > room;
  const isFar = isLong && stringWidth(before) > LEAD_COLUMNS;
  const lead = isFar ? `…${takeLastColumns(before, LEAD_COLUMNS - 1)}` : before;
  const text = cutColumns(`${lead}${meant}${after}`, room);
  const leadWidth = stringWidth(lead);
  const carets = Math.max(1, Math.min(stringWidth(meant), room - leadWidth));
  return { text, lead: ' '.repeat(leadWidth), carets };
}
