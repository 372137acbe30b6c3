/** Reading and writing of the binary format of WebAssembly: core specification, chapter 5. */

const CONTINUATION = 0x80;
const PAYLOAD = 0x7f;
/** A 32-bit number takes at most five bytes. */
const UNSIGNED_BYTES_MAX = 5;

/** Reads bytes one after the other; beyond the end there are zeros. */
export class Cursor {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get position(): number {
    return this.#at;
  }

  hasMore(): boolean {
    return this.#at < this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  skip(count: number): void {
    this.#at += count;
  }

  take(count: number): Uint8Array {
    const taken = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return taken;
  }

  /** LEB128 of 32 bits. */
  unsigned(): number {
    let value = 0;
    for (let at = 0; at < UNSIGNED_BYTES_MAX; at++) {
      const part = this.byte();
      value += (part & PAYLOAD) * 2 ** (7 * at);
      if (part < CONTINUATION) break;
    }
    return value;
  }

  name(): string {
    return Buffer.from(this.take(this.unsigned())).toString('utf8');
  }
}

/** LEB128 of a number of 32 bits. */
export function unsignedBytes(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  do {
    const part = left & PAYLOAD;
    left >>>= 7;
    bytes.push(left === 0 ? part : part | CONTINUATION);
  } while (left !== 0);
  return bytes;
}

/** Signed LEB128 of a number of 32 bits that is not negative. */
export function signedBytes(value: number): number[] {
  const bytes = unsignedBytes(value);
  const last = bytes.at(-1) ?? 0;
  // The highest bit of the last byte is the sign.
  return (last & 0x40) === 0 ? bytes : [...bytes.slice(0, -1), last | CONTINUATION, 0];
}

/** A section: its id and where its content is. */
export interface Section {
  readonly id: number;
  readonly content: Uint8Array;
}

export const HEADER_BYTES = 8;

export const CUSTOM_SECTION = 0;
export const TYPE_SECTION = 1;
export const IMPORT_SECTION = 2;
export const FUNCTION_SECTION = 3;
export const CODE_SECTION = 10;

/** The sections of a valid module, in their order. */
export function sectionsOf(wasm: Uint8Array): Section[] {
  const cursor = new Cursor(wasm, HEADER_BYTES);
  const sections: Section[] = [];
  while (cursor.hasMore()) {
    const id = cursor.byte();
    sections.push({ id, content: cursor.take(cursor.unsigned()) });
  }
  return sections;
}
