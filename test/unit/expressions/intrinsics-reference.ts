/** The intrinsic functions by the text of the States Language specification, for what is deterministic; null when a call fails at run time. */
import { createHash } from 'node:crypto';
import type { JsonValue } from '../../../model/json.ts';
import { toJson } from './random.ts';

type Result = { readonly value: JsonValue } | null;
type Intrinsic = (args: readonly JsonValue[]) => Result;

const give = (value: JsonValue): Result => ({ value });
const isArray = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);
const isObject = (value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } =>
  value !== null && typeof value === 'object' && !isArray(value);
const textOf = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));

function parsed(text: string): Result {
  try {
    return { value: toJson(JSON.parse(text)) };
  } catch {
    return null;
  }
}

/** The first argument is the raw template, with its escapes. */
function format([template, ...values]: readonly JsonValue[]): Result {
  if (typeof template !== 'string') return null;
  let next = 0;
  const text = template.replace(/\\([\s\S])|\{\}/g, (_, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    const value = values[next] ?? null;
    next += 1;
    return textOf(value);
  });
  return next === values.length ? give(text) : null;
}

export const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  'States.Array': (args) => give(args),
  'States.ArrayContains': ([array, item = null]) =>
    isArray(array) ? give(array.some((each) => JSON.stringify(each) === JSON.stringify(item))) : null,
  'States.ArrayGetItem': ([array, index]) => {
    const found = isArray(array) && typeof index === 'number' && index >= 0 ? array[index] : undefined;
    return found === undefined ? null : give(found);
  },
  'States.ArrayLength': ([array]) => (isArray(array) ? give(array.length) : null),
  'States.ArrayPartition': ([array, size]) => {
    if (!isArray(array) || typeof size !== 'number' || size < 1) return null;
    return give(
      Array.from({ length: Math.ceil(array.length / size) }, (_, at) => array.slice(at * size, (at + 1) * size)),
    );
  },
  'States.ArrayRange': ([first, last, step]) => {
    if (typeof first !== 'number' || typeof last !== 'number' || typeof step !== 'number' || step < 1) return null;
    return give(
      Array.from({ length: Math.max(0, Math.floor((last - first) / step) + 1) }, (_, at) => first + at * step),
    );
  },
  'States.ArrayUnique': ([array]) =>
    isArray(array) ? give([...new Map(array.map((each) => [JSON.stringify(each), each])).values()]) : null,
  'States.Base64Decode': ([text]) => (typeof text === 'string' ? give(Buffer.from(text, 'base64').toString()) : null),
  'States.Base64Encode': ([text]) => (typeof text === 'string' ? give(Buffer.from(text).toString('base64')) : null),
  'States.Format': format,
  'States.Hash': ([data = null, algorithm]) =>
    algorithm === 'SHA-256' ? give(createHash('sha256').update(textOf(data)).digest('hex')) : null,
  'States.JsonMerge': ([base, over]) => (isObject(base) && isObject(over) ? give({ ...base, ...over }) : null),
  'States.JsonToString': ([value = null]) => give(JSON.stringify(value)),
  'States.MathAdd': ([one, two]) => (typeof one === 'number' && typeof two === 'number' ? give(one + two) : null),
  'States.StringSplit': ([text, by]) =>
    typeof text === 'string' && typeof by === 'string' ? give(text.split(by)) : null,
  'States.StringToJson': ([text]) => (typeof text === 'string' ? parsed(text) : null),
};
