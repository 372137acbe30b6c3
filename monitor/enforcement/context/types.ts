import type { LabelDescription } from '../../../model/label.ts';

type ContextVerification =
  { readonly ok: true; readonly context: CarriedContext } | { readonly ok: false; readonly reason: ContextRefusal };

/** What the decision core says of the context to issue; the authority adds version, nonce, issuer and times. */
export type ContextClaims = Omit<
  CarriedContext,
  'version' | 'nonce' | 'issuer' | 'issuedAtMs' | 'expiresAtMs' | 'maxUses'
> & {
  /** 1 when absent; refused beyond the limit of the authority. */
  readonly maxUses?: number;
  /** Time until it expires, milliseconds; the authority's default when absent, its maximum when longer. */
  readonly lifetimeMs?: number;
};

/** Verifies what comes in and issues what goes out. Synchronous: Ed25519 of `node:crypto` takes tens of microseconds. */
export interface ContextAuthority {
  /** Never throws. A context that is taken counts as presented. */
  verify(token: string, expected: { readonly audience: string; readonly nowMs: number }): ContextVerification;
  /** @throws ContextError with a `CTX` code when the claims are no context: out of bounds, larger than 1 KiB, or no key to sign with. */
  issue(claims: ContextClaims, nowMs: number): string;
  /** Fan-in: joins labels, merges paths; all must belong to one execution. Never throws. */
  merge(contexts: readonly CarriedContext[]): ContextVerification;
  /**
   * Refuses every context of the execution until then, milliseconds since 1970.
   * @throws ContextError CTX009 when as many executions are revoked as can be remembered.
   */
  revoke(executionId: string, untilMs: number): void;
}
