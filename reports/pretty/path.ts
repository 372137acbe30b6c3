import stringWidth from 'string-width';
import type { Hop, Witness } from '../../model/verdict.ts';
import { fitColumns } from '../common/columns.ts';
import { constructWord, flowWords, formatChange, formatLabel, marksOf } from '../common/labels.ts';
import { count, safe, wrap } from '../common/text.ts';
import type { Page } from './page.ts';

const NAME_WIDTH_MAX = 26;
const WORD_WIDTH = 13;
/** Columns before the name of a hop: margin, number, rail. */
const RAIL_WIDTH = 9;

interface Columns {
  readonly name: number;
  /** Columns for what happens and where. */
  readonly rest: number;
}

/** The path of a witness: one line per hop on a rail, the label wherever it changes. The rail is broken where control carries the label. */
export function addPath(page: Page, witness: Witness): void {
  const { palette } = page;
  const { hops, source } = witness;
  const from = `${source.description} (${source.origin.description})`;
  page.labelled('path', `${count(hops.length, 'hop')} from ${from}: ${flowWords(witness)}`, palette.note);
  const longest = Math.max(0, ...hops.map((hop) => stringWidth(safe(hop.name))));
  const name = Math.min(longest, NAME_WIDTH_MAX, Math.floor(page.width / 4));
  const columns = { name, rest: page.width - RAIL_WIDTH - name - 2 };
  const marks = marksOf(witness);
  let shown = '';
  for (const [at, hop] of hops.entries()) {
    const next = hops[at + 1];
    const rail = next === undefined ? ' ' : next.by === 'control' ? palette.control('┊') : palette.rail('│');
    addHop(page, hop, { number: at + 1, isRepeated: hops[at - 1]?.name === hop.name, rail, columns });
    const change = formatChange(hop, marks);
    if (change !== shown || next === undefined) addLabel(page, change, { rail, columns });
    shown = formatLabel(hop.labelAfter, marks);
  }
}

interface HopPlace {
  readonly number: number;
  /** The hop before is at the same place, whose name is not said again. */
  readonly isRepeated: boolean;
  readonly rail: string;
  readonly columns: Columns;
}

function addHop(page: Page, hop: Hop, at: HopPlace): void {
  const { palette } = page;
  const { columns } = at;
  const name = at.isRepeated ? ' '.repeat(columns.name) : palette.bold(fitColumns(safe(hop.name), columns.name));
  const place = `${safe(hop.span.file.split('/').at(-1) ?? '')}:${hop.span.start.line}`;
  const words = `${constructWord(hop.construct).padEnd(WORD_WIDTH)}${safe(hop.why)}`;
  const isOneLine = stringWidth(words) + stringWidth(place) + 2 <= columns.rest;
  const lines = isOneLine ? [words] : wrapWords(hop, columns.rest);
  const start = `${String(at.number).padStart(6)} ${marker(page, hop)} ${name}  `;
  const indent = `       ${at.rail} ${' '.repeat(columns.name)}  `;
  const [first = '', ...rest] = lines;
  const wordEnd = Math.min(WORD_WIDTH, first.length);
  const painted = `${palette.dim(first.slice(0, wordEnd))}${first.slice(wordEnd)}`;
  const gap = ' '.repeat(Math.max(0, columns.rest - stringWidth(first) - stringWidth(place)));
  page.add(`${start}${painted}${isOneLine ? `${gap}${palette.dim(place)}` : ''}`);
  for (const line of rest) page.add(`${indent}${' '.repeat(WORD_WIDTH)}${line}`);
  if (!isOneLine) page.add(`${indent}${' '.repeat(WORD_WIDTH)}${palette.dim(place)}`);
}

function wrapWords(hop: Hop, width: number): readonly string[] {
  const [first = '', ...rest] = wrap(safe(hop.why), Math.max(16, width - WORD_WIDTH));
  return [`${constructWord(hop.construct).padEnd(WORD_WIDTH)}${first}`, ...rest];
}

function marker(page: Page, hop: Hop): string {
  const { palette } = page;
  if (hop.construct === 'source' || hop.construct === 'sink') return palette.mark('●');
  return hop.by === 'control' ? palette.control('◆') : palette.rail('○');
}

function addLabel(page: Page, change: string, at: { readonly rail: string; readonly columns: Columns }): void {
  const lines = wrap(safe(change), Math.max(16, at.columns.rest - WORD_WIDTH));
  const indent = `       ${at.rail} ${' '.repeat(at.columns.name + 2 + WORD_WIDTH)}`;
  for (const line of lines) page.add(`${indent}${page.palette.warning(line)}`);
}
