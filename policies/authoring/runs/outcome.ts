import type { OpaProblem, OpaRun } from '../opa.ts';

/** A value, or the coded problem that says why there is none. */
export type RunOutcome<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: OpaProblem };

export const done = <Value>(value: Value): RunOutcome<Value> => ({ ok: true, value });

/** A problem of the area POL. */
export function refused(
  code: string,
  message: string,
  help: string,
): { readonly ok: false; readonly problem: OpaProblem } {
  return { ok: false, problem: { code, message, help } };
}

/** Longest that one run of `opa` may take, milliseconds. */
export const OPA_TIMEOUT_MS = 120_000;

/** Most lines of `opa`'s own messages that are passed on. */
const LINES_MAX = 12;

/** What `opa` says about something that does not compile, on a few lines: the errors of its JSON form, else its text. */
export function opaMessage(run: OpaRun): string {
  const errors = errorsOf(run.stdout);
  if (errors.length > 0) return errors.slice(0, LINES_MAX).join('\n');
  const text = `${run.stderr}\n${run.stdout}`.trim();
  return text
    .split('\n')
    .slice(0, LINES_MAX)
    .join('\n')
    .replace(/^error: /, '');
}

function errorsOf(text: string): readonly string[] {
  const document = parseOr(text, null);
  if (!isObject(document) || !Array.isArray(document['errors'])) return [];
  return document['errors'].filter(isObject).map((error) => {
    const { message, code, location } = error;
    const place = isObject(location) && typeof location['file'] === 'string' ? location['file'] : '';
    const row = isObject(location) && typeof location['row'] === 'number' ? `:${location['row']}` : '';
    const kind = typeof code === 'string' ? `${code}: ` : '';
    return `${place === '' ? '' : `${place}${row}: `}${kind}${typeof message === 'string' ? message : 'no message'}`;
  });
}

export type UnknownObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is UnknownObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON, or something else where the text is none. */
export function parseOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return otherwise;
  }
}
