import type { JsonValue } from '../../../model/json.ts';
import { isList, isObject } from '../context/json-edit.ts';

/** Segments of one JSON Pointer that are followed. */
const SEGMENTS_MAX = 64;

/** The segments of a JSON Pointer (RFC 6901); null when it is none. */
function segmentsOf(pointer: string): readonly string[] | null {
  if (!pointer.startsWith('/')) return null;
  const segments = pointer.slice(1).split('/');
  if (segments.length > SEGMENTS_MAX) return null;
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function maskAt(value: JsonValue, segments: readonly string[]): JsonValue {
  const [first, ...rest] = segments;
  if (first === undefined) return null;
  const isHit = (name: string): boolean => first === '*' || first === name;
  if (isList(value)) return value.map((one, at) => (isHit(String(at)) ? maskAt(one, rest) : one));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, isHit(name) ? maskAt(one, rest) : one] as const),
  );
}

/**
 * Replaces what the pointers lead to by null. `*` stands for one segment; a pointer that leads nowhere changes nothing.
 *
 * @returns null when a pointer is none: what cannot be masked must not be handed on.
 */
export function maskFields(value: JsonValue, pointers: readonly string[]): { readonly value: JsonValue } | null {
  let masked = value;
  for (const pointer of pointers) {
    const segments = segmentsOf(pointer);
    if (segments === null) return null;
    masked = maskAt(masked, segments);
  }
  return { value: masked };
}
