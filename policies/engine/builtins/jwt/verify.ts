import { constants, createHmac, timingSafeEqual, verify, type KeyObject } from 'node:crypto';
import type { VerificationKey } from './keys.ts';

interface Algorithm {
  readonly family: 'RS' | 'PS' | 'ES' | 'HS' | 'EdDSA';
  /** Name of the hash; null where the algorithm has its own. */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null;
}

const FORM = /^(RS|PS|ES|HS)(256|384|512)$/;

const HASHES = { '256': 'sha256', '384': 'sha384', '512': 'sha512' } as const;

function algorithmOf(name: string): Algorithm | undefined {
  if (name === 'EdDSA') return { family: 'EdDSA', hash: null };
  const [all, family, bits] = FORM.exec(name) ?? [];
  if (all === undefined || family === undefined || (bits !== '256' && bits !== '384' && bits !== '512'))
    return undefined;
  if (family !== 'RS' && family !== 'PS' && family !== 'ES' && family !== 'HS') return undefined;
  return { family, hash: HASHES[bits] };
}

/** What is verified: the algorithm's name, the signed text and the signature. */
export interface Signed {
  readonly algorithm: string;
  readonly text: string;
  readonly signature: Buffer;
}

/** Whether a key of the right kind made the signature. */
export function isSignedBy(key: VerificationKey['key'], { algorithm, text, signature }: Signed): boolean {
  const found = algorithmOf(algorithm);
  if (found === undefined) return false;
  if (Buffer.isBuffer(key))
    return found.family === 'HS' && found.hash !== null && isMac(key, found.hash, { text, signature });
  try {
    return isSignature(key, found, { text, signature });
  } catch {
    // A key that cannot be used with the algorithm has not signed.
    return false;
  }
}

export function isMac(
  key: Buffer | string,
  hash: string,
  { text, signature }: Pick<Signed, 'text' | 'signature'>,
): boolean {
  const expected = createHmac(hash, key).update(text).digest();
  return expected.length === signature.length && timingSafeEqual(expected, signature);
}

const KEY_TYPES = { RS: 'rsa', PS: 'rsa', ES: 'ec', EdDSA: 'ed25519', HS: 'secret' } as const;

function isSignature(
  key: KeyObject,
  algorithm: Algorithm,
  { text, signature }: Pick<Signed, 'text' | 'signature'>,
): boolean {
  if (key.asymmetricKeyType !== KEY_TYPES[algorithm.family]) return false;
  const data = Buffer.from(text);
  switch (algorithm.family) {
    case 'RS':
      return verify(algorithm.hash, data, { key, padding: constants.RSA_PKCS1_PADDING }, signature);
    case 'PS':
      return verify(
        algorithm.hash,
        data,
        { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO },
        signature,
      );
    case 'ES':
      return verify(algorithm.hash, data, { key, dsaEncoding: 'ieee-p1363' }, signature);
    case 'EdDSA':
      return verify(null, data, key, signature);
    case 'HS':
      return false;
  }
}
