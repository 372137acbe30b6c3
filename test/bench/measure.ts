import { cpus } from 'node:os';

/** Batches that are timed for one figure; those before are to warm up. */
const BATCHES = 300;
const WARM_UP_BATCHES = 50;

/** Nanoseconds for one operation, over batches. */
export interface Figure {
  readonly medianNs: number;
  readonly p99Ns: number;
}

/** Times `batch`, which does `operations` operations. One batch is the unit of the distribution: single operations are below the clock's step. */
export function measure(operations: number, batch: () => void): Figure {
  const samples: number[] = [];
  for (let at = 0; at < WARM_UP_BATCHES + BATCHES; at++) {
    const start = process.hrtime.bigint();
    batch();
    const elapsed = Number(process.hrtime.bigint() - start);
    if (at >= WARM_UP_BATCHES) samples.push(elapsed / operations);
  }
  samples.sort((a, b) => a - b);
  const quantile = (share: number): number =>
    samples[Math.min(samples.length - 1, Math.floor(samples.length * share))] ?? 0;
  return { medianNs: quantile(0.5), p99Ns: quantile(0.99) };
}

/** What a number was measured on: without it no number means anything. */
export function machine(): string {
  const [first] = cpus();
  return `${first?.model.trim() ?? 'unknown processor'} × ${cpus().length}, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}

/** A row of a report, figures right-aligned. */
export function row(name: string, figure: Figure): string {
  const cell = (value: number): string => value.toFixed(1).padStart(10);
  return `${name.padEnd(64)}${cell(figure.medianNs)}${cell(figure.p99Ns)}`;
}

/** Numbers from 0 up to `count` in an order that is the same in every run (mulberry32). */
export function sequence(count: number, length: number): number[] {
  let state = 1;
  return Array.from({ length }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  });
}
