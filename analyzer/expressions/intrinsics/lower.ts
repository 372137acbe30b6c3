import type { Expression } from '../../../model/ir.ts';
import type { Span } from '../../../model/span.ts';
import { ANY_ELEMENT, apply, arrayOf, guarded, literal, merge, OWN, step } from '../build.ts';
import { lowerPath, type PathContext } from '../jsonpath/lower.ts';
import { countPlaces, type Argument, type IntrinsicCall } from './parse.ts';

/** Fewest and most arguments of each intrinsic function of the States Language; Infinity is no limit. */
const ARITY: Readonly<Record<string, readonly [number, number]>> = {
  'States.Array': [0, Infinity],
  'States.ArrayContains': [2, 2],
  'States.ArrayGetItem': [2, 2],
  'States.ArrayLength': [1, 1],
  'States.ArrayPartition': [2, 2],
  'States.ArrayRange': [3, 3],
  'States.ArrayUnique': [1, 1],
  'States.Base64Decode': [1, 1],
  'States.Base64Encode': [1, 1],
  'States.Format': [1, Infinity],
  'States.Hash': [2, 2],
  'States.JsonMerge': [3, 3],
  'States.JsonToString': [1, 1],
  'States.MathAdd': [2, 2],
  'States.MathRandom': [2, 3],
  'States.StringSplit': [2, 2],
  'States.StringToJson': [1, 1],
  'States.UUID': [0, 0],
};

/** Names of all intrinsic functions, sorted. */
export const INTRINSIC_NAMES: readonly string[] = Object.keys(ARITY).sort();

/** The expression that a parsed call stands for. Arrays and merges keep their structure; the rest depends on all arguments. */
export function lowerCall(call: IntrinsicCall, context: PathContext): Expression {
  const span = context.spanOf(call.from, call.to);
  const args = call.args.map((argument, at) => {
    // A template keeps its escapes: without them its places could not be told from literal braces.
    if (call.name !== 'States.Format' || at > 0 || argument.kind !== 'constant')
      return lowerArgument(argument, context);
    return literal(argument.raw, context.spanOf(argument.from, argument.to));
  });
  const arity = Object.hasOwn(ARITY, call.name) ? ARITY[call.name] : undefined;
  const { lowering } = context;
  if (arity === undefined) {
    const at = context.spanOf(call.from, call.from + call.name.length);
    lowering.report('EXP020', `there is no intrinsic function \`${call.name}\``, at);
    lowering.refuse('intrinsic-unknown', `\`${call.name}\` is not known; its result depends on all arguments`, at);
    const of = apply(call.name, args, span);
    return { kind: 'source', of, label: { marks: ['opaque'] }, description: `function ${call.name}`, span };
  }
  const [least, most] = arity;
  if (args.length < least || args.length > most) {
    const expected = least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} or ${most}`;
    lowering.report('EXP021', `\`${call.name}\` takes ${expected} arguments, not ${args.length}`, span);
    return apply(call.name, args, span);
  }
  checkArguments(call, context);
  const reads = failureReads(call.name, args, span);
  if (reads !== null) lowering.fail('intrinsic', reads, span);
  return build(call, args, span);
}

/** Functions that take any values. */
const TOTAL: ReadonlySet<string> = new Set(['States.Array', 'States.JsonToString', 'States.UUID']);

/** Of how many arguments, from the first, only type and length decide whether the function fails; of the others, their values. */
const BY_TYPE: Readonly<Record<string, number>> = {
  'States.ArrayContains': 2,
  'States.ArrayGetItem': 1,
  'States.ArrayLength': 1,
  'States.ArrayPartition': 1,
  'States.ArrayUnique': 1,
  'States.JsonMerge': 2,
};

/** What decides whether a call fails; null when it cannot. */
function failureReads(name: string, args: readonly Expression[], span: Span): readonly Expression[] | null {
  if (TOTAL.has(name) || args.every((argument) => argument.kind === 'literal')) return null;
  const byType = BY_TYPE[name] ?? 0;
  return args.map((argument, at) => (at < byType ? step(argument, OWN, span) : argument));
}

function build(call: IntrinsicCall, args: readonly Expression[], span: Span): Expression {
  const [first, second] = args;
  if (call.name === 'States.Array') return arrayOf(args, span);
  if (first === undefined || second === undefined) return apply(call.name, args, span);
  switch (call.name) {
    case 'States.JsonMerge':
      return merge(first, second, span);
    case 'States.ArrayGetItem': {
      if (second.kind === 'literal' && typeof second.value === 'number') {
        return step(first, { kind: 'index', index: Math.trunc(second.value) }, span);
      }
      return guarded(step(first, ANY_ELEMENT, span), [second], span);
    }
    default:
      return apply(call.name, args, span);
  }
}

function lowerArgument(argument: Argument, context: PathContext): Expression {
  switch (argument.kind) {
    case 'constant':
      return literal(argument.value, context.spanOf(argument.from, argument.to));
    case 'path':
      return lowerPath(argument.path, context);
    case 'call':
      return lowerCall(argument.call, context);
  }
}

/** What can be told about arguments that are written as constants. */
function checkArguments(call: IntrinsicCall, context: PathContext): void {
  const { lowering } = context;
  const span = context.spanOf(call.from, call.to);
  const [first, , third] = call.args;
  if (call.name === 'States.Format') {
    if (first?.kind !== 'constant' || typeof first.value !== 'string') {
      if (first?.kind === 'constant')
        lowering.report('EXP023', 'the first argument of `States.Format` is a string', span);
      return;
    }
    const places = countPlaces(first.raw);
    if (places === call.args.length - 1) return;
    const values = `${call.args.length - 1} values`;
    lowering.report('EXP022', `the template of \`States.Format\` has ${places} \`{}\` for ${values}`, span);
  }
  if (
    call.name === 'States.MathAdd' &&
    call.args.some((each) => each.kind === 'constant' && typeof each.value !== 'number')
  ) {
    lowering.report('EXP023', 'the arguments of `States.MathAdd` are numbers', span);
  }
  if (call.name === 'States.JsonMerge' && third?.kind === 'constant' && third.value !== false) {
    lowering.report('EXP023', 'the third argument of `States.JsonMerge` is false: only shallow merging exists', span);
  }
}
