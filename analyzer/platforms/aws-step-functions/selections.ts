import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { Expression, FeatureUse, Path, Segment } from '../../../model/ir.ts';
import type { JsonValue } from '../../../model/json.ts';
import type { Span } from '../../../model/span.ts';
import {
  isJsonata,
  lowerJsonata,
  lowerJsonataTemplate,
  lowerJsonPath,
  lowerPathOrIntrinsic,
  lowerPayloadTemplate,
  type Selection,
  type SelectionScope,
} from '../../expressions/index.ts';
import { toJson, type DataNode } from '../../source/index.ts';
import type { EvaluationError } from './error-names.ts';

export const field = (name: string): Segment => ({ kind: 'field', name });
export const root = (name: string): Path => ({ root: name, segments: [] });
export const below = (path: Path, ...names: readonly string[]): Path => ({
  root: path.root,
  segments: [...path.segments, ...names.map(field)],
});
export const readOf = (path: Path, span: Span): Expression => ({ kind: 'path', path, span });
export const literalOf = (value: JsonValue, span: Span): Expression => ({ kind: 'literal', value, span });
export const objectOf = (fields: Readonly<Record<string, Expression>>, span: Span): Expression => ({
  kind: 'object',
  fields: Object.entries(fields).map(([name, value]) => ({ name, value })),
  span,
});
export const applyOf = (operator: string, args: readonly Expression[], span: Span): Expression => ({
  kind: 'apply',
  operator,
  args,
  span,
});

/** The variables that a workflow's states share. */
export const EXECUTION_INPUT = root('execution');
/** `$` of the state: its input, and at its end its output. */
export const DATA = root('data');
export const CONTEXT = root('context');
export const EFFECTIVE = root('effective');
export const ARGUMENT = root('argument');
export const RESULT = root('result');
export const SELECTED = root('selected');
/** What `$` is in `Assign` when a ResultSelector is there. */
export const SEEN = root('seen');
export const ASSIGNED = root('assigned');
export const OUTPUT = root('output');
/** What workflows of the repository answer to a callback token. */
export const ANSWERED = root('answered');
export const ERROR = root('error');
export const variableRoot = (name: string): string => `var:${name}`;

/** A constant value as an expression. */
export function constant(node: DataNode): Expression {
  return literalOf(toJson(node) as JsonValue, node.span);
}

/**
 * An evaluation that may fail at run time. `error`: its name (States Language, appendix A; developer guide, "Handling errors"); `reads`: what decides
 * whether it fails.
 */
export interface Failure {
  readonly error: EvaluationError;
  readonly reads: readonly Expression[];
  readonly span: Span;
}

/** What lowering finds besides steps, each thing once. */
export class Findings {
  #failures: Failure[] = [];
  readonly #features = new Map<string, FeatureUse>();
  readonly #diagnostics = new Map<string, Diagnostic>();

  get features(): readonly FeatureUse[] {
    return [...this.#features.values()];
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...this.#diagnostics.values()];
  }

  /**
   * Takes the notes of a selection and gives its expression.
   *
   * @param missing the error of a JSONPath that selects nothing
   */
  take(selection: Selection, missing: EvaluationError = 'States.ParameterPathFailure'): Expression {
    for (const note of selection.notes) this.note(note);
    const errors = {
      path: missing,
      intrinsic: 'States.IntrinsicFailure',
      query: 'States.QueryEvaluationError',
    } as const;
    for (const { kind, reads, span } of selection.failures) this.fail({ error: errors[kind], reads, span });
    for (const found of selection.diagnostics) {
      this.#diagnostics.set(`${found.code} ${placeOf(found.span)} ${found.message}`, found);
    }
    return selection.expression;
  }

  /** Notes that something that was just lowered may fail. What nothing decides is no flow. */
  fail(failure: Failure): void {
    if (failure.reads.some((read) => read.kind !== 'literal')) this.#failures.push(failure);
  }

  /** What may fail of all that was lowered since the last call. */
  takeFailures(): readonly Failure[] {
    const failures = this.#failures;
    this.#failures = [];
    return failures;
  }

  note(use: FeatureUse): void {
    this.#features.set(`${use.feature} ${placeOf(use.span)} ${use.note}`, use);
  }
}

const placeOf = (span: Span): string => `${span.file}:${span.start.offset}-${span.end.offset}`;

/** Lowers a JSONPath template (`Parameters`, `ResultSelector`, …). */
export function lowerTemplate(node: DataNode, scope: SelectionScope, findings: Findings): Expression {
  return findings.take(lowerPayloadTemplate(node, scope));
}

/** Lowers a field that takes a JSONPath and nothing else; anything that is no text is a constant. */
export function lowerPath(node: DataNode, scope: SelectionScope, findings: Findings): Expression {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return constant(node);
  return findings.take(lowerJsonPath(node, scope), 'States.Runtime');
}

/** Lowers one JSONPath or intrinsic; anything that is no text is a constant. */
export function lowerSelection(node: DataNode, scope: SelectionScope, findings: Findings): Expression {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return constant(node);
  return findings.take(lowerPathOrIntrinsic(node, scope), 'States.Runtime');
}

/** Lowers a JSONata template (`Arguments`, `Output`, `Assign`, …): every `{% %}` in it is evaluated. */
export function lowerQuery(node: DataNode, scope: SelectionScope, findings: Findings): Expression {
  if (node.kind === 'scalar' && typeof node.value === 'string' && isJsonata(node.value))
    return findings.take(lowerJsonata(node, scope));
  return findings.take(lowerJsonataTemplate(node, scope));
}

/** The part of an argument under one name, kept apart when the argument is built as an object. */
export function partOf(expression: Expression, name: string): Expression | null {
  if (expression.kind === 'object') return expression.fields.find((each) => each.name === name)?.value ?? null;
  return { kind: 'get', of: expression, segments: [field(name)], span: expression.span };
}
