import type { EnvoyAnswer, Obligation } from '../../../model/decision.ts';
import type { JsonValue } from '../../../model/json.ts';
import { editJson, isObject } from '../context/json-edit.ts';
import { isSendable, isSettable, withField, type Field, type Fields } from './fields.ts';
import { parseParameters } from './target.ts';

/** Segments of one JSON Pointer that are followed. */
const SEGMENTS_MAX = 64;
/** Fields that describe bytes of a body; they are wrong after a change. */
export const BODY_DIGEST_FIELDS: readonly string[] = ['content-md5', 'content-digest', 'repr-digest', 'digest'];

/** Segments of a JSON Pointer (RFC 6901, 4); null when it is none. */
function segmentsOf(pointer: string): readonly string[] | null {
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return null;
  const segments = pointer.slice(1).split('/');
  if (segments.length > SEGMENTS_MAX) return null;
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

function maskAt(value: JsonValue, segments: readonly string[], depth: number): JsonValue {
  const segment = segments[depth];
  if (segment === undefined) return null;
  const isHit = (name: string): boolean => segment === '*' || segment === name;
  if (isList(value)) return value.map((each, at) => (isHit(String(at)) ? maskAt(each, segments, depth + 1) : each));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, isHit(name) ? maskAt(each, segments, depth + 1) : each]),
  );
}

/** The JSON text with null in place of what the pointers lead to (`*` stands for one segment); null when that cannot be done. */
export function maskJson(json: string, pointers: readonly string[]): string | null {
  const paths = pointers.map(segmentsOf);
  if (paths.some((path) => path === null)) return null;
  return editJson(json, (value) => paths.reduce((masked, path) => maskAt(masked, path ?? [], 0), value));
}

/** What the function is to be sent after obligations. */
export interface Obliged {
  readonly fields: Fields;
  /** JSON text in place of the body; null when the body stays. */
  readonly json: string | null;
}

export type ObligationOutcome =
  | { readonly kind: 'done'; readonly value: Obliged }
  | { readonly kind: 'impossible' }
  | { readonly kind: 'prove-again'; readonly maxAgeSeconds: number };

/**
 * Carries out obligations on a request. What is not known or not possible (a body that is too large or no JSON, a header that frames the message) is
 * `impossible`, and the call must be refused.
 *
 * @param json the whole body when it is JSON, null otherwise.
 */
export function carryOut(
  obligations: readonly Obligation[],
  fields: Fields,
  body: { readonly json: string | null; readonly isAbsent: boolean },
): ObligationOutcome {
  let changed = fields;
  let json: string | null = null;
  for (const obligation of obligations) {
    switch (obligation.kind) {
      case 'require-reauthentication':
        return { kind: 'prove-again', maxAgeSeconds: obligation.maxAgeSeconds };
      case 'add-header': {
        const field = settable(obligation.name, obligation.value);
        if (field === null) return { kind: 'impossible' };
        changed = withField(changed, field[0], field[1]);
        break;
      }
      case 'mask-fields': {
        if (body.isAbsent) break;
        const text: string | null = json ?? body.json;
        const masked: string | null = text === null ? null : maskJson(text, obligation.paths);
        if (masked === null) return { kind: 'impossible' };
        json = masked;
        break;
      }
      default:
        return { kind: 'impossible' };
    }
  }
  return { kind: 'done', value: { fields: changed, json } };
}

function settable(name: string, value: string): Field | null {
  const field: Field = [name.toLowerCase(), value];
  return isSettable(field[0]) && isSendable(field) ? field : null;
}

/** Applies what a policy written for OPA-Envoy answers about headers of the request; null when one of them cannot be set. */
export function applyEnvoyRequest(fields: Fields, answer: EnvoyAnswer): Fields | null {
  const removed = new Set(answer.requestHeadersToRemove.map((name) => name.toLowerCase()));
  let changed = fields.filter(([name]) => !removed.has(name));
  for (const [name, values] of Object.entries(answer.headers)) {
    const lower = name.toLowerCase();
    changed = changed.filter((field) => field[0] !== lower);
    for (const value of typeof values === 'string' ? [values] : values) {
      const field = settable(name, value);
      if (field === null) return null;
      changed.push(field);
    }
  }
  return changed;
}

/** Applies what such a policy answers about the parameters of the query; the target is in its one form. Others keep their place and their spelling. */
export function applyEnvoyQuery(target: string, answer: EnvoyAnswer): string {
  const toSet = Object.entries(answer.queryParametersToSet);
  const gone = new Set([...answer.queryParametersToRemove, ...toSet.map(([name]) => name)]);
  if (gone.size === 0) return target;
  const at = target.indexOf('?');
  const path = at === -1 ? target : target.slice(0, at);
  const kept = (at === -1 ? '' : target.slice(at + 1)).split('&').filter((part) => {
    const [name] = Object.keys(parseParameters(part) ?? {});
    return part !== '' && !(name !== undefined && gone.has(name));
  });
  const set = toSet.flatMap(([name, values]) =>
    [values].flat().map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  const query = [...kept, ...set].join('&');
  return query === '' ? path : `${path}?${query}`;
}

/** Headers that such a policy adds to the answer; those that cannot be sent are left out. */
export function envoyAnswerFields(answer: EnvoyAnswer | null): Field[] {
  if (answer === null) return [];
  return Object.entries(answer.responseHeadersToAdd).flatMap(([name, values]) =>
    (typeof values === 'string' ? [values] : values).flatMap((value): Field[] => {
      const field = settable(name, value);
      return field === null ? [] : [field];
    }),
  );
}
