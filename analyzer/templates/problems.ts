import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Span } from '../../model/span.ts';

/** A diagnostic of the area TPL that makes coverage incomplete. */
export function problem(
  code: string,
  text: { readonly message: string; readonly help: string },
  span: Span,
): Diagnostic {
  return { code, severity: 'error', ...text, span };
}

/** A diagnostic of the area TPL about something that is analysed all the same. */
export function note(code: string, text: { readonly message: string; readonly help: string }, span: Span): Diagnostic {
  return { code, severity: 'warning', ...text, span };
}
