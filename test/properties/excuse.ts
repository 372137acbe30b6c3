import type { CheckResult } from '../../analyzer/flow/index.ts';
import type { Application } from '../../model/application.ts';
import { AXES, type Label } from '../../model/label.ts';
import type { Labelling } from '../../model/labelling.ts';
import type { Verdict } from '../../model/verdict.ts';
import { stepsOf } from '../../model/walk.ts';
import { isVisible, sinkLabel } from './visibility.ts';

/** What an observer need not be protected from any more, since the checker has said that it is not. */
export type Excuse = { readonly kind: 'everything' } | { readonly kind: 'sinks'; readonly sinks: ReadonlySet<string> };

/**
 * Findings excuse what reaches their sinks at their steps, for observers that see the sink and not what arrives there; results and journals are excused as
 * a whole. What is written to a store that is read again, or to a place nobody knows, may turn up anywhere: there everything is excused.
 */
export function excuseOf(
  result: Pick<CheckResult, 'verdicts'>,
  observer: Label,
  subject: { readonly application: Application; readonly labelling: Labelling; readonly readBack: ReadonlySet<string> },
): Excuse {
  const { labelling, readBack } = subject;
  const sinks = new Set<string>();
  for (const verdict of result.verdicts) {
    if (!isBlamed(verdict) || !AXES.some((axis) => axis === verdict.promise)) continue;
    const { id, kind } = verdict.sink;
    if (!isVisible(sinkLabel(id, kind, labelling), observer, labelling)) continue;
    if (isVisible(labelOf(verdict, labelling), observer, labelling)) continue;
    if (kind === 'unknown' || id === null || readBack.has(id)) return { kind: 'everything' };
    const isOwnPlace = kind === 'function' || kind === 'store';
    sinks.add(isOwnPlace ? `${kind}:${id}@${verdict.composition}/${verdict.step}` : `${kind}:${id}`);
  }
  return { kind: 'sinks', sinks };
}

export const isBlamed = ({ outcome }: Verdict): boolean => outcome === 'violated' || outcome === 'undecided';

/** Stores out of which something comes back into a composition. */
export function readBackStores(application: Application): ReadonlySet<string> {
  const found = new Set<string>(application.triggers.flatMap(({ from }) => (from === null ? [] : [from])));
  for (const step of application.compositions.flatMap(stepsOf)) {
    if (step.kind === 'await' && step.source.kind !== 'timer') found.add(step.source.channel);
    if (step.kind !== 'read') continue;
    if (step.store.kind === 'store') found.add(step.store.id);
    if (step.store.kind === 'dynamic') for (const { id } of application.stores) found.add(id);
  }
  return found;
}

function labelOf(verdict: Verdict, { space }: Labelling): Label {
  const { confidentiality, integrity, region, tenant } = verdict.label;
  const resolved = space.resolve(
    {
      confidentiality,
      integrity,
      ...(region === 'all' ? {} : { region }),
      ...(tenant === 'all' ? {} : { tenant }),
    },
    space.bottom,
  );
  if (!('label' in resolved)) throw new Error('harness: a verdict names labels of its space');
  return resolved.label;
}
