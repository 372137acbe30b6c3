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
function gapOf(step: Step): Pick<Place, 'what' | 'identity'> | null {
  if (step.kind === 'opaque') return { what: step.reason, identity: ['opaque'] };
  const target = step.kind === 'call' ? step.target : step.kind === 'read' || step.kind === 'write' ? step.store : null;
  if (target?.kind === 'unresolved') return { what: `${target.text}: ${target.reason}`, identity: [target.text] };
  return target?.kind === 'dynamic' ? { what: 'its target is chosen at run time', identity: ['dynamic'] } : null;
}

function placesIn(composition: Composition, context: RuleContext): readonly Place[] {
  const reported = new Set(
    context.verdicts
      .filter(({ promise, outcome }) => promise === 'dynamic-target' && outcome === 'violated')
      .map((verdict) => `${verdict.composition}/${verdict.step}`),
  );
  const steps = placedSteps(composition).flatMap(({ step }): Place[] => {
    const gap = gapOf(step);
    const isReported = reported.has(`${composition.id}/${step.id}`);
    return gap === null || isReported ? [] : [{ span: step.span, name: step.name, ...gap }];
  });
  const refused = composition.features
    .filter((use) => use.support === 'refused')
    .map((use): Place => ({ span: use.span, name: use.feature, what: use.note, identity: [] }));
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
