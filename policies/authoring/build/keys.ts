import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseSigningKey, type SigningKey } from '../../bundle/sign.ts';
import type { OpaProblem } from '../opa.ts';

/** Largest key file, bytes. */
const KEY_BYTES_MAX = 64 * 1024;
/** Permissions of anybody but the owner. */
const OTHERS = 0o077;

/** Algorithms that {@link generateKey} makes keys for. */
export const KEY_ALGORITHMS = ['EdDSA', 'ES256', 'ES384', 'RS256', 'PS256'] as const;
export type KeyAlgorithm = (typeof KEY_ALGORITHMS)[number];

export type KeyOutcome<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: OpaProblem };

const refused = (
  code: string,
  message: string,
  help: string,
): { readonly ok: false; readonly problem: OpaProblem } => ({
  ok: false,
  problem: { code, message, help },
});

export interface KeyOptions {
  readonly file: string;
  /** Null for the file's name without `.key.pem`. */
  readonly id: string | null;
  /** Null for what suits the key. */
  readonly algorithm: string | null;
}

/**
 * Reads a private key that only its owner can read. Errors: POL034 others may read it, POL035 it cannot be read or is no private key, and those of
 * `parseSigningKey`.
 */
export function readSigningKey({ file, id, algorithm }: KeyOptions): KeyOutcome<SigningKey> {
  let text: string;
  try {
    // Asked of the open file, so that it cannot be another one that is read.
    const handle = openSync(file, 'r');
    try {
      const { mode, size } = fstatSync(handle);
      if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
        return refused(
          'POL034',
          `others than its owner may use the key \`${file}\``,
          `Run \`chmod 600 ${file}\`, and make a new key if others could read it.`,
        );
      }
      if (size > KEY_BYTES_MAX)
        return refused('POL035', `\`${file}\` is too large for a key`, 'Name the file with the private key.');
      text = readFileSync(handle, 'utf8');
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refused('POL035', `the key cannot be read: ${why}`, 'Correct the path.');
  }
  const suitable = algorithm ?? suitableAlgorithm(text);
  if (suitable === null) {
    const help = 'Name a private key in PEM (`weir policy keygen` makes one), or give `--algorithm`.';
    return refused('POL035', `\`${file}\` is no private key`, help);
  }
  const parsed = parseSigningKey({
    id: id ?? path.basename(file).replace(/(\.key)?(\.[^.]*)?$/, ''),
    algorithm: suitable,
    key: text,
  });
  return parsed.ok ? parsed : { ok: false, problem: parsed.refusal };
}

function suitableAlgorithm(text: string): string | null {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(text);
    if (asymmetricKeyType === 'ed25519') return 'EdDSA';
    if (asymmetricKeyType === 'rsa') return 'RS256';
    if (asymmetricKeyType === 'ec') return asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'ES384' : 'ES256';
    return null;
  } catch {
    return null;
  }
}

export interface KeyPair {
  /** PKCS #8 in PEM. */
  readonly privatePem: string;
  /** SPKI in PEM. */
  readonly publicPem: string;
}

/** Makes a key pair. RSA keys have 3,072 bits (NIST SP 800-57 Part 1 Rev. 5: beyond 2030). */
export function generateKey(algorithm: KeyAlgorithm): KeyPair {
  const pair = pairOf(algorithm);
  return {
    privatePem: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

function pairOf(algorithm: KeyAlgorithm): ReturnType<typeof generateKeyPairSync> {
  switch (algorithm) {
    case 'EdDSA':
      return generateKeyPairSync('ed25519');
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'ES384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' });
    default:
      return generateKeyPairSync('rsa', { modulusLength: 3072 });
  }
}

/** Writes both files, the private one only for its owner. Errors: POL037 one of them exists; POL038 it cannot be written. */
export function writeKeyPair(
  pair: KeyPair,
  files: { readonly secret: string; readonly open: string },
): KeyOutcome<null> {
  try {
    // A file that exists is never replaced: bundles may depend on it.
    writeFileSync(files.secret, pair.privatePem, { mode: 0o600, flag: 'wx' });
    writeFileSync(files.open, pair.publicPem, { mode: 0o644, flag: 'wx' });
    return { ok: true, value: null };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (why.startsWith('EEXIST'))
      return refused('POL037', `a key exists: ${why}`, 'Choose another name; keys are not replaced.');
    return refused('POL038', `the key cannot be written: ${why}`, 'Correct the path or give write access.');
  }
}
