import {
  ExactDecimal,
  isRegoNumber,
  RegoObject,
  RegoSet,
  typeOf,
  type RegoNumber,
  type RegoValue,
} from './rego-value.ts';

/** Order of Rego's types: https://www.openpolicyagent.org/docs/policy-reference, comparison. */
const RANK = { null: 0, boolean: 1, number: 2, string: 3, array: 4, object: 5, set: 6 } as const;

/** Total order of Rego values: negative when `left` comes first, 0 when they are the same value. */
export function compare(left: RegoValue, right: RegoValue): number {
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const rank = RANK[typeOf(left)] - RANK[typeOf(right)];
  if (rank !== 0) return rank;
  if (typeof left === 'boolean') return Number(left) - Number(right);
  if (left instanceof RegoSet && right instanceof RegoSet) return compareLists(left.items, right.items);
  if (left instanceof RegoObject && right instanceof RegoObject) {
    return compareLists(left.entries.flat(), right.entries.flat());
  }
  if (Array.isArray(left) && Array.isArray(right)) return compareLists(left, right);
  if (left !== null && right !== null && isRegoNumber(left) && isRegoNumber(right)) return compareNumbers(left, right);
  return 0;
}

function compareLists(left: readonly RegoValue[], right: readonly RegoValue[]): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const order = compare(left[at] ?? null, right[at] ?? null);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Bytes of UTF-8, which is the order of code points, not that of UTF-16. */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const [one, other] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (one === other) continue;
    // A surrogate stands for a code point above all others of two bytes.
    const isOneHigh = one >= 0xd800 && one <= 0xdfff;
    const isOtherHigh = other >= 0xd800 && other <= 0xdfff;
    if (isOneHigh !== isOtherHigh) return isOneHigh ? 1 : -1;
    return one - other;
  }
  return left.length - right.length;
}

/** Digits without sign and leading zeros, and the power of ten of the first. */
interface Decimal {
  readonly isNegative: boolean;
  readonly digits: string;
  readonly power: number;
}

const PARTS = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

function decimalOf(value: RegoNumber): Decimal {
  const text = value instanceof ExactDecimal ? value.text : String(value);
  const [, sign = '', whole = '', fraction = '', power = '0'] = PARTS.exec(text) ?? [];
  const digits = `${whole}${fraction}`;
  const kept = digits.replace(/^0+/, '');
  const zeros = digits.length - kept.length;
  return { isNegative: sign === '-', digits: kept.replace(/0+$/, ''), power: Number(power) + whole.length - zeros };
}

/** Compares exactly, whatever the sizes. */
export function compareNumbers(left: RegoNumber, right: RegoNumber): number {
  if (typeof left !== 'object' && typeof right !== 'object') return left < right ? -1 : left > right ? 1 : 0;
  const [one, other] = [decimalOf(left), decimalOf(right)];
  if (one.digits === '' || other.digits === '') {
    return signOf(one) - signOf(other);
  }
  if (one.isNegative !== other.isNegative) return one.isNegative ? -1 : 1;
  const size = one.power - other.power || (one.digits < other.digits ? -1 : one.digits > other.digits ? 1 : 0);
  return one.isNegative ? -size : size;
}

const signOf = (decimal: Decimal): number => (decimal.digits === '' ? 0 : decimal.isNegative ? -1 : 1);

/** A set of the items: sorted, each once. */
export function setOf(items: readonly RegoValue[]): RegoSet {
  const sorted = items.toSorted(compare);
  return new RegoSet(sorted.filter((item, at) => at === 0 || compare(item, sorted[at - 1] ?? null) !== 0));
}

/** An object of the entries; of two with one key the later counts. */
export function objectOf(entries: readonly (readonly [RegoValue, RegoValue])[]): RegoObject {
  const sorted = entries.toSorted((one, other) => compare(one[0], other[0]));
  return new RegoObject(
    sorted.filter(([key], at) => {
      const next = sorted[at + 1];
      return next === undefined || compare(key, next[0]) !== 0;
    }),
  );
}
