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
}

export type ContextRefusal =
  | 'malformed'
  | 'too-large'
  | 'unknown-key'
  | 'bad-signature'
  | 'wrong-audience'
  | 'expired'
  | 'not-yet-valid'
  | 'replayed'
  | 'revoked'
  | 'downgraded'
  | 'stripped';

export type ContextVerification =
  { readonly ok: true; readonly context: CarriedContext } | { readonly ok: false; readonly reason: ContextRefusal };

/** Verifies what comes in and issues what goes out. Synchronous: Ed25519 of `node:crypto` takes tens of microseconds. */
export interface ContextAuthority {
  /** @param maxUses how often this context may be presented; retries and fan-out need more than one, replay protection counts to it. */
  verify(token: string, expected: { readonly audience: string; readonly nowMs: number }): ContextVerification;
  issue(
    context: Omit<CarriedContext, 'version' | 'nonce' | 'issuer' | 'issuedAtMs' | 'expiresAtMs'>,
    nowMs: number,
  ): string;
  /** Fan-in: joins labels, merges paths; all must belong to one execution. */
  merge(contexts: readonly CarriedContext[]): ContextVerification;
  revoke(executionId: string, untilMs: number): void;
}
