/**
 * What OPA-Envoy adds to a request before it asks a policy: `parsed_path`, `parsed_query`, `parsed_body` and `truncated_body`, by the rules of its
 * plugin (https://www.openpolicyagent.org/docs/envoy/primer). Where those rules let a request look to the policy other than to the function behind it,
 * ours are stricter; README.md lists the differences.
 */
import type { JsonValue } from '../../../model/json.ts';
import { setOwn } from './check-metadata.ts';

/** Levels of a JSON body; policies are given no deeper input either. */
export const BODY_DEPTH_MAX = 100;
/** Pairs of a query or of a form. */
export const PAIRS_MAX = 1_000;
/** Segments of a path. */
export const SEGMENTS_MAX = 256;

/** A part of the request as policies see it, or why it is none; `detail` has nothing of the request. */
export type Parsing<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly detail: string };

const failed = (detail: string): { readonly ok: false; readonly detail: string } => ({ ok: false, detail });

export interface ParsedTarget {
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, readonly string[]>>;
  /**
   * Different programs would read the path differently: dot segments, encoded slashes, backslashes, empty segments. Such a path must not choose a
   * route.
   */
  readonly isAmbiguous: boolean;
}

/** The path and query of a request target. Only CONNECT may have none. */
export function parseTarget(method: string, target: string): Parsing<ParsedTarget> {
  if (method === '') return failed('the request has no method');
  if (hasControl(target)) return failed('the path has control characters');
  const isPath = target.startsWith('/') || target === '*' || method === 'CONNECT';
  if (!isPath) return failed('the path does not begin with a slash');
  const fragmentAt = target.indexOf('#');
  const whole = fragmentAt === -1 ? target : target.slice(0, fragmentAt);
  const queryAt = whole.indexOf('?');
  const rawPath = queryAt === -1 ? whole : whole.slice(0, queryAt);
  const path = unescape(rawPath, 'path');
  if (path === null) return failed('the path is not percent-encoded UTF-8');
  const segments = withoutLeadingSlashes(path).split('/');
  if (segments.length > SEGMENTS_MAX) return failed('the path has too many segments');
  const query = queryAt === -1 ? { ok: true as const, value: {} } : parsePairs(whole.slice(queryAt + 1));
  if (!query.ok) return failed(`the query ${query.detail}`);
  return {
    ok: true,
    value: { path: segments, query: query.value, isAmbiguous: isAmbiguousPath(rawPath, path) },
  };
}

function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

function withoutLeadingSlashes(path: string): string {
  let start = 0;
  while (path.charCodeAt(start) === 0x2f) start += 1;
  return path.slice(start);
}

function isAmbiguousPath(raw: string, decoded: string): boolean {
  if (raw.includes('//') || decoded.includes('\\') || hasControl(decoded)) return true;
  if (/%2f|%5c/i.test(raw)) return true;
  return decoded.includes('.') && decoded.split('/').some((segment) => segment === '.' || segment === '..');
}

/** Percent-decoded; null where an escape is broken or the bytes are not UTF-8. In a query `+` is a space. */
function unescape(text: string, part: 'path' | 'query'): string | null {
  const spaced = part === 'query' && text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return null;
  }
}

/** `a=1&a=2&b` to names and their values in order. */
export function parsePairs(text: string): Parsing<Readonly<Record<string, readonly string[]>>> {
  const found: Record<string, string[]> = {};
  if (text === '') return { ok: true, value: found };
  let count = 0;
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    count += 1;
    if (count > PAIRS_MAX) return failed('has too many parameters');
    const equalsAt = pair.indexOf('=');
    const name = unescape(equalsAt === -1 ? pair : pair.slice(0, equalsAt), 'query');
    const value = equalsAt === -1 ? '' : unescape(pair.slice(equalsAt + 1), 'query');
    if (name === null || value === null) return failed('is not percent-encoded UTF-8');
    addValue(found, name, value);
  }
  return { ok: true, value: found };
}

function addValue(found: Record<string, string[]>, name: string, value: string): void {
  const before = Object.hasOwn(found, name) ? found[name] : undefined;
  if (before !== undefined) before.push(value);
  else setOwn(found, name, [value]);
}

export interface ParsedBody {
  /** Null for none, as in OPA-Envoy: also when it was truncated or is of a type that is not read. */
  readonly value: JsonValue;
  readonly isTruncated: boolean;
}

const NO_BODY: ParsedBody = { value: null, isTruncated: false };
const TRUNCATED: ParsedBody = { value: null, isTruncated: true };

/** Set by Envoy, over whatever the caller sent, when it hands over only the beginning of a body. */
const PARTIAL_HEADER = 'x-envoy-auth-partial-body';

/** The body by its content type: JSON (also `+json`) and urlencoded forms. Others are not read and give null. */
export function parseBody(
  headers: Readonly<Record<string, string>>,
  body: Buffer | string | null,
): Parsing<ParsedBody> {
  const declared = declaredLength(headers['content-length']);
  if (declared === null) return failed('the content length is no number');
  const length = body === null ? 0 : Buffer.byteLength(body);
  const isPartial = headers[PARTIAL_HEADER] === 'true' || (length > 0 && declared > length);
  if (isPartial) return { ok: true, value: TRUNCATED };
  if (body === null) return { ok: true, value: NO_BODY };
  const contentType = (headers['content-type'] ?? '').toLowerCase();
  const isJson = contentType.includes('application/json') || /\+json\s*(?:;|$)/.test(contentType);
  const isForm = !isJson && contentType.includes('application/x-www-form-urlencoded');
  if (!isJson && !isForm) return { ok: true, value: NO_BODY };
  const text = typeof body === 'string' ? body : decodeText(body);
  if (text === null) return failed('the body is not UTF-8');
  return isJson ? parseJson(text) : parseForm(text);
}

/** -1 when nothing is declared; null when it is no length. */
function declaredLength(header: string | undefined): number | null {
  if (header === undefined) return -1;
  return /^\d{1,15}$/.test(header) ? Number(header) : null;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeText(bytes: Buffer): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

function parseForm(text: string): Parsing<ParsedBody> {
  const pairs = parsePairs(text);
  return pairs.ok
    ? { ok: true, value: { value: pairs.value, isTruncated: false } }
    : failed(`the body ${pairs.detail}`);
}

/** Digits from which on a number may not fit a double. */
const LONG_NUMBER = /\d{16}/;

function parseJson(text: string): Parsing<ParsedBody> {
  if (isDeeperThan(text, BODY_DEPTH_MAX)) return failed('the body is nested too deeply');
  try {
    const value = (LONG_NUMBER.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text)) as JsonValue;
    return { ok: true, value: { value, isTruncated: false } };
  } catch {
    return failed('the body is not JSON');
  }
}

/** Whole numbers that a double cannot hold stay as the text they were, as everywhere in the engine. */
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? source : value;
}

/** Whether brackets are nested deeper than `levels`. Counts outside of strings only; what is no JSON is found by who parses it. */
function isDeeperThan(text: string, levels: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isInString) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) isInString = false;
    } else if (code === 0x22) {
      isInString = true;
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > levels) return true;
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
    }
  }
  return false;
}
