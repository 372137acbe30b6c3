/** Functions whose rate is kept at once; the one that was quiet the longest is forgotten for a new one. */
export const RATE_FUNCTIONS_MAX = 10_000;

const WINDOW_SECONDS = 60;

interface Window {
  /** Admitted invocations by second, a ring. */
  readonly counts: Uint32Array;
  second: number;
  total: number;
}

/** Counts admitted invocations of each function over the last 60 s, in whole seconds of the monotonic clock. Memory is fixed per function. */
export class AdmissionRates {
  readonly #windows = new Map<string, Window>();
  /** Functions forgotten because of {@link RATE_FUNCTIONS_MAX}. */
  evicted = 0;

  /** Invocations of the last minute, this one not counted. */
  perMinute(functionId: string, monotonicNs: bigint): number {
    const window = this.#windows.get(functionId);
    if (window === undefined) return 0;
    advance(window, secondOf(monotonicNs));
    return window.total;
  }

  admit(functionId: string, monotonicNs: bigint): void {
    const second = secondOf(monotonicNs);
    const known = this.#windows.get(functionId);
    const window = known ?? { counts: new Uint32Array(WINDOW_SECONDS), second, total: 0 };
    advance(window, second);
    const at = window.second % WINDOW_SECONDS;
    window.counts[at] = (window.counts[at] ?? 0) + 1;
    window.total += 1;
    // Put at the end, so that the first of the map is the one that was quiet the longest.
    this.#windows.delete(functionId);
    this.#windows.set(functionId, window);
    if (this.#windows.size > RATE_FUNCTIONS_MAX) this.#evict();
  }

  #evict(): void {
    for (const oldest of this.#windows.keys()) {
      this.#windows.delete(oldest);
      this.evicted += 1;
      return;
    }
  }
}

const secondOf = (monotonicNs: bigint): number => Number(monotonicNs / 1_000_000_000n);

/** Forgets the seconds that left the window. */
function advance(window: Window, second: number): void {
  const passed = Math.min(second - window.second, WINDOW_SECONDS);
  for (let step = 1; step <= passed; step++) {
    const at = (window.second + step) % WINDOW_SECONDS;
    window.total -= window.counts[at] ?? 0;
    window.counts[at] = 0;
  }
  if (passed > 0) window.second = second;
}
