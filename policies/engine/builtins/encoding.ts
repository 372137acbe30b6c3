import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { objectOf } from '../value/compare.ts';
import { RegoObject, type RegoValue } from '../value/rego-value.ts';
import { BuiltinRefusal, type HostBuiltin, type HostBuiltins } from './builtin.ts';
import { itemsOf, onTexts } from './operands.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Bytes as text. OPA keeps bytes that are no UTF-8 in its strings; a string here cannot.
 *
 * @throws BuiltinRefusal for such bytes.
 */
export function textOfBytes(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new BuiltinRefusal('the decoded bytes are no UTF-8');
  }
}

const HEX = /^(?:[0-9a-fA-F]{2})*$/;

const digest = (algorithm: string): HostBuiltin =>
  onTexts(1, (text = '') => createHash(algorithm).update(text).digest('hex'));

const mac = (algorithm: string): HostBuiltin =>
  onTexts(2, (text = '', key = '') => createHmac(algorithm, key).update(text).digest('hex'));

function areMacsEqual(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** `net/url.QueryEscape` of Go: what is left unescaped, and a space as `+`. */
export function queryEscape(text: string): string {
  return encodeURIComponent(text)
    .replaceAll(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

const ESCAPES = /%[0-9a-fA-F]{2}/g;

/** The reverse; undefined when an escape is cut off. */
export function queryUnescape(text: string): string | undefined {
  if (text.replaceAll(ESCAPES, '').includes('%')) return undefined;
  return text.includes('%') ? textOfBytes(bytesOfEscaped(text)) : text.replaceAll('+', ' ');
}

function bytesOfEscaped(text: string): Uint8Array {
  const bytes = Buffer.from(text.replaceAll('+', ' '), 'utf8');
  const out = Buffer.alloc(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x25) {
      out[length++] = Number.parseInt(bytes.toString('latin1', at + 1, at + 3), 16);
      at += 2;
    } else {
      out[length++] = byte;
    }
  }
  return out.subarray(0, length);
}

function encodeObject(value: RegoValue | undefined): string | undefined {
  if (!(value instanceof RegoObject)) return undefined;
  const parts: string[] = [];
  for (const [key, item] of value.entries) {
    if (typeof key !== 'string') throw new BuiltinRefusal('urlquery.encode_object has a key that is no string');
    const items = typeof item === 'string' ? [item] : itemsOf(item);
    if (items === undefined) return undefined;
    for (const one of items) {
      if (typeof one !== 'string') return undefined;
      parts.push(`${queryEscape(key)}=${queryEscape(one)}`);
    }
  }
  return parts.join('&');
}

/** Parameters of a query that are read; more are refused. */
const QUERY_PARAMETERS_MAX = 10_000;

function decodeObject(query: string): RegoValue | undefined {
  const values = new Map<string, string[]>();
  const parts = query.split('&');
  if (parts.length > QUERY_PARAMETERS_MAX) throw new BuiltinRefusal('the query has too many parameters');
  for (const part of parts) {
    if (part === '') continue;
    if (part.includes(';')) return undefined;
    const at = part.indexOf('=');
    const key = queryUnescape(at === -1 ? part : part.slice(0, at));
    const value = queryUnescape(at === -1 ? '' : part.slice(at + 1));
    if (key === undefined || value === undefined) return undefined;
    const known = values.get(key);
    if (known === undefined) values.set(key, [value]);
    else known.push(value);
  }
  return objectOf([...values]);
}

/** Digests, codings of text, query strings. */
export const ENCODING_BUILTINS: HostBuiltins = {
  'crypto.md5': digest('md5'),
  'crypto.sha1': digest('sha1'),
  'crypto.sha256': digest('sha256'),
  'crypto.hmac.md5': mac('md5'),
  'crypto.hmac.sha1': mac('sha1'),
  'crypto.hmac.sha256': mac('sha256'),
  'crypto.hmac.sha512': mac('sha512'),
  'crypto.hmac.equal': onTexts(2, (one = '', other = '') => areMacsEqual(one, other)),
  'hex.encode': onTexts(1, (text = '') => Buffer.from(text).toString('hex')),
  'hex.decode': onTexts(1, (text = '') => (HEX.test(text) ? textOfBytes(Buffer.from(text, 'hex')) : undefined)),
  'base64url.encode_no_pad': onTexts(1, (text = '') => Buffer.from(text).toString('base64url')),
  'urlquery.encode': onTexts(1, (text = '') => queryEscape(text)),
  'urlquery.decode': onTexts(1, (text = '') => queryUnescape(text)),
  'urlquery.encode_object': ([value]) => encodeObject(value),
  'urlquery.decode_object': onTexts(1, (text = '') => decodeObject(text)),
};
