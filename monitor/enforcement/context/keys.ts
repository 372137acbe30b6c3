import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { ContextError } from './errors.ts';
import { KEY_ID_BYTES } from './token.ts';

/** Keys in one set: the one that signs, its successor, and those whose contexts are still under way, of every node. */
export const KEYS_MAX = 512;
/** Longest text of a key set, in characters. */
export const KEY_SET_CHARACTERS_MAX = 512 * 1024;
/** The last moment of a key that has no end. */
export const NO_END_MS = Number.MAX_SAFE_INTEGER;
const SECOND_MS = 1000;

/** When a key may be used, milliseconds since 1970. */
export interface KeyWindow {
  /** First moment at which contexts are issued with it. It is published before, so that every node has it by then. */
  readonly notBeforeMs: number;
  /** Contexts that it signed are accepted until then, and expire then at the latest. */
  readonly notAfterMs: number;
}

/** One Ed25519 key. That it is Ed25519 is decided here; nothing in a context can choose another algorithm. */
export interface ContextKey extends KeyWindow {
  /** First 8 bytes of the key's JWK thumbprint (RFC 7638, SHA-256), base64url: it cannot name another key. */
  readonly id: string;
  readonly publicKey: KeyObject;
  /** Null for keys of other nodes, which only verify. */
  readonly privateKey: KeyObject | null;
}

/** Keys by id. */
export type ContextKeySet = ReadonlyMap<string, ContextKey>;

function keyError(code: string, message: string, help: string): ContextError {
  return new ContextError(code, message, help);
}

function windowOf(window: KeyWindow): KeyWindow {
  if (!(window.notBeforeMs < window.notAfterMs)) {
    throw keyError('CTX007', 'a key ends before it begins', 'Give notBefore a moment before notAfter.');
  }
  return { notBeforeMs: window.notBeforeMs, notAfterMs: window.notAfterMs };
}

/** @throws ContextError CTX006 when it is no Ed25519 key, CTX007 when the window is empty. */
export function contextKeyOf(key: KeyObject, window: KeyWindow): ContextKey {
  if (key.asymmetricKeyType !== 'ed25519') {
    const kind = key.asymmetricKeyType ?? key.type;
    throw keyError('CTX006', `a key of contexts is of type ${kind}`, 'Use an Ed25519 key.');
  }
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const { x } = publicKey.export({ format: 'jwk' });
  const thumbprint = createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest();
  return {
    id: thumbprint.toString('base64url', 0, KEY_ID_BYTES),
    publicKey,
    privateKey: key.type === 'private' ? key : null,
    ...windowOf(window),
  };
}

/** @throws ContextError CTX006 when the text holds no Ed25519 key. The text is in no message. */
export function readPemKey(text: string, window: KeyWindow): ContextKey {
  let key: KeyObject;
  try {
    key = text.includes('PRIVATE KEY') ? createPrivateKey(text) : createPublicKey(text);
  } catch {
    throw keyError('CTX006', 'a key of contexts is no readable PEM', 'Give a PKCS #8 or SPKI key in PEM.');
  }
  return contextKeyOf(key, window);
}

function momentOf(value: unknown, otherwiseMs: number): number {
  if (value === undefined) return otherwiseMs;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw keyError('CTX007', '`nbf` and `exp` of a key are seconds since 1970', 'Give numbers.');
  }
  return value * SECOND_MS;
}

function readJwk(entry: unknown): ContextKey {
  if (typeof entry !== 'object' || entry === null) {
    throw keyError('CTX006', 'an entry of `keys` is no object', 'Give JSON Web Keys.');
  }
  const jwk = entry as Readonly<Record<string, unknown>>;
  if (jwk['kty'] !== 'OKP' || jwk['crv'] !== 'Ed25519' || typeof jwk['x'] !== 'string') {
    throw keyError('CTX006', 'a key of contexts is no Ed25519 key', 'Give keys with kty `OKP` and crv `Ed25519`.');
  }
  const algorithm = jwk['alg'];
  if (algorithm !== undefined && algorithm !== 'EdDSA' && algorithm !== 'Ed25519') {
    throw keyError('CTX006', 'the `alg` of a key of contexts is not Ed25519', 'Leave it out, or give `Ed25519`.');
  }
  const window = { notBeforeMs: momentOf(jwk['nbf'], 0), notAfterMs: momentOf(jwk['exp'], NO_END_MS) };
  const bare = { kty: 'OKP', crv: 'Ed25519', x: jwk['x'] };
  let publicKey: KeyObject;
  let privateKey: KeyObject | null;
  try {
    publicKey = createPublicKey({ format: 'jwk', key: bare });
    privateKey =
      typeof jwk['d'] === 'string' ? createPrivateKey({ format: 'jwk', key: { ...bare, d: jwk['d'] } }) : null;
  } catch {
    throw keyError('CTX006', 'a key of contexts cannot be read', 'Check `x` and `d`.');
  }
  const key = contextKeyOf(publicKey, window);
  if (privateKey !== null && contextKeyOf(privateKey, window).id !== key.id) {
    throw keyError('CTX006', '`x` and `d` of a key are not one pair', 'Give both parts of the same key.');
  }
  return { ...key, privateKey };
}

/**
 * Reads a JSON Web Key Set (RFC 7517) of Ed25519 keys (RFC 8037). `nbf` and `exp` of a key, in seconds, are its window as in OpenID Federation;
 * without them it has no bound. The caller checks who may read the file.
 *
 * @throws ContextError CTX006 for what is no Ed25519 key, CTX007 for an empty window, CTX008 for a repeated key or too many.
 */
export function readKeySet(text: string): ContextKeySet {
  let parsed: unknown;
  try {
    if (text.length > KEY_SET_CHARACTERS_MAX) throw new RangeError('too long');
    parsed = JSON.parse(text);
  } catch {
    throw keyError('CTX006', 'the key set is no JSON of at most 512 KiB', 'Give a JSON Web Key Set.');
  }
  const entries =
    typeof parsed === 'object' && parsed !== null ? (parsed as { readonly keys?: unknown }).keys : undefined;
  if (!Array.isArray(entries)) throw keyError('CTX006', 'the key set has no list `keys`', 'Give a JSON Web Key Set.');
  return keySetOf(entries.map(readJwk));
}

/** @throws ContextError CTX008 for no key, a repeated one or more than {@link KEYS_MAX}. */
export function keySetOf(keys: readonly ContextKey[]): ContextKeySet {
  if (keys.length === 0 || keys.length > KEYS_MAX) {
    throw keyError('CTX008', `a key set has ${keys.length} keys`, `Give 1 to ${KEYS_MAX} keys.`);
  }
  const set = new Map(keys.map((key) => [key.id, key]));
  if (set.size !== keys.length) throw keyError('CTX008', 'a key is in the key set twice', 'Give each key once.');
  return set;
}

/** A new key pair as a JSON Web Key, the private part included: for `weir-monitor` to write and for tests. */
export function generateJwk(window: KeyWindow): Readonly<Record<string, string | number>> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { x, d } = privateKey.export({ format: 'jwk' });
  const key = contextKeyOf(privateKey, window);
  return {
    kty: 'OKP',
    crv: 'Ed25519',
    alg: 'Ed25519',
    kid: key.id,
    nbf: Math.floor(window.notBeforeMs / SECOND_MS),
    ...(window.notAfterMs === NO_END_MS ? {} : { exp: Math.ceil(window.notAfterMs / SECOND_MS) }),
    ...(x === undefined || d === undefined ? {} : { x, d }),
  };
}

/** The key that signs now: of those that have begun and not ended and can sign, the one that began last; null when there is none. */
export function signingKeyOf(keys: ContextKeySet, nowMs: number): ContextKey | null {
  let chosen: ContextKey | null = null;
  for (const key of keys.values()) {
    if (key.privateKey === null || key.notBeforeMs > nowMs || key.notAfterMs <= nowMs) continue;
    if (chosen === null || key.notBeforeMs > chosen.notBeforeMs) chosen = key;
  }
  return chosen;
}

/** Ed25519 (RFC 8032). */
export function signWith(key: KeyObject, bytes: Buffer): Buffer {
  return sign(null, bytes, key);
}

/** Never throws: a signature of another length is a wrong one. */
export function isSignedBy(key: ContextKey, bytes: Buffer, signature: Buffer): boolean {
  return verify(null, bytes, key.publicKey, signature);
}
