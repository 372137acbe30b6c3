import type { Result } from '../../model/result.ts';
import type { Span } from '../../model/span.ts';

/** The name that paths are relative to: the root of the repository, wherever it is checked out. */
export const BASE = '%SRCROOT%';

/** A file as a relative reference (RFC 3986); `:` in a first segment would read as a scheme. */
export const uriOf = (file: string): string => file.split('/').map(encodeSegment).join('/');

/** A half of a surrogate pair has no encoding. */
const encodeSegment = (segment: string): string => encodeURIComponent(segment.toWellFormed());

export function region({ start, end }: Span): object {
  return {
    startLine: start.line,
    startColumn: start.column,
    endLine: end.line,
    endColumn: end.column,
    charOffset: start.offset,
    charLength: Math.max(0, end.offset - start.offset),
  };
}

/** Places name artifacts by index too, so that viewers need not compare addresses. */
export class Artifacts {
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #files: readonly string[];
  readonly #result: Result;

  constructor(result: Result) {
    this.#result = result;
    this.#files = [...filesOf(result)].sort();
    this.#indexes = new Map(this.#files.map((file, at) => [file, at]));
  }

  location(file: string): object {
    const index = this.#indexes.get(file);
    return { uri: uriOf(file), uriBaseId: BASE, ...(index === undefined ? {} : { index }) };
  }

  place(span: Span, message?: string): object {
    return {
      physicalLocation: { artifactLocation: this.location(span.file), region: region(span) },
      ...(message === undefined ? {} : { message: { text: message } }),
    };
  }

  /** Every file that was analysed or is pointed into, with how far it was read. */
  list(): readonly object[] {
    const covered = new Map(this.#result.coverage.files.map((each) => [each.file, each]));
    return this.#files.map((file) => {
      const coverage = covered.get(file);
      const isConfiguration = file === this.#result.coverage.configuration;
      const roles = [
        ...(coverage === undefined ? [] : ['analysisTarget']),
        ...(isConfiguration ? ['userSpecifiedConfiguration'] : []),
      ];
      return {
        location: { uri: uriOf(file), uriBaseId: BASE },
        ...(roles.length === 0 ? {} : { roles }),
        ...(coverage === undefined
          ? {}
          : { properties: { state: coverage.state, platform: coverage.platform, units: coverage.units } }),
      };
    });
  }
}

function filesOf(result: Result): ReadonlySet<string> {
  const files = new Set(result.coverage.files.map(({ file }) => file));
  const add = ({ file }: Pick<Span, 'file'>): void => {
    files.add(file);
  };
  for (const { span, related, witnesses, suppression } of result.findings) {
    add(span);
    for (const other of related) add(other.span);
    for (const { hops } of witnesses) for (const hop of hops) add(hop.span);
    if (suppression !== null) add(suppression.span);
  }
  for (const { span } of result.diagnostics) add(span);
  return files;
}
