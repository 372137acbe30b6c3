import type { Span } from '../../model/span.ts';
import { escapeMarkup, safe } from '../common/text.ts';
import { fileId, text, type View } from './view.ts';

/** Most lines of one file that are shown; of longer files, the lines around what the report points at. */
const SOURCE_LINES_MAX = 1_500;
const CONTEXT_LINES = 12;
/** Lines around a hit that are kept on paper. */
const PRINT_CONTEXT_LINES = 3;
/** Links back from one line. */
const BACK_LINKS_MAX = 12;

/** What points at a line. */
interface Hit {
  /** Columns to mark, from 0, end exclusive; only spans on one line are marked. */
  readonly ranges: { readonly from: number; readonly to: number }[];
  /** Links to the findings that pass here: target and text, in order of findings. */
  readonly links: Map<string, string>;
}

type Hits = ReadonlyMap<string, ReadonlyMap<number, Hit>>;

/** The files that findings, hops and nodes point into, with a target for each line, and the way back to the findings. */
export function sourcesSection(view: View): string {
  const hits = collectHits(view);
  const nodes = nodeLines(view);
  const files = Object.keys(view.result.sources).sort();
  const sections = files.map((file) =>
    fileSection(view, file, {
      hits: hits.get(file) ?? new Map<number, Hit>(),
      nodes: nodes.get(file) ?? new Set<number>(),
    }),
  );
  const body = sections.length === 0 ? '<p>No source is shown.</p>' : sections.join('\n');
  return `<section aria-labelledby="sources"><h2 id="sources">Sources</h2>${body}</section>`;
}

function fileSection(
  view: View,
  file: string,
  known: { readonly hits: ReadonlyMap<number, Hit>; readonly nodes: ReadonlySet<number> },
): string {
  const lines = view.sources.of(file) ?? [];
  const pointed = new Set([...known.hits.keys(), ...known.nodes]);
  const shown = lines.length <= SOURCE_LINES_MAX ? null : around(pointed, CONTEXT_LINES);
  const printed = around(new Set(known.hits.keys()), PRINT_CONTEXT_LINES);
  let isGap = false;
  const rows = lines.flatMap((line, at) => {
    const number = at + 1;
    if (shown !== null && !shown.has(number)) {
      const gap = isGap ? [] : ['<span class="row gap">⋯</span>'];
      isGap = true;
      return gap;
    }
    isGap = false;
    return [row(line, { file, number, hit: known.hits.get(number), isPrinted: printed.has(number) })];
  });
  const name = text(file);
  return `<details class="file" open><summary>${name}</summary><div class="source" tabindex="0" role="region" aria-label="Source of ${name}"><pre>${rows.join('')}</pre></div></details>`;
}

function around(lines: ReadonlySet<number>, context: number): ReadonlySet<number> {
  const near = new Set<number>();
  for (const line of lines) for (let at = line - context; at <= line + context; at++) near.add(at);
  return near;
}

interface Row {
  readonly file: string;
  readonly number: number;
  readonly hit: Hit | undefined;
  readonly isPrinted: boolean;
}

function row(line: string, { file, number, hit, isPrinted }: Row): string {
  const classes = `row${hit === undefined ? '' : ' hit'}${isPrinted ? ' printed' : ''}`;
  const code = hit === undefined ? plain(line) : marked(line, hit);
  const back = hit === undefined ? '' : backLinks(hit);
  return `<span class="${classes}" id="${fileId(file)}-L${number}"><span class="number">${number}</span>${code}${back}</span>`;
}

const plain = (part: string): string => escapeMarkup(safe(part.replaceAll('\t', '  ')));

function marked(line: string, { ranges }: Hit): string {
  const sorted = [...ranges].sort((a, b) => a.from - b.from || a.to - b.to);
  let at = 0;
  let html = '';
  for (const { from, to } of sorted) {
    const start = Math.max(from, at);
    const end = Math.min(to, line.length);
    if (end <= start) continue;
    html += `${plain(line.slice(at, start))}<mark>${plain(line.slice(start, end))}</mark>`;
    at = end;
  }
  return html + plain(line.slice(at));
}

function backLinks({ links }: Hit): string {
  const shown = [...links].slice(0, BACK_LINKS_MAX);
  if (shown.length === 0) return '';
  const anchors = shown.map(([target, words]) => `<a href="#${target}">${words}</a>`);
  return ` <span class="back">${anchors.join(' ')}${links.size > BACK_LINKS_MAX ? ' …' : ''}</span>`;
}

function collectHits({ result }: View): Hits {
  const hits = new Map<string, Map<number, Hit>>();
  const add = (span: Span, link: readonly [string, string] | null): void => {
    const lines = hits.get(span.file) ?? new Map<number, Hit>();
    hits.set(span.file, lines);
    const hit = lines.get(span.start.line) ?? { ranges: [], links: new Map<string, string>() };
    lines.set(span.start.line, hit);
    if (span.end.line === span.start.line) hit.ranges.push({ from: span.start.column - 1, to: span.end.column - 1 });
    if (link !== null && !hit.links.has(link[0])) hit.links.set(...link);
  };
  for (const [at, { span, related, witnesses }] of result.findings.entries()) {
    const link: readonly [string, string] = [`finding-${at + 1}`, `finding ${at + 1}`];
    add(span, link);
    for (const other of related) add(other.span, link);
    for (const { hops } of witnesses) for (const hop of hops) add(hop.span, link);
  }
  for (const { span } of result.diagnostics) add(span, null);
  return hits;
}

/** Lines that drawings link to. */
function nodeLines({ result }: View): ReadonlyMap<string, ReadonlySet<number>> {
  const lines = new Map<string, Set<number>>();
  const places = [
    ...result.graphs.flatMap(({ nodes }) => nodes.map(({ span }) => span)),
    ...result.coverage.compositions.flatMap(({ features }) => features.map(({ span }) => span)),
    ...result.coverage.obligations.map(({ span }) => span),
  ];
  for (const { file, start } of places) lines.set(file, (lines.get(file) ?? new Set<number>()).add(start.line));
  return lines;
}
