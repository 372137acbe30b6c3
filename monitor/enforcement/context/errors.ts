/** A context, a key set or a snapshot that is refused before anything is issued or accepted, with a code listed in `model/diagnostic-codes/ctx.ts`. */
export class ContextError extends Error {
  override readonly name = 'ContextError';
  /** Stable code, `CTX` and three digits. */
  readonly code: string;
  /** What to do, one sentence. */
  readonly help: string;

  constructor(code: string, message: string, help: string) {
    super(message);
    this.code = code;
    this.help = help;
  }
}
