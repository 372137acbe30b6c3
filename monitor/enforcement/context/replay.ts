import { createHash } from 'node:crypto';

/** Expiries that fall into one of these parts of the longest lifetime are forgotten together. */
const BUCKETS_PER_LIFETIME = 256;
const FORMAT = 'weir-replay/1';
const DIGEST_CHARACTERS = 64;
/** Longest snapshot that is read back, in bytes. */
export const SNAPSHOT_BYTES_MAX = 256 * 1024 * 1024;

/** What is kept over a restart beside what was presented. */
export interface Remembered {
  /** Contexts issued before are refused. */
  readonly floorMs: number;
  /** Until when, by execution. */
  readonly revoked: ReadonlyMap<string, number>;
}

/** What a presented context is remembered by. */
export interface Presentation {
  readonly nonce: string;
  readonly audience: string;
  /** Moment from which the context is refused as expired anyway, the clock's skew included, milliseconds since 1970. */
  readonly forgetAtMs: number;
  readonly maxUses: number;
  readonly nowMs: number;
}

/**
 * Counts how often each context was presented, until it expires. A look-up is one look-up in a map; contexts are forgotten in whole buckets of
 * expiry, of which there are some hundreds at most.
 */
export class ReplayWindow {
  readonly #entriesMax: number;
  readonly #bucketMs: number;
  /** By number of the bucket: uses by audience and nonce. */
  readonly #buckets = new Map<number, Map<string, number>>();
  #entries = 0;
  #sweptUntil = -1;
  /** Highest bucket that was forgotten. What expires in it stays refused, also when the clock is set back. */
  #forgotten = -1;

  /** @param entriesMax contexts that are remembered at a time. @param lifetimeMsMax longest lifetime of a context. */
  constructor(entriesMax: number, lifetimeMsMax: number) {
    this.#entriesMax = entriesMax;
    this.#bucketMs = Math.max(1, Math.ceil(lifetimeMsMax / BUCKETS_PER_LIFETIME));
  }

  get entries(): number {
    return this.#entries;
  }

  /** Counts one presentation, unless it is one too many. */
  present(presentation: Presentation): 'ok' | 'replayed' | 'full' | 'expired' {
    this.#sweep(presentation.nowMs);
    const number = Math.floor(presentation.forgetAtMs / this.#bucketMs);
    if (number <= this.#forgotten) return 'expired';
    const key = `${presentation.nonce} ${presentation.audience}`;
    const bucket = this.#buckets.get(number) ?? new Map<string, number>();
    const uses = bucket.get(key) ?? 0;
    if (uses >= presentation.maxUses) return 'replayed';
    if (uses === 0) {
      if (this.#entries >= this.#entriesMax) return 'full';
      this.#entries += 1;
      this.#buckets.set(number, bucket);
    }
    bucket.set(key, uses + 1);
    return 'ok';
  }

  #sweep(nowMs: number): void {
    const current = Math.floor(nowMs / this.#bucketMs);
    if (current <= this.#sweptUntil) return;
    this.#sweptUntil = current;
    for (const [number, bucket] of this.#buckets) {
      if (number >= current) continue;
      this.#buckets.delete(number);
      this.#entries -= bucket.size;
      this.#forgotten = Math.max(this.#forgotten, number);
    }
  }

  /** Everything that is remembered, as lines of JSON with a digest at the end. */
  save(remembered: Remembered): Buffer {
    const head = { format: FORMAT, bucketMs: this.#bucketMs, forgotten: this.#forgotten, floorMs: remembered.floorMs };
    const lines = [JSON.stringify({ ...head, revoked: [...remembered.revoked] })];
    for (const [number, bucket] of this.#buckets) {
      for (const [key, uses] of bucket) lines.push(JSON.stringify([number, uses, key]));
    }
    const text = `${lines.join('\n')}\n`;
    return Buffer.from(text + createHash('sha256').update(text).digest('hex'));
  }

  /**
   * Takes over what {@link save} wrote.
   * @returns null when it is not whole, or from a window of another size or with more entries; nothing was taken over then.
   */
  restore(snapshot: Buffer): Remembered | null {
    if (snapshot.length > SNAPSHOT_BYTES_MAX || snapshot.length <= DIGEST_CHARACTERS) return null;
    const text = snapshot.subarray(0, -DIGEST_CHARACTERS);
    const digest = snapshot.toString('latin1', snapshot.length - DIGEST_CHARACTERS);
    if (createHash('sha256').update(text).digest('hex') !== digest) return null;
    const [first = '', ...lines] = text.toString('utf8').trimEnd().split('\n');
    // The digest is right, so the lines are as `save` wrote them; only the format can be another version's.
    const head = JSON.parse(first) as SnapshotHead;
    if (head.format !== FORMAT || head.bucketMs !== this.#bucketMs || lines.length > this.#entriesMax) return null;
    this.#forgotten = head.forgotten;
    for (const line of lines) {
      const [number, uses, key] = JSON.parse(line) as readonly [number, number, string];
      const bucket = this.#buckets.get(number) ?? new Map<string, number>();
      this.#buckets.set(number, bucket.set(key, uses));
      this.#entries += 1;
    }
    return { floorMs: head.floorMs, revoked: new Map(head.revoked) };
  }
}

interface SnapshotHead {
  readonly format: string;
  readonly bucketMs: number;
  readonly forgotten: number;
  readonly floorMs: number;
  readonly revoked: readonly (readonly [string, number])[];
}
