import { setTimeout as sleep } from 'node:timers/promises';
import type { BundleLimits } from '../../policies/bundle/limits.ts';
import type { VerifiedBundle } from '../../policies/bundle/types.ts';
import type { Verification } from '../../policies/bundle/verification.ts';
import type { MonitorClock } from '../enforcement/types.ts';
import type { Polling } from './delays.ts';
import type { ActivationOutcome, BundleEvent, BundleSource } from './types.ts';

/** Longest that a trial evaluation may take, milliseconds. */
export const ACTIVATION_TIMEOUT_MS = 30_000;

export interface BundleManagerOptions {
  /** Name under which the configuration lists the bundle. */
  readonly name: string;
  readonly source: BundleSource;
  readonly verification: Verification;
  /** Folder of all bundles that are kept. */
  readonly storeFolder: string;
  readonly polling: Polling;
  /** Age from which the bundle is stale, milliseconds; null for never. */
  readonly maxStalenessMs: number | null;
  /**
   * Makes an evaluator, tries it, and lets it decide from then on if it works. Until it answers, what was in force stays in force. It must not take
   * effect any more once the signal is aborted.
   */
  readonly activate: (bundle: VerifiedBundle, signal: AbortSignal) => Promise<ActivationOutcome>;
  /** Told of everything that happens; must not throw. */
  readonly report: (event: BundleEvent) => void;
  readonly clock: MonitorClock;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** `BUNDLE_LIMITS` when it is left out. */
  readonly limits?: BundleLimits;
  /** {@link ACTIVATION_TIMEOUT_MS} when it is left out. */
  readonly activationTimeoutMs?: number;
  /** Resolves after so long, or when the signal is aborted. Timers that do not keep the process alive when it is left out. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Waits with a timer. */
export async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal, ref: false });
  } catch {
    // The signal ended the wait, which is one of the two ways it ends.
  }
}
