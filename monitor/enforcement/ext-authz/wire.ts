/**
 * The protobuf wire format, as far as Envoy's messages need it. A request is read straight into the shape that policies are given: on the path of every
 * invocation a general decoder makes one object too many for each message and each header (`test/bench/ext-authz-codec.ts` has the numbers).
 *
 * Encoding: https://protobuf.dev/programming-guides/encoding/
 */
import { isUtf8 } from 'node:buffer';

/** Wire types. */
const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const GROUP_START = 3;
const GROUP_END = 4;
const FIXED_32 = 5;

/** Bytes of the longest varint. */
const VARINT_BYTES_MAX = 10;

/** Bytes of a text up to which looking at each is faster than the runtime's decoder; longer texts do not keep the whole message alive either. */
const ASCII_SCAN_BYTES_MAX = 256;

/** Bytes that are no message of the expected form. Never leaves the module that reads a message. */
export class WireError extends Error {}

/** Reads one message; nested ones are read by moving the end. Field numbers come back from {@link next}. */
export class WireReader {
  readonly #bytes: Buffer;
  /** The message with one character for each byte: most texts are ASCII, and are cut out of it without asking the runtime to decode each. */
  readonly #characters: string;
  #at = 0;
  #end: number;
  #wireType = VARINT;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#characters = bytes.toString('latin1');
    this.#end = bytes.length;
  }

  /** Number of the next field, 0 at the end of the message. */
  next(): number {
    if (this.#at >= this.#end) return 0;
    const tag = this.#varint32();
    const field = tag >>> 3;
    if (field === 0) throw new WireError('field number 0');
    this.#wireType = tag & 7;
    return field;
  }

  /** Reads a nested message with `read`, which sees only its bytes. */
  message<Value>(read: (reader: WireReader) => Value): Value {
    const outer = this.#end;
    const end = this.#lengthEnd();
    this.#end = end;
    const value = read(this);
    this.#at = end;
    this.#end = outer;
    return value;
  }

  string(): string {
    const end = this.#lengthEnd();
    const start = this.#at;
    this.#at = end;
    if (this.#isAscii(start, end)) return this.#characters.slice(start, end);
    const text = this.#bytes.toString('utf8', start, end);
    // U+FFFD is what broken UTF-8 is replaced with, and also a character that may be meant.
    if (text.includes('\uFFFD') && !isUtf8(this.#bytes.subarray(start, end))) throw new WireError('text is not UTF-8');
    return text;
  }

  /** A view of the message's bytes: not copied. */
  bytes(): Buffer {
    const end = this.#lengthEnd();
    const view = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return view;
  }

  uint32(): number {
    this.#expect(VARINT);
    return this.#varint32();
  }

  bool(): boolean {
    this.#expect(VARINT);
    return this.#varint64() !== 0n;
  }

  /** Two's complement of 64 bits; a number where it holds all digits. */
  int64(): number | bigint {
    this.#expect(VARINT);
    const start = this.#at;
    let value = 0;
    // Seven bytes have 49 bits: the usual case, without the cost of big numbers.
    for (let index = 0, scale = 1; index < 7; index++, scale *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    this.#at = start;
    return BigInt.asIntN(64, this.#varint64());
  }

  double(): number {
    this.#expect(FIXED_64);
    const at = this.#take(8);
    return this.#bytes.readDoubleLE(at);
  }

  /** Skips the field that {@link next} announced. */
  skip(): void {
    switch (this.#wireType) {
      case VARINT:
        this.#varint64();
        return;
      case FIXED_64:
        this.#take(8);
        return;
      case LENGTH_DELIMITED:
        this.#at = this.#lengthEnd();
        return;
      case FIXED_32:
        this.#take(4);
        return;
      case GROUP_START:
      case GROUP_END:
        throw new WireError('groups are not part of proto3');
      default:
        throw new WireError('unknown wire type');
    }
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) throw new WireError('a field has another type than published');
  }

  #isAscii(start: number, end: number): boolean {
    if (end - start > ASCII_SCAN_BYTES_MAX) return false;
    for (let at = start; at < end; at++) {
      if ((this.#bytes[at] ?? 0) >= 0x80) return false;
    }
    return true;
  }

  #take(length: number): number {
    const at = this.#at;
    if (at + length > this.#end) throw new WireError('the message ends early');
    this.#at = at + length;
    return at;
  }

  #lengthEnd(): number {
    this.#expect(LENGTH_DELIMITED);
    const length = this.#varint32();
    const end = this.#at + length;
    if (end > this.#end) throw new WireError('the message ends early');
    return end;
  }

  /** The low 32 bits, as protobuf reads a varint into a smaller type. */
  #varint32(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let index = 1; index < VARINT_BYTES_MAX; index++) {
      const byte = this.#byte();
      if (index < 5) value |= (byte & 0x7f) << (7 * index);
      if (byte < 0x80) return value >>> 0;
    }
    throw new WireError('a number is too long');
  }

  #varint64(): bigint {
    let value = 0n;
    for (let index = 0; index < VARINT_BYTES_MAX; index++) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new WireError('a number is too long');
  }

  #byte(): number {
    const at = this.#take(1);
    return this.#bytes[at] ?? 0;
  }
}

/** Characters of a text up to which writing each is faster than the runtime's encoder. */
const ASCII_WRITE_LENGTH_MAX = 64;

/** Bytes that a writer begins with; it doubles when they do not suffice. */
const INITIAL_BYTES = 1024;

/**
 * Writes a message from its end to its beginning, so that the length of a nested message is known when its header is written. Fields are therefore
 * written in reverse order.
 */
export class WireWriter {
  #buffer: Buffer;
  #start: number;

  constructor() {
    this.#buffer = Buffer.allocUnsafe(INITIAL_BYTES);
    this.#start = INITIAL_BYTES;
  }

  /** The message; the writer must not be used afterwards. */
  finish(): Buffer {
    return this.#buffer.subarray(this.#start);
  }

  /** Writes a nested message with `write`. */
  message(field: number, write: (writer: WireWriter) => void): void {
    const before = this.#length;
    write(this);
    this.#lengthDelimited(field, this.#length - before);
  }

  string(field: number, text: string): void {
    if (text.length <= ASCII_WRITE_LENGTH_MAX && this.#writeAscii(text)) {
      this.#lengthDelimited(field, text.length);
      return;
    }
    const length = Buffer.byteLength(text, 'utf8');
    this.#reserve(length);
    this.#start -= length;
    this.#buffer.write(text, this.#start, length, 'utf8');
    this.#lengthDelimited(field, length);
  }

  /** A whole number from 0 to 2^32 - 1. */
  uint32(field: number, value: number): void {
    this.#varint(value);
    this.#varint((field << 3) | VARINT);
  }

  bool(field: number, value: boolean): void {
    this.uint32(field, value ? 1 : 0);
  }

  double(field: number, value: number): void {
    this.#reserve(8);
    this.#start -= 8;
    this.#buffer.writeDoubleLE(value, this.#start);
    this.#varint((field << 3) | FIXED_64);
  }

  /** False when a character is not ASCII; nothing is written then. */
  #writeAscii(text: string): boolean {
    this.#reserve(text.length);
    const start = this.#start - text.length;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 0x80) return false;
      this.#buffer[start + at] = code;
    }
    this.#start = start;
    return true;
  }

  get #length(): number {
    return this.#buffer.length - this.#start;
  }

  #lengthDelimited(field: number, length: number): void {
    this.#varint(length);
    this.#varint((field << 3) | LENGTH_DELIMITED);
  }

  #varint(value: number): void {
    let size = 1;
    for (let rest = value >>> 7; rest !== 0; rest >>>= 7) size += 1;
    this.#reserve(size);
    this.#start -= size;
    let at = this.#start;
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.#buffer[at] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
      at += 1;
    }
    this.#buffer[at] = rest;
  }

  #reserve(length: number): void {
    if (length <= this.#start) return;
    const used = this.#length;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, used + length + INITIAL_BYTES));
    this.#buffer.copy(grown, grown.length - used, this.#start);
    this.#start = grown.length - used;
    this.#buffer = grown;
  }
}
