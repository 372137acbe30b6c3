/** Thrown inside a parser of this folder and caught where the parser is entered: the text is malformed at `at`. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
  readonly at: number;
  /** The text may be right, but goes deeper than we follow. */
  readonly isTooDeep: boolean;

  constructor(message: string, at: number, isTooDeep = false) {
    super(message);
    this.at = at;
    this.isTooDeep = isTooDeep;
  }
}

/** A position in a text. */
export class Cursor {
  readonly text: string;
  at: number;

  constructor(text: string, at = 0) {
    this.text = text;
    this.at = at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The next code unit, or the one `ahead` of it; empty at the end. */
  peek(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  startsWith(token: string): boolean {
    return this.text.startsWith(token, this.at);
  }

  /** Steps over `token` if it is next. */
  take(token: string): boolean {
    if (!this.startsWith(token)) return false;
    this.at += token.length;
    return true;
  }

  expect(token: string): void {
    if (!this.take(token)) this.fail(`expected \`${token}\`${this.isAtEnd ? ' before the end' : ''}`);
  }

  /** Steps over what `pattern` (sticky) matches here and returns it; empty when it does not match. */
  match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  skipSpace(): void {
    this.match(/\s*/y);
  }

  fail(message: string, at = this.at): never {
    throw new Malformed(message, at);
  }

  failTooDeep(message: string): never {
    throw new Malformed(message, this.at, true);
  }
}

/** Runs a parser and returns what it made, or where and why the text is malformed. */
export function parsing<Made>(parse: () => Made): Made | Malformed {
  try {
    return parse();
  } catch (error) {
    if (error instanceof Malformed) return error;
    throw error;
  }
}
