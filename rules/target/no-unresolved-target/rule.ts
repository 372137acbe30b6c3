import type { Composition, Step } from '../../../model/ir.ts';
import {
  decodeRuleMetadata,
  placedSteps,
  reportPlaces,
  type Place,
  type Rule,
  type RuleContext,
} from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

/** Why a step cannot be followed; null when it can. */
function gapOf(step: Step): string | null {
  if (step.kind === 'opaque') return step.reason;
  const target = step.kind === 'call' ? step.target : step.kind === 'read' || step.kind === 'write' ? step.store : null;
  if (target?.kind === 'unresolved') return `${target.text}: ${target.reason}`;
  return target?.kind === 'dynamic' ? 'its target is chosen at run time' : null;
}

function placesIn(composition: Composition, context: RuleContext): readonly Place[] {
  const reported = new Set(
    context.verdicts
      .filter(({ promise, outcome }) => promise === 'dynamic-target' && outcome === 'violated')
      .map((verdict) => `${verdict.composition}/${verdict.step}`),
  );
  const steps = placedSteps(composition).flatMap(({ step }): Place[] => {
    const what = gapOf(step);
    const isReported = reported.has(`${composition.id}/${step.id}`);
    return what === null || isReported ? [] : [{ span: step.span, name: step.name, what }];
  });
  const refused = composition.features
    .filter((use) => use.support === 'refused')
    .map((use): Place => ({ span: use.span, name: use.feature, what: use.note }));
  const isAtStep = (place: Place): boolean =>
    steps.some(({ span }) => span.file === place.span.file && contains(span, place.span));
  return [...steps, ...refused.filter((place) => !isAtStep(place))];
}

function contains(outer: Place['span'], inner: Place['span']): boolean {
  return outer.start.offset <= inner.start.offset && inner.end.offset <= outer.end.offset;
}

/** Places of a workflow that cannot be followed, in one finding. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  check: (context) =>
    context.application.compositions.flatMap((composition) =>
      reportPlaces(composition, placesIn(composition, context), {
        messageKey: 'unresolved',
        noun: 'place',
        outcome: 'undecided',
      }),
    ),
};
