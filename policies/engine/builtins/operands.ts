import { ExactDecimal, RegoObject, RegoSet, type RegoValue } from '../value/rego-value.ts';
import type { BuiltinContext, HostBuiltin } from './builtin.ts';
import { fractionOf } from './decimals.ts';

/** A builtin of strings alone; with any other operand the call is an error. */
export function onTexts(count: 1 | 2 | 3 | 4, answer: (...texts: string[]) => RegoValue | undefined): HostBuiltin {
  return (operands) => {
    const texts = operands.slice(0, count).filter((operand) => typeof operand === 'string');
    return texts.length === count ? answer(...texts) : undefined;
  };
}

/** A builtin of one string that also needs the clock. */
export const onText =
  (answer: (text: string, context: BuiltinContext) => RegoValue | undefined): HostBuiltin =>
  ([operand], context) =>
    typeof operand === 'string' ? answer(operand, context) : undefined;

/** The whole number that an operand is; undefined for fractions and other types. */
export function integerOf(value: RegoValue | undefined): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (value instanceof ExactDecimal) {
    const fraction = fractionOf(value.text);
    const isWhole = fraction !== undefined && fraction.numerator % fraction.denominator === 0n;
    return isWhole ? fraction.numerator / fraction.denominator : undefined;
  }
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : undefined;
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** The same within 64 bits, Go's `int`. */
export function int64Of(value: RegoValue | undefined): bigint | undefined {
  const integer = integerOf(value);
  return integer !== undefined && isInt64(integer) ? integer : undefined;
}

export const isInt64 = (value: bigint): boolean => value >= INT64_MIN && value <= INT64_MAX;

/** A whole number as a value: a `number` where a double holds it. */
export const integer = (value: bigint): RegoValue => {
  const double = Number(value);
  return Number.isSafeInteger(double) ? double : value;
};

/** Items of an array or a set; undefined for other types. */
export function itemsOf(value: RegoValue | undefined): readonly RegoValue[] | undefined {
  if (value instanceof RegoSet) return value.items;
  return Array.isArray(value) ? value : undefined;
}

/** Items that are all strings. */
export function textsOf(value: RegoValue | undefined): readonly string[] | undefined {
  const items = itemsOf(value);
  const texts = items?.filter((item) => typeof item === 'string');
  return texts?.length === items?.length ? texts : undefined;
}

export const isObject = (value: RegoValue | undefined): value is RegoObject => value instanceof RegoObject;
