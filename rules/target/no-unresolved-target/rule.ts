import type { Composition, Step } from '../../../model/ir.ts';
import {
  decodeRuleMetadata,
  insideAny,
  placedSteps,
  reportPlaces,
  violatedSteps,
  type Place,
  type Rule,
} from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

/** Why a step cannot be followed; null when it can. */
function gapOf(step: Step): Pick<Place, 'what' | 'identity'> | null {
  if (step.kind === 'opaque') return { what: step.reason, identity: ['opaque'] };
  const target = step.kind === 'call' ? step.target : step.kind === 'read' || step.kind === 'write' ? step.store : null;
  if (target?.kind === 'unresolved') return { what: `${target.text}: ${target.reason}`, identity: [target.text] };
  return target?.kind === 'dynamic' ? { what: 'its target is chosen at run time', identity: ['dynamic'] } : null;
}

function placesIn(composition: Composition, reported: ReadonlySet<string>): readonly Place[] {
  const steps = placedSteps(composition).flatMap(({ step }): Place[] => {
    const gap = gapOf(step);
    const isReported = reported.has(`${composition.id}/${step.id}`);
    return gap === null || isReported ? [] : [{ span: step.span, name: step.name, ...gap }];
  });
  const refused = composition.features
    .filter((use) => use.support === 'refused')
    .map((use): Place => ({ span: use.span, name: use.feature, what: use.note, identity: [] }));
  const isAtStep = insideAny(steps.map(({ span }) => span));
  return [...steps, ...refused.filter(({ span }) => !isAtStep(span))];
}

/** Places of a workflow that cannot be followed, in one finding. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  check: (context) => {
    const reported = violatedSteps(context, 'dynamic-target');
    return context.application.compositions.flatMap((composition) =>
      reportPlaces(composition, placesIn(composition, reported), {
        messageKey: 'unresolved',
        noun: 'place',
        outcome: 'undecided',
      }),
    );
  },
};
