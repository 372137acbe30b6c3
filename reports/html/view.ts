import type { RuleMetadata } from '../../model/finding.ts';
import type { CompositionGraph, Result } from '../../model/result.ts';
import type { Span } from '../../model/span.ts';
import { SourceLines } from '../common/source-lines.ts';
import { escapeMarkup, safe } from '../common/text.ts';
import { levelCodes, type LevelCodes } from '../graph/codes.ts';

/** Text of the user's or the report's, for elements and attributes. */
export const text = (value: string): string => escapeMarkup(safe(value));

/** What the parts of the page share. */
export interface View {
  readonly result: Result;
  readonly rules: ReadonlyMap<string, RuleMetadata>;
  readonly graphs: ReadonlyMap<string, CompositionGraph>;
  readonly sources: SourceLines;
  /** One set of signs for all drawings and the legend. */
  readonly codes: LevelCodes;
}

export function makeView(result: Result): View {
  return {
    result,
    rules: new Map(result.rules.map((rule) => [rule.id, rule])),
    graphs: new Map(result.graphs.map((graph) => [graph.composition, graph])),
    sources: new SourceLines(result.sources),
    codes: levelCodes(result.graphs.flatMap(({ nodes }) => nodes)),
  };
}

/** Id of the line that a span starts on. */
export const lineId = ({ file, start }: Pick<Span, 'file' | 'start'>): string => `${fileId(file)}-L${start.line}`;

/** Letters and digits stand for themselves, everything else as its number, so that an id never needs escaping in a link. */
export const fileId = (file: string): string =>
  `s-${file.replace(/[^A-Za-z0-9]/g, (unit) => `_${unit.charCodeAt(0).toString(16)}_`)}`;

/** A place in the user's files as a link to its line, or as text when the file's text is not in the result. */
export function placeLink(view: View, span: Span, isShort = false): string {
  const name = isShort ? (span.file.split('/').at(-1) ?? span.file) : span.file;
  // Long paths break between folders, so that a line number is never torn apart.
  const shown = `<code>${text(name).replaceAll('/', '/<wbr>')}:${span.start.line}</code>`;
  const lines = view.sources.of(span.file);
  if (lines === null || span.start.line > lines.length) return shown;
  return `<a href="#${lineId(span)}"${isShort ? ` title="${text(span.file)}"` : ''}>${shown}</a>`;
}

/** A text with what stands between backticks as code. */
export function prose(value: string): string {
  const parts = safe(value).split('`');
  if (parts.length % 2 === 0) return escapeMarkup(safe(value));
  return parts.map((part, at) => (at % 2 === 1 ? `<code>${escapeMarkup(part)}</code>` : escapeMarkup(part))).join('');
}
