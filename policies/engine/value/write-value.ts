import type { JsonValue } from '../../../model/json.ts';
import {
  ExactDecimal,
  isRegoArray,
  isRegoNumber,
  RegoObject,
  RegoSet,
  type RegoNumber,
  type RegoValue,
} from './rego-value.ts';

/** The number as JSON, with all its digits. */
export const numberText = (value: RegoNumber): string => (value instanceof ExactDecimal ? value.text : String(value));

/** The text that a module reads back with `opa_value_parse`. Lone surrogates become U+FFFD, as everywhere in Rego. */
export function writeValue(value: RegoValue): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed());
  if (isRegoNumber(value)) return numberText(value);
  if (value instanceof RegoSet) {
    return value.items.length === 0 ? 'set()' : `{${value.items.map(writeValue).join(',')}}`;
  }
  if (value instanceof RegoObject) {
    return `{${value.entries.map(([key, item]) => `${writeValue(key)}:${writeValue(item)}`).join(',')}}`;
  }
  return `[${value.map(writeValue).join(',')}]`;
}

/** The value as `json.marshal` writes it: sets are arrays, keys are strings. */
export function writeJson(value: RegoValue): string {
  if (value instanceof RegoSet) return `[${value.items.map(writeJson).join(',')}]`;
  if (value instanceof RegoObject) {
    const parts = value.entries.map(([key, item]) => `${JSON.stringify(keyText(key))}:${writeJson(item)}`);
    return `{${parts.join(',')}}`;
  }
  return isRegoArray(value) ? `[${value.map(writeJson).join(',')}]` : writeValue(value);
}

const keyText = (key: RegoValue): string => (typeof key === 'string' ? key : writeJson(key));

/** Powers of ten that are written out. */
const POWER_MAX = 1000;
const POWER_FORM = /^(-?)(\d+)(?:\.(\d*))?(?:[eE]\+?(\d{1,4}))?$/;

/** The digits of a whole number that is written with a point or a power of ten; the text as it is when there are too many. */
function wholeDigits(text: string): string {
  const [all, sign = '', whole = '', fraction = '', power = '0'] = POWER_FORM.exec(text) ?? [];
  const shift = Number(power);
  if (all === undefined || shift > POWER_MAX) return text;
  const kept = fraction.replace(/0+$/, '');
  return kept.length > shift ? text : sign + (whole + kept.padEnd(shift, '0')).replace(/^0+(?=\d)/, '');
}

/**
 * The value as a program takes it. Sets are sorted arrays and keys are strings. A whole number beyond 2^53, and any number beyond the range of doubles,
 * is a string with all its digits; a fraction is the nearest double.
 */
export function toJson(value: RegoValue): JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number')
    return value;
  if (typeof value === 'bigint') return String(value);
  if (value instanceof ExactDecimal) {
    const double = Number(value.text);
    return Number.isSafeInteger(double) || (Number.isFinite(double) && !Number.isInteger(double))
      ? double
      : wholeDigits(value.text);
  }
  if (value instanceof RegoSet) return value.items.map(toJson);
  if (value instanceof RegoObject) {
    return Object.fromEntries(value.entries.map(([key, item]) => [keyText(key), toJson(item)]));
  }
  return value.map(toJson);
}
