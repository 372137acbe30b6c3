import type { MonitorClock } from '../types.ts';

/** How often lateness is looked at, milliseconds. */
const INTERVAL_MS = 100;

/**
 * How late the event loop is. Policies are evaluated in the thread that reads requests, so a queue of requests is a queue of socket buffers, which nobody
 * can count; what can be seen of it is that timers fire late.
 */
export class LoadGauge {
  readonly #clock: MonitorClock;
  readonly #lagMsMax: number;
  readonly #timer: NodeJS.Timeout;
  #expectedNs: bigint;
  #lagMs = 0;

  constructor(clock: MonitorClock, lagMsMax: number) {
    this.#clock = clock;
    this.#lagMsMax = lagMsMax;
    this.#expectedNs = this.#next();
    this.#timer = setInterval(() => {
      this.#lagMs = Number(this.#clock.monotonicNs() - this.#expectedNs) / 1e6;
      this.#expectedNs = this.#next();
    }, INTERVAL_MS).unref();
  }

  get isOverloaded(): boolean {
    return this.#lagMs > this.#lagMsMax;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #next(): bigint {
    return this.#clock.monotonicNs() + BigInt(INTERVAL_MS) * 1_000_000n;
  }
}
