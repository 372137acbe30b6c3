import type { JsonValue } from '../../../model/json.ts';
import { INTRINSICS } from './intrinsics-reference.ts';
import { randomJsonPath, type Case, type Inputs } from './random-jsonpath.ts';
import type { Random } from './random.ts';

const constant = (value: JsonValue, text: string): Case => ({ text, isExact: true, evaluate: () => ({ value }) });

function argument(random: Random, depth: number): Case {
  if (depth > 0 && random.chance(0.35)) return randomIntrinsic(random, depth - 1);
  if (random.chance(0.8)) return randomJsonPath(random);
  return random.pick([constant(1, '1'), constant(null, 'null'), constant("it's", "'it\\'s'")]);
}

function arrayArgument(random: Random, depth: number): Case {
  if (random.chance(0.3)) return argument(random, depth);
  return call(
    'States.Array',
    Array.from({ length: random.integer(4) }, () => argument(random, depth)),
  );
}

/** `isExact` of a call whose lowering keeps the value: all but those that pick an element by a computed index. */
function call(name: string, args: readonly Case[]): Case {
  const intrinsic = INTRINSICS[name];
  if (intrinsic === undefined) throw new Error(`no reference for ${name}`);
  const [, index] = args;
  return {
    text: `${name}(${args.map((each) => each.text).join(', ')})`,
    isExact:
      args.every((each) => each.isExact) && (name !== 'States.ArrayGetItem' || /^[0-9]+$/.test(index?.text ?? '')),
    evaluate: (inputs: Inputs) => {
      const values: JsonValue[] = [];
      for (const each of args) {
        const result = each.evaluate(inputs);
        if (result === null) return null;
        values.push(result.value);
      }
      return intrinsic(values);
    },
  };
}

/** A random call with nested calls, that knows its own value. */
export function randomIntrinsic(random: Random, depth: number): Case {
  const one = (): Case => argument(random, depth);
  const array = (): Case => arrayArgument(random, depth);
  const small = (): Case => random.pick([constant(1, '1'), constant(2, '2'), randomJsonPath(random)]);
  switch (random.integer(14)) {
    case 0:
    case 1:
      return call('States.Array', [one(), one()]);
    case 2:
      return call('States.ArrayContains', [array(), one()]);
    case 3:
    case 4:
      return call('States.ArrayGetItem', [array(), random.chance(0.5) ? constant(1, '1') : small()]);
    case 5:
      return call('States.ArrayLength', [array()]);
    case 6:
      return call('States.ArrayPartition', [array(), small()]);
    case 7:
      return call('States.ArrayUnique', [array()]);
    case 8:
      return call('States.JsonMerge', [one(), one(), constant(false, 'false')]);
    case 9:
      return call('States.MathAdd', [small(), small()]);
    case 10:
      return call('States.Format', [constant("\\{\\}{}-{}\\'", "'\\{\\}{}-{}\\''"), one(), one()]);
    case 11:
      return call('States.StringToJson', [call('States.JsonToString', [one()])]);
    case 12:
      return call('States.Hash', [one(), constant('SHA-256', "'SHA-256'")]);
    default:
      return call('States.Base64Encode', [call('States.JsonToString', [one()])]);
  }
}
