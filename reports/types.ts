import type { Result } from '../model/result.ts';

export interface RenderOptions {
  /** Use terminal colours (pretty only). */
  readonly color: boolean;
  /** Columns of the terminal, at least 40. */
  readonly width: number;
}

/** Turns the result document into one report. Pure: the text depends on nothing else. */
export interface Reporter {
  readonly name: string;
  /** One line for `--help`. */
  readonly title: string;
  render(result: Result, options: RenderOptions): string;
}
