import type { Verdict } from '../../model/verdict.ts';
import { check } from '../flow/index.ts';
import type { AdviceContext } from './advice.ts';
import { flowOf } from './flow.ts';

/** What identifies a verdict over runs of the checker. */
function keyOf(verdict: Verdict): string {
  const { composition, step, promise, sink } = verdict;
  return `${composition}/${step}|${promise}|${sink.kind}|${sink.id ?? sink.name}`;
}

/** Whether a changed run no longer breaks the verdict's promise, and breaks no other one that was kept before. */
export function fixes(verdict: Verdict, changed: AdviceContext): boolean {
  const broken = new Set(changed.verdicts.filter((other) => other.outcome === 'violated').map(keyOf));
  const options = { witnesses: false, strict: changed.strict };
  const { verdicts } = check(changed.application, changed.labelling, options);
  const key = keyOf(verdict);
  return verdicts.every((other) => {
    if (keyOf(other) === key) return other.outcome === 'satisfied' || other.outcome === 'not-applicable';
    return other.outcome !== 'violated' || broken.has(keyOf(other));
  });
}

/**
 * What still decides whether the effect happens, when a changed run breaks the promise by control alone; null when data still flows, or when
 * nothing is broken any more.
 */
export function remainingDecision(verdict: Verdict, changed: AdviceContext): string | null {
  const { verdicts } = check(changed.application, changed.labelling, { strict: changed.strict });
  const key = keyOf(verdict);
  const after = verdicts.find((other) => keyOf(other) === key && other.outcome === 'violated');
  if (after === undefined || flowOf(after) !== 'implicit') return null;
  const [shortest] = after.witnesses;
  return shortest?.hops.findLast((hop) => hop.construct !== 'sink' && hop.name !== verdict.stepName)?.name ?? null;
}
