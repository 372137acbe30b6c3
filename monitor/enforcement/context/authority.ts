import { invariant } from '../../../model/diagnostic.ts';
import { ContextError } from './errors.ts';
import { isSignedBy, signingKeyOf, signWith, type ContextKey, type ContextKeySet } from './keys.ts';
import { isLabelKnown, type ContextLattice } from './label-join.ts';
import { ANY_AUDIENCE, DEFAULT_CONTEXT_LIMITS, USES_MAX, type ContextLimits } from './limits.ts';
import { mergeContexts } from './merge.ts';
import { ReplayWindow } from './replay.ts';
import { makeToken, NONCE_BYTES, openToken, readBody } from './token.ts';
import type { CarriedContext, ContextAuthority, ContextClaims, ContextRefusal, ContextVerification } from './types.ts';

/** What is remembered from before the start of this process. */
export interface ReplayMemory {
  /**
   * When this process started, by the clock as it is now: the present moment minus the time it has been running. A node may start with a wrong
   * clock and be corrected, so it is asked for at each use.
   */
  readonly startedAtMs: () => number;
  /**
   * What {@link WeirContextAuthority.close} returned when the process before ended in order; to be used once. Null, or damaged, when it was killed:
   * contexts issued before the start may have been presented already and are refused as replayed, those of other nodes also for the clock's
   * skew after it.
   */
  readonly snapshot: Buffer | null;
}

export interface ContextAuthorityOptions {
  readonly keys: ContextKeySet;
  /** Name of this node, in every context that it issues. */
  readonly issuer: string;
  /** The active lattice, asked for at each use: it changes with the bundle. Null when there is none: then every context is refused. */
  readonly lattice: () => ContextLattice | null;
  readonly memory: ReplayMemory;
  /** {@link DEFAULT_CONTEXT_LIMITS} where absent. */
  readonly limits?: Partial<ContextLimits>;
  /** Cryptographically random bytes: `randomBytes` of `node:crypto`. */
  readonly randomBytes: (size: number) => Buffer;
}

/** Counts since the start, for metrics. */
export interface ContextStatistics {
  readonly issued: number;
  readonly verified: number;
  readonly refused: Readonly<Partial<Record<ContextRefusal, number>>>;
  /** Presented contexts that are remembered now. */
  readonly replayEntries: number;
  readonly revokedExecutions: number;
}

export interface WeirContextAuthority extends ContextAuthority {
  /** Takes over another key set; what was signed with keys that are in it no more is refused. */
  rotate(keys: ContextKeySet): void;
  statistics(): ContextStatistics;
  /** Accepts nothing from now on and returns what has to be remembered over a restart. */
  close(): Buffer;
}

/**
 * Makes the authority of one enforcement point.
 *
 * `verify` takes the same time whatever the length of the path and the number of contexts under way. It reads no clock: the moment is handed in.
 */
export function createContextAuthority(options: ContextAuthorityOptions): WeirContextAuthority {
  return new Authority(options);
}

const isFor = ({ audience }: CarriedContext, name: string): boolean =>
  audience.includes(name) || audience.includes(ANY_AUDIENCE);

class Authority implements WeirContextAuthority {
  readonly #options: ContextAuthorityOptions;
  readonly #limits: ContextLimits;
  readonly #replay: ReplayWindow;
  readonly #revoked = new Map<string, number>();
  readonly #refused = new Map<ContextRefusal, number>();
  /** Contexts issued before are refused; see {@link ReplayMemory}. Null while it is the start of this process. */
  readonly #savedFloorMs: number | null;
  #keys: ContextKeySet;
  /** Last moment that was handed in. */
  #latestMs = 0;
  #issued = 0;
  #verified = 0;
  #isClosed = false;

  constructor(options: ContextAuthorityOptions) {
    this.#options = options;
    this.#keys = options.keys;
    this.#limits = { ...DEFAULT_CONTEXT_LIMITS, ...options.limits };
    const { lifetimeMsDefault, lifetimeMsMax, usesMax } = this.#limits;
    invariant(lifetimeMsDefault <= lifetimeMsMax && usesMax <= USES_MAX, 'context authority: limits fit together');
    this.#replay = new ReplayWindow(this.#limits.replayEntriesMax, lifetimeMsMax);
    const { snapshot } = options.memory;
    const restored = snapshot === null ? null : this.#replay.restore(snapshot);
    this.#savedFloorMs = restored === null ? null : restored.floorMs;
    for (const [execution, untilMs] of restored?.revoked ?? []) this.#revoked.set(execution, untilMs);
  }

  verify(token: string, expected: { readonly audience: string; readonly nowMs: number }): ContextVerification {
    this.#latestMs = expected.nowMs;
    const verification = this.#verify(token, expected);
    if (verification.ok) this.#verified += 1;
    else this.#refused.set(verification.reason, (this.#refused.get(verification.reason) ?? 0) + 1);
    return verification;
  }

  #verify(token: string, expected: { readonly audience: string; readonly nowMs: number }): ContextVerification {
    const opened = openToken(token);
    if (!opened.ok) return opened;
    const { keyId, signed, signature, body } = opened.parts;
    const key = this.#keys.get(keyId);
    if (key === undefined) return { ok: false, reason: 'unknown-key' };
    if (!isSignedBy(key, signed, signature)) return { ok: false, reason: 'bad-signature' };
    const context = readBody(body);
    if (context === null) return { ok: false, reason: 'malformed' };
    const reason = this.#judge(context, key, expected) ?? this.#present(context, expected);
    return reason === null ? { ok: true, context } : { ok: false, reason };
  }

  /** What is wrong with a context that is signed; null for nothing. */
  #judge(
    context: CarriedContext,
    key: ContextKey,
    expected: { readonly audience: string; readonly nowMs: number },
  ): ContextRefusal | null {
    const { nowMs } = expected;
    const { clockSkewMs } = this.#limits;
    // Every comparison with NaN is false, which would let everything pass.
    if (!Number.isFinite(nowMs)) return 'expired';
    if (context.issuedAtMs < key.notBeforeMs - clockSkewMs || nowMs >= key.notAfterMs + clockSkewMs) {
      return 'unknown-key';
    }
    if (!isFor(context, expected.audience)) return 'wrong-audience';
    if (context.issuedAtMs > nowMs + clockSkewMs) return 'not-yet-valid';
    if (nowMs >= this.#expiryOf(context) + clockSkewMs) return 'expired';
    const revokedUntilMs = this.#revoked.get(context.execution.id);
    if (revokedUntilMs !== undefined && nowMs < revokedUntilMs) return 'revoked';
    const lattice = this.#options.lattice();
    if (lattice === null || !isLabelKnown(lattice, context.label)) return 'unknown-label';
    return null;
  }

  #expiryOf(context: CarriedContext): number {
    return Math.min(context.expiresAtMs, context.issuedAtMs + this.#limits.lifetimeMsMax);
  }

  /** Last of all, so that only what is right in every other way takes room. */
  #present(
    context: CarriedContext,
    expected: { readonly audience: string; readonly nowMs: number },
  ): ContextRefusal | null {
    const { clockSkewMs, usesMax } = this.#limits;
    if (this.#isClosed || context.issuedAtMs < this.#floorFor(context.issuer)) return 'replayed';
    const counted = this.#replay.present({
      nonce: context.nonce,
      audience: expected.audience,
      forgetAtMs: this.#expiryOf(context) + clockSkewMs,
      maxUses: Math.min(context.maxUses, usesMax),
      nowMs: expected.nowMs,
    });
    if (counted === 'ok') return null;
    return counted === 'full' ? 'replay-cache-full' : counted;
  }

  #floorFor(issuer: string): number {
    if (this.#savedFloorMs !== null) return this.#savedFloorMs;
    return this.#options.memory.startedAtMs() + (issuer === this.#options.issuer ? 0 : this.#limits.clockSkewMs);
  }

  issue(claims: ContextClaims, nowMs: number): string {
    const key = signingKeyOf(this.#keys, nowMs);
    const privateKey = key?.privateKey ?? null;
    if (key === null || privateKey === null) {
      throw new ContextError('CTX010', 'no key may sign a context now', 'Add a private key whose time has begun.');
    }
    const { maxUses = 1, lifetimeMs = this.#limits.lifetimeMsDefault, ...carried } = claims;
    if (maxUses < 1 || maxUses > this.#limits.usesMax) {
      const help = `Give 1 to ${this.#limits.usesMax}.`;
      throw new ContextError('CTX002', `a context may be presented ${maxUses} times`, help);
    }
    const lifetime = Math.max(1, Math.min(lifetimeMs, this.#limits.lifetimeMsMax));
    const body = {
      ...carried,
      maxUses,
      nonce: this.#options.randomBytes(NONCE_BYTES).toString('base64url'),
      issuer: this.#options.issuer,
      issuedAtMs: Math.floor(nowMs),
      expiresAtMs: Math.floor(Math.min(nowMs + lifetime, key.notAfterMs)),
    };
    const token = makeToken(body, key.id, (bytes) => signWith(privateKey, bytes));
    this.#issued += 1;
    return token;
  }

  merge(contexts: readonly CarriedContext[]): ContextVerification {
    const lattice = this.#options.lattice();
    if (lattice === null) return { ok: false, reason: 'unknown-label' };
    const { issuer } = this.#options;
    return mergeContexts(contexts, { lattice, issuer, inputsMax: this.#limits.mergeInputsMax });
  }

  revoke(executionId: string, untilMs: number): void {
    const known = this.#revoked.get(executionId);
    if (known === undefined) this.#forgetRevocations();
    if (known === undefined && this.#revoked.size >= this.#limits.revocationsMax) {
      const message = `${this.#revoked.size} executions are revoked already`;
      throw new ContextError('CTX009', message, 'Quarantine the function, or replace the key instead.');
    }
    this.#revoked.set(executionId, Math.max(known ?? 0, untilMs));
  }

  /** Makes room when there is none. */
  #forgetRevocations(): void {
    if (this.#revoked.size < this.#limits.revocationsMax) return;
    for (const [execution, untilMs] of this.#revoked) {
      if (untilMs <= this.#latestMs) this.#revoked.delete(execution);
    }
  }

  rotate(keys: ContextKeySet): void {
    this.#keys = keys;
  }

  statistics(): ContextStatistics {
    return {
      issued: this.#issued,
      verified: this.#verified,
      refused: Object.fromEntries([...this.#refused].sort(([left], [right]) => (left < right ? -1 : 1))),
      replayEntries: this.#replay.entries,
      revokedExecutions: this.#revoked.size,
    };
  }

  close(): Buffer {
    this.#isClosed = true;
    // A floor that holds for another node's contexts holds for ours too.
    return this.#replay.save({ floorMs: this.#floorFor(''), revoked: this.#revoked });
  }
}
