import type { JsonValue } from '../../model/json.ts';
import { DOCUMENT_DEPTH_MAX, NUMBER_CHARACTERS_MAX } from './limits.ts';

/** A number as it was written: `1e3`, `1.0`, `-0` and numbers beyond 2^53 keep their form, on which signatures depend. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A JSON document that lost nothing. Objects are maps, so that no key is special. */
export type Document = null | boolean | string | NumberText | readonly Document[] | ReadonlyMap<string, Document>;

export type DocumentOutcome =
  | { readonly ok: true; readonly document: Document }
  /** Why it is none, in words that follow the name of the file. */
  | { readonly ok: false; readonly problem: string };

/** True for an object of a document. */
export const isObject = (document: Document | undefined): document is ReadonlyMap<string, Document> =>
  document instanceof Map;

/** True for an array of a document. */
export const isArray = (document: Document | undefined): document is readonly Document[] => Array.isArray(document);

/**
 * Reads JSON (RFC 8259) strictly: UTF-8 without a byte order mark, no repeated keys, at most {@link DOCUMENT_DEPTH_MAX} levels. Halves of surrogate
 * pairs become U+FFFD, as in Go, so that what is hashed is what is used.
 */
export function parseDocument(bytes: Uint8Array): DocumentOutcome {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { ok: false, problem: 'is not UTF-8' };
  }
  try {
    return { ok: true, document: new Reader(text).whole() };
  } catch (error) {
    if (error instanceof MalformedError) return { ok: false, problem: error.message };
    throw error;
  }
}

class MalformedError extends Error {}

/** What a string without escapes may not contain: such a string is taken as it stands. */
const SPECIAL = /[\\\u0000-\u001f]/;
const ANY_STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Document {
    const document = this.#value();
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#malformed('has something after its value');
    return document;
  }

  #value(): Document {
    this.#skipSpace();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #nested(read: () => Document): Document {
    this.#depth += 1;
    if (this.#depth > DOCUMENT_DEPTH_MAX) {
      throw this.#malformed(`has more than ${DOCUMENT_DEPTH_MAX} levels`);
    }
    this.#at += 1;
    const document = read();
    this.#depth -= 1;
    return document;
  }

  #object(): Document {
    const members = new Map<string, Document>();
    if (this.#takes('}')) return members;
    for (;;) {
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') throw this.#malformed('is not JSON');
      const key = this.#string();
      if (members.has(key)) throw this.#malformed('repeats a key');
      if (!this.#takes(':')) throw this.#malformed('is not JSON');
      members.set(key, this.#value());
      if (this.#takes('}')) return members;
      if (!this.#takes(',')) throw this.#malformed('is not JSON');
    }
  }

  #array(): Document {
    const items: Document[] = [];
    if (this.#takes(']')) return items;
    for (;;) {
      items.push(this.#value());
      if (this.#takes(']')) return items;
      if (!this.#takes(',')) throw this.#malformed('is not JSON');
    }
  }

  #string(): string {
    const end = this.#text.indexOf('"', this.#at + 1);
    const plain = this.#text.slice(this.#at + 1, Math.max(end, 0));
    if (end !== -1 && !SPECIAL.test(plain)) {
      this.#at = end + 1;
      return plain;
    }
    const escaped = this.#match(ANY_STRING);
    if (escaped === null) throw this.#malformed('has a malformed string');
    const value: unknown = JSON.parse(escaped);
    return String(value).toWellFormed();
  }

  #number(): NumberText {
    const text = this.#match(NUMBER);
    if (text === null) throw this.#malformed('is not JSON');
    if (text.length > NUMBER_CHARACTERS_MAX) {
      throw this.#malformed(`has a number of more than ${NUMBER_CHARACTERS_MAX} characters`);
    }
    return new NumberText(text);
  }

  #word<Value>(word: string, value: Value): Value {
    if (!this.#text.startsWith(word, this.#at)) throw this.#malformed('is not JSON');
    this.#at += word.length;
    return value;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#text)?.[0];
    if (text === undefined) return null;
    this.#at += text.length;
    return text;
  }

  #takes(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
      this.#at += 1;
    }
  }

  #malformed(problem: string): MalformedError {
    return new MalformedError(`${problem} (character ${this.#at + 1})`);
  }
}

/** The document as plain JSON values; numbers may lose digits beyond 2^53. */
export function toJson(document: Document): JsonValue {
  if (document instanceof NumberText) return Number(document.text);
  if (isArray(document)) return document.map(toJson);
  if (isObject(document)) {
    return Object.fromEntries([...document].map(([key, value]) => [key, toJson(value)]));
  }
  return document;
}
