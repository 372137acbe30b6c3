import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { SIGNATURES } from './content-hash.ts';
import { asyncOutcomeOf } from './refusal.ts';
import { checkedFiles, signBundle, type BundleFile, type SigningKey } from './sign.ts';
import type { BundleOutcome } from './types.ts';

/** Place of the operating system in a gzip header (RFC 1952), and its value for an unknown one. */
const SYSTEM_AT = 9;
const SYSTEM_UNKNOWN = 255;
const MODE = 0o600;

/**
 * Packs files as OPA does: every name begins with a slash, owner and times are zero, modes are 0600. The order of the given files does not matter; the
 * same files give the same bytes with the same zlib. A `.signatures.json` among them is packed as it is.
 *
 * Errors: BND019, BND020.
 */
export async function writeBundle(files: readonly BundleFile[]): Promise<BundleOutcome<Uint8Array>> {
  return asyncOutcomeOf(async () => {
    const ordered = [...checkedFiles(files), ...files.filter(({ path }) => path.replace(/^\//, '') === SIGNATURES)];
    const archive = pack();
    for (const { path, content } of ordered) {
      archive.entry({ name: `/${path.replace(/^\//, '')}`, mode: MODE, mtime: new Date(0) }, Buffer.from(content));
    }
    archive.finalize();
    const pieces: Buffer[] = [];
    for await (const piece of archive) if (Buffer.isBuffer(piece)) pieces.push(piece);
    const compressed = await promisify(gzip)(Buffer.concat(pieces), { level: 9 });
    compressed[SYSTEM_AT] = SYSTEM_UNKNOWN;
    return compressed;
  });
}

/** Signs and packs in one step. Errors: as {@link signBundle} and {@link writeBundle}. */
export async function writeSignedBundle(
  files: readonly BundleFile[],
  key: SigningKey,
  options: { readonly scope?: string } = {},
): Promise<BundleOutcome<Uint8Array>> {
  const signature = await signBundle(files, key, options);
  if (!signature.ok) return signature;
  return writeBundle([...files.filter(({ path }) => path.replace(/^\//, '') !== SIGNATURES), signature.value]);
}
