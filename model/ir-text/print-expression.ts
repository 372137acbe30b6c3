import type { Expression, Path, Segment } from '../ir.ts';
import type { JsonValue } from '../json.ts';
import type { LabelDeclaration } from '../label.ts';
import type { Span } from '../span.ts';
import {
  fieldText,
  fileText,
  keyText,
  levelText,
  nameText,
  NO_LEVEL,
  numberText,
  operatorText,
  quote,
  variableText,
} from './words.ts';

export interface PrintOptions {
  /** Also print where everything stands, so that parsing gives the same places back. Default false. */
  readonly spans?: boolean;
}

/** ` @file:line:column+offset-line:column+offset`, or nothing when places are not asked for. */
export function spanText(span: Span, options: PrintOptions): string {
  if (options.spans !== true) return '';
  const { file, start, end } = span;
  return ` @${fileText(file)}:${start.line}:${start.column}+${start.offset}-${end.line}:${end.column}+${end.offset}`;
}

export const pathText = (path: Path): string => variableText(path.root) + segmentsText(path.segments);

function segmentsText(segments: readonly Segment[]): string {
  return segments.map(segmentText).join('');
}

function segmentText(segment: Segment): string {
  switch (segment.kind) {
    case 'field':
      return fieldText(segment.name);
    case 'index':
      return `[${numberText(segment.index)}]`;
    case 'anyElement':
      return '[*]';
    case 'anyChild':
      return '.*';
    case 'spread':
      return '[]';
    case 'own':
      return '?';
    case 'dynamic':
      return '..*';
  }
}

/** One line of text. Nests as deep as the expression, which `IR_EXPRESSION_DEPTH_MAX` bounds. */
export function expressionText(expression: Expression, options: PrintOptions): string {
  return withoutSpan(expression, options) + spanText(expression.span, options);
}

function withoutSpan(expression: Expression, options: PrintOptions): string {
  const inner = (part: Expression): string => expressionText(part, options);
  const list = (parts: readonly Expression[]): string => parts.map(inner).join(', ');
  switch (expression.kind) {
    case 'path':
      return pathText(expression.path);
    case 'literal':
      return literalText(expression.value);
    case 'source':
      return `source(${inner(expression.of)}, ${labelText(expression.label)}, ${quote(expression.description)})`;
    case 'object':
      return `{${expression.fields.map((field) => `${keyText(field.name)}: ${inner(field.value)}`).join(', ')}}`;
    case 'array':
      return `[${list(expression.items)}]`;
    case 'merge':
      return `merge(${inner(expression.base)}, ${inner(expression.over)})`;
    case 'get':
      return `(${inner(expression.of)})${segmentsText(expression.segments)}`;
    case 'conditional':
      return `if ${inner(expression.test)} then ${inner(expression.then)} else ${inner(expression.otherwise)}`;
    case 'apply':
      return `${operatorText(expression.operator)}(${list(expression.args)})`;
  }
}

/** Scalars stand for themselves; lists and objects are marked, since `[…]` and `{…}` are expressions. */
function literalText(value: JsonValue): string {
  return typeof value === 'object' && value !== null ? `json(${jsonText(value)})` : jsonText(value);
}

function jsonText(value: JsonValue): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(jsonText).join(', ')}]`;
  const entries = Object.entries(value).map(([key, part]) => `${quote(key)}: ${jsonText(part)}`);
  return `{${entries.join(', ')}}`;
}

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

/** E.g. `secret untrusted in {eu} for {acme} +token`; `_` stands for a confidentiality that is left out. */
export function labelText(label: LabelDeclaration): string {
  const parts: string[] = [];
  if (label.confidentiality !== undefined) parts.push(levelText(label.confidentiality));
  if (label.integrity !== undefined) parts.push(...(parts.length === 0 ? [NO_LEVEL] : []), levelText(label.integrity));
  if (label.region !== undefined) parts.push(`in {${label.region.map(nameText).join(', ')}}`);
  if (label.tenant !== undefined) parts.push(`for {${label.tenant.map(nameText).join(', ')}}`);
  if (label.marks?.length === 0) parts.push('+{}');
  for (const mark of label.marks ?? []) parts.push(`+${markText(mark)}`);
  return parts.length === 0 ? NO_LEVEL : parts.join(' ');
}

const BYPASS = 'bypass:';

function markText(mark: string): string {
  return mark.startsWith(BYPASS) ? `${BYPASS}${nameText(mark.slice(BYPASS.length))}` : mark;
}
