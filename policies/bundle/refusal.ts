import { BND } from '../../model/diagnostic-codes/bnd.ts';
import type { BundleOutcome, BundleRefusal } from './types.ts';

/** Describes why something was refused; the advice is the code's own unless another is given. */
export function refusal(code: string, message: string, help?: string): BundleRefusal {
  return { code, message, help: help ?? BND[code]?.help ?? '' };
}

/** Carries a refusal out of nested reading, up to the function that returns an outcome. */
export class RefusedError extends Error {
  readonly refusal: BundleRefusal;

  constructor(reason: BundleRefusal) {
    super(reason.message);
    this.name = 'RefusedError';
    this.refusal = reason;
  }
}

/** Ends the reading of what is being read. */
export function refuse(code: string, message: string, help?: string): never {
  throw new RefusedError(refusal(code, message, help));
}

/** Runs a reader and turns its refusal into an outcome; other exceptions are defects of ours and pass. */
export function outcomeOf<Value>(read: () => Value): BundleOutcome<Value> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    return refusedOutcome(error);
  }
}

/** As {@link outcomeOf} for readers that wait. */
export async function asyncOutcomeOf<Value>(read: () => Promise<Value>): Promise<BundleOutcome<Value>> {
  try {
    return { ok: true, value: await read() };
  } catch (error) {
    return refusedOutcome(error);
  }
}

function refusedOutcome(error: unknown): { readonly ok: false; readonly refusal: BundleRefusal } {
  if (error instanceof RefusedError) return { ok: false, refusal: error.refusal };
  throw error;
}

/** Text of others in a message: shortened, control characters made visible. */
export function quoted(text: string): string {
  const SHOWN_MAX = 120;
  const shown = text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
  return `\`${shown.replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)}\``;
}
