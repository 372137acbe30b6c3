import type { Span } from '../../model/span.ts';
import { safe } from '../common/text.ts';
import type { Palette } from './palette.ts';

/** Longest line that a frame shows; the rest is cut. */
const LINE_WIDTH_MAX = 140;

/** The source line of a span with its number and carets below; empty when the text is not known. */
export function codeFrame(span: Span, sources: Readonly<Record<string, string>>, palette: Palette): readonly string[] {
  const text = sources[span.file];
  if (text === undefined) return [];
  const line = text.split(/\r?\n/)[span.start.line - 1];
  if (line === undefined) return [];
  const number = String(span.start.line);
  const gutter = ' '.repeat(number.length);
  const cut = Math.max(0, span.start.column - 1 - Math.floor(LINE_WIDTH_MAX / 2));
  const from = line.length > LINE_WIDTH_MAX ? cut : 0;
  const shown = line.slice(from, from + LINE_WIDTH_MAX);
  const start = span.start.column - 1 - from;
  const end = span.end.line === span.start.line ? span.end.column - 1 - from : shown.length;
  const before = safe(shown.slice(0, start)).length;
  const width = Math.max(1, safe(shown.slice(start, Math.min(end, shown.length)).trimEnd()).length);
  return [
    `${palette.dim(`${number} │`)} ${safe(shown)}`,
    `${palette.dim(`${gutter} │`)} ${' '.repeat(before)}${palette.mark('^'.repeat(width))}`,
  ];
}
