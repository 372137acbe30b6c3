import type { Diagnostic } from '../diagnostic.ts';
import type { Position, Span } from '../span.ts';
import { positionsOf, tokenize, type Token } from './tokens.ts';

/** Leaves the item that is being read; caught where items are read, never seen outside. */
export class ReadFailure extends Error {
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message);
    this.diagnostic = diagnostic;
  }
}

/** Reads tokens one after another. Every `expect…` leaves with a {@link ReadFailure} when something else is there. */
export class Cursor {
  readonly #tokens: readonly Token[];
  readonly #file: string;
  readonly #positionOf: (offset: number) => Position;
  #at = 0;

  constructor(text: string, file: string) {
    this.#tokens = tokenize(text);
    this.#positionOf = positionsOf(text);
    this.#file = file;
  }

  get at(): number {
    return this.#at;
  }

  /** The token that comes `ahead` tokens after the next one. */
  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)];
    return token ?? { kind: 'end', text: '', value: '', span: null, start: 0, end: 0, isFirst: true, isAtMargin: true };
  }

  take(): Token {
    const token = this.peek();
    if (this.#at < this.#tokens.length - 1) this.#at += 1;
    return token;
  }

  /** Skips to the next of these words at the margin, at least one token from `from`; to the end when there is none. */
  skipToMargin(words: ReadonlySet<string>, from: number): void {
    this.#at = Math.max(this.#at, Math.min(from + 1, this.#tokens.length - 1));
    for (let token = this.peek(); token.kind !== 'end'; token = this.peek()) {
      if (token.isAtMargin && token.kind === 'word' && words.has(token.text)) return;
      this.#at += 1;
    }
  }

  isNext(text: string): boolean {
    const token = this.peek();
    return token.text === text && (token.kind === 'word' || token.kind === 'punctuation');
  }

  /** Takes the word or sign when it is next. */
  accept(text: string): boolean {
    if (!this.isNext(text)) return false;
    this.take();
    return true;
  }

  /** As {@link accept}, but only on the line of the token before: for clauses, which a step on the next line must not be taken for. */
  acceptInLine(text: string): boolean {
    return !this.peek().isFirst && this.accept(text);
  }

  expect(text: string): void {
    if (!this.accept(text)) this.failExpecting(`\`${text}\``);
  }

  /** A word or a string. */
  expectName(what: string): string {
    const token = this.peek();
    if (token.kind !== 'word' && token.kind !== 'string') return this.failExpecting(what);
    return this.take().value;
  }

  expectString(what: string): string {
    return this.acceptString() ?? this.failExpecting(what);
  }

  acceptString(): string | null {
    return this.peek().kind === 'string' ? this.take().value : null;
  }

  expectNumber(what: string): number {
    return this.peek().kind === 'number' ? Number(this.take().text) : this.failExpecting(what);
  }

  /** One of a closed set of words. */
  expectOneOf<Word extends string>(words: Readonly<Record<Word, true>>, what: string): Word {
    const found = this.acceptOneOf(words);
    if (found !== null) return found;
    const allowed = Object.keys(words).join(', ');
    return this.fail('IRT006', `expected ${what}, found ${this.#found()}`, `Use one of ${allowed}.`);
  }

  acceptOneOf<Word extends string>(words: Readonly<Record<Word, true>>): Word | null {
    const { kind, text } = this.peek();
    if (kind !== 'word' || !isKey(words, text)) return null;
    this.take();
    return text;
  }

  /** `read` once and again after each comma. */
  list<Item>(read: () => Item): Item[] {
    const items = [read()];
    while (this.accept(',')) items.push(read());
    return items;
  }

  /** The place written next, else the text from `start` to the last token taken. */
  spanFrom(start: Token): Span {
    const token = this.peek();
    if (token.span !== null) {
      this.take();
      return token.span;
    }
    const last = this.#tokens[Math.max(0, this.#at - 1)] ?? start;
    return this.#spanOf(start.start, Math.max(start.end, last.end));
  }

  #spanOf(start: number, end: number): Span {
    return { file: this.#file, start: this.#positionOf(start), end: this.#positionOf(end) };
  }

  /** Leaves the item: the next token is not what has to come. */
  failExpecting(what: string): never {
    const token = this.peek();
    if (token.kind === 'invalid') {
      return this.fail('IRT002', `${this.#found()} cannot be read`, `Write ${what} here.`);
    }
    return this.fail('IRT001', `expected ${what}, found ${this.#found()}`, `Write ${what} here.`);
  }

  /** Leaves the item with a diagnostic at `token`, the next one when absent. */
  fail(code: string, message: string, help: string, token: Token = this.peek()): never {
    throw new ReadFailure({ code, severity: 'error', message, help, span: this.#spanOf(token.start, token.end) });
  }

  #found(): string {
    const { kind, text } = this.peek();
    if (kind === 'end') return 'the end of the text';
    return `\`${text.length > FOUND_LENGTH_MAX ? `${text.slice(0, FOUND_LENGTH_MAX)}…` : text}\``;
  }
}

/** Longest piece of text that a message repeats, in UTF-16 code units. */
const FOUND_LENGTH_MAX = 40;

const isKey = <Word extends string>(words: Readonly<Record<Word, true>>, text: string): text is Word =>
  Object.hasOwn(words, text);
