import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';

/** What is kept before the oldest is dropped, bytes; a tenth of it is one segment. */
export const SPOOL_BYTES_MAX_DEFAULT = 256 * 1024 * 1024;

const SEGMENTS = 10;
const SEGMENT_NAME = /^decisions-(\d{12})\.jsonl$/;
const CURSOR_NAME = 'uploaded.json';
const NEWLINE = 0x0a;

/** Where the upload stands: everything before this byte of this segment was taken by the log service. */
export interface SpoolCursor {
  readonly segment: number;
  readonly offset: number;
}

/** Events read from the spool. */
export interface SpoolBatch {
  /** JSON texts, one an event. */
  readonly lines: readonly string[];
  /** Hand to {@link DecisionSpool.acknowledge} when they were taken. */
  readonly next: SpoolCursor;
}

/**
 * Decision log events on disk: JSON lines in numbered segments, the oldest dropped when the limit is reached. Survives a crash of the process; what the
 * operating system had not written yet when the machine loses power is lost, except what {@link sync} covered.
 */
export class DecisionSpool {
  readonly #folder: string;
  readonly #bytesMax: number;
  #segment: number;
  #file: number;
  #fileBytes: number;
  #totalBytes: number;
  #cursor: SpoolCursor;
  /** Events dropped before the log service had taken them. */
  droppedEvents = 0;
  /** A line that a crash had cut off, set aside at start. */
  tornLines = 0;

  /** @throws when the folder cannot be written: a monitor without a log must not start silently. */
  constructor(folder: string, bytesMax: number) {
    this.#folder = folder;
    this.#bytesMax = bytesMax;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const segments = this.#segments();
    this.#segment = segments.at(-1) ?? 1;
    this.#cursor = this.#readCursor() ?? { segment: segments[0] ?? 1, offset: 0 };
    this.#repair(this.#segment);
    this.#file = this.#open(this.#segment);
    this.#fileBytes = fstatSync(this.#file).size;
    this.#totalBytes = this.#segments().reduce((sum, segment) => sum + statSync(this.#pathOf(segment)).size, 0);
  }

  get bytes(): number {
    return this.#totalBytes;
  }

  /**
   * Appends events in one write.
   * @param lines JSON texts without line ends.
   * @throws when the disk does not take it; nothing of the lines is kept then.
   */
  append(lines: readonly string[]): void {
    if (lines.length === 0) return;
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    if (this.#fileBytes > 0 && this.#fileBytes + bytes.length > this.#bytesMax / SEGMENTS) this.#roll();
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.#file, bytes, written);
    } catch (error) {
      // A half-written line would spoil the next one: the segment ends here and is repaired like after a crash.
      this.#fileBytes += written;
      this.#totalBytes += written;
      if (written > 0) this.#roll();
      throw error;
    }
    this.#fileBytes += bytes.length;
    this.#totalBytes += bytes.length;
    while (this.#totalBytes > this.#bytesMax && this.#dropOldest());
  }

  /** Makes what was appended survive a loss of power. */
  sync(): void {
    fsyncSync(this.#file);
  }

  /** The next events that the log service has not taken, up to the limit of bytes and at least one; null when there are none. */
  async read(bytesMax: number): Promise<SpoolBatch | null> {
    for (const segment of this.#segments().filter((each) => each >= this.#cursor.segment)) {
      const from = segment === this.#cursor.segment ? this.#cursor.offset : 0;
      const batch = await readLines(this.#pathOf(segment), from, bytesMax);
      if (batch === null) continue;
      return { lines: batch.lines, next: { segment, offset: batch.end } };
    }
    return null;
  }

  /** Remembers that everything before was taken. */
  acknowledge(cursor: SpoolCursor): void {
    this.#cursor = cursor;
    const temporary = path.join(this.#folder, `${CURSOR_NAME}.new`);
    writeFileSync(temporary, JSON.stringify(cursor), { mode: 0o600 });
    renameSync(temporary, path.join(this.#folder, CURSOR_NAME));
  }

  close(): void {
    fsyncSync(this.#file);
    closeSync(this.#file);
  }

  #pathOf(segment: number): string {
    return path.join(this.#folder, `decisions-${String(segment).padStart(12, '0')}.jsonl`);
  }

  #segments(): number[] {
    return readdirSync(this.#folder)
      .flatMap((name) => SEGMENT_NAME.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }

  #open(segment: number): number {
    return openSync(this.#pathOf(segment), 'a', 0o600);
  }

  #roll(): void {
    closeSync(this.#file);
    this.#segment += 1;
    this.#file = this.#open(this.#segment);
    this.#fileBytes = fstatSync(this.#file).size;
  }

  /** @returns false when there is nothing to drop but the segment that is written. */
  #dropOldest(): boolean {
    const [oldest] = this.#segments();
    if (oldest === undefined || oldest === this.#segment) return false;
    const file = this.#pathOf(oldest);
    const content = readFileSync(file);
    const from =
      oldest < this.#cursor.segment ? content.length : oldest === this.#cursor.segment ? this.#cursor.offset : 0;
    for (let at = from; at < content.length; at++) if (content[at] === NEWLINE) this.droppedEvents += 1;
    rmSync(file);
    this.#totalBytes -= content.length;
    return true;
  }

  /** Ends a line that a crash cut off, so that the next event begins a line of its own. */
  #repair(segment: number): void {
    const file = this.#pathOf(segment);
    let content: Buffer;
    try {
      content = readFileSync(file);
    } catch {
      return;
    }
    if (content.length === 0 || content[content.length - 1] === NEWLINE) return;
    this.tornLines += 1;
    this.#segment = segment + 1;
  }

  #readCursor(): SpoolCursor | null {
    try {
      const value: unknown = JSON.parse(readFileSync(path.join(this.#folder, CURSOR_NAME), 'utf8'));
      if (typeof value !== 'object' || value === null) return null;
      const { segment, offset } = value as Partial<Record<keyof SpoolCursor, unknown>>;
      if (!Number.isSafeInteger(segment) || !Number.isSafeInteger(offset)) return null;
      return { segment: Number(segment), offset: Number(offset) };
    } catch {
      // Without it everything is sent again; receivers tell by the decision's id.
      return null;
    }
  }
}

/** Largest event that is read in one piece, bytes. */
const EVENT_BYTES_MAX = 64 * 1024 * 1024;

/** Whole lines from an offset on; null when there is none. */
async function readLines(
  file: string,
  from: number,
  bytesMax: number,
): Promise<{ readonly lines: readonly string[]; readonly end: number } | null> {
  const handle = await open(file, 'r');
  try {
    for (let length = bytesMax; ; length *= 2) {
      const buffer = Buffer.alloc(Math.min(length, EVENT_BYTES_MAX));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
      const end = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE);
      if (end >= 0) {
        const text = buffer.toString('utf8', 0, end);
        return { lines: text.split('\n').filter((line) => line !== ''), end: from + end + 1 };
      }
      if (bytesRead < buffer.length || buffer.length === EVENT_BYTES_MAX) return null;
    }
  } finally {
    await handle.close();
  }
}
