import type { Expression } from '../../../model/ir.ts';
import type { Span } from '../../../model/span.ts';
import type { Lowering } from '../lowering.ts';
import type { Matches } from '../matches.ts';
import type { Node } from './ast.ts';

/** A function as a value. Functions are followed into their bodies at each call. */
export type FunctionValue =
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'lambda'; readonly node: Extract<Node, { kind: 'lambda' }>; readonly env: Environment }
  | { readonly kind: 'partial'; readonly of: FunctionValue; readonly preset: readonly (Argument | null)[] }
  | { readonly kind: 'composed'; readonly first: FunctionValue; readonly second: FunctionValue }
  | { readonly kind: 'transform'; readonly node: Extract<Node, { kind: 'transform' }>; readonly env: Environment }
  /** Some function that is not followed: what it computes depends on `reads` and its arguments. */
  | { readonly kind: 'unknown'; readonly reads: readonly Expression[] };

/** What a name or an argument stands for: one of several values, or a function. */
export type Argument =
  | { readonly kind: 'value'; readonly alternatives: readonly Expression[] }
  | { readonly kind: 'function'; readonly value: FunctionValue };

/** Local variables of one block, function or path. */
export class Frame {
  readonly parent: Frame | null;
  readonly #bindings = new Map<string, Argument>();

  constructor(parent: Frame | null) {
    this.parent = parent;
  }

  lookup(name: string): Argument | null {
    return this.#bindings.get(name) ?? this.parent?.lookup(name) ?? null;
  }

  bind(name: string, value: Argument): void {
    this.#bindings.set(name, value);
  }
}

export interface Environment {
  readonly frame: Frame;
  /** What `$` may be; null at the top, where Step Functions gives no context. */
  readonly focus: readonly Expression[] | null;
  /** What the items of enclosing path steps may be, for the parent operator. */
  readonly contexts: readonly Expression[];
  /** When not null, what is evaluated here may not be evaluated at run time, depending on these. */
  readonly uncertain: readonly Expression[] | null;
}

/** The services that the parts of the lowering give each other. */
export interface Lowerer {
  readonly lowering: Lowering;
  spanOf(node: Node): Span;
  /** What a node's value may be, its stages and group included. */
  lower(node: Node, env: Environment): Matches;
  /** As `lower`, as one expression. */
  value(node: Node, env: Environment): Expression;
  /** As `value`, for what may also be a function. */
  argument(node: Node, env: Environment): Argument;
  /** Everything in scope: what stands for a node that is not followed. */
  widen(node: Node): Expression;
  /** Notes that evaluating a node may fail, as `reads` decide. */
  fail(node: Node, reads: readonly Expression[]): void;
  call(callee: FunctionValue, args: readonly Argument[], site: CallSite): Expression;
}

export interface CallSite {
  readonly node: Node;
  readonly env: Environment;
  readonly span: Span;
}
