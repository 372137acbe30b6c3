import type { BundleRefusal } from '../../policies/bundle/types.ts';

/** What a source is asked. */
export interface FetchRequest {
  /** Of the bundle that is in force; null to ask for it as a whole. */
  readonly etag: string | null;
  /** Of the bundle in force, for servers without ETags. */
  readonly lastModified: string | null;
  /** How long the server may hold the request until there is something new, whole seconds; null for an answer at once. */
  readonly waitSeconds: number | null;
  /** Whether changes to the bundle in force may be answered. */
  readonly acceptsDelta: boolean;
  /** Bytes of an answer. */
  readonly archiveBytesMax: number;
  /** Ends the request. */
  readonly signal: AbortSignal;
}

/** What came of asking. The content is not verified yet. */
export type FetchOutcome =
  | {
      readonly kind: 'bundle';
      readonly bytes: Uint8Array;
      readonly etag: string | null;
      readonly lastModified: string | null;
      /** The server understands long polling. */
      readonly isLongPolling: boolean;
    }
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'failed';
      readonly refusal: BundleRefusal;
      /** How long the server asks to be left alone; null when it does not say. */
      readonly retryAfterMs: number | null;
    };

/** Where a bundle comes from. */
export interface BundleSource {
  /** Identifies the source in messages and in the store; has no secrets. */
  readonly address: string;
  /** Never rejects. */
  fetch(request: FetchRequest): Promise<FetchOutcome>;
}

/** Answer of whoever makes an evaluator from a bundle. */
export type ActivationOutcome =
  | { readonly ok: true }
  /** Why the trial evaluation failed, one sentence without data of requests. */
  | { readonly ok: false; readonly reason: string };

/** What happened to a bundle; for the log and for alerts. */
export type BundleEvent =
  | {
      readonly kind: 'activated';
      readonly revision: string;
      readonly sequence: number;
      readonly from: 'store' | 'source';
    }
  | { readonly kind: 'confirmed'; readonly revision: string }
  /** Something was refused; what was in force stays in force. */
  | { readonly kind: 'refused'; readonly refusal: BundleRefusal; readonly from: 'store' | 'source' }
  /** The source could not be asked, or the store not be used. */
  | { readonly kind: 'failed'; readonly refusal: BundleRefusal; readonly from: 'store' | 'source' }
  | { readonly kind: 'stale'; readonly ageMs: number };

/** What is in force and how things stand. */
export interface BundleStatus {
  readonly name: string;
  /** Null while no bundle is in force. */
  readonly active: {
    readonly revision: string;
    readonly sequence: number;
    readonly sha256: string;
    readonly keyId: string;
    readonly from: 'store' | 'source';
    /** Milliseconds since 1970. */
    readonly activatedAtMs: number;
  } | null;
  /** When the source last confirmed what is in force, by the wall clock; null when it never did. */
  readonly confirmedAtMs: number | null;
  /** Since then, by the monotonic clock; `Number.MAX_SAFE_INTEGER` when it is not known, as after the clock was set back. */
  readonly ageMs: number;
  readonly isStale: boolean;
  /** The last thing that went wrong; null after a poll without an error. */
  readonly lastError: (BundleRefusal & { readonly atMs: number }) | null;
  readonly counts: {
    readonly polls: number;
    readonly confirmed: number;
    readonly activated: number;
    readonly refused: number;
    readonly failed: number;
  };
}
