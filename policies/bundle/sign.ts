import { createPrivateKey, createSecretKey, type KeyObject } from 'node:crypto';
import { CompactSign } from 'jose';
import { canonicalText, compareUtf8 } from './canonical.ts';
import { entryPath } from './archive.ts';
import { hashFile, isStructured, readStructured, SIGNATURES } from './content-hash.ts';
import { asyncOutcomeOf, outcomeOf, quoted, refuse } from './refusal.ts';
import type { BundleOutcome } from './types.ts';
import { algorithmOf, checkKind, type SignatureAlgorithm } from './verification.ts';

/** A file of a bundle that is being made. */
export interface BundleFile {
  /** Without a leading slash, e.g. `weir/data.json`. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** What signs bundles. */
export interface SigningKey {
  /** `kid` of the token; under this id the verifier configures the public key. */
  readonly id: string;
  readonly algorithm: SignatureAlgorithm;
  readonly key: KeyObject;
}

/**
 * Reads a signing key.
 *
 * @param options.key private key in PEM (PKCS #8, PKCS #1 or SEC 1), or the secret itself for HS256.
 *
 * Errors: BND005, BND090.
 */
export function parseSigningKey(options: {
  readonly id: string;
  readonly algorithm: string;
  readonly key: string;
}): BundleOutcome<SigningKey> {
  return outcomeOf(() => {
    const place = `the key ${quoted(options.id)}`;
    if (options.id === '') refuse('BND090', 'the signing key has no id');
    const algorithm = algorithmOf(options.algorithm, place);
    if (algorithm === 'HS256')
      return { id: options.id, algorithm, key: createSecretKey(Buffer.from(options.key, 'utf8')) };
    let key: KeyObject;
    try {
      key = createPrivateKey(options.key);
    } catch {
      return refuse('BND090', `${place} is no private key in PEM`);
    }
    checkKind(key, algorithm, { code: 'BND090', place });
    return { id: options.id, algorithm, key };
  });
}

/**
 * Signs the files of a bundle as `opa sign` does. The same files and key give the same hashes in the same order; RSA with PKCS #1 and Ed25519 give the
 * same bytes too, the other algorithms are randomised.
 *
 * @param options.scope what the verifier must expect; none when it is left out.
 * @returns `.signatures.json`, to be written beside the files. Errors: BND019, BND020, BND041, BND042.
 */
export async function signBundle(
  files: readonly BundleFile[],
  key: SigningKey,
  options: { readonly scope?: string } = {},
): Promise<BundleOutcome<BundleFile>> {
  return asyncOutcomeOf(async () => {
    const signed = checkedFiles(files).map(({ path, content }) => ({
      name: path,
      hash: hashFile('sha256', content, isStructured(path) ? canonicalText(readStructured(path, content)) : undefined),
      algorithm: 'SHA-256',
    }));
    const claims = { files: signed, keyid: key.id, ...(options.scope === undefined ? {} : { scope: options.scope }) };
    const token = await new CompactSign(Buffer.from(JSON.stringify(claims), 'utf8'))
      .setProtectedHeader({ alg: key.algorithm, kid: key.id, typ: 'JWT' })
      .sign(key.key);
    const content = `${JSON.stringify({ signatures: [token] }, null, 1)}\n`;
    return { path: SIGNATURES, content: Buffer.from(content, 'utf8') };
  });
}

/** The files in the order of their paths, without an earlier signature. Throws BND019 and BND020. */
export function checkedFiles(files: readonly BundleFile[]): readonly BundleFile[] {
  const paths = new Set<string>();
  const checked = files
    .map(({ path, content }) => ({ path: entryPath(path, false), content }))
    .filter(({ path }) => path !== SIGNATURES)
    .toSorted((left, right) => compareUtf8(left.path, right.path));
  for (const { path } of checked) {
    const key = path.normalize('NFC');
    if (paths.has(key)) refuse('BND020', `${quoted(path)} is given twice`);
    paths.add(key);
  }
  return checked;
}
