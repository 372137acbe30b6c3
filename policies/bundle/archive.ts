import { once } from 'node:events';
import { extract } from 'tar-stream';
import { gunzip } from './gzip.ts';
import { NAME_BYTES_MAX, type BundleLimits } from './limits.ts';
import { quoted, refuse, RefusedError } from './refusal.ts';
import { TarGuard } from './tar-guard.ts';

/** Files of a bundle by path without a leading slash, in the order of the archive. */
export type BundleFiles = ReadonlyMap<string, Buffer>;

/** Bytes of a bundle, or where they come from piece by piece. */
export type BundleBytes = Uint8Array | AsyncIterable<Uint8Array>;

/** Takes all bytes of an archive, up to the limit. */
export async function collectArchive(source: BundleBytes, limits: BundleLimits): Promise<Uint8Array> {
  const tooLarge = (): never => refuse('BND013', `the bundle has more than ${limits.archiveBytesMax} bytes`);
  if (source instanceof Uint8Array) return source.length > limits.archiveBytesMax ? tooLarge() : source;
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of source) {
    size += piece.length;
    if (size > limits.archiveBytesMax) tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/**
 * Reads a gzip-compressed tar archive. Throws a refusal (BND010 to BND021) as soon as something is wrong with it; the names of what it returns are
 * canonical and differ from one another.
 */
export async function readArchive(bytes: Uint8Array, limits: BundleLimits): Promise<BundleFiles> {
  const files = new Map<string, Buffer>();
  const unpack = extract();
  const names = new Set<string>();
  let problem: unknown = null;
  const reading = (async (): Promise<void> => {
    for await (const entry of unpack) {
      const { name, type } = entry.header;
      const path = entryPath(name, type === 'directory');
      const key = path.normalize('NFC');
      if (path !== '' && names.has(key)) refuse('BND020', `${quoted(path)} is in the bundle twice`);
      names.add(key);
      const content = await contentOf(entry);
      if (type !== 'directory') files.set(path, content);
    }
  })().catch((error: unknown) => {
    problem ??= error;
    unpack.destroy(new Error('refused'));
  });
  const guard = new TarGuard(limits);
  try {
    for await (const piece of gunzip(bytes, limits)) {
      if (problem !== null) break;
      guard.look(piece);
      if (!unpack.write(piece)) await Promise.race([once(unpack, 'drain'), reading]);
    }
    if (problem === null) guard.end();
    unpack.end(null);
  } catch (error) {
    problem ??= error;
    unpack.destroy(new Error('refused'));
  }
  await reading;
  if (problem instanceof RefusedError) throw problem;
  if (problem !== null) refuse('BND017', 'the tar archive is malformed');
  return files;
}

async function contentOf(entry: AsyncIterable<unknown>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of entry) if (Buffer.isBuffer(piece)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/**
 * The canonical path of an entry. OPA writes a leading slash before every name, which is taken off; a folder may end with one, and the folder `./` that
 * `tar` puts first is the empty path. Throws BND019.
 */
export function entryPath(name: string, isFolder: boolean): string {
  const whole = isFolder ? name.replace(/\/$/, '') : name;
  if (isFolder && (whole === '' || whole === '.')) return '';
  const path = whole.startsWith('/') ? whole.slice(1) : whole;
  const problem = problemOf(path);
  if (problem !== null) refuse('BND019', `the name ${quoted(name)} ${problem}`);
  return path;
}

function problemOf(path: string): string | null {
  if (Buffer.byteLength(path) > NAME_BYTES_MAX) return `has more than ${NAME_BYTES_MAX} bytes`;
  if (path.includes('\ufffd') || !path.isWellFormed()) return 'is not UTF-8';
  if (/[\p{Cc}\\]/u.test(path)) return 'has a backslash or a control character';
  const parts = path.split('/');
  if (parts.includes('..')) return 'leaves the bundle';
  if (parts.some((part) => part === '' || part === '.')) return 'is not in its simplest form';
  return null;
}
