import type { CarriedContext, ContextAuthority, ContextVerification } from './types.ts';

/**
 * Verifies the contexts of a batch of messages and merges them. One that is refused counts for the whole batch, and so does a message without one:
 * its data would be handed over under the label of the others.
 */
export function verifyBatch(
  authority: ContextAuthority,
  tokens: readonly (string | null)[],
  expected: { readonly audience: string; readonly nowMs: number },
): ContextVerification {
  if (tokens.includes(null)) return { ok: false, reason: 'stripped' };
  const contexts: CarriedContext[] = [];
  for (const token of tokens) {
    if (token === null) continue;
    const verification = authority.verify(token, expected);
    if (!verification.ok) return verification;
    contexts.push(verification.context);
  }
  return authority.merge(contexts);
}
