import type { Result } from '../../model/result.ts';

/** The texts of a result by file and line; each file is cut into lines once. */
export class SourceLines {
  readonly #sources: Result['sources'];
  readonly #lines = new Map<string, readonly string[]>();

  constructor(sources: Result['sources']) {
    this.#sources = sources;
  }

  /** Lines of a file without their ends; null when the result does not carry its text. */
  of(file: string): readonly string[] | null {
    const known = this.#lines.get(file);
    if (known !== undefined) return known;
    const text = Object.hasOwn(this.#sources, file) ? this.#sources[file] : undefined;
    if (text === undefined) return null;
    const lines = text.split(/\r\n|\r|\n/);
    this.#lines.set(file, lines);
    return lines;
  }
}
