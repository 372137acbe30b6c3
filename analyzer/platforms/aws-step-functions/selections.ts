import type { Diagnostic } from '../../../model/diagnostic.ts';
import type { Expression, FeatureUse, Path, Segment } from '../../../model/ir.ts';
import type { JsonValue } from '../../../model/json.ts';
import type { Span } from '../../../model/span.ts';
import {
  isJsonata,
  lowerJsonata,
  lowerJsonataTemplate,
  lowerPathOrIntrinsic,
  lowerPayloadTemplate,
  type Selection,
  type SelectionScope,
} from '../../expressions/index.ts';
import { toJson, type DataNode } from '../../source/index.ts';

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
export const ASSIGNED = root('assigned');
export const OUTPUT = root('output');
export const ERROR = root('error');
export const variableRoot = (name: string): string => `var:${name}`;

/** A constant value as an expression. */
export function constant(node: DataNode): Expression {
  return literalOf(toJson(node) as JsonValue, node.span);
}

/** What lowering finds besides steps. */
export class Findings {
  readonly features: FeatureUse[] = [];
  readonly diagnostics: Diagnostic[] = [];

  /** Takes the notes of a selection and gives its expression. */
  take(selection: Selection): Expression {
    this.features.push(...selection.notes);
    this.diagnostics.push(...selection.diagnostics);
    return selection.expression;
  }

  note(use: FeatureUse): void {
    this.features.push(use);
  }
}

/** Lowers a JSONPath template (`Parameters`, `ResultSelector`, …). */
export function lowerTemplate(node: DataNode, scope: SelectionScope, findings: Findings): Expression {
  return findings.take(lowerPayloadTemplate(node, scope));
}

/** Lowers one JSONPath or intrinsic; anything that is no text is a constant. */
export function lowerSelection(node: DataNode, scope: SelectionScope, findings: Findings): Expression {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return constant(node);
  return findings.take(lowerPathOrIntrinsic(node, scope));
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
