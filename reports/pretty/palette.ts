import { createColors } from 'picocolors';

export interface Palette {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly note: (text: string) => string;
  /** What supports the rest: context lines, places, units. */
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
  /** Carets and the ends of a path. */
  readonly mark: (text: string) => string;
  /** Line numbers and the lines that frames are drawn with. */
  readonly rail: (text: string) => string;
  /** Control that carries a label. */
  readonly control: (text: string) => string;
  readonly good: (text: string) => string;
  readonly link: (text: string) => string;
}

export function makePalette(color: boolean): Palette {
  const colors = createColors(color);
  return {
    error: (text) => colors.bold(colors.red(text)),
    warning: (text) => colors.bold(colors.yellow(text)),
    note: (text) => colors.bold(colors.cyan(text)),
    dim: colors.dim,
    bold: colors.bold,
    mark: colors.red,
    rail: colors.blue,
    control: colors.magenta,
    good: colors.green,
    link: colors.cyan,
  };
}
