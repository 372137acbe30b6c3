import type { JsonValue } from '../../../model/json.ts';
import { numberOf } from '../../engine/value/rego-value.ts';
import { toJson } from '../../engine/value/write-value.ts';
import { isObject } from './outcome.ts';

export type JsonObject = Readonly<Record<string, JsonValue>>;

/** Digits from which on a number may be one that a double does not hold. */
const DIGITS_MANY = /\d{16}/;

type Reviver = (this: unknown, key: string, value: unknown, context?: { readonly source?: string }) => unknown;

/** The library's type does not know the third argument of a reviver, which has the text of a number. */
const parseWith = (text: string, reviver: Reviver): unknown => Reflect.apply(JSON.parse, JSON, [text, reviver]);

/**
 * Reads an answer that `opa` printed, in the form that our engine gives its own: whole numbers beyond 2^53 are strings with all their digits.
 *
 * @throws SyntaxError when the text is no JSON.
 */
export function parseAnswers(text: string): unknown {
  if (!DIGITS_MANY.test(text)) return JSON.parse(text) as unknown;
  return parseWith(text, (_key, value, context) =>
    typeof value === 'number' && context?.source !== undefined ? toJson(numberOf(context.source)) : value,
  );
}

/** Reads an input; whole numbers beyond 2^53 are `bigint`, which the engine takes. @throws SyntaxError when the text is no JSON. */
export function parseInput(text: string): unknown {
  if (!DIGITS_MANY.test(text)) return JSON.parse(text) as unknown;
  return parseWith(text, (_key, value, context) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value) || context?.source === undefined) return value;
    const exact = numberOf(context.source);
    return typeof exact === 'bigint' ? exact : value;
  });
}

/** Lays one document over another: objects key by key, everything else replaces what was there. */
export function layOver(base: JsonValue | undefined, top: JsonValue): JsonValue {
  if (!isJsonObject(base) || !isJsonObject(top)) return top;
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(top)) merged.set(key, layOver(merged.get(key), value));
  return Object.fromEntries(merged);
}

export const isJsonObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value that was parsed, as YAML also allows dates and the like, is made of JSON only. */
export function isJson(value: unknown, depth = 0): value is JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (depth > DEPTH_MAX) return false;
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth + 1));
  return isObject(value) && Object.values(value).every((item) => isJson(item, depth + 1));
}

/** Nesting of documents that are read. */
const DEPTH_MAX = 128;

/** JSON with sorted keys: equal values have equal texts. A `bigint` is written as the string that answers have for it. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (isObject(value)) {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
  }
  return JSON.stringify(typeof value === 'bigint' ? String(value) : value);
}

export const isSame = (left: unknown, right: unknown): boolean =>
  left === right || canonical(left) === canonical(right);

/** One place where two values differ; an absent side is undefined. */
export interface Difference {
  /** JSON Pointer; empty for the whole. `-` is an item of a list that the other list does not have. */
  readonly path: string;
  readonly left: JsonValue | undefined;
  readonly right: JsonValue | undefined;
}

/** Places that are listed of one pair of values. */
const DIFFERENCES_MAX = 5;

/** The first places where two values differ, in the order of the keys. */
export function differencesOf(left: JsonValue | undefined, right: JsonValue | undefined): readonly Difference[] {
  const found: Difference[] = [];
  const visit = (path: string, one: JsonValue | undefined, other: JsonValue | undefined): void => {
    if (found.length >= DIFFERENCES_MAX || isSame(one, other)) return;
    if (isJsonObject(one) && isJsonObject(other)) {
      const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
      for (const key of keys) visit(`${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, one[key], other[key]);
      return;
    }
    if (isList(one) && isList(other)) {
      if (one.length === other.length) for (const [at, item] of one.entries()) visit(`${path}/${at}`, item, other[at]);
      else found.push(...unmatched(path, one, other));
      return;
    }
    found.push({ path, left: one, right: other });
  };
  visit('', left, right);
  return found;
}

/** Items of two lists that only one of them has; the lists themselves where they only differ in how often they have an item. */
function unmatched(path: string, one: readonly JsonValue[], other: readonly JsonValue[]): readonly Difference[] {
  const without = (items: readonly JsonValue[], others: readonly JsonValue[]): readonly JsonValue[] => {
    const known = new Set(others.map(canonical));
    return items.filter((item) => !known.has(canonical(item)));
  };
  const lefts = without(one, other).map((left) => ({ path: `${path}/-`, left, right: undefined }));
  const rights = without(other, one).map((right) => ({ path: `${path}/-`, left: undefined, right }));
  const both = [...lefts, ...rights].slice(0, DIFFERENCES_MAX);
  return both.length > 0 ? both : [{ path, left: one, right: other }];
}

const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);
