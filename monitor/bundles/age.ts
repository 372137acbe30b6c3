import type { MonitorClock } from '../enforcement/types.ts';

/** Age that is not known: older than everything. */
export const AGE_UNKNOWN = Number.MAX_SAFE_INTEGER;

const NS_PER_MS = 1_000_000n;

/**
 * How long ago the source confirmed the bundle in force. While the process runs only the monotonic clock counts, so that setting the wall clock makes
 * nothing older or younger. Across a restart the wall clock is all there is: if it stands before the confirmation, the age is not known.
 */
export class ConfirmationAge {
  readonly #clock: MonitorClock;
  #confirmedAtMs: number | null = null;
  #countedFromNs = 0n;
  /** Age at `#countedFromNs`. */
  #initialMs = AGE_UNKNOWN;

  constructor(clock: MonitorClock) {
    this.#clock = clock;
  }

  /** By the wall clock; null when it never was. */
  get confirmedAtMs(): number | null {
    return this.#confirmedAtMs;
  }

  /** Milliseconds; {@link AGE_UNKNOWN} when it is not known. */
  get ageMs(): number {
    if (this.#initialMs === AGE_UNKNOWN) return AGE_UNKNOWN;
    return this.#initialMs + Number((this.#clock.monotonicNs() - this.#countedFromNs) / NS_PER_MS);
  }

  confirm(): void {
    this.#confirmedAtMs = this.#clock.nowMs();
    this.#countedFromNs = this.#clock.monotonicNs();
    this.#initialMs = 0;
  }

  /** Goes on from a confirmation before a restart. */
  resume(confirmedAtMs: number): void {
    const elapsedMs = this.#clock.nowMs() - confirmedAtMs;
    this.#confirmedAtMs = confirmedAtMs;
    this.#countedFromNs = this.#clock.monotonicNs();
    this.#initialMs = elapsedMs >= 0 ? elapsedMs : AGE_UNKNOWN;
  }
}
