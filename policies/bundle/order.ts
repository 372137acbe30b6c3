import { quoted, refusal } from './refusal.ts';
import type { BundleOutcome, VerifiedBundle } from './types.ts';
import type { RollbackRule } from './verification.ts';
import { contentDigest } from './delta.ts';

/** The newest bundle that was ever used under a name: what comes later must not be older. */
export interface HighWaterMark {
  readonly sequence: number;
  readonly revision: string;
  /** {@link contentDigest} of it. */
  readonly digest: string;
}

export function markOf(bundle: VerifiedBundle): HighWaterMark {
  return { sequence: bundle.sequence, revision: bundle.revision, digest: contentDigest(bundle) };
}

/**
 * Compares a bundle with the newest one that was used. `same` is the same content, packed or signed again. Errors: BND060 it is older, BND061 it has the
 * same sequence (or revision) and other content.
 */
export function checkOrder(
  rule: RollbackRule,
  mark: HighWaterMark | null,
  bundle: VerifiedBundle,
): BundleOutcome<'newer' | 'same'> {
  const found = markOf(bundle);
  if (mark === null) return { ok: true, value: 'newer' };
  if (found.digest === mark.digest) return { ok: true, value: 'same' };
  if (rule === 'allow') return { ok: true, value: 'newer' };
  const bySequence = rule === 'sequence';
  const order = bySequence ? found.sequence - mark.sequence : compareRevisions(found.revision, mark.revision);
  if (order > 0) return { ok: true, value: 'newer' };
  const [what, given, used] = bySequence
    ? ['sequence', String(found.sequence), String(mark.sequence)]
    : ['revision', quoted(found.revision), quoted(mark.revision)];
  return order < 0
    ? { ok: false, refusal: refusal('BND060', `the bundle has the ${what} ${given}; ${used} was used before`) }
    : {
        ok: false,
        refusal: refusal('BND061', `the bundle has the ${what} ${given}, which was used with other content`),
      };
}

/**
 * Orders revisions as people read them: runs of digits as numbers, all else by code points. Fits counters, dates and versions (`v1.9` before `v1.10`),
 * and means nothing for hashes.
 */
export function compareRevisions(left: string, right: string): number {
  const [a, b] = [partsOf(left), partsOf(right)];
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const order = compareParts(a[index] ?? '', b[index] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

const partsOf = (revision: string): readonly string[] => revision.match(/[0-9]+|[^0-9]+/g) ?? [];

function compareParts(left: string, right: string): number {
  const areNumbers = /^[0-9]/.test(left) && /^[0-9]/.test(right);
  if (areNumbers) {
    const [a, b] = [BigInt(left), BigInt(right)];
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return left < right ? -1 : left > right ? 1 : 0;
}
