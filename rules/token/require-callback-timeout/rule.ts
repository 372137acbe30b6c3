import type { Composition } from '../../../model/ir.ts';
import {
  decodeRuleMetadata,
  isLimited,
  placedSteps,
  reportPlaces,
  type Place,
  type Rule,
} from '../../../analyzer/query/index.ts';
import meta from './rule.meta.json' with { type: 'json' };

function placesIn(composition: Composition): readonly Place[] {
  if (isLimited(composition.timeoutSeconds)) return [];
  return placedSteps(composition).flatMap(({ step }): Place[] => {
    if (step.kind !== 'await' || step.source.kind !== 'callback') return [];
    if (isLimited(step.timeoutSeconds) || isLimited(step.heartbeatSeconds)) return [];
    const what = 'waits for a callback without timeout or heartbeat';
    return [{ span: step.span, name: step.name, what, identity: [] }];
  });
}

/** A step waits for a callback, and nothing ends the wait when the callback never comes. */
export const rule: Rule = {
  meta: decodeRuleMetadata(meta),
  check: (context) =>
    context.application.compositions.flatMap((composition) =>
      reportPlaces(composition, placesIn(composition), { messageKey: 'forever', noun: 'step' }),
    ),
};
