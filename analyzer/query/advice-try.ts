import type { Verdict } from '../../model/verdict.ts';
import { check } from '../flow/index.ts';
import type { AdviceContext } from './advice.ts';

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
