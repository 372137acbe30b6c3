import type { JsonValue } from '../../../model/json.ts';

declare global {
  interface JSON {
    /** ECMAScript 2026, in every Node that is supported; TypeScript has no declaration yet. */
    rawJSON(text: string): { readonly rawJSON: string };
    parse(
      text: string,
      reviver: (key: string, value: JsonValue, context: { readonly source?: string }) => unknown,
    ): JsonValue;
  }
}

/** A JSON object; of repeated names only the last is left. */
export type JsonObject = Readonly<Record<string, JsonValue>>;

/** Own members only, so that no name can reach a prototype. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The member of that name; undefined when the value is no object or has none. */
export function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Members without those of the names. */
export function without(value: JsonObject, isLeftOut: (name: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !isLeftOut(name)));
}

/** Any JSON text as a value, or undefined. Never throws. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/**
 * Changes a JSON text and keeps the form of every number in it: an id beyond 2^53 is not rounded because a context was put beside it.
 *
 * @returns null when the text is no JSON or nests too deep to be changed. Never throws.
 */
export function editJson(text: string, edit: (value: JsonValue) => JsonValue): string | null {
  try {
    const value = JSON.parse(text, (_, parsed, { source }) =>
      typeof parsed === 'number' && source !== undefined && String(parsed) !== source ? JSON.rawJSON(source) : parsed,
    );
    return JSON.stringify(edit(value));
  } catch {
    return null;
  }
}
