import type { Expression } from '../../../model/ir.ts';
import { literal } from '../build.ts';
import type { Node } from './ast.ts';
import { isBuiltin } from './builtins.ts';
import type { Argument, CallSite, Environment, FunctionValue, Lowerer } from './environment.ts';

/** Lowers a call or a chain, `left ~> right`, in which the left side becomes the first argument of the right. */
export function lowerCall(
  node: Extract<Node, { kind: 'call' | 'chain' }>,
  env: Environment,
  lowerer: Lowerer,
): Expression {
  const site: CallSite = { node, env, span: lowerer.spanOf(node) };
  if (node.kind === 'call') {
    if (node.args.includes(null)) return lowerer.widen(node);
    return lowerer.call(calleeOf(node.procedure, env, lowerer), argumentsOf(node.args, env, lowerer), site);
  }
  const first = lowerer.argument(node.left, env);
  const { right } = node;
  if (right.kind === 'call' && !right.args.includes(null) && right.stages.length === 0) {
    const args = argumentsOf(right.args, env, lowerer);
    return lowerer.call(calleeOf(right.procedure, env, lowerer), [first, ...args], site);
  }
  return lowerer.call(calleeOf(right, env, lowerer), [first], site);
}

function argumentsOf(args: readonly (Node | null)[], env: Environment, lowerer: Lowerer): readonly Argument[] {
  return args.flatMap((each) => (each === null ? [] : [lowerer.argument(each, env)]));
}

function calleeOf(node: Node, env: Environment, lowerer: Lowerer): FunctionValue {
  // Workflow variables hold no functions, so a name that is called is never one of them.
  const isFree = node.kind === 'variable' && node.stages.length === 0 && env.frame.lookup(node.name) === null;
  if (isFree && isBuiltin(node.name)) return { kind: 'builtin', name: node.name };
  const found = functionOf(node, env, lowerer);
  if (found !== null) return found;
  const span = lowerer.spanOf(node);
  const { lowering } = lowerer;
  const isName = node.kind === 'path' && node.steps.length === 1 && node.steps[0]?.kind === 'name';
  if (isName) lowering.report('EXP063', 'a function is called without `$` before its name', span);
  if (node.kind === 'variable' && env.frame.lookup(node.name) === null) {
    lowering.report('EXP063', `there is no function \`$${node.name}\``, span);
    lowering.refuse(
      'jsonata-unknown-function',
      `\`$${node.name}\` is not known; its result may be anything in scope`,
      span,
    );
    const of = lowerer.widen(node);
    const reason = `function $${node.name}`;
    return {
      kind: 'unknown',
      reads: [{ kind: 'source', of, label: { marks: ['opaque'] }, description: reason, span }],
    };
  }
  lowering.note('jsonata-computed-function', 'a function that is computed may depend on everything in scope', span);
  return { kind: 'unknown', reads: [lowerer.widen(node)] };
}

/** The function that a node stands for; null when it is a value, as far as can be told. */
export function functionOf(node: Node, env: Environment, lowerer: Lowerer): FunctionValue | null {
  if (node.stages.length > 0 || node.group !== null) return null;
  switch (node.kind) {
    case 'lambda':
      return { kind: 'lambda', node, env };
    case 'transform':
      return { kind: 'transform', node, env };
    case 'variable': {
      const bound = env.frame.lookup(node.name);
      if (bound !== null) return bound.kind === 'function' ? bound.value : null;
      if (node.name === 'states' || lowerer.lowering.scope.variable(node.name) !== null) return null;
      return isBuiltin(node.name) ? { kind: 'builtin', name: node.name } : null;
    }
    case 'call': {
      if (!node.args.includes(null)) return null;
      const of = functionOf(node.procedure, env, lowerer);
      if (of === null) return null;
      return {
        kind: 'partial',
        of,
        preset: node.args.map((each) => (each === null ? null : lowerer.argument(each, env))),
      };
    }
    case 'chain': {
      const second = functionOf(node.right, env, lowerer);
      const first = second === null ? null : functionOf(node.left, env, lowerer);
      return first === null || second === null ? null : { kind: 'composed', first, second };
    }
    case 'block': {
      const [only] = node.body;
      return node.body.length === 1 && only !== undefined ? functionOf(only, env, lowerer) : null;
    }
    case 'bind': {
      const value = functionOf(node.value, env, lowerer);
      if (value !== null) lowerer.lower(node, env);
      return value;
    }
    default:
      return null;
  }
}

/** One expression for an argument; a function as a value may depend on everything in scope. */
export function valueOf(argument: Argument | undefined, site: CallSite, lowerer: Lowerer): Expression {
  if (argument === undefined) return literal(null, site.span);
  if (argument.kind === 'function') return lowerer.widen(site.node);
  const [first, ...others] = argument.alternatives;
  if (first === undefined) return literal(null, site.span);
  return others.reduce((base, over): Expression => ({ kind: 'merge', base, over, span: site.span }), first);
}
