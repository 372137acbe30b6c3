import type { Expression, ObjectField } from '../../../model/ir.ts';
import { apply, literal, merge, objectOf } from '../build.ts';
import type { Node } from './ast.ts';
import { callBuiltin } from './builtins.ts';
import { spreadOf } from './elements.ts';
import {
  Frame,
  type Argument,
  type CallSite,
  type Environment,
  type FunctionValue,
  type Lowerer,
} from './environment.ts';
import { valueOf } from './functions.ts';

/** Most functions that are inside one another; a call that is deeper, or that calls what is already being followed, is not followed. */
export const CALLS_DEPTH_MAX = 24;

interface CallContext {
  readonly site: CallSite;
  readonly lowerer: Lowerer;
  /** Functions whose bodies are being lowered. */
  readonly active: Set<Node>;
}

/** The result of calling a function. Bodies are lowered anew for each call, with the arguments in place of the parameters. */
export function callFunction(callee: FunctionValue, args: readonly Argument[], context: CallContext): Expression {
  const { site, lowerer } = context;
  const values = (): readonly Expression[] => args.map((argument) => valueOf(argument, site, lowerer));
  switch (callee.kind) {
    case 'builtin':
      return callBuiltin(callee.name, args, { site, lowerer });
    case 'lambda':
      return callLambda(callee, args, context);
    case 'transform':
      return callTransform(callee, args, context);
    case 'composed': {
      const inner = callFunction(callee.first, args, context);
      return callFunction(callee.second, [{ kind: 'value', alternatives: [inner] }], context);
    }
    case 'partial': {
      const rest = [...args];
      const all = callee.preset.map(
        (preset): Argument => preset ?? rest.shift() ?? { kind: 'value', alternatives: [] },
      );
      return callFunction(callee.of, [...all, ...rest], context);
    }
    case 'unknown': {
      const reads = [...callee.reads, ...values()];
      lowerer.fail(site.node, reads);
      return apply('jsonata:call', reads, site.span);
    }
  }
}

function callLambda(
  callee: Extract<FunctionValue, { kind: 'lambda' }>,
  args: readonly Argument[],
  context: CallContext,
): Expression {
  const { site, lowerer, active } = context;
  const { node, env } = callee;
  if (active.has(node) || active.size >= CALLS_DEPTH_MAX) {
    lowerer.lowering.note(
      'jsonata-recursion',
      'a function that calls itself may depend on everything in scope',
      site.span,
    );
    const values = args.map((argument) => valueOf(argument, site, lowerer));
    const reads = [lowerer.widen(node), ...values];
    lowerer.fail(site.node, reads);
    return apply('jsonata:recursion', reads, site.span);
  }
  if (node.isTyped)
    lowerer.fail(
      site.node,
      args.map((argument) => valueOf(argument, site, lowerer)),
    );
  const frame = new Frame(env.frame);
  for (const [at, name] of node.parameters.entries()) frame.bind(name, args[at] ?? { kind: 'value', alternatives: [] });
  active.add(node);
  const result = lowerer.value(node.body, { ...env, frame, uncertain: null });
  active.delete(node);
  return result;
}

/** `|pattern|update,delete|` changes parts of a copy; which parts is decided by the pattern, so any part may carry what the update reads. */
function callTransform(
  callee: Extract<FunctionValue, { kind: 'transform' }>,
  args: readonly Argument[],
  context: CallContext,
): Expression {
  const { site, lowerer } = context;
  const { node, env } = callee;
  const target = valueOf(args[0], site, lowerer);
  const span = site.span;
  const { scope } = lowerer.lowering;
  const focus = [spreadOf(target, scope, span)];
  const pattern = lowerer.lower(node.pattern, { ...env, focus, uncertain: [] });
  const matched = [...pattern.direct, ...pattern.items];
  const inside: Environment = {
    ...env,
    focus: matched.map((each) => spreadOf(each, scope, span)),
    uncertain: [],
  };
  const update = lowerer.value(node.update, inside);
  const remove = node.remove === null ? [] : [lowerer.value(node.remove, inside)];
  lowerer.fail(site.node, [target, ...matched, ...pattern.guards, update, ...remove]);
  const overwritten = isWhole(node.pattern) ? constantChange(update, remove) : null;
  if (overwritten !== null) return merge(target, objectOf(overwritten, span), span);
  lowerer.lowering.note('jsonata-transform', 'a transform may change any part of the value', lowerer.spanOf(node));
  const changes = apply('jsonata:transform', [...matched, ...pattern.guards, update, ...remove], span);
  return merge(target, changes, span);
}

/** The pattern `$`: what is changed is the value itself, or each of its elements. */
function isWhole(pattern: Node): boolean {
  const only = pattern.kind === 'path' && pattern.steps.length === 1 ? pattern.steps[0] : pattern;
  return only?.kind === 'variable' && only.name === '' && only.stages.length === 0;
}

/**
 * The fields that a transform overwrites with constants or removes; null when it does anything else. Elements of an array keep what they had, which is
 * the safe side: constants bring nothing in.
 */
function constantChange(update: Expression, remove: readonly Expression[]): readonly ObjectField[] | null {
  if (update.kind !== 'object' || update.fields.some(({ value }) => value.kind !== 'literal')) return null;
  const names = remove.flatMap((each) => (each.kind === 'array' ? each.items : [each]));
  const removed = names.flatMap((each): ObjectField[] =>
    each.kind === 'literal' && typeof each.value === 'string'
      ? [{ name: each.value, value: literal(null, each.span) }]
      : [],
  );
  return removed.length < names.length ? null : [...update.fields, ...removed];
}
