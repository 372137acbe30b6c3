import type { Span } from './span.ts';

/**
 * What was wrong with something a user wrote (a workflow, a template, a configuration), with a stable code.
 * A diagnostic never stops the analysis of the rest of the repository.
 */
export interface Diagnostic {
  /** Stable code, `<AREA><nnn>`, e.g. `ASL012`; listed in `model/diagnostic-codes.ts`. */
  readonly code: string;
  /** `error`: what the span covers is not analysed, coverage is incomplete. `warning`: analysed, but the text is probably not what was meant. */
  readonly severity: 'error' | 'warning';
  /** What is wrong here, one sentence. */
  readonly message: string;
  /** What to do about it, one sentence. */
  readonly help: string;
  readonly span: Span;
}

/** A value, or the diagnostics that say why there is none. Used at module borders instead of exceptions. */
export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Thrown only for our own mistakes: the named invariant does not hold. Never thrown for user input. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Stops the run with the invariant's name when `condition` is false. */
export function invariant(condition: boolean, name: string): asserts condition {
  if (!condition) throw new InvariantError(name);
}
