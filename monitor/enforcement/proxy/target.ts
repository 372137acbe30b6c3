/**
 * The request target in the one form that the policy decides on and the function is sent. Programs differ in how they read `..`, `%2f`, `//` and
 * double encodings; a path that two of them may read differently is either brought into one form or refused (RFC 3986, 6.2.2; RFC 9112, 3.2).
 */

/** Segments of a path. */
const SEGMENTS_MAX = 256;
/** Parameters of a query or a form. */
export const PARAMETERS_MAX = 1_000;

export interface PathRules {
  /** `normalise`: dot segments and empty segments are removed. `refuse`: whatever is not in that form already is refused. */
  readonly rule: 'normalise' | 'refuse';
  /** `keep`: `%2F` stays as it is inside of a segment. `refuse`: such a path is refused. */
  readonly encodedSlash: 'keep' | 'refuse';
}

export const DEFAULT_PATH_RULES: PathRules = { rule: 'normalise', encodedSlash: 'refuse' };

export interface CanonicalTarget {
  /** Path and query as they are sent on. */
  readonly text: string;
  /** Percent-encoded, begins with `/`; `*` for OPTIONS of the whole server. */
  readonly path: string;
  /** Without the question mark; null when there is none. */
  readonly query: string | null;
  /** Decoded segments. */
  readonly segments: readonly string[];
  readonly parameters: Readonly<Record<string, readonly string[]>>;
}

export type TargetOutcome =
  { readonly ok: true; readonly value: CanonicalTarget } | { readonly ok: false; readonly detail: string };

const failed = (detail: string): { readonly ok: false; readonly detail: string } => ({ ok: false, detail });

/** What may stand in a path or query (RFC 3986, 3.3 and 3.4), and what browsers leave as it is in queries. */
const PATH_TEXT = /^[A-Za-z0-9._~!$&'()*+,;=:@/%-]*$/;
const QUERY_TEXT = /^[A-Za-z0-9._~!$&'()*+,;=:@/?%[\]{}|^`"<>\\-]*$/;
const UNRESERVED = /^[A-Za-z0-9._~-]$/;

/** An absolute target (`http://host/path`) in its parts; null when it is none. */
export function splitAbsolute(target: string): { readonly authority: string; readonly rest: string } | null {
  const match = /^https?:\/\/([^/?#]*)([^#]*)$/i.exec(target);
  if (match === null) return null;
  const rest = match[2] ?? '';
  return { authority: match[1] ?? '', rest: rest.startsWith('/') ? rest : `/${rest}` };
}

/** Brings a target in origin form (`/path?query`) or `*` into its one form. Never throws. */
export function canonicalTarget(method: string, target: string, rules: PathRules): TargetOutcome {
  if (target === '*' && method === 'OPTIONS') {
    return { ok: true, value: { text: '*', path: '*', query: null, segments: ['*'], parameters: {} } };
  }
  if (!target.startsWith('/')) return failed('the target does not begin with a slash');
  const at = target.indexOf('?');
  const rawPath = at === -1 ? target : target.slice(0, at);
  const query = at === -1 ? null : target.slice(at + 1);
  const path = canonicalPath(rawPath, rules);
  if (!path.ok) return path;
  if (query !== null && !QUERY_TEXT.test(query)) return failed('the query has characters that must be encoded');
  const parameters = parseParameters(query ?? '');
  if (parameters === null) return failed('the query is not percent-encoded UTF-8, or has too many parameters');
  const segments = decodeSegments(path.value);
  if (segments === null) return failed('the path is not percent-encoded UTF-8');
  if (segments.length > SEGMENTS_MAX) return failed('the path has too many segments');
  const text = query === null ? path.value : `${path.value}?${query}`;
  return { ok: true, value: { text, path: path.value, query, segments, parameters } };
}

type PathOutcome = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly detail: string };

function canonicalPath(raw: string, rules: PathRules): PathOutcome {
  if (!PATH_TEXT.test(raw)) return failed('the path has characters that must be encoded');
  if (/%(?![0-9A-Fa-f]{2})/.test(raw)) return failed('the path has a broken escape');
  if (/%25[0-9A-Fa-f]{2}/.test(raw)) return failed('the path is encoded twice');
  if (/%(?:[01][0-9A-Fa-f]|7[Ff])/.test(raw)) return failed('the path has control characters');
  if (/%5[Cc]/.test(raw)) return failed('the path has a backslash');
  if (rules.encodedSlash === 'refuse' && /%2[Ff]/.test(raw)) return failed('the path has an encoded slash');
  const decoded = raw.includes('%') ? raw.replaceAll(/%([0-9A-Fa-f]{2})/g, canonicalEscape) : raw;
  // `/a/..;x=1/b` is `/b` to programs with path parameters, and a segment of its own to others.
  if (/(?:^|\/)\.{1,2};/.test(decoded)) return failed('the path has a dot segment with parameters');
  const path = removeDots(decoded);
  if (path === null) return failed('the path leads above the root');
  if (rules.rule === 'refuse' && path !== raw) return failed('the path is not in its normal form');
  return { ok: true, value: path };
}

/** What needs no escape is written without, other escapes with capitals. */
function canonicalEscape(whole: string, digits: string): string {
  const character = String.fromCharCode(Number.parseInt(digits, 16));
  return UNRESERVED.test(character) ? character : whole.toUpperCase();
}

/** Without empty and dot segments; null when `..` would leave the root. */
function removeDots(path: string): string | null {
  if (!path.includes('//') && !/\/\.{1,2}(?:\/|$)/.test(path)) return path;
  const kept: string[] = [];
  const segments = path.split('/');
  for (const segment of segments) {
    if (segment === '..') {
      if (kept.pop() === undefined) return null;
    } else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const last = segments.at(-1);
  const isFolder = last === '' || last === '.' || last === '..';
  return `/${kept.join('/')}${isFolder && kept.length > 0 ? '/' : ''}`;
}

function decodeSegments(path: string): string[] | null {
  try {
    return path.slice(1).split('/').map(decodeURIComponent);
  } catch {
    return null;
  }
}

/** `a=1&a=2&b` to names and their values in order; null when it is not percent-encoded UTF-8 or too long. */
export function parseParameters(text: string): Record<string, readonly string[]> | null {
  const found = new Map<string, string[]>();
  if (text === '') return {};
  const parts = text.split('&', PARAMETERS_MAX + 1);
  if (parts.length > PARAMETERS_MAX) return null;
  for (const part of parts) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const name = decodeParameter(at === -1 ? part : part.slice(0, at));
    const value = at === -1 ? '' : decodeParameter(part.slice(at + 1));
    if (name === null || value === null) return null;
    const before = found.get(name);
    if (before === undefined) found.set(name, [value]);
    else before.push(value);
  }
  return Object.fromEntries(found);
}

function decodeParameter(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

/** `host`, `host:port` or `[address]:port`, in lower case and without a default port; null when it is none (RFC 9110, 7.2; RFC 3986, 3.2.2). */
export function canonicalAuthority(text: string): string | null {
  const match = /^([A-Za-z0-9._~-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::(\d{1,5}))?$/.exec(text);
  if (match === null) return null;
  const host = (match[1] ?? '').toLowerCase();
  const port = match[2];
  if (port !== undefined && Number(port) > 65_535) return null;
  return port === undefined || port === '80' ? host : `${host}:${Number(port)}`;
}
