import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { refusal } from '../../policies/bundle/refusal.ts';
import type { BundleSource, FetchOutcome } from './types.ts';

/** A bundle that somebody else puts into a file of this machine. It is read as a whole each time: what it contains decides whether it changed. */
export function fileSource(path: string): BundleSource {
  return {
    address: `file://${path}`,
    fetch: async ({ archiveBytesMax }): Promise<FetchOutcome> => {
      try {
        const bytes = await readBounded(path, archiveBytesMax, { followsLinks: true });
        return bytes === null
          ? failed('BND013', `\`${path}\` has more than ${archiveBytesMax} bytes`)
          : { kind: 'bundle', bytes, etag: null, lastModified: null, isLongPolling: false };
      } catch (error) {
        const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
        return failed('BND079', `\`${path}\` cannot be read: ${why}`);
      }
    },
  };
}

const failed = (code: string, message: string): FetchOutcome => ({
  kind: 'failed',
  refusal: refusal(code, message),
  retryAfterMs: null,
});

/**
 * Reads a regular file, but never more than the limit: the size is counted while reading, since a file can grow.
 *
 * @returns null when there is more.
 */
export async function readBounded(
  path: string,
  bytesMax: number,
  { followsLinks }: { readonly followsLinks: boolean },
): Promise<Buffer | null> {
  // Without O_NONBLOCK the open of a pipe waits for somebody who writes, and blocks a thread meanwhile.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (followsLinks ? 0 : constants.O_NOFOLLOW);
  const file = await open(path, flags);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new Error('it is no file');
    if (stat.size > bytesMax) return null;
    const pieces: Buffer[] = [];
    let total = 0;
    for await (const piece of file.createReadStream({ autoClose: false })) {
      if (!Buffer.isBuffer(piece)) continue;
      total += piece.length;
      if (total > bytesMax) return null;
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  } finally {
    await file.close();
  }
}
