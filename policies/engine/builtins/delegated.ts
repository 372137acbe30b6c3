import { compare, objectOf } from '../value/compare.ts';
import { readJson } from '../value/read-value.ts';
import { ExactDecimal, isRegoArray, isRegoNumber, numberOf, RegoObject, type RegoValue } from '../value/rego-value.ts';
import type { Delegation } from '../module/delegate.ts';
import { BuiltinRefusal, type HostBuiltin, type HostBuiltins } from './builtin.ts';
import { fractionOf } from './decimals.ts';
import { textOfBytes } from './encoding.ts';
import { marshalJson } from './marshal.ts';
import { base64UrlBytes } from './jwt/token.ts';
import { isPattern } from './regex.ts';
import { filterPaths, removePaths } from './path-tree.ts';
import { onTexts, textsOf } from './operands.ts';

/** Characters that a replacement may make. */
const RESULT_LENGTH_MAX = 4_000_000;

/** Characters that take one byte. */
const ASCII = /^[\0-\x7f]*$/;

/** Go's `strings.ReplaceAll`. An empty text is found around every byte, which breaks up characters of more than one. */
function replaceAll(text: string, old: string, replacement: string): string {
  if (old === '' && !ASCII.test(text))
    throw new BuiltinRefusal('replace is to put something between the bytes of a character');
  const parts = old === '' ? ['', ...text.split(''), ''] : text.split(old);
  if (text.length + parts.length * replacement.length > RESULT_LENGTH_MAX) {
    throw new BuiltinRefusal('replace makes a text that is too long');
  }
  return parts.join(replacement);
}

/** Position of a text in code points, -1 for none; an empty one is an error. */
function indexOf(base: string, search: string): number | undefined {
  if (search === '') return undefined;
  const at = base.indexOf(search);
  return at === -1 ? -1 : Array.from(base.slice(0, at)).length;
}

const BASES: ReadonlySet<RegoValue> = new Set<RegoValue>([2, 8, 10, 16]);

/** A number in another base, cut off at the point. */
function formatInteger(value: RegoValue | undefined, base: RegoValue | undefined): string | undefined {
  if (value === undefined || typeof base !== 'number' || !isRegoNumber(value) || !BASES.has(base)) return undefined;
  if (typeof value === 'number') return BigInt(Math.trunc(value)).toString(base);
  if (!(value instanceof ExactDecimal)) return value.toString(base);
  const fraction = fractionOf(value.text);
  if (fraction === undefined) throw new BuiltinRefusal('format_int is given a number that is too large');
  return (fraction.numerator / fraction.denominator).toString(base);
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Go's decoder passes over the ends of lines. */
const isBase64 = (text: string): boolean => BASE64.test(text.replaceAll(/[\r\n]/g, ''));

/** Powers of ten beyond which OPA does not read a number. */
const EXPONENT_MAX = 2_147_483_647;
const EXPONENT = /[eE]([+-]?\d+)$/;

/** Whether OPA reads all numbers of a value. */
function hasReadableNumbers(value: RegoValue): boolean {
  if (value instanceof ExactDecimal) return Math.abs(Number(EXPONENT.exec(value.text)?.[1] ?? 0)) <= EXPONENT_MAX;
  if (value instanceof RegoObject) return value.entries.every(([, item]) => hasReadableNumbers(item));
  return value === null || !isRegoArray(value) || value.every(hasReadableNumbers);
}

function unmarshal(text: string): RegoValue | undefined {
  const value = readJson(text);
  return value !== undefined && hasReadableNumbers(value) ? value : undefined;
}

function decodeBase64Url(text: string): string | undefined {
  const bytes = base64UrlBytes(text);
  return bytes && textOfBytes(bytes);
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function toNumber(value: RegoValue | undefined): RegoValue | undefined {
  if (value === null || typeof value === 'boolean') return Number(value);
  if (value !== undefined && isRegoNumber(value)) return value;
  const isNumber = typeof value === 'string' && DECIMAL.test(value) && Number.isFinite(Number(value));
  return isNumber ? numberOf(jsonNumber(value)) : undefined;
}

/** The number in the form that JSON has for it: no plus, no zeros in front. */
const jsonNumber = (text: string): string => text.replace(/^\+/, '').replace(/^(-?)0+(?=\d)/, '$1');

function union(one: RegoObject, other: RegoObject): RegoObject {
  const merged = other.entries.map(([key, value]) => {
    const known = one.entries.find(([name]) => compare(name, key) === 0)?.[1];
    return [key, known instanceof RegoObject && value instanceof RegoObject ? union(known, value) : value] as const;
  });
  return objectOf([...one.entries, ...merged]);
}

function unionAll(value: RegoValue | undefined): RegoValue | undefined {
  if (value === undefined || !isRegoArray(value)) return undefined;
  let merged = objectOf([]);
  for (const item of value) {
    if (!(item instanceof RegoObject)) return undefined;
    merged = union(merged, item);
  }
  return merged;
}

function concat(delimiter: RegoValue | undefined, items: RegoValue | undefined): RegoValue | undefined {
  const texts = textsOf(items);
  return typeof delimiter === 'string' ? texts?.join(delimiter) : undefined;
}

/** Builtins that the module has too, but that answer otherwise there than in OPA; by name of the builtin, with the function that is replaced. */
const DELEGATED: Readonly<Record<string, { readonly functionName: string; readonly builtin: HostBuiltin }>> = {
  'base64.decode': {
    functionName: 'opa_base64_decode',
    builtin: onTexts(1, (text = '') => (isBase64(text) ? textOfBytes(Buffer.from(text, 'base64')) : undefined)),
  },
  'base64.is_valid': {
    functionName: 'opa_base64_is_valid',
    builtin: ([text]) => typeof text === 'string' && isBase64(text),
  },
  'base64url.decode': {
    functionName: 'opa_base64_url_decode',
    builtin: onTexts(1, (text = '') => decodeBase64Url(text)),
  },
  concat: { functionName: 'opa_strings_concat', builtin: ([delimiter, items]) => concat(delimiter, items) },
  format_int: { functionName: 'opa_strings_format_int', builtin: ([value, base]) => formatInteger(value, base) },
  indexof: {
    functionName: 'opa_strings_indexof',
    builtin: onTexts(2, (base = '', search = '') => indexOf(base, search)),
  },
  'json.filter': { functionName: 'builtin_json_filter', builtin: filterPaths },
  'json.is_valid': {
    functionName: 'opa_json_is_valid',
    builtin: ([text]) => typeof text === 'string' && readJson(text) !== undefined,
  },
  'json.marshal': {
    functionName: 'opa_json_marshal',
    builtin: ([value]) => (value === undefined ? undefined : marshalJson(value)),
  },
  'json.remove': { functionName: 'builtin_json_remove', builtin: removePaths },
  'json.unmarshal': { functionName: 'opa_json_unmarshal', builtin: onTexts(1, (text = '') => unmarshal(text)) },
  'object.union_n': { functionName: 'builtin_object_union_n', builtin: ([objects]) => unionAll(objects) },
  'regex.is_valid': {
    functionName: 'opa_regex_is_valid',
    builtin: ([pattern]) => typeof pattern === 'string' && isPattern(pattern),
  },
  replace: {
    functionName: 'opa_strings_replace',
    builtin: onTexts(3, (text = '', old = '', replacement = '') => replaceAll(text, old, replacement)),
  },
  to_number: { functionName: 'opa_to_number', builtin: ([value]) => toNumber(value) },
};

/** Numbers under which the module calls these builtins: beyond those that it gives to others. */
const FIRST_ID = 1_000_000;

export const DELEGATED_BUILTINS: HostBuiltins = Object.fromEntries(
  Object.entries(DELEGATED).map(([name, { builtin }]) => [name, builtin]),
);

export const DELEGATIONS: readonly Delegation[] = Object.values(DELEGATED).map(({ functionName }, at) => ({
  functionName,
  builtinId: FIRST_ID + at,
}));

/** Names of the builtins by the number that the module calls them with. */
export const DELEGATED_NAMES: ReadonlyMap<number, string> = new Map(
  Object.keys(DELEGATED).map((name, at) => [FIRST_ID + at, name]),
);
