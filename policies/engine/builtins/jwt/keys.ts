import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readJson } from '../../value/read-value.ts';
import { isRegoArray, RegoObject, type RegoValue } from '../../value/rego-value.ts';

/** A key that can verify. */
export interface VerificationKey {
  readonly algorithm: string;
  readonly keyId: string;
  /** Bytes for HMAC, else a public key. */
  readonly key: KeyObject | Buffer;
}

/** Keys as text that are kept after reading, so that they are not read again for each token. */
const KEY_SETS_MAX = 100;
/** Longest text of keys that is kept, characters. */
const KEPT_LENGTH_MAX = 65_536;
/** Keys of one set. */
const KEYS_MAX = 200;

const kept = new Map<string, readonly VerificationKey[]>();

/** Reads a certificate or a public key in PEM, or a JWK or a set of them; undefined when it is none. */
export function keysOf(text: string): readonly VerificationKey[] | undefined {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const keys = text.includes('-----BEGIN') ? pemKeys(text) : jwkKeys(text);
  if (keys !== undefined && text.length <= KEPT_LENGTH_MAX) {
    const [oldest] = kept.keys();
    if (kept.size >= KEY_SETS_MAX && oldest !== undefined) kept.delete(oldest);
    kept.set(text, keys);
  }
  return keys;
}

const PEM = /-----BEGIN (CERTIFICATE|PUBLIC KEY)-----([A-Za-z0-9+/=\s]+)-----END \1-----[ \t]*\r?\n?$/;

function pemKeys(text: string): readonly VerificationKey[] | undefined {
  const [block, type] = PEM.exec(text) ?? [];
  if (block === undefined) return undefined;
  try {
    const key = type === 'CERTIFICATE' ? new X509Certificate(block).publicKey : createPublicKey(block);
    return [{ algorithm: '', keyId: '', key }];
  } catch {
    return undefined;
  }
}

/** Algorithms of RFC 7518 and RFC 8037 that are known. */
export const ALGORITHMS: ReadonlySet<string> = new Set([
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'HS256',
  'HS384',
  'HS512',
  'EdDSA',
]);

function jwkKeys(text: string): readonly VerificationKey[] | undefined {
  const document = readJson(text);
  if (!(document instanceof RegoObject)) return undefined;
  const set = document.get('keys');
  const list = set === undefined ? [document] : isRegoArray(set) ? set : undefined;
  if (list === undefined || list.length > KEYS_MAX) return undefined;
  const keys: VerificationKey[] = [];
  for (const item of list) {
    const key = item instanceof RegoObject ? jwkKey(item) : undefined;
    if (key === undefined) return undefined;
    if (key.algorithm === '' || ALGORITHMS.has(key.algorithm)) keys.push(key);
  }
  return keys;
}

const textOf = (value: RegoValue | undefined): string => (typeof value === 'string' ? value : '');

/** Members of a JWK that make up a public key; others, as the private ones, are not even looked at. */
const PUBLIC_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e'];

function jwkKey(jwk: RegoObject): VerificationKey | undefined {
  const names = { algorithm: textOf(jwk.get('alg')), keyId: textOf(jwk.get('kid')) };
  if (jwk.get('kty') === 'oct') {
    const secret = textOf(jwk.get('k'));
    return secret === '' ? undefined : { ...names, key: Buffer.from(secret, 'base64url') };
  }
  const members = PUBLIC_MEMBERS.map((name) => [name, jwk.get(name)] as const).filter(
    ([, value]) => typeof value === 'string',
  );
  try {
    return { ...names, key: createPublicKey({ key: Object.fromEntries(members), format: 'jwk' }) };
  } catch {
    return undefined;
  }
}
