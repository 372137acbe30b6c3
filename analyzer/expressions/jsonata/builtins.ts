import { LIST_OPERATOR, type Expression } from '../../../model/ir.ts';
import type { Span } from '../../../model/span.ts';
import { ANY_CHILD, apply, field, guarded, merge, OWN, step } from '../build.ts';
import { finishSequence } from '../matches.ts';
import { spreadOf } from './elements.ts';
import type { Argument, CallSite, Lowerer } from './environment.ts';
import { BUILTIN_FAILURES, existence } from './failures.ts';
import { valueOf } from './functions.ts';

/**
 * The functions of JSONata and those that Step Functions adds, with the number of arguments each needs. A call with fewer uses the context as
 * its first argument.
 */
const REQUIRED: Readonly<Record<string, number>> = {
  abs: 1,
  append: 2,
  assert: 1,
  average: 1,
  base64decode: 1,
  base64encode: 1,
  boolean: 1,
  ceil: 1,
  clone: 1,
  contains: 2,
  count: 1,
  decodeUrl: 1,
  decodeUrlComponent: 1,
  distinct: 1,
  each: 2,
  encodeUrl: 1,
  encodeUrlComponent: 1,
  error: 0,
  eval: 1,
  exists: 1,
  filter: 2,
  floor: 1,
  formatBase: 1,
  formatInteger: 2,
  formatNumber: 2,
  fromMillis: 1,
  hash: 2,
  join: 1,
  keys: 1,
  length: 1,
  lookup: 2,
  lowercase: 1,
  map: 2,
  match: 2,
  max: 1,
  merge: 1,
  millis: 0,
  min: 1,
  not: 1,
  now: 0,
  number: 1,
  pad: 2,
  parse: 1,
  parseInteger: 2,
  partition: 2,
  power: 2,
  random: 0,
  range: 3,
  reduce: 2,
  replace: 3,
  reverse: 1,
  round: 1,
  shuffle: 1,
  sift: 2,
  single: 1,
  sort: 1,
  split: 2,
  spread: 1,
  sqrt: 1,
  string: 1,
  substring: 2,
  substringAfter: 2,
  substringBefore: 2,
  sum: 1,
  toMillis: 1,
  trim: 1,
  type: 1,
  uppercase: 1,
  uuid: 0,
  zip: 1,
};

/** Whether JSONata or Step Functions has a function of this name (without `$`). */
export const isBuiltin = (name: string): boolean => Object.hasOwn(REQUIRED, name);

interface BuiltinContext {
  readonly site: CallSite;
  readonly lowerer: Lowerer;
}

type Handler = (call: BuiltinCall) => Expression;

/** A call's arguments, the context included where it stands for the first, and helpers over them. */
class BuiltinCall {
  readonly name: string;
  readonly args: readonly Argument[];
  readonly site: CallSite;
  readonly lowerer: Lowerer;
  readonly span: Span;

  constructor(name: string, args: readonly Argument[], context: BuiltinContext) {
    this.name = name;
    this.args = args;
    this.site = context.site;
    this.lowerer = context.lowerer;
    this.span = context.site.span;
  }

  value(at: number): Expression {
    return valueOf(this.args[at], this.site, this.lowerer);
  }

  /** What one item of an argument that is used as an array may be. */
  item(at: number): Expression {
    return spreadOf(this.value(at), this.lowerer.lowering.scope, this.span);
  }

  /** An argument as the array that functions are given; a value that is no array is put in one. */
  whole(at: number): readonly Expression[] {
    return [this.value(at), apply(LIST_OPERATOR, [this.value(at)], this.span)];
  }

  own(at: number): Expression {
    return step(this.value(at), OWN, this.span);
  }

  /** The result of calling a function argument; null when there is none. */
  callback(at: number, args: readonly (readonly Expression[])[]): Expression | null {
    const callee = this.args[at];
    if (callee === undefined) return null;
    const values = args.map((alternatives): Argument => ({ kind: 'value', alternatives }));
    if (callee.kind === 'function') {
      // How often the function is called depends on how many values there are.
      return this.lowerer.lowering.under(existence(args.flat(), this.span), () =>
        this.lowerer.call(callee.value, values, this.site),
      );
    }
    const reads = [this.value(at), ...args.flat()];
    this.lowerer.fail(this.site.node, reads);
    return apply('jsonata:call', reads, this.span);
  }

  /** A position, which depends on how many there are at most. */
  position(at: number): readonly Expression[] {
    return [apply('jsonata:position', [this.own(at)], this.span)];
  }

  /** A list, or a single one, of what `items` give; decided by `guards`. */
  sequence(items: readonly Expression[], guards: readonly Expression[]): Expression {
    return finishSequence({ direct: [], items, guards }, this.span);
  }
}

/** The result of a built-in function. Those that move values around keep their parts apart; all others depend on all arguments. */
export function callBuiltin(name: string, args: readonly Argument[], context: BuiltinContext): Expression {
  const { focus } = context.site.env;
  const required = REQUIRED[name] ?? 0;
  const isShort = args.length < required && focus !== null;
  const all: readonly Argument[] = isShort ? [{ kind: 'value', alternatives: focus }, ...args] : args;
  const call = new BuiltinCall(name, all, context);
  if (args.length < required && focus === null) {
    const message = `\`$${name}\` takes at least ${required} ${required === 1 ? 'argument' : 'arguments'}, not ${args.length}`;
    context.lowerer.lowering.report('EXP064', message, call.span);
  }
  const handler = Object.hasOwn(HANDLERS, name) ? HANDLERS[name] : undefined;
  const result = handler === undefined ? plainCall(call) : handler(call);
  const reads = callFailure(call, result);
  if (reads !== null) context.lowerer.fail(context.site.node, reads);
  return result;
}

/** What decides whether a call fails, its callbacks aside; null when it cannot. */
function callFailure(call: BuiltinCall, result: Expression): readonly Expression[] | null {
  const kind = BUILTIN_FAILURES.get(call.name) ?? 'values';
  if (kind === 'never') return null;
  const values = call.args.flatMap((argument, at) => (argument.kind === 'value' ? [at] : []));
  if (values.length > 0 && values.every((at) => call.value(at).kind === 'literal') && call.name !== 'error')
    return null;
  switch (kind) {
    case 'types':
      return values.map((at) => call.own(at));
    case 'elements':
      return values.flatMap((at) => [call.own(at), step(call.item(at), OWN, call.span)]);
    case 'values':
      return [...values.map((at) => call.value(at)), ...(values.length < call.args.length ? [result] : [])];
  }
}

/** Function arguments are called with anything that the other arguments hold. */
function plainCall(call: BuiltinCall): Expression {
  const values = call.args.flatMap((argument, at) => (argument.kind === 'value' ? [call.value(at)] : []));
  const results = call.args.flatMap((argument, at) => {
    if (argument.kind === 'value') return [];
    const anything = [apply('joined', values, call.span)];
    const result = call.callback(at, [anything, anything, anything, anything]);
    return result === null ? [] : [result];
  });
  return apply(`jsonata:$${call.name}`, [...values, ...results], call.span);
}

/** `$map`: one result for each item. */
function map(call: BuiltinCall): Expression {
  const result = call.callback(1, [[call.item(0)], call.position(0), call.whole(0)]);
  return call.sequence(result === null ? [] : [result], [call.own(0)]);
}

/** `$filter`, `$single` and `$sort`: items as they are, chosen or ordered by a function, or by their values when there is none. */
function choose(call: BuiltinCall): Expression {
  const items = [call.item(0)];
  const args = call.name === 'sort' ? [items, items] : [items, call.position(0), call.whole(0)];
  const byDefault = call.name === 'single' ? call.own(0) : apply('joined', items, call.span);
  return call.sequence(items, [call.callback(1, args) ?? byDefault]);
}

/** `$reduce`: whatever the function makes of the items and of what it made before. */
function reduce(call: BuiltinCall): Expression {
  const items = [call.item(0)];
  const start = call.args.length > 2 ? [call.value(2)] : [];
  const before = [apply('joined', [...items, ...start], call.span)];
  const result = call.callback(1, [before, items, call.position(0), call.whole(0)]);
  return apply('jsonata:$reduce', [...items, ...start, ...(result === null ? [] : [result])], call.span);
}

const childrenOf = (call: BuiltinCall, at: number): readonly Expression[] => [
  step(call.item(at), ANY_CHILD, call.span),
];

/** Which fields there are, without what is in them. */
const fieldNames = (call: BuiltinCall, at: number): Expression =>
  apply(
    'jsonata:$keys',
    childrenOf(call, at).map((child) => step(child, OWN, call.span)),
    call.span,
  );

/** `$each` and `$sift`: a function of each field's value and name. */
function perField(call: BuiltinCall): Expression {
  const names = fieldNames(call, 0);
  const result = call.callback(1, [childrenOf(call, 0), [names], [call.value(0)]]);
  const results = result === null ? [] : [result];
  if (call.name === 'sift') return guarded(call.value(0), results, call.span);
  return call.sequence(results, [names]);
}

/** `$spread`: one object for each field, so their number depends on which fields there are. */
const spread = (call: BuiltinCall): Expression => call.sequence([call.item(0)], [fieldNames(call, 0)]);

/** Items as they are, in another order or number: `$reverse`, `$shuffle`, `$append`. */
function move(call: BuiltinCall): Expression {
  return call.sequence(
    call.args.map((_, at) => call.item(at)),
    [],
  );
}

/** `$distinct` looks at whole items. */
const distinct = (call: BuiltinCall): Expression => call.sequence([call.item(0)], [call.value(0)]);

/** `$merge`: the fields of all objects in an array. */
function mergeAll(call: BuiltinCall): Expression {
  const of = call.value(0);
  const isList = of.kind === 'apply' && of.operator === LIST_OPERATOR;
  const parts = of.kind === 'array' ? of.items : isList ? of.args : [call.item(0)];
  const [first, ...others] = parts;
  if (first === undefined) return of;
  return others.reduce((base, over) => merge(base, over, call.span), first);
}

/** `$lookup`: a field by its name; a name that is computed may be any. */
function lookup(call: BuiltinCall): Expression {
  const key = call.value(1);
  const name = key.kind === 'literal' && typeof key.value === 'string' ? key.value : null;
  const segment = name === null ? ANY_CHILD : field(name);
  if (name === null) {
    call.lowerer.lowering.note('jsonata-dynamic-lookup', 'a field whose name is computed may be any field', call.span);
  }
  return call.sequence([step(call.item(0), segment, call.span)], [key]);
}

/** `$eval` is not available in state machines and could read anything. */
function evaluate(call: BuiltinCall): Expression {
  const { lowering } = call.lowerer;
  lowering.report('EXP065', '`$eval` is not available in state machines', call.span);
  lowering.refuse('jsonata-eval', 'text that is evaluated may read everything in scope', call.span);
  const values = call.args.map((_, at) => call.value(at));
  const of = apply('jsonata:$eval', [call.lowerer.widen(call.site.node), ...values], call.span);
  return { kind: 'source', of, label: { marks: ['opaque'] }, description: '$eval', span: call.span };
}

/** `$partition`: an array of arrays of items. */
function partition(call: BuiltinCall): Expression {
  const parts = apply(LIST_OPERATOR, [call.item(0)], call.span);
  return guarded(apply(LIST_OPERATOR, [parts], call.span), [call.value(1)], call.span);
}

/** `$exists`, `$count` and `$type` look at a value and not at its parts. */
const ofOwn = (call: BuiltinCall): Expression => apply(`jsonata:$${call.name}`, [call.own(0)], call.span);

const HANDLERS: Readonly<Record<string, Handler>> = {
  append: move,
  count: ofOwn,
  distinct,
  each: perField,
  eval: evaluate,
  exists: ofOwn,
  filter: choose,
  keys: (call) => fieldNames(call, 0),
  lookup,
  map,
  merge: mergeAll,
  partition,
  reduce,
  reverse: move,
  shuffle: move,
  sift: perField,
  single: choose,
  sort: choose,
  spread,
  type: ofOwn,
};
