import { LIST_OPERATOR, type Expression } from '../../../model/ir.ts';
import type { Span } from '../../../model/span.ts';
import { apply, arrayOf, literal, objectOf, OWN, readPath, step } from '../build.ts';
import { mentionedVariables, type Lowering } from '../lowering.ts';
import { finishSequence, single, type Matches } from '../matches.ts';
import { bounded } from '../size.ts';
import type { Node } from './ast.ts';
import { callFunction } from './calls.ts';
import { operatorFailure } from './failures.ts';
import { functionOf, lowerCall } from './functions.ts';
import { spreadOf } from './elements.ts';
import {
  Frame,
  type Argument,
  type CallSite,
  type Environment,
  type FunctionValue,
  type Lowerer,
} from './environment.ts';
import { isBuiltin } from './builtins.ts';
import { applyGroup, applyWholeStages, lowerPairs, lowerPath } from './paths.ts';

/** Deepest nesting of nodes that is followed, calls included; beyond that a node is replaced by everything in scope. */
export const LOWERING_DEPTH_MAX = 200;
/** Most nodes that one expression may be lowered to, calls included; beyond that nodes are replaced by everything in scope. */
export const LOWERING_NODES_MAX = 20_000;

/** The start: no context, no local variables. */
export const topEnvironment = (): Environment => ({
  frame: new Frame(null),
  focus: null,
  contexts: [],
  uncertain: null,
});

/** Lowers the nodes of one JSONata expression. */
export class JsonataLowerer implements Lowerer {
  readonly lowering: Lowering;
  /** Workflow variables that the text mentions. */
  readonly #variables: readonly string[];
  readonly #place: (from: number, to: number) => Span;
  readonly #active = new Set<Node>();
  #depth = 0;
  #nodes = 0;

  /** `place` gives the span of a part of `text`. */
  constructor(lowering: Lowering, text: string, place: (from: number, to: number) => Span) {
    this.lowering = lowering;
    this.#variables = mentionedVariables(text);
    this.#place = place;
  }

  spanOf(node: Node): Span {
    return this.#place(node.from, node.to);
  }

  value(node: Node, env: Environment): Expression {
    return bounded(finishSequence(this.lower(node, env), this.spanOf(node)));
  }

  lower(node: Node, env: Environment): Matches {
    this.#nodes += 1;
    if (this.#depth >= LOWERING_DEPTH_MAX || this.#nodes > LOWERING_NODES_MAX) return single(this.#widened(node));
    this.#depth += 1;
    let matches = this.#plain(node, env);
    if (node.kind !== 'path') matches = applyWholeStages(matches, node.stages, { env, lowerer: this });
    if (node.group !== null) matches = applyGroup(matches, node.group, node, { env, lowerer: this });
    this.#depth -= 1;
    return matches;
  }

  #widened(node: Node): Expression {
    this.lowering.note(
      'jsonata-limits',
      'an expression that is too large reads everything in scope',
      this.spanOf(node),
    );
    const widened = this.widen(node);
    this.fail(node, [widened]);
    return widened;
  }

  fail(node: Node, reads: readonly Expression[]): void {
    this.lowering.fail('query', reads, this.spanOf(node));
  }

  #plain(node: Node, env: Environment): Matches {
    const span = this.spanOf(node);
    switch (node.kind) {
      case 'literal':
        return single(literal(node.value, span));
      case 'regex':
        return single(literal(node.source, span));
      case 'path':
        return lowerPath(node, env, this);
      case 'name':
      case 'wildcard':
      case 'descendant':
      case 'parent':
      case 'sort':
        return this.#selection(node, env);
      case 'variable':
        return this.#variable(node, env);
      case 'negate':
        return single(this.#negate(node, env));
      case 'array':
        return single(this.#array(node, env));
      case 'object':
        return single(lowerPairs(node.pairs, { keyEnv: env, valueEnv: env, span, lowerer: this }));
      case 'binary':
        return single(this.#binary(node, env));
      case 'condition':
        return single(this.#condition(node, env));
      case 'block':
        return this.#block(node, env);
      case 'bind':
        return this.#bind(node, env);
      case 'call':
      case 'chain':
        return single(lowerCall(node, env, this));
      case 'lambda':
      case 'transform':
        return single(this.widen(node));
      case 'unknown':
        this.lowering.refuse('jsonata-unknown', `\`${node.type}\` is not known; it reads everything in scope`, span);
        return single(this.#opaque(`construct ${node.type}`, node));
    }
  }

  #negate(node: Extract<Node, { kind: 'negate' }>, env: Environment): Expression {
    const of = this.value(node.of, env);
    if (of.kind !== 'literal') this.fail(node, [step(of, OWN, of.span)]);
    return apply('jsonata:-', [of], this.spanOf(node));
  }

  #opaque(reason: string, node: Node): Expression {
    return this.lowering.opaque(reason, this.spanOf(node), this.#variables);
  }

  widen(node: Node): Expression {
    return this.lowering.everything(this.spanOf(node), this.#variables);
  }

  /** A selection that stands by itself, or the first step of a path at the top, where there is nothing to select from. */
  #selection(node: Node, env: Environment): Matches {
    if (env.focus !== null) {
      const bare = { ...node, stages: [], group: null, focus: null, index: null };
      return lowerPath({ ...bare, kind: 'path', steps: [bare] }, env, this);
    }
    const what = node.kind === 'name' ? `\`${node.name}\`` : 'this';
    this.lowering.report('EXP062', `${what} has nothing to select from at the top of an expression`, this.spanOf(node));
    return single(this.#opaque('selection without a context', node));
  }

  #variable(node: Extract<Node, { kind: 'variable' }>, env: Environment): Matches {
    const span = this.spanOf(node);
    const { scope } = this.lowering;
    if (node.name === '' && env.focus !== null) return { direct: env.focus, items: [], guards: [] };
    if (node.name === '' || node.name === '$') {
      this.lowering.report('EXP062', `\`$${node.name}\` has no value in a state machine's expressions`, span);
      return single(this.#opaque(`$${node.name}`, node));
    }
    const bound = env.frame.lookup(node.name);
    if (bound !== null) {
      return bound.kind === 'value' ? { direct: bound.alternatives, items: [], guards: [] } : single(this.widen(node));
    }
    if (node.name === 'states') return single(this.#states(span));
    const root = scope.variable(node.name);
    if (root !== null) return single(readPath({ root, segments: [] }, span));
    if (isBuiltin(node.name)) return single(literal(null, span));
    this.lowering.report('EXP003', `the variable \`$${node.name}\` is never assigned`, span);
    return single(this.lowering.opaque(`unknown variable $${node.name}`, span));
  }

  #states(span: Span): Expression {
    const { scope } = this.lowering;
    const parts = [
      ['input', scope.input],
      ['context', scope.context],
      ['result', scope.result],
      ['errorOutput', scope.errorOutput],
    ] as const;
    return objectOf(
      parts.flatMap(([name, path]) => (path === null ? [] : [{ name, value: readPath(path, span) }])),
      span,
    );
  }

  /** Items that are arrays are taken apart, and absent ones left out, so positions are only known when each item is surely one element. */
  #array(node: Extract<Node, { kind: 'array' }>, env: Environment): Expression {
    const span = this.spanOf(node);
    const items = node.items.map((item) => this.value(item, env));
    if (node.items.every((item) => isOneElement(item))) return arrayOf(items, span);
    const { scope } = this.lowering;
    const taken = items.map((item, at) => (isOneElement(node.items[at]) ? item : spreadOf(item, scope, span)));
    return apply(LIST_OPERATOR, taken, span);
  }

  /** Chains of one operator, `a & b & c`, are taken apart without nesting. */
  #binary(node: Extract<Node, { kind: 'binary' }>, env: Environment): Expression {
    const operands: Node[] = [];
    let left: Node = node;
    while (
      left.kind === 'binary' &&
      left.operator === node.operator &&
      left.stages.length === 0 &&
      left.group === null
    ) {
      operands.push(left.right);
      left = left.left;
    }
    operands.push(left);
    operands.reverse();
    const args: Expression[] = [];
    const isLazy = node.operator === 'and' || node.operator === 'or';
    for (const operand of operands) {
      const before = isLazy ? args.slice() : [];
      const uncertain = isLazy ? [...(env.uncertain ?? []), ...args] : env.uncertain;
      args.push(this.lowering.under(before, () => this.value(operand, { ...env, uncertain })));
    }
    const reads = operatorFailure(node.operator, args);
    if (reads !== null) this.fail(node, reads);
    return apply(`jsonata:${node.operator}`, args, this.spanOf(node));
  }

  #condition(node: Extract<Node, { kind: 'condition' }>, env: Environment): Expression {
    const span = this.spanOf(node);
    const test = apply('jsonata:boolean', [this.value(node.test, env)], this.spanOf(node.test));
    const inner = { ...env, uncertain: [...(env.uncertain ?? []), test] };
    const [then, otherwise] = this.lowering.under([test], () => [
      this.value(node.then, inner),
      node.otherwise === null ? literal(null, span) : this.value(node.otherwise, inner),
    ]);
    return { kind: 'conditional', test, then, otherwise, span };
  }

  #block(node: Extract<Node, { kind: 'block' }>, env: Environment): Matches {
    const inner: Environment = { ...env, frame: new Frame(env.frame), uncertain: null };
    let last: Matches = single(literal(null, this.spanOf(node)));
    for (const part of node.body) last = this.lower(part, inner);
    return last;
  }

  /** A binding that may not be reached joins what the name stood for before, and what decides. */
  #bind(node: Extract<Node, { kind: 'bind' }>, env: Environment): Matches {
    const span = this.spanOf(node);
    const before = env.frame.lookup(node.name);
    const made = this.argument(node.value, env);
    let bound: Argument = made;
    if (env.uncertain !== null) {
      const all = [made, before].flatMap((each) => {
        if (each === null) return [];
        return each.kind === 'value' ? each.alternatives : [this.widen(node)];
      });
      bound = { kind: 'value', alternatives: [apply('joined', [...all, ...env.uncertain], span)] };
    }
    env.frame.bind(node.name, bound);
    return made.kind === 'value' ? { direct: made.alternatives, items: [], guards: [] } : single(this.widen(node));
  }

  argument(node: Node, env: Environment): Argument {
    const value = functionOf(node, env, this);
    return value === null ? { kind: 'value', alternatives: [this.value(node, env)] } : { kind: 'function', value };
  }

  call(callee: FunctionValue, args: readonly Argument[], site: CallSite): Expression {
    return bounded(callFunction(callee, args, { site, lowerer: this, active: this.#active }));
  }
}

/** Whether an array constructor's item gives exactly one element whatever its parts are. */
function isOneElement(node: Node | undefined): boolean {
  if (node === undefined || node.stages.length > 0 || node.group !== null) return false;
  switch (node.kind) {
    case 'literal':
    case 'object':
    case 'array':
      return true;
    case 'binary':
      return ['&', '=', '!=', 'and', 'or', 'in'].includes(node.operator);
    default:
      return false;
  }
}
