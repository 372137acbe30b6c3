import { ContextError } from './errors.ts';
import { MOMENT_MS_MAX, NAME_BYTES_MAX } from './limits.ts';

/** In place of a length: a UUID in 16 bytes follows. */
const UUID_MARK = 254;
/** In place of a length: there is none. */
const NULL_MARK = 255;
const UUID_BYTES = 16;
const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Writes the fields of a context one after the other. Every value has exactly one form. */
export class ByteWriter {
  readonly #buffer: Buffer;
  #length = 0;

  /** @param sizeBytesMax CTX001 is thrown when more is written. */
  constructor(sizeBytesMax: number) {
    this.#buffer = Buffer.alloc(sizeBytesMax);
  }

  #take(count: number): number {
    const at = this.#length;
    if (at + count > this.#buffer.length) {
      const message = `the context would be larger than ${this.#buffer.length} bytes before it is signed`;
      throw new ContextError('CTX001', message, 'Shorten names, or list fewer regions, tenants, marks or audiences.');
    }
    this.#length += count;
    return at;
  }

  /** @param size bytes of the number, big-endian. */
  unsigned(value: number, size: 1 | 2 | 4 | 6, name: string): void {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * size)) {
      throw new ContextError(
        'CTX002',
        `${name} of a context is ${value}`,
        `Give a whole number below 2^${8 * size} that is not negative.`,
      );
    }
    this.#buffer.writeUIntBE(value, this.#take(size), size);
  }

  moment(valueMs: number, name: string): void {
    this.unsigned(valueMs, 6, name);
  }

  momentOrNull(valueMs: number | null, name: string): void {
    if (valueMs === MOMENT_MS_MAX) throw new ContextError('CTX002', `${name} of a context is too late`, 'Use null.');
    this.unsigned(valueMs ?? MOMENT_MS_MAX, 6, name);
  }

  bytes(value: Uint8Array): void {
    const at = this.#take(value.length);
    this.#buffer.set(value, at);
  }

  text(value: string, name: string): void {
    if (UUID_PATTERN.test(value)) {
      this.unsigned(UUID_MARK, 1, name);
      this.bytes(Buffer.from(value.replaceAll('-', ''), 'hex'));
      return;
    }
    const size = Buffer.byteLength(value);
    if (size === 0 || size > NAME_BYTES_MAX || !value.isWellFormed()) {
      const message = `${name} of a context is ${size === 0 ? 'empty' : size > NAME_BYTES_MAX ? `${size} bytes long` : 'no Unicode text'}`;
      throw new ContextError('CTX003', message, `Give a name of 1 to ${NAME_BYTES_MAX} bytes in UTF-8.`);
    }
    this.unsigned(size, 1, name);
    this.#buffer.write(value, this.#take(size));
  }

  textOrNull(value: string | null, name: string): void {
    if (value === null) this.unsigned(NULL_MARK, 1, name);
    else this.text(value, name);
  }

  finish(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }
}

/** Thrown by {@link ByteReader} and caught by the decoder around it. */
export class NoContextError extends Error {
  override readonly name = 'NoContextError';
}

/** Reads what {@link ByteWriter} wrote; anything else ends with a {@link NoContextError}. */
export class ByteReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  #take(count: number): number {
    const at = this.#at;
    if (at + count > this.#buffer.length) throw new NoContextError('ends early');
    this.#at += count;
    return at;
  }

  unsigned(size: 1 | 2 | 4 | 6): number {
    return this.#buffer.readUIntBE(this.#take(size), size);
  }

  momentOrNull(): number | null {
    const value = this.unsigned(6);
    return value === MOMENT_MS_MAX ? null : value;
  }

  bytes(count: number): Buffer {
    const at = this.#take(count);
    return this.#buffer.subarray(at, at + count);
  }

  text(): string {
    const value = this.textOrNull();
    if (value === null) throw new NoContextError('a name is missing');
    return value;
  }

  textOrNull(): string | null {
    const size = this.unsigned(1);
    if (size === NULL_MARK) return null;
    if (size === UUID_MARK) {
      const hex = this.bytes(UUID_BYTES).toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    }
    if (size === 0 || size > NAME_BYTES_MAX) throw new NoContextError('a name is out of bounds');
    return this.bytes(size).toString('utf8');
  }

  /** Nothing may be left. */
  finish(): void {
    if (this.#at !== this.#buffer.length) throw new NoContextError('goes on');
  }
}
