import type { JsonValue } from '../../../model/json.ts';
import { isObject, type UnknownObject } from '../runs/outcome.ts';

/** A step of an evaluation, as `opa eval --explain full --format json` gives it. Only what is looked at. */
export interface TraceEvent {
  readonly operation: string;
  /** Evaluation of one body: of a rule, a function, a comprehension or the query. */
  readonly query: number;
  readonly parent: number;
  readonly file: string;
  readonly row: number;
  /** The rule that is entered or left; null for expressions and other bodies. */
  readonly rule: TracedRule | null;
  /** The expression that is evaluated; null for bodies. */
  readonly expression: TracedExpression | null;
  /** Values of variables by the compiler's name. */
  readonly locals: ReadonlyMap<string, JsonValue>;
  /** Names of variables in the module, by the compiler's name. */
  readonly names: ReadonlyMap<string, string>;
}

export interface TracedRule {
  readonly name: string;
  readonly isFunction: boolean;
  /** Whether it adds to a set or an object. */
  readonly isPartial: boolean;
  readonly bodyLength: number;
}

export interface TracedExpression {
  /** Place in the body, from 0. */
  readonly index: number;
  /** The function that is called, e.g. `eq`, `gt`; the path of a function of the policies otherwise. Empty for a plain term. */
  readonly operator: string;
  readonly operands: readonly TracedTerm[];
}

/** An operand: a variable, a reference with its parts, a constant, or something made of others. */
export type TracedTerm =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'reference'; readonly parts: readonly TracedTerm[] }
  | { readonly kind: 'constant'; readonly value: JsonValue }
  | { readonly kind: 'compound'; readonly terms: readonly TracedTerm[] };

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Nesting of terms that is gone into. */
const DEPTH_MAX = 64;

/** Reads the events of a trace; what has another form is left out. */
export function readTrace(explanation: unknown): readonly TraceEvent[] {
  return listOf(explanation).filter(isObject).map(readEvent);
}

function readEvent(event: UnknownObject): TraceEvent {
  const { Op, QueryID, ParentID, Node, Location, Locals, LocalMetadata } = event;
  const node = isObject(Node) ? Node : {};
  const place = isObject(Location) ? Location : {};
  const isRule = isObject(node['head']);
  return {
    operation: textOf(Op),
    query: numberOf(QueryID),
    parent: numberOf(ParentID),
    file: textOf(place['file']).replace(/^\.?\//, ''),
    row: numberOf(place['row']),
    rule: isRule ? readRule(node) : null,
    expression: !isRule && node['terms'] !== undefined ? readExpression(node) : null,
    locals: new Map(listOf(Locals).filter(isObject).flatMap(readLocal)),
    names: new Map(isObject(LocalMetadata) ? Object.entries(LocalMetadata).flatMap(readName) : []),
  };
}

function readRule(node: UnknownObject): TracedRule {
  const head = isObject(node['head']) ? node['head'] : {};
  const parts = listOf(head['ref']).map((term) => (isObject(term) ? textOf(term['value']) : ''));
  const ground = parts.findIndex((part, at) => at > 0 && (part === '' || part.startsWith('__local')));
  return {
    name: (ground === -1 ? parts : parts.slice(0, ground)).join('.') || textOf(head['name']),
    isFunction: listOf(head['args']).length > 0,
    isPartial: head['key'] !== undefined,
    bodyLength: listOf(node['body']).length,
  };
}

function readExpression(node: UnknownObject): TracedExpression {
  const { terms, index } = node;
  if (!Array.isArray(terms)) return { index: numberOf(index), operator: '', operands: [readTerm(terms, 0)] };
  const [operator, ...operands] = terms as readonly unknown[];
  return {
    index: numberOf(index),
    operator: operatorOf(operator),
    operands: operands.map((term) => readTerm(term, 0)),
  };
}

const operatorOf = (term: unknown): string =>
  isObject(term)
    ? listOf(term['value'])
        .map((part) => (isObject(part) ? textOf(part['value']) : ''))
        .join('.')
    : '';

function readTerm(term: unknown, depth: number): TracedTerm {
  if (!isObject(term) || depth > DEPTH_MAX) return { kind: 'compound', terms: [] };
  const { type, value } = term;
  switch (type) {
    case 'var':
      return { kind: 'variable', name: textOf(value) };
    case 'ref':
      return { kind: 'reference', parts: listOf(value).map((part) => readTerm(part, depth + 1)) };
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return { kind: 'constant', value: scalarOf(value) };
    default:
      return {
        kind: 'compound',
        terms: listOf(value)
          .flat()
          .map((part) => readTerm(part, depth + 1)),
      };
  }
}

const scalarOf = (value: unknown): JsonValue =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;

function readLocal(local: UnknownObject): readonly (readonly [string, JsonValue])[] {
  const value = valueOf(local, 0);
  return value === undefined ? [] : [[textOf(local['name']), value]];
}

function readName([local, metadata]: readonly [string, unknown]): readonly (readonly [string, string])[] {
  return isObject(metadata) ? [[local, textOf(metadata['name'])]] : [];
}

/** The value of a term that has one; undefined for variables and references. */
function valueOf(term: unknown, depth: number): JsonValue | undefined {
  if (!isObject(term) || depth > DEPTH_MAX) return undefined;
  const { type, value } = term;
  switch (type) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return scalarOf(value);
    case 'array':
    case 'set':
      return listOf(value).map((item) => valueOf(item, depth + 1) ?? null);
    case 'object':
      return Object.fromEntries(
        listOf(value).map((pair) => {
          const [key, item] = listOf(pair);
          const name = valueOf(key, depth + 1);
          return [typeof name === 'string' ? name : JSON.stringify(name ?? null), valueOf(item, depth + 1) ?? null];
        }),
      );
    default:
      return undefined;
  }
}
