/** Why a policy or an input was refused; `code` is of area ENG. */
export interface EngineRefusal {
  readonly code: string;
  /** What is wrong; never contains data of a request. */
  readonly message: string;
  readonly help: string;
}

/** Carries a refusal out of nested calls; never leaves the engine. */
export class EngineError extends Error {
  readonly refusal: EngineRefusal;

  constructor(code: string, message: string, help: string) {
    super(`${code}: ${message}`);
    this.refusal = { code, message, help };
  }
}

/** Longest text of an error that is passed on, characters. */
const TEXT_LENGTH_MAX = 300;

/** What anything that was thrown says, on one line and bounded. Compiled policies and their tools also throw strings and plain objects. */
export function textOfThrown(thrown: unknown): string {
  const text =
    typeof thrown === 'string'
      ? thrown
      : typeof thrown === 'object' && thrown !== null && 'message' in thrown && typeof thrown.message === 'string'
        ? thrown.message
        : 'something that is no error was thrown';
  return text.replaceAll(/\s+/g, ' ').slice(0, TEXT_LENGTH_MAX);
}
