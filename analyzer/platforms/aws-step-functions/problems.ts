import { ASL } from '../../../model/diagnostic-codes/asl.ts';
import { invariant, type Diagnostic } from '../../../model/diagnostic.ts';
import type { Span } from '../../../model/span.ts';

/** What is wrong at one place and what to do about it there. */
export interface Problem {
  readonly message: string;
  /** Advice for this case; the general advice of the code when absent. */
  readonly help?: string;
}

/** Codes of things that are probably not meant but can be analysed and deployed. */
const WARNINGS: ReadonlySet<string> = new Set(['ASL008', 'ASL018', 'ASL019']);

/** A diagnostic of the States Language. The code has to be one of the area's. */
export function problem(code: string, { message, help }: Problem, span: Span): Diagnostic {
  const known = ASL[code];
  invariant(known !== undefined, 'codes of diagnostics are registered');
  return { code, severity: WARNINGS.has(code) ? 'warning' : 'error', message, help: help ?? known.help, span };
}
