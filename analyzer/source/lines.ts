import type { Position, Span } from '../../model/span.ts';

/** Turns offsets of one text into positions. */
export class LineIndex {
  readonly #file: string;
  readonly #starts: number[] = [0];
  readonly #length: number;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#length = text.length;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      // A carriage return alone is an old Macintosh line end; before a line feed it belongs to it.
      if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) this.#starts.push(at + 1);
    }
  }

  position(offset: number): Position {
    const bounded = Math.max(0, Math.min(offset, this.#length));
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= bounded) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: bounded - (this.#starts[low] ?? 0) + 1, offset: bounded };
  }

  span(from: number, to: number): Span {
    return { file: this.#file, start: this.position(from), end: this.position(Math.max(from, to)) };
  }
}
