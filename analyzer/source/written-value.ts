/** A value with the place of each of its code units, as offsets into the text it was decoded from. */
export interface WrittenValue {
  readonly value: string;
  /** Where each code unit begins; one more entry for the end. */
  readonly starts: readonly number[];
  /** Where each code unit ends. */
  readonly ends: readonly number[];
}

/** Collects a decoded value unit by unit. */
export class WrittenBuilder {
  readonly #parts: string[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  get isEmpty(): boolean {
    return this.#starts.length === 0;
  }

  get endsWithBreak(): boolean {
    return this.#parts.at(-1)?.endsWith('\n') === true;
  }

  /** Adds text that is written as a whole in `from` to `to`, e.g. an escape sequence. */
  push(text: string, from: number, to: number): void {
    this.#parts.push(text);
    for (let unit = 0; unit < text.length; unit++) {
      this.#starts.push(from);
      this.#ends.push(to);
    }
  }

  /** Adds text that is written as it is. */
  pushEach(text: string, from: number): void {
    this.#parts.push(text);
    for (let unit = 0; unit < text.length; unit++) {
      this.#starts.push(from + unit);
      this.#ends.push(from + unit + 1);
    }
  }

  finish(end: number): WrittenValue {
    return { value: this.#parts.join(''), starts: [...this.#starts, end], ends: this.#ends };
  }
}

/** The range of the source text in which `value.slice(from, to)` is written; null when the value has no such range. */
export function writtenRange(written: WrittenValue, from: number, to: number): readonly [number, number] | null {
  const start = written.starts[from];
  if (start === undefined || to > written.value.length || to < from) return null;
  return [start, to === from ? start : (written.ends[to - 1] ?? start)];
}
