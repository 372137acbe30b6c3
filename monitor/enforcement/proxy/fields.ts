/**
 * Header fields as the proxy handles them: in order, names in lower case, values as they came. A record would lose repetitions, and what is lost is
 * what request smuggling is made of.
 */

/** Name in lower case and value. */
export type Field = readonly [name: string, value: string];
export type Fields = readonly Field[];

/**
 * Fields of one connection (RFC 9110, 7.6.1), which never pass. `trailer` and `te` are written anew where the next hop needs them. `http2-settings`
 * belongs to the upgrade to h2c, which is never passed on: behind it requests would go through unseen.
 */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-authentication-info',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** Fields that no `Connection` field may declare to be of one hop: without them the function would see another request than the policy. */
const NEVER_OF_ONE_HOP: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'authorization',
  'cookie',
  'expect',
  'forwarded',
  'via',
  'x-real-ip',
  'cache-control',
]);

/** Names that belong to Weir: what callers send in them is read, and never passed on. */
export const CONTEXT_FIELD = 'weir-context';
export const CLOUD_EVENTS_CONTEXT_FIELD = 'ce-weircontext';
export const BREAK_GLASS_FIELD = 'weir-break-glass';

/** CGI and what is built on it do not tell `-` from `_`; a name is compared in one spelling. */
export const spelled = (name: string): string => name.replaceAll('_', '-');

/** Whether a name is Weir's, in any spelling. */
export function isReserved(name: string): boolean {
  const one = spelled(name);
  return one.startsWith('weir-') || one === CLOUD_EVENTS_CONTEXT_FIELD;
}

/** Pairs of a flat list as `rawHeaders` has it. */
export function pairs(flat: readonly string[]): Field[] {
  const found: Field[] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) found.push([(flat[at] ?? '').toLowerCase(), flat[at + 1] ?? '']);
  return found;
}

/** The flat list again. */
export function flat(fields: Fields): string[] {
  const list: string[] = [];
  for (const [name, value] of fields) list.push(name, value);
  return list;
}

/** Values of one field in order. */
export function valuesOf(fields: Fields, name: string): string[] {
  const found: string[] = [];
  for (const field of fields) if (field[0] === name) found.push(field[1]);
  return found;
}

/** Value of a field, the first when it is repeated; null for none. */
export function valueOf(fields: Fields, name: string): string | null {
  for (const field of fields) if (field[0] === name) return field[1];
  return null;
}

/** Elements of comma separated lists, trimmed and in lower case, over all lines of the field. */
export function tokensOf(fields: Fields, name: string): string[] {
  return valuesOf(fields, name)
    .flatMap((value) => value.split(','))
    .map((token) => token.trim().toLowerCase())
    .filter((token) => token !== '');
}

/** A field that `Connection` names although it must reach whoever handles the request; null when there is none. */
export function stolenByConnection(fields: Fields): string | null {
  return (
    tokensOf(fields, 'connection').find(
      (token) => NEVER_OF_ONE_HOP.has(spelled(token)) || isReserved(token) || token.startsWith('x-forwarded-'),
    ) ?? null
  );
}

/** Fields that go on to the next hop: without those of this connection. */
export function endToEnd(fields: Fields): Field[] {
  const listed = new Set(tokensOf(fields, 'connection'));
  return fields.filter(([name]) => !HOP_BY_HOP.has(name) && !listed.has(name));
}

/** Trailer fields that may pass: none that frames, routes, authenticates or is Weir's (RFC 9110, 6.5.1). */
export function passableTrailers(trailers: Fields): Field[] {
  return trailers.filter(
    ([name]) =>
      !HOP_BY_HOP.has(name) &&
      !NEVER_OF_ONE_HOP.has(spelled(name)) &&
      !isReserved(name) &&
      !name.startsWith('x-forwarded-'),
  );
}

/** Names of the trailers that were announced and may pass, for a `Trailer` field of our own. */
export function announcedTrailers(fields: Fields): string[] {
  const named = tokensOf(fields, 'trailer').map((name): Field => [name, '']);
  return passableTrailers(named).map(([name]) => name);
}

/** A record for policies: names in lower case, repeated fields joined by a comma as Envoy does, cookies by a semicolon. */
export function recordOf(fields: Fields): Record<string, string> {
  const record = new Map<string, string>();
  for (const [name, value] of fields) {
    const before = record.get(name);
    record.set(name, before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ','}${value}`);
  }
  return Object.fromEntries(record);
}

/** With this value only; the field is appended. */
export function withField(fields: Fields, name: string, value: string): Field[] {
  return [...fields.filter((field) => spelled(field[0]) !== spelled(name)), [name, value]];
}

/** Without a field. */
export function withoutField(fields: Fields, name: string): Field[] {
  return fields.filter((field) => field[0] !== name);
}

/** Bytes of the lines that the fields take in HTTP/1.1. */
export function sizeOf(fields: Fields): number {
  let size = 0;
  for (const [name, value] of fields) size += name.length + value.length + 4;
  return size;
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
/** Visible characters, space, tab and what is beyond ASCII in Latin 1: RFC 9110, 5.5. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Whether a field can be sent: a name in lower case that is a token, a value without control characters. */
export function isSendable([name, value]: Field): boolean {
  return TOKEN.test(name) && VALUE.test(value);
}

/** Whether policies or adapters may set a field of this name. Framing, routing and Weir's own are not theirs. */
export function isSettable(name: string): boolean {
  return TOKEN.test(name) && !HOP_BY_HOP.has(name) && !isReserved(name) && name !== 'host' && name !== 'content-length';
}
