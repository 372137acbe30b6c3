import type { Result } from '../../model/result.ts';
import type { Span } from '../../model/span.ts';
import { escapeMarkup, safe } from '../common/text.ts';

/** Most lines of one file that are shown; of longer files, the lines around what the report points at. */
const SOURCE_LINES_MAX = 1_500;
const CONTEXT_LINES = 12;

/** Id of the line that a span starts on. */
export function sourceAnchor(span: Span): string {
  return `${fileId(span.file)}-L${span.start.line}`;
}

function fileId(file: string): string {
  // Letters that may stand in an id and in a link; the rest as code points.
  return `s-${file.replace(/[^A-Za-z0-9]/g, (unit) => `_${(unit.codePointAt(0) ?? 0).toString(16)}`)}`;
}

/** The files that findings, hops and nodes point into, with a target for each line. */
export function sourcesSection(result: Result): string {
  const hits = pointedLines(result);
  const files = Object.keys(result.sources).sort();
  const sections = files.map((file) => {
    const lines = (result.sources[file] ?? '').split(/\r?\n/);
    const own = hits.get(file) ?? new Set<number>();
    const isWhole = lines.length <= SOURCE_LINES_MAX;
    const rows = lines.flatMap((line, at) => {
      const number = at + 1;
      if (!isWhole && !isNear(number, own)) return [];
      const hit = own.has(number) ? ' hit' : '';
      return [
        `<span class="row${hit}" id="${fileId(file)}-L${number}"><span class="number">${number}</span>${escapeMarkup(safe(line))}</span>`,
      ];
    });
    return `<details open><summary>${escapeMarkup(safe(file))}</summary><div class="source" tabindex="0" role="region" aria-label="Source of ${escapeMarkup(safe(file))}"><pre>${rows.join('')}</pre></div></details>`;
  });
  return `<h2 id="sources">Sources</h2>${sections.join('\n')}`;
}

function isNear(line: number, hits: ReadonlySet<number>): boolean {
  for (let at = line - CONTEXT_LINES; at <= line + CONTEXT_LINES; at++) if (hits.has(at)) return true;
  return false;
}

function pointedLines(result: Result): ReadonlyMap<string, ReadonlySet<number>> {
  const hits = new Map<string, Set<number>>();
  const add = ({ file, start }: Span): void => {
    hits.set(file, (hits.get(file) ?? new Set<number>()).add(start.line));
  };
  for (const finding of result.findings) {
    add(finding.span);
    for (const related of finding.related) add(related.span);
    for (const witness of finding.witnesses) for (const hop of witness.hops) add(hop.span);
  }
  for (const diagnostic of result.diagnostics) add(diagnostic.span);
  return hits;
}
