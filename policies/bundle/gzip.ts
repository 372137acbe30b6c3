import { once } from 'node:events';
import { crc32, createInflateRaw } from 'node:zlib';
import { COMPRESSION_RATIO_MAX, RATIO_FREE_BYTES, type BundleLimits } from './limits.ts';
import { refuse } from './refusal.ts';

/** Bytes handed to the decompressor at a time, so that one large bundle does not hold up decisions. */
const CHUNK_BYTES = 65_536;

const FIXED_HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
const FLAG_HEADER_CHECK = 2;
const FLAG_EXTRA = 4;
const FLAG_NAME = 8;
const FLAG_COMMENT = 16;
const FLAGS_RESERVED = 0xe0;

/**
 * Unpacks one gzip member (RFC 1952) in pieces and ends with a refusal when it is damaged, when it unpacks to more than allowed, or when anything
 * follows it. Node's own `createGunzip` would append further members and ignore what follows them.
 */
export async function* gunzip(bytes: Uint8Array, limits: BundleLimits): AsyncGenerator<Uint8Array> {
  const start = headerLength(bytes);
  if (bytes.length < start + TRAILER_BYTES) refuse('BND011', 'the compressed data is cut off');
  const body = bytes.subarray(start, bytes.length - TRAILER_BYTES);
  const inflate = createInflateRaw();
  const feeding = feed(body, inflate);
  let size = 0;
  let sum = 0;
  try {
    for await (const chunk of inflate) {
      const piece = chunk as Buffer;
      size += piece.length;
      if (size > limits.unpackedBytesMax) {
        refuse('BND014', `the bundle unpacks to more than ${limits.unpackedBytesMax} bytes`);
      }
      if (size > RATIO_FREE_BYTES && size > bytes.length * COMPRESSION_RATIO_MAX) {
        refuse('BND014', `the bundle unpacks to more than ${COMPRESSION_RATIO_MAX} times its size`);
      }
      sum = crc32(piece, sum);
      yield piece;
    }
  } catch (error) {
    if (isZlibError(error)) refuse('BND011', 'the compressed data is damaged or cut off');
    throw error;
  } finally {
    inflate.destroy();
    await feeding;
  }
  if (inflate.bytesWritten !== body.length) refuse('BND012', 'data follows the compressed archive');
  const trailer = Buffer.from(bytes.buffer, bytes.byteOffset + bytes.length - TRAILER_BYTES, TRAILER_BYTES);
  if (trailer.readUInt32LE(0) !== sum || trailer.readUInt32LE(4) !== size % 2 ** 32) {
    refuse('BND011', 'the checksum of the compressed data is wrong');
  }
}

async function feed(body: Uint8Array, inflate: ReturnType<typeof createInflateRaw>): Promise<void> {
  for (let at = 0; at < body.length && !inflate.destroyed; at += CHUNK_BYTES) {
    if (!inflate.write(body.subarray(at, at + CHUNK_BYTES))) await settled(inflate);
  }
  if (!inflate.destroyed) inflate.end();
}

/** Waits until more can be written, or never will be. */
async function settled(inflate: ReturnType<typeof createInflateRaw>): Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  try {
    await Promise.race([once(inflate, 'drain', { signal }), once(inflate, 'close', { signal })]);
  } catch {
    // The reading side reports the error.
  } finally {
    stop.abort();
  }
}

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < FIXED_HEADER_BYTES || bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    refuse('BND010', bytes.length === 0 ? 'the bundle is empty' : 'the bundle is not compressed with gzip');
  }
  const flags = bytes[3] ?? 0;
  if (bytes[2] !== 8 || (flags & FLAGS_RESERVED) !== 0) {
    refuse('BND010', 'the gzip header of the bundle is of a kind that is not known');
  }
  let at = FIXED_HEADER_BYTES;
  if ((flags & FLAG_EXTRA) !== 0) at += 2 + (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
  if ((flags & FLAG_NAME) !== 0) at = afterZero(bytes, at);
  if ((flags & FLAG_COMMENT) !== 0) at = afterZero(bytes, at);
  if ((flags & FLAG_HEADER_CHECK) !== 0) at += 2;
  return at;
}

function afterZero(bytes: Uint8Array, from: number): number {
  const zero = bytes.indexOf(0, from);
  return zero === -1 ? bytes.length : zero + 1;
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
}
