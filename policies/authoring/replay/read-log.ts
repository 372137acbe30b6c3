import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Largest event that is read, bytes. OPA's default for a whole upload is 32 KiB; inputs with bodies are larger. */
export const EVENT_BYTES_MAX = 8 * 1024 * 1024;

/** A piece of a log: the text of what should be an event, or what is wrong at a place. */
export type LogItem =
  | { readonly kind: 'text'; /** From 1. */ readonly line: number; readonly text: string }
  | { readonly kind: 'bad'; readonly line: number; readonly reason: string };

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === NEWLINE;

/**
 * Cuts a decision log into events without keeping more than one of them: JSON lines, JSON arrays of objects, several of either after one another, as
 * they are or compressed with gzip. What is broken is an item of its own with its line, so that nothing is lost silently; the next line is read again.
 *
 * @param source bytes piece by piece
 */
export async function* readLog(source: AsyncIterable<Uint8Array>): AsyncGenerator<readonly LogItem[]> {
  const splitter = new LogSplitter();
  try {
    for await (const piece of plain(source)) {
      const items = splitter.take(piece);
      if (items.length > 0) yield items;
    }
    yield splitter.end(null);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it cannot be read';
    yield splitter.end(`the log cannot be read beyond this place: ${reason}`);
  }
}

const GZIP = [0x1f, 0x8b];

/** Unpacks what begins as gzip does. */
async function* plain(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  const rest = async function* (head: Uint8Array): AsyncGenerator<Uint8Array> {
    yield head;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  };
  try {
    let head = Buffer.alloc(0);
    while (head.length < GZIP.length) {
      const next = await iterator.next();
      if (next.done === true) break;
      head = Buffer.concat([head, next.value]);
    }
    const isPacked = GZIP.every((byte, at) => head[at] === byte);
    yield* isPacked ? unpacked(rest(head)) : rest(head);
  } finally {
    // Whoever has found what they look for does not read on; the source is closed then.
    await iterator.return?.();
  }
}

async function* unpacked(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const packed = Readable.from(source);
  const gunzip = createGunzip();
  packed.on('error', (error) => gunzip.destroy(error));
  packed.pipe(gunzip);
  try {
    for await (const piece of gunzip) if (Buffer.isBuffer(piece)) yield piece;
  } finally {
    packed.destroy();
  }
}

/** Cuts bytes into events. Feed it with {@link take}, then call {@link end} once. */
export class LogSplitter {
  #mode: 'top' | 'line' | 'list' | 'object' | 'junk' = 'top';
  #line = 1;
  /** Where the event that is being read began. */
  #startLine = 1;
  #parts: Uint8Array[] = [];
  #size = 0;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #isInList = false;
  #items: LogItem[] = [];

  take(bytes: Uint8Array): readonly LogItem[] {
    this.#items = [];
    let at = 0;
    while (at < bytes.length) {
      if (this.#mode === 'line' || this.#mode === 'junk') at = this.#takeLine(bytes, at);
      else if (this.#mode === 'object') at = this.#takeObject(bytes, at);
      else at = this.#takeBetween(bytes, at);
    }
    return this.#items;
  }

  /** @param problem why the bytes ended; null for a proper end */
  end(problem: string | null): readonly LogItem[] {
    this.#items = [];
    if (this.#mode === 'line') this.#finish();
    else if (this.#mode === 'junk') this.#bad(this.#startLine, 'this is no object');
    else if (this.#mode === 'object') this.#bad(this.#startLine, 'the event that begins here is cut off');
    else if (this.#mode === 'list' && problem === null) this.#bad(this.#line, 'the list of events is cut off');
    if (problem !== null) this.#bad(this.#line, problem);
    return this.#items;
  }

  #takeBetween(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === NEWLINE) this.#line++;
      if (isSpace(byte) || (this.#isInList && byte === COMMA)) continue;
      if (byte === OPEN_BRACKET && !this.#isInList) {
        this.#isInList = true;
        this.#mode = 'list';
      } else if (byte === CLOSE_BRACKET && this.#isInList) {
        this.#isInList = false;
        this.#mode = 'top';
      } else {
        return this.#begin(byte, at);
      }
    }
    return bytes.length;
  }

  #begin(byte: number, at: number): number {
    this.#startLine = this.#line;
    this.#parts = [];
    this.#size = 0;
    if (byte !== OPEN_BRACE) this.#mode = 'junk';
    else if (!this.#isInList) this.#mode = 'line';
    else {
      this.#mode = 'object';
      this.#depth = 0;
      this.#isInString = false;
      this.#isEscaped = false;
    }
    return at;
  }

  /** Outside of lists an event is a line, so that a broken one does not swallow those after it. */
  #takeLine(bytes: Uint8Array, from: number): number {
    const found = bytes.indexOf(NEWLINE, from);
    const end = found === -1 ? bytes.length : found;
    if (this.#mode === 'line') this.#keep(bytes.subarray(from, end));
    if (found === -1) return end;
    if (this.#mode === 'line') this.#finish();
    else this.#bad(this.#startLine, 'this is no object');
    this.#mode = this.#isInList ? 'list' : 'top';
    this.#line++;
    return end + 1;
  }

  #takeObject(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === NEWLINE) this.#line++;
      if (this.#isInString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === BACKSLASH) this.#isEscaped = true;
        else if (byte === QUOTE) this.#isInString = false;
      } else if (byte === QUOTE) {
        this.#isInString = true;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        this.#depth++;
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        this.#depth--;
        if (this.#depth > 0) continue;
        this.#keep(bytes.subarray(from, at + 1));
        this.#finish();
        this.#mode = 'list';
        return at + 1;
      }
    }
    this.#keep(bytes.subarray(from));
    return bytes.length;
  }

  #keep(part: Uint8Array): void {
    this.#size += part.length;
    if (this.#size > EVENT_BYTES_MAX) this.#parts = [];
    // The piece that was read is used again for the next one by some sources.
    else if (part.length > 0) this.#parts.push(Uint8Array.from(part));
  }

  #finish(): void {
    if (this.#size > EVENT_BYTES_MAX) {
      this.#bad(this.#startLine, `the event has ${this.#size} bytes; at most ${EVENT_BYTES_MAX} are read`);
    } else {
      this.#items.push({ kind: 'text', line: this.#startLine, text: Buffer.concat(this.#parts).toString('utf8') });
    }
    this.#parts = [];
    this.#size = 0;
  }

  #bad(line: number, reason: string): void {
    this.#items.push({ kind: 'bad', line, reason });
  }
}
