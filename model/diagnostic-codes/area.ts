/** What the reference says about one diagnostic code. */
export interface DiagnosticCode {
  /** What the code means, a short phrase without names of one case, e.g. `levels form a cycle`. */
  readonly title: string;
  /** What to do about it in general; the diagnostic itself has the advice for its case. */
  readonly help: string;
}

/** The codes of one area, by code `<AREA><nnn>`. A code that was released is never given another meaning. */
export type DiagnosticArea = Readonly<Record<string, DiagnosticCode>>;
