import { objectOf, setOf } from './compare.ts';
import { numberOf, type RegoValue } from './rego-value.ts';

/** How deep a value may be that crosses the border between the module and its host; deeper ones are refused. */
export const VALUE_DEPTH_MAX = 512;

/** The text is no Rego value, or deeper than {@link VALUE_DEPTH_MAX}. */
export class ValueError extends Error {}

/**
 * Reads the text form of values that compiled policies exchange with their host (`opa_value_dump`): JSON, and `{1, 2}` and `set()` for sets, and keys
 * of any type.
 *
 * @throws ValueError for anything else.
 */
export function readValue(text: string): RegoValue {
  const reader = new Reader(text);
  const value = reader.read(0);
  reader.end();
  return value;
}

/** Reads JSON text exactly; undefined for what is no JSON. Of members with one name the last counts, as in Go and JavaScript. */
export function readJson(text: string): RegoValue | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return readValue(text);
}

/** Also `.5`, which Rego takes and hands on as it was written. */
const NUMBER = /-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const SPACE = 0x20;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  end(): void {
    if (!Number.isNaN(this.#next())) this.#fail();
  }

  read(depth: number): RegoValue {
    if (depth > VALUE_DEPTH_MAX) throw new ValueError(`a value is nested deeper than ${VALUE_DEPTH_MAX} levels`);
    switch (this.#next()) {
      case QUOTE:
        return this.#string();
      case OPEN_BRACE:
        return this.#braces(depth);
      case OPEN_BRACKET:
        this.#at++;
        return this.#list(CLOSE_BRACKET, depth);
      case 0x74: // t
        return this.#word('true', true);
      case 0x66: // f
        return this.#word('false', false);
      case 0x6e: // n
        return this.#word('null', null);
      case 0x73: // s
        return this.#word('set()', setOf([]));
      default:
        return this.#number();
    }
  }

  /** Code of the next character that is no space; NaN at the end. */
  #next(): number {
    let code = this.#text.charCodeAt(this.#at);
    while (code === SPACE || code === LINE_FEED || code === TAB || code === CARRIAGE_RETURN)
      code = this.#text.charCodeAt(++this.#at);
    return code;
  }

  #word(word: string, value: RegoValue): RegoValue {
    if (!this.#text.startsWith(word, this.#at)) this.#fail();
    this.#at += word.length;
    return value;
  }

  #number(): RegoValue {
    NUMBER.lastIndex = this.#at;
    const found = NUMBER.exec(this.#text)?.[0];
    if (found === undefined) return this.#fail();
    this.#at += found.length;
    return numberOf(found);
  }

  #string(): string {
    const start = this.#at;
    let end = this.#text.indexOf('"', start + 1);
    if (end === -1) return this.#fail();
    const plain = this.#text.slice(start + 1, end);
    if (!plain.includes('\\')) {
      this.#at = end + 1;
      return plain;
    }
    end = start + 1;
    for (;;) {
      const code = this.#text.charCodeAt(end);
      if (Number.isNaN(code)) return this.#fail();
      if (code === QUOTE) break;
      end += code === 0x5c ? 2 : 1;
    }
    this.#at = end + 1;
    return parseString(this.#text.slice(start, end + 1));
  }

  #list(close: number, depth: number, items: RegoValue[] = []): RegoValue[] {
    if (items.length === 0 && this.#next() === close) {
      this.#at++;
      return items;
    }
    for (;;) {
      if (items.length > 0) {
        const code = this.#next();
        if (code !== COMMA && code !== close) this.#fail();
        this.#at++;
        if (code === close) return items;
      }
      items.push(this.read(depth + 1));
    }
  }

  #braces(depth: number): RegoValue {
    this.#at++;
    if (this.#next() === CLOSE_BRACE) {
      this.#at++;
      return objectOf([]);
    }
    let key = this.read(depth + 1);
    if (this.#next() !== COLON) return setOf(this.#list(CLOSE_BRACE, depth, [key]));
    const entries: [RegoValue, RegoValue][] = [];
    for (;;) {
      if (this.#next() !== COLON) this.#fail();
      this.#at++;
      entries.push([key, this.read(depth + 1)]);
      const code = this.#next();
      if (code !== COMMA && code !== CLOSE_BRACE) this.#fail();
      this.#at++;
      if (code === CLOSE_BRACE) return objectOf(entries);
      key = this.read(depth + 1);
    }
  }

  #fail(): never {
    throw new ValueError(`no Rego value at offset ${this.#at}`);
  }
}

function parseString(quoted: string): string {
  try {
    const value: unknown = JSON.parse(quoted);
    if (typeof value === 'string') return value;
  } catch {
    // What is no JSON string is no Rego string either.
  }
  throw new ValueError('a string has an escape that JSON does not know');
}
