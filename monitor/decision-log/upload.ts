import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { DecisionSpool, SpoolBatch } from './spool.ts';

const compress = promisify(gzip);

/** OPA's default and least size of one upload, bytes of the gzip file. */
export const UPLOAD_BYTES_MAX_DEFAULT = 32_768;
export const UPLOAD_BYTES_MAX_LEAST = 90;

/** JSON shrinks about this much; how much is read for one upload is learned from there. */
const COMPRESSION_GUESS = 6;
const COMPRESSION_LEAST = 1;
const COMPRESSION_MOST = 40;

const BACK_OFF_FIRST_MS = 1_000;

/** Sends one gzip JSON array. Resolves with null when it was taken, else with what was wrong; never rejects. */
export type SendBatch = (body: Buffer) => Promise<string | null>;

export interface UploadOptions {
  readonly spool: DecisionSpool;
  readonly send: SendBatch;
  readonly uploadBytesMax: number;
  /** Longest pause between tries, milliseconds. */
  readonly delayMsMax: number;
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  /** Resolves after that time, or at once when the signal is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Counters of the upload. */
export interface UploadStats {
  uploadedEvents: number;
  uploads: number;
  failures: number;
  /** Events larger than an upload may be even without their input; they stay in the spool. */
  tooLarge: number;
  lastError: string | null;
}

/**
 * Uploads what is in the spool in gzip JSON arrays within OPA's limit of size, in order, each until it is taken. An event that is too large alone is sent
 * without its input; if that does not help it is counted and stays on the node.
 */
export class DecisionUploader {
  readonly stats: UploadStats = { uploadedEvents: 0, uploads: 0, failures: 0, tooLarge: 0, lastError: null };
  readonly #options: UploadOptions;
  #compression = COMPRESSION_GUESS;
  #failuresInRow = 0;

  constructor(options: UploadOptions) {
    this.#options = options;
  }

  /** Uploads until nothing is left or the signal is aborted; waits between failures. */
  async drain(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { spool, uploadBytesMax } = this.#options;
      const batch = await spool.read(Math.ceil(uploadBytesMax * this.#compression));
      if (batch === null) return;
      if (!(await this.#uploadBatch(batch, signal))) return;
      spool.acknowledge(batch.next);
    }
  }

  /** @returns false when it was given up because of the signal. */
  async #uploadBatch({ lines }: SpoolBatch, signal: AbortSignal): Promise<boolean> {
    for (const group of await this.#fit(lines)) {
      while (!(await this.#sendOnce(group))) {
        await this.#options.wait(this.#backOffMs(), signal);
        if (signal.aborted) return false;
      }
    }
    return true;
  }

  async #sendOnce(group: Upload): Promise<boolean> {
    const problem = await this.#options.send(group.body);
    if (problem === null) {
      this.#failuresInRow = 0;
      this.stats.uploads += 1;
      this.stats.uploadedEvents += group.events;
      this.stats.lastError = null;
      return true;
    }
    this.#failuresInRow += 1;
    this.stats.failures += 1;
    this.stats.lastError = problem;
    return false;
  }

  /** Full jitter over a doubling bound. */
  #backOffMs(): number {
    const bound = Math.min(this.#options.delayMsMax, BACK_OFF_FIRST_MS * 2 ** Math.min(this.#failuresInRow - 1, 20));
    return Math.ceil(bound * this.#options.random());
  }

  /** Splits lines into bodies within the limit, halving what is too large. */
  async #fit(lines: readonly string[]): Promise<readonly Upload[]> {
    if (lines.length === 0) return [];
    const text = `[${lines.join(',')}]`;
    const body = await compress(text);
    this.#compression = Math.min(COMPRESSION_MOST, Math.max(COMPRESSION_LEAST, (0.9 * text.length) / body.length));
    if (body.length <= this.#options.uploadBytesMax) return [{ body, events: lines.length }];
    if (lines.length > 1) {
      const half = Math.ceil(lines.length / 2);
      return [...(await this.#fit(lines.slice(0, half))), ...(await this.#fit(lines.slice(half)))];
    }
    const [line = ''] = lines;
    const smaller = withoutInput(line);
    if (smaller !== null) return this.#fit([smaller]);
    this.stats.tooLarge += 1;
    return [];
  }
}

interface Upload {
  readonly body: Buffer;
  readonly events: number;
}

/** The event without input and result, which are what makes events large; null when they are gone already. */
function withoutInput(line: string): string | null {
  const event = JSON.parse(line) as Readonly<Record<string, unknown>> & { readonly erased?: readonly string[] };
  if (event['input'] === undefined && event['result'] === undefined) return null;
  const rest = Object.entries(event).filter(([name]) => name !== 'input' && name !== 'result');
  return JSON.stringify({ ...Object.fromEntries(rest), erased: [...(event.erased ?? []), '/input', '/result'].sort() });
}
