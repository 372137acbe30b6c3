import type { Readable, Writable } from 'node:stream';

/** Everything of the outside that commands may use, so that they can be run by tests and so that nothing else reaches for it. */
export interface Machine {
  /** Folder the program was started in, absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Today's date in UTC as `YYYY-MM-DD`, for suppressions that expire. */
  today(): string;
}

/** The user asked for something that cannot be done: wrong options, a file that is not there, a broken configuration. Ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** A code of the area CLI. */
  readonly code: string;
  /** What to do about it, one sentence. */
  readonly help: string;

  constructor(code: string, message: string, help: string) {
    super(message);
    this.code = code;
    this.help = help;
  }
}
