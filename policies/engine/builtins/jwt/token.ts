import { objectOf } from '../../value/compare.ts';
import { readJson } from '../../value/read-value.ts';
import { isRegoArray, RegoObject, type RegoValue } from '../../value/rego-value.ts';
import { textOfBytes } from '../encoding.ts';

/** A token in the compact form of RFC 7515, taken apart; nothing of it is verified. */
export interface Token {
  readonly header: RegoObject;
  /** Header and payload as they are signed. */
  readonly signedText: string;
  readonly payloadText: string;
  readonly signature: Buffer;
}

const BASE64URL = /^[A-Za-z0-9_-]*={0,2}$/;

/** Bytes of base64url, with or without padding; undefined for anything else. */
export function base64UrlBytes(text: string): Buffer | undefined {
  if (!BASE64URL.test(text)) return undefined;
  const bare = text.replace(/=+$/, '');
  if (bare.length % 4 === 1 || (text !== bare && text.length % 4 !== 0)) return undefined;
  return Buffer.from(bare, 'base64url');
}

/** Takes a token apart; undefined when it is no signed token. */
export function tokenOf(text: string): Token | undefined {
  const [header, payload, signature, ...more] = text.split('.', 4);
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0) return undefined;
  const [headerBytes, payloadBytes, signatureBytes] = [header, payload, signature].map(base64UrlBytes);
  if (headerBytes === undefined || payloadBytes === undefined || signatureBytes === undefined) return undefined;
  const headerObject = readJson(textOfBytes(headerBytes));
  // Encrypted tokens have another form.
  if (!(headerObject instanceof RegoObject) || headerObject.get('enc') !== undefined) return undefined;
  return {
    header: headerObject,
    signedText: `${header}.${payload}`,
    payloadText: textOfBytes(payloadBytes),
    signature: signatureBytes,
  };
}

/** Parameters of a header that decide how it is verified. */
export interface TokenParameters {
  readonly algorithm: string;
  readonly keyId: string;
  readonly contentType: string;
  /** Every parameter that must be understood is. */
  readonly isUnderstood: boolean;
}

const UNDERSTOOD: ReadonlySet<RegoValue> = new Set<RegoValue>(['alg', 'kid', 'typ', 'cty', 'crit']);

/** Reads the parameters; undefined when one has the wrong type. */
export function parametersOf(header: RegoObject): TokenParameters | undefined {
  const texts: string[] = [];
  for (const name of ['alg', 'kid', 'typ', 'cty']) {
    const value = header.get(name) ?? '';
    if (typeof value !== 'string') return undefined;
    texts.push(value);
  }
  const [algorithm = '', keyId = '', , contentType = ''] = texts;
  const critical = criticalOf(header.get('crit'));
  if (critical === undefined) return undefined;
  // A parameter that must be understood but is not there is no reason to refuse, as in OPA.
  const isUnderstood = critical.every((name) => UNDERSTOOD.has(name) || header.get(name) === undefined);
  return { algorithm, keyId, contentType, isUnderstood };
}

function criticalOf(value: RegoValue | undefined): readonly string[] | undefined {
  if (value === undefined) return [];
  const names = isRegoArray(value) ? value.filter((item) => typeof item === 'string') : [];
  return names.length === 0 ? undefined : names;
}

export const EMPTY_OBJECT = objectOf([]);
