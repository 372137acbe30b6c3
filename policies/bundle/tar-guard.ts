import { EXTENDED_HEADER_BYTES_MAX, type BundleLimits } from './limits.ts';
import { checkExtendedHeader } from './extended-header.ts';
import { quoted, refuse } from './refusal.ts';

const BLOCK_BYTES = 512;
const NAME_END = 100;
const SIZE_START = 124;
const SIZE_END = 136;
const CHECKSUM_START = 148;
const CHECKSUM_END = 156;
const TYPE_AT = 156;
const MAGIC_START = 257;
const PREFIX_START = 345;
const PREFIX_END = 500;
const POSIX_MAGIC = 'ustar\u000000';
const GNU_MAGIC = 'ustar  \u0000';
/** Two empty blocks end an archive (POSIX.1-2017, pax, ustar interchange format). */
const END_BLOCKS = 2;

/**
 * Looks at every block of a tar archive before the library that unpacks it does, and refuses what readers understand differently: links and devices,
 * global, GNU and unknown extended headers, sizes that are not plain octal numbers, entries or data behind the end, and too many or too large entries.
 */
export class TarGuard {
  readonly #limits: BundleLimits;
  /** What is left of a block that was cut by the pieces. */
  #held: Buffer = Buffer.alloc(0);
  #skip = 0;
  #extended: { readonly size: number; parts: Buffer[] } | null = null;
  #isAfterExtended = false;
  #entries = 0;
  #endBlocks = 0;

  constructor(limits: BundleLimits) {
    this.#limits = limits;
  }

  /** Looks at the next piece. Throws a refusal. */
  look(piece: Uint8Array): void {
    let bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    if (this.#held.length > 0) bytes = Buffer.concat([this.#held, bytes]);
    let at = 0;
    while (at < bytes.length) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, bytes.length - at);
        this.#skip -= skipped;
        at += skipped;
        continue;
      }
      if (bytes.length - at < BLOCK_BYTES) break;
      this.#block(bytes.subarray(at, at + BLOCK_BYTES));
      at += BLOCK_BYTES;
    }
    this.#held = Buffer.from(bytes.subarray(at));
  }

  /** To be called after the last piece. Throws a refusal when the archive has no proper end. */
  end(): void {
    if (this.#held.length > 0 || this.#skip > 0 || this.#endBlocks < END_BLOCKS || this.#extended !== null) {
      refuse('BND017', 'the tar archive is cut off');
    }
  }

  #block(block: Buffer): void {
    if (this.#extended !== null) {
      this.#extendedBlock(block, this.#extended);
      return;
    }
    const isEmpty = block.every((byte) => byte === 0);
    if (isEmpty && !this.#isAfterExtended) {
      this.#endBlocks += 1;
      return;
    }
    if (this.#endBlocks > 0) refuse('BND012', 'data follows the end of the tar archive');
    this.#header(block);
  }

  #header(block: Buffer): void {
    checkFormat(block);
    const size = octal(block.subarray(SIZE_START, SIZE_END));
    const type = block[TYPE_AT] === 0 ? '0' : String.fromCharCode(block[TYPE_AT] ?? 0);
    if (type === 'x') {
      if (this.#isAfterExtended) refuse('BND021', 'an extended header follows another');
      if (size === 0 || size > EXTENDED_HEADER_BYTES_MAX) {
        refuse('BND021', `an extended header has ${size} bytes; at most ${EXTENDED_HEADER_BYTES_MAX} are supported`);
      }
      this.#extended = { size, parts: [] };
      return;
    }
    if (type === 'g' || type === 'L' || type === 'K') {
      refuse('BND021', `the archive has ${type === 'g' ? 'a global extended' : 'a GNU'} header`);
    }
    if (type !== '0' && type !== '5') refuse('BND018', `${nameOf(block)} is ${kindOf(type)}`);
    if (type === '5' && size !== 0) refuse('BND017', `the folder ${nameOf(block)} has content`);
    this.#isAfterExtended = false;
    this.#entries += 1;
    if (this.#entries > this.#limits.entriesMax) {
      refuse('BND016', `the bundle has more than ${this.#limits.entriesMax} files`);
    }
    if (size > this.#limits.entryBytesMax) {
      refuse('BND015', `${nameOf(block)} has ${size} bytes; at most ${this.#limits.entryBytesMax} are allowed`);
    }
    this.#skip = Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }

  #extendedBlock(block: Buffer, extended: { readonly size: number; readonly parts: Buffer[] }): void {
    extended.parts.push(Buffer.from(block));
    if (extended.parts.length * BLOCK_BYTES < extended.size) return;
    checkExtendedHeader(Buffer.concat(extended.parts).subarray(0, extended.size));
    this.#extended = null;
    this.#isAfterExtended = true;
  }
}

function checkFormat(block: Buffer): void {
  const magic = block.toString('latin1', MAGIC_START, MAGIC_START + 8);
  // GNU tar keeps other things where POSIX has the start of the name.
  const hasPrefix = block.subarray(PREFIX_START, PREFIX_END).some((byte) => byte !== 0);
  if (magic !== POSIX_MAGIC && !(magic === GNU_MAGIC && !hasPrefix)) {
    refuse('BND017', 'a header of the tar archive is of a kind that is not known');
  }
  const sum = block.reduce(
    (total, byte, index) => total + (index >= CHECKSUM_START && index < CHECKSUM_END ? 0x20 : byte),
    0,
  );
  if (octal(block.subarray(CHECKSUM_START, CHECKSUM_END)) !== sum) {
    refuse('BND017', 'a header of the tar archive is damaged');
  }
}

/** An octal number that ends with spaces or zero bytes; every other form is read differently by different programs. */
function octal(field: Buffer): number {
  const text = field.toString('latin1');
  if (!/^[0-7]+[ \u0000]*$/.test(text)) refuse('BND017', 'a number in the tar archive is malformed');
  return Number.parseInt(text, 8);
}

const nameOf = (block: Buffer): string => quoted(block.toString('utf8', 0, NAME_END).split('\u0000')[0] ?? '');

const KINDS: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a character device',
  '4': 'a block device',
  '6': 'a pipe',
  S: 'a sparse file',
};

const kindOf = (type: string): string => KINDS[type] ?? `an entry of the unknown kind ${quoted(type)}`;
