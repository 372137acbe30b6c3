import type { Span } from '../../model/span.ts';
import type { Result } from '../../model/result.ts';
import { SourceLines } from '../common/source-lines.ts';
import { safe, wrap } from '../common/text.ts';
import type { RenderOptions } from '../types.ts';
import { makePalette, type Palette } from './palette.ts';

const WIDTH_MIN = 40;
/** Wider lines are harder to read, however wide the terminal is. */
const WIDTH_MAX = 120;
/** Columns of the word before a paragraph (`why`, `fix`, …) with the space after it. */
const LABEL_WIDTH = 5;
const MARGIN = '  ';

/** The lines of a report as they are written. Whatever comes from the user is made safe here. */
export class Page {
  readonly palette: Palette;
  readonly width: number;
  readonly sources: SourceLines;
  readonly #lines: string[] = [];

  constructor(result: Result, options: RenderOptions) {
    this.palette = makePalette(options.color);
    this.width = Math.max(WIDTH_MIN, Math.min(options.width, WIDTH_MAX));
    this.sources = new SourceLines(result.sources);
  }

  /** Adds lines that are ready: coloured, safe and short enough. */
  add(...lines: readonly string[]): void {
    this.#lines.push(...lines.map((line) => line.trimEnd()));
  }

  /** Adds a text in lines that fit. */
  paragraph(text: string, indent: string, paint: (text: string) => string = (line) => line): void {
    for (const line of wrap(safe(text), this.width - indent.length)) this.add(`${indent}${paint(line)}`);
  }

  /** Adds a text behind a word that says what it is; lines after the first stand below the first's text. */
  labelled(label: string, text: string, paint: (text: string) => string = this.palette.dim): void {
    const [first = '', ...rest] = wrap(safe(text), this.width - LABEL_WIDTH - MARGIN.length);
    const indent = `${MARGIN}${' '.repeat(LABEL_WIDTH)}`;
    this.add(`${MARGIN}${paint(label.padEnd(LABEL_WIDTH))}${first}`, ...rest.map((line) => `${indent}${line}`));
  }

  place(span: Span): string {
    return this.palette.link(`${safe(span.file)}:${span.start.line}:${span.start.column}`);
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}
