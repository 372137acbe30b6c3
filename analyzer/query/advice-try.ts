import type { Application } from '../../model/application.ts';
import type { Labelling } from '../../model/labelling.ts';
import type { Verdict } from '../../model/verdict.ts';
import { check } from '../flow/index.ts';

/** What identifies a verdict over runs of the checker. */
function keyOf(verdict: Verdict): string {
  const { composition, step, promise, sink } = verdict;
  return `${composition}/${step}|${promise}|${sink.kind}|${sink.id ?? sink.name}`;
}

/** Whether an application under a labelling no longer breaks the verdict's promise and breaks no other one that was kept before. */
export function fixes(
  verdict: Verdict,
  changed: { readonly application: Application; readonly labelling: Labelling },
  before: readonly Verdict[],
): boolean {
  const broken = new Set(before.filter((other) => other.outcome === 'violated').map(keyOf));
  const { verdicts } = check(changed.application, changed.labelling, { witnesses: false });
  const key = keyOf(verdict);
  return verdicts.every((other) => {
    if (keyOf(other) === key) return other.outcome === 'satisfied' || other.outcome === 'not-applicable';
    return other.outcome !== 'violated' || broken.has(keyOf(other));
  });
}
