import type { Readable, Writable } from 'node:stream';

/** How a transfer ended. `source`: whoever sends broke off; `sink`: whoever receives did. */
export type PumpEnd = 'done' | 'source' | 'sink' | 'too-large' | 'idle';

export interface PumpOptions {
  /** Bytes that may pass; more end the transfer. */
  readonly bytesMax: number;
  /** Without a byte that was read or taken, milliseconds. */
  readonly idleMs: number;
  /** Called when the source has ended and before the sink is ended, for trailers. */
  readonly finish: () => void;
  /** Called with every piece, before it is handed on. */
  readonly seen?: (bytes: number) => void;
}

export interface PumpResult {
  readonly end: PumpEnd;
  readonly bytes: number;
}

/**
 * Moves a body at the pace of whoever receives it: at most one piece is under way beyond what the streams buffer by themselves. Ends the sink when the
 * source ends, and leaves both alone in every other case. Never rejects.
 */
export function pump(source: Readable, sink: Writable, options: PumpOptions): Promise<PumpResult> {
  return new Promise((resolve) => {
    let bytes = 0;
    let isSettled = false;
    const settle = (end: PumpEnd): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      source.removeListener('data', onData);
      source.removeListener('end', onEnd);
      sink.removeListener('drain', onDrain);
      resolve({ end, bytes });
    };
    const timer = setTimeout(() => {
      settle('idle');
    }, options.idleMs);
    const onDrain = (): void => {
      timer.refresh();
      source.resume();
    };
    const onData = (piece: Buffer): void => {
      timer.refresh();
      bytes += piece.length;
      if (bytes > options.bytesMax) {
        source.pause();
        settle('too-large');
        return;
      }
      options.seen?.(piece.length);
      if (!sink.write(piece)) source.pause();
    };
    const onEnd = (): void => {
      options.finish();
      sink.end(() => {
        settle('done');
      });
    };
    source.on('data', onData);
    source.once('end', onEnd);
    source.once('error', () => {
      settle('source');
    });
    source.once('close', () => {
      if (!source.readableEnded) settle('source');
    });
    sink.on('drain', onDrain);
    sink.once('error', () => {
      settle('sink');
    });
    sink.once('close', () => {
      settle(sink.writableFinished ? 'done' : 'sink');
    });
    if (source.destroyed && !source.readableEnded) settle('source');
    else if (sink.destroyed) settle('sink');
    else source.resume();
  });
}

export type ReadResult =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  /** More than `bytesMax` came; what was read, and the source is paused. */
  | { readonly kind: 'more'; readonly bytes: Buffer }
  | { readonly kind: 'idle' | 'broken' };

export interface ReadLimits {
  readonly bytesMax: number;
  /** Without a byte, milliseconds. */
  readonly idleMs: number;
  /** For all of it, milliseconds: a body that drips is never idle. */
  readonly totalMs: number;
}

/** Reads a body up to `bytesMax` bytes and no further. Never rejects. */
export function readUpTo(source: Readable, { bytesMax, idleMs, totalMs }: ReadLimits): Promise<ReadResult> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let size = 0;
    const settle = (result: ReadResult): void => {
      clearTimeout(timer);
      clearTimeout(deadline);
      source.removeListener('data', onData);
      source.removeListener('end', onEnd);
      source.removeListener('close', onBroken);
      source.removeListener('error', onBroken);
      resolve(result);
    };
    const late = (): void => {
      settle({ kind: 'idle' });
    };
    const timer = setTimeout(late, idleMs);
    const deadline = setTimeout(late, totalMs);
    const onData = (piece: Buffer): void => {
      timer.refresh();
      pieces.push(piece);
      size += piece.length;
      if (size <= bytesMax) return;
      source.pause();
      settle({ kind: 'more', bytes: Buffer.concat(pieces, size) });
    };
    const onEnd = (): void => {
      settle({ kind: 'whole', bytes: Buffer.concat(pieces, size) });
    };
    const onBroken = (): void => {
      settle({ kind: 'broken' });
    };
    if (source.readableEnded) {
      onEnd();
      return;
    }
    if (source.destroyed) {
      onBroken();
      return;
    }
    source.on('data', onData);
    source.once('end', onEnd);
    source.once('close', onBroken);
    source.once('error', onBroken);
    source.resume();
  });
}

/** Reads what still comes and forgets it, up to `bytesMax` bytes and `waitMs`; resolves when nothing comes any more. */
export function discard(source: Readable, bytesMax: number, waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    let size = 0;
    const timer = setTimeout(finish, waitMs);
    function finish(): void {
      clearTimeout(timer);
      source.removeListener('data', onData);
      resolve();
    }
    function onData(piece: Buffer): void {
      size += piece.length;
      if (size > bytesMax) finish();
    }
    if (source.readableEnded || source.destroyed) {
      finish();
      return;
    }
    source.once('end', finish);
    source.once('close', finish);
    source.once('error', finish);
    source.on('data', onData);
    source.resume();
  });
}
