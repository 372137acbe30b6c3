import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Expression } from '../../model/ir.ts';
import type { Span } from '../../model/span.ts';
import { DIAGNOSTIC_AREAS } from '../../model/diagnostic-codes.ts';
import { apply, literal, readPath } from './build.ts';
import type { Selection, SelectionFailure, SelectionNote, SelectionScope } from './types.ts';

/** Longest text of one selection, in UTF-16 code units. The platform's own limit on a whole definition is 1 MiB. */
export const SELECTION_TEXT_MAX = 64 * 1024;
/** Deepest nesting of brackets, arguments and blocks in one selection. */
export const SELECTION_DEPTH_MAX = 48;
/** Deepest nesting of maps and lists in one template. */
export const TEMPLATE_DEPTH_MAX = 100;

/** Collects what one lowering has to say, next to its scope. */
export class Lowering {
  readonly scope: SelectionScope;
  readonly notes: SelectionNote[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly failures: SelectionFailure[] = [];
  /** What decides whether the part that is being lowered is evaluated at all. */
  #conditions: readonly Expression[] = [];

  constructor(scope: SelectionScope) {
    this.scope = scope;
  }

  note(feature: string, note: string, span: Span): void {
    this.notes.push({ feature, support: 'approximated', note, span });
  }

  refuse(feature: string, note: string, span: Span): void {
    this.notes.push({ feature, support: 'refused', note, span });
  }

  report(code: string, message: string, span: Span): void {
    const help = DIAGNOSTIC_AREAS['EXP']?.[code]?.help ?? '';
    this.diagnostics.push({ code, severity: WARNINGS.has(code) ? 'warning' : 'error', message, help, span });
  }

  /** Evaluation of the part that is being lowered may fail, as `reads` and what it stands under decide. */
  fail(kind: SelectionFailure['kind'], reads: readonly Expression[], span: Span): void {
    const all = [...this.#conditions, ...reads].filter((read) => read.kind !== 'literal');
    this.failures.push({ kind, reads: all, span });
  }

  /** Lowers a part that is only evaluated, or only so often, as the conditions decide. */
  under<T>(conditions: readonly Expression[], lower: () => T): T {
    const before = this.#conditions;
    this.#conditions = [...before, ...conditions];
    const result = lower();
    this.#conditions = before;
    return result;
  }

  /** Everything in scope: what stands for text that is not followed. `names` are workflow variables the text mentions. */
  everything(span: Span, names: readonly string[] = []): Expression {
    const { scope } = this;
    const paths = [scope.input, scope.context, scope.result, scope.errorOutput].filter((path) => path !== null);
    const roots = names.map((name) => scope.variable(name)).filter((root) => root !== null);
    const reads = [...paths, ...[...new Set(roots)].sort().map((root) => ({ root, segments: [] }))];
    return apply(
      'everything',
      reads.map((path) => readPath(path, span)),
      span,
    );
  }

  /** As {@link everything}, marked `opaque`: what stands for text that cannot be modelled. */
  opaque(reason: string, span: Span, names: readonly string[] = []): Expression {
    const of = this.everything(span, names);
    return { kind: 'source', of, label: { marks: ['opaque'] }, description: reason, span };
  }

  finish(expression: Expression): Selection {
    return { expression, notes: this.notes, diagnostics: this.diagnostics, failures: this.failures };
  }
}

/** Codes that tell of a probable mistake in text that is analysed all the same. */
const WARNINGS: ReadonlySet<string> = new Set(['EXP022', 'EXP061']);

/** Names after `$` in a text, for what cannot be parsed. */
export function mentionedVariables(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\$([\p{L}_][\p{L}\p{N}_]*)/gu)].map((match) => match[1] ?? ''))];
}

/** A constant null at a span, for values that are never there. */
export const absent = (span: Span): Expression => literal(null, span);
