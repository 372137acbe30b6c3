import { createHash } from 'node:crypto';
import type { CarriedContext } from './types.ts';

type Execution = CarriedContext['execution'];

/** Bytes of a path's hash: SHA-256. */
export const PATH_HASH_BYTES = 32;
/** Shortest hash that is taken for a path: nobody finds two paths with one hash of 128 bits that help. */
export const PATH_HASH_BYTES_MIN = 16;

function hashOf(kind: 'start' | 'step' | 'nest' | 'join', parts: readonly string[]): string {
  // Each part is framed by its length, so that no two lists of parts are hashed as the same bytes.
  const hash = createHash('sha256').update(`weir-path/1 ${kind}\n`);
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('base64url');
}

/** The execution of a composition at its first step, with nothing behind it. */
export function startExecution(start: Pick<Execution, 'id' | 'composition' | 'step' | 'startedAtMs'>): Execution {
  return { ...start, depth: 0, pathHash: hashOf('start', [start.composition, start.step]) };
}

/** The execution one call further. The path's hash is rolled on: its size does not grow. */
export function continueExecution(from: Execution, step: string): Execution {
  return { ...from, step, depth: from.depth + 1, pathHash: hashOf('step', [from.pathHash, step]) };
}

/**
 * A composition that is started by a step of another one. It is an execution of its own, whose path and depth go on from where it was started, so
 * that nesting cannot be used to get rid of either.
 */
export function nestExecution(
  from: Execution,
  start: Pick<Execution, 'id' | 'composition' | 'step' | 'startedAtMs'>,
): Execution {
  const pathHash = hashOf('nest', [from.pathHash, start.composition, start.step]);
  return { ...start, depth: from.depth + 1, pathHash };
}

/** One hash for the paths that met, in whatever order they are given; equal paths count once. */
export function joinPaths(pathHashes: readonly string[]): string {
  const distinct = [...new Set(pathHashes)].sort();
  return distinct.length === 1 ? (distinct[0] ?? '') : hashOf('join', distinct);
}
