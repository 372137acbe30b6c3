import type { LabelDescription } from '../../../model/label.ts';

/** What travels, signed, with a call from one invocation to the next. */
export interface CarriedContext {
  /** Key set and format; a context of another version is refused, never guessed at. */
  readonly version: 1;
  readonly nonce: string;
  readonly audience: readonly string[];
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** Node that issued it. */
  readonly issuer: string;
  /** Function that holds it: whoever presents it acts for this function. */
  readonly holder: string;
  readonly tenant: string | null;
  readonly label: LabelDescription;
  readonly dataExpiresAtMs: number | null;
  readonly execution: {
    readonly id: string;
    readonly composition: string;
    /** Where the holder stands in the composition. */
    readonly step: string;
    readonly depth: number;
    readonly startedAtMs: number;
    /** Rolling hash of the path so far: fixed size for a path of any length. */
    readonly pathHash: string;
  };
  /** The holder's invocation. */
  readonly invocationId: string;
  readonly parentInvocationId: string | null;
  /** How often it may be presented to each function of the audience: 1, or more for retries and redelivery. */
  readonly maxUses: number;
}

/**
 * Why a context was not taken; the words are stable and appear in inputs, logs and metrics.
 *
 *  - `malformed`: no context at all, truncated, or a field out of its bounds;
 *  - `too-large`: longer than a context can be; nothing else was looked at;
 *  - `downgraded`: another version of the format, or another kind of token (a JWT, `none`);
 *  - `unknown-key`: signed with a key that is not in the key set, or that was not valid when the context was issued or is not any more;
 *  - `bad-signature`: not what was signed;
 *  - `wrong-audience`: issued for calls of other functions;
 *  - `expired`, `not-yet-valid`: by the clock of this point, its allowance for skew included;
 *  - `replayed`: presented as often as it may be, or issued before a start of this point that remembers nothing of the time before;
 *  - `replay-cache-full`: it may be fresh, but there is no room to remember that it was presented;
 *  - `revoked`: its execution was revoked;
 *  - `unknown-label`: a level that the active lattice does not have;
 *  - `mixed`: contexts of different executions, compositions or tenants cannot be merged;
 *  - `stripped`: the call must carry a context and has none.
 */
export type ContextRefusal =
  | 'malformed'
  | 'too-large'
  | 'unknown-key'
  | 'bad-signature'
  | 'wrong-audience'
  | 'expired'
  | 'not-yet-valid'
  | 'replayed'
  | 'replay-cache-full'
  | 'revoked'
  | 'downgraded'
  | 'unknown-label'
  | 'mixed'
  | 'stripped';

export type ContextVerification =
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
